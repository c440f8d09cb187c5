import subprocess

import asyncssh
import paramiko
import pysftp
from paramiko import AutoAddPolicy

client = paramiko.SSHClient()
# ruleid: ssh-host-key-off
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
# ruleid: ssh-host-key-off
client.set_missing_host_key_policy(AutoAddPolicy)
# ruleid: ssh-host-key-off
client.set_missing_host_key_policy(paramiko.client.WarningPolicy())
opts = pysftp.CnOpts()
# ruleid: ssh-host-key-off
opts.hostkeys = None
# ruleid: ssh-host-key-off
subprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", "host", "uptime"], check=True)


async def run():
    # ruleid: ssh-host-key-off
    return await asyncssh.connect("host", known_hosts=None)


async def run_checked():
    # ok: ssh-host-key-off
    return await asyncssh.connect("host", known_hosts="known_hosts")


# ok: ssh-host-key-off
client.set_missing_host_key_policy(paramiko.RejectPolicy())
# ok: ssh-host-key-off
client.load_host_keys("known_hosts")
# ok: ssh-host-key-off
subprocess.run(["ssh", "-o", "StrictHostKeyChecking=yes", "host", "uptime"], check=True)
# ok: ssh-host-key-off
subprocess.run(["ssh", "-o", "StrictHostKeyChecking=accept-new", "host"], check=True)


# ruleid: ssh-host-key-off
c_1.set_missing_host_key_policy(paramiko.AutoAddPolicy)


# ruleid: ssh-host-key-off
c_1.set_missing_host_key_policy(paramiko.client.AutoAddPolicy)


# ruleid: ssh-host-key-off
c_1.set_missing_host_key_policy(AutoAddPolicy)


# ruleid: ssh-host-key-off
c_1.set_missing_host_key_policy(AutoAddPolicy())


# ruleid: ssh-host-key-off
asyncssh.SSHClientConnectionOptions(known_hosts=None)


# ruleid: ssh-host-key-off
pysftp.CnOpts().hostkeys = None


def by_switch(command, no_host_key_check, quiet):
    if no_host_key_check:
        # ok: ssh-host-key-off
        command += ["-o", "StrictHostKeyChecking=no"]
    if quiet:
        # ruleid: ssh-host-key-off
        command += ["-o", "StrictHostKeyChecking=no"]
# ruleid: ssh-host-key-off
COMMAND = "ssh -o StrictHostKeyChecking=no host"
