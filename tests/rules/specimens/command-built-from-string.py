import os
import shlex
import subprocess

ROOT = "/srv"


def archive(name, count):
    # ruleid: command-built-from-string
    os.system("tar cf out.tar " + name)
    # ruleid: command-built-from-string
    subprocess.run(f"tar cf out.tar {name}", shell=True, check=True)
    command = "tar cf out.tar {}".format(name)
    # ruleid: command-built-from-string
    subprocess.check_call(command, shell=True)
    # ok: command-built-from-string
    subprocess.run(["tar", "cf", "out.tar", name], check=True)
    # ok: command-built-from-string
    subprocess.run("tar cf out.tar " + shlex.quote(name), shell=True, check=True)
    # ok: command-built-from-string
    os.system(f"tar cf out.tar {ROOT}")
    # ok: command-built-from-string
    os.system("sleep %d" % int(count))
    # ok: command-built-from-string
    os.system("sync")


class Remote:
    def restart(self, client, service):
        # ruleid: command-built-from-string
        client.exec_command("systemctl restart %s" % service)
        # ok: command-built-from-string
        client.exec_command("systemctl restart web")
