import asyncio
import os
import subprocess


async def run(connection, path):
    # ruleid: privilege-by-sudo
    subprocess.run(["sudo", "chown", "root", path])
    # ruleid: privilege-by-sudo
    await asyncio.create_subprocess_exec("sudo", "ls")
    # ruleid: privilege-by-sudo
    os.system("sudo systemctl restart web")
    # ruleid: privilege-by-sudo
    os.popen(f"sudo cat {path}")
    # ruleid: privilege-by-sudo
    subprocess.call("sudo ls", shell=True)
    # ruleid: privilege-by-sudo
    connection.sudo("systemctl restart web")
    # ok: privilege-by-sudo
    subprocess.run(["ls", path])
    # ok: privilege-by-sudo
    os.system("echo sudo")
    # ok: privilege-by-sudo
    subprocess.call("ls", shell=True)
