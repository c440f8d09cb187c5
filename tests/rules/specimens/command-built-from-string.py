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


def another_1(name):
    tainted = "rm " + name
    # ruleid: command-built-from-string
    os.popen(tainted)
    # ruleid: command-built-from-string
    os.popen2(tainted)
    # ruleid: command-built-from-string
    subprocess.getoutput(tainted)
    # ruleid: command-built-from-string
    subprocess.getstatusoutput(tainted)
    # ruleid: command-built-from-string
    commands.getoutput(tainted)
    # ruleid: command-built-from-string
    Popen(tainted, shell=True)
    # ruleid: command-built-from-string
    asyncio.create_subprocess_shell(tainted)
    # ruleid: command-built-from-string
    asyncio.subprocess.create_subprocess_shell(tainted)
    # ruleid: command-built-from-string
    anyio.run_process(tainted)
    # ruleid: command-built-from-string
    container_1.exec_run(tainted)
    # ruleid: command-built-from-string
    pexpect.spawn(tainted)
    # ruleid: command-built-from-string
    pexpect.run(tainted)
    # ruleid: command-built-from-string
    invoke.run(tainted)
    # ruleid: command-built-from-string
    fabric.api.run(tainted)
    # ruleid: command-built-from-string
    fabric.api.local(tainted)
    # ruleid: command-built-from-string
    subprocess.f_1(["sh", tainted])
    # ruleid: command-built-from-string
    asyncio.create_subprocess_exec("sh", tainted)
    # ruleid: command-built-from-string
    os.execl(p_1, "sh", tainted)


def letters_only(unit):
    if not unit.isalnum():
        raise ValueError(unit)
    # ok: command-built-from-string
    os.system("journalctl -u %s" % unit)


def from_a_table(unit):
    unit = UNITS[unit]
    # ok: command-built-from-string
    os.system("journalctl -u %s" % unit)


def of_a_form(unit):
    if not re.fullmatch("[a-z]+", unit):
        raise ValueError(unit)
    # ok: command-built-from-string
    os.system("journalctl -u %s" % unit)


def of_any_form(unit):
    if not unit.strip():
        raise ValueError(unit)
    # ruleid: command-built-from-string
    os.system("journalctl -u %s" % unit)


def from_any_table(unit, units):
    unit = units[unit]
    # ruleid: command-built-from-string
    os.system("journalctl -u %s" % unit)


def asked_something_else(unit):
    if not exists("/", unit):
        raise ValueError(unit)
    # ruleid: command-built-from-string
    os.system("journalctl -u %s" % unit)


def in_other_ways(name):
    # ruleid: command-built-from-string
    subprocess.run(args="ls %s" % name, shell=True)
    # ok: command-built-from-string
    os.system(re.sub("[^a-z]", "", "ls %s" % name))
    # ok: command-built-from-string
    os.system("sh -c " + shlex.quote("ls %s" % name))
    lines = []
    lines.append("ls %s" % name)
    # ruleid: command-built-from-string
    os.system(lines[0])


def ends(pid: int):
    # ok: command-built-from-string
    os.system(f"kill {pid}")


def ends_in(pid: int = 3):
    # ok: command-built-from-string
    os.system(f"kill {pid}")


def ends_any(pid: str):
    # ruleid: command-built-from-string
    os.system(f"kill {pid}")


def chosen(mode: Literal["on", "off"]):
    # ok: command-built-from-string
    os.system(f"mode {mode}")


def of_constants():
    folder = "/srv"
    # ok: command-built-from-string
    os.system("ls " + folder)
    line = f"ls {folder}"
    # ok: command-built-from-string
    return subprocess.check_output(line, shell=True)


def of_a_constant_or_not(given):
    folder = "/srv"
    if given:
        folder = given
    # ruleid: command-built-from-string
    os.system("ls " + folder)


def of_constants_twice():
    name = "shop"
    # ok: command-built-from-string
    os.system("mysqldump %s > /backup/%s.sql" % (name, name))


def of_some_constants(given):
    name = "shop"
    # ruleid: command-built-from-string
    os.system("mysqldump %s > /backup/%s.sql" % (name, given))
