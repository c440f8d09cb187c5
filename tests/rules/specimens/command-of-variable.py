import asyncio
import os
import shlex
import subprocess


def run(command, words: list, path="."):
    # ruleid: command-of-variable
    os.system(command)
    # ruleid: command-of-variable
    os.popen(command)
    # ruleid: command-of-variable
    subprocess.run(command, shell=True)
    # ruleid: command-of-variable
    subprocess.check_output(" ".join(words), shell=True)
    # ruleid: command-of-variable
    subprocess.getoutput("ls " + path)
    # ruleid: command-of-variable
    subprocess.getstatusoutput(command)
    # ruleid: command-of-variable
    subprocess.run(["/bin/sh", "-c", command])


async def run_async(command):
    # ruleid: command-of-variable
    await asyncio.create_subprocess_shell(command)


def safe(path, words):
    # ok: command-of-variable
    os.system("ls " + shlex.quote(path))
    # ok: command-of-variable
    subprocess.run(shlex.join(words), shell=True)
    # ok: command-of-variable
    subprocess.run(["ls", path])
    command = "ls"
    # ok: command-of-variable
    subprocess.run(command, shell=True)


def of_a_table(command):
    command = {"a": "date"}[command]
    # ok: command-of-variable
    os.system(command)


def of_letters(command):
    if not command.isalpha():
        return
    # ok: command-of-variable
    os.system(command)


def of_a_form(command):
    if not NAME.fullmatch(command):
        return
    # ok: command-of-variable
    os.system(command)


def of_a_set(command, known):
    if command not in known:
        return
    # ok: command-of-variable
    os.system(command)


def of_a_request(request):
    # ok: command-of-variable
    os.system(request.name)


def of_letters_or_not(command):
    if not command.islower():
        return
    # ruleid: command-of-variable
    os.system(command)


def of_a_set_or_not(command, known):
    if command not in known:
        print("unknown")
    # ruleid: command-of-variable
    os.system(command)


def ends(pid: int):
    # ok: command-of-variable
    os.system("kill %s" % pid)


def ends_in(pid: int = 3):
    # ok: command-of-variable
    os.system("kill %s" % pid)


def ends_any(pid: str):
    # ruleid: command-of-variable
    os.system("kill %s" % pid)


def chosen(mode: Literal["on", "off"]):
    # ok: command-of-variable
    os.system(f"mode {mode}")


def stop_by_number(number):
    # ok: command-of-variable
    return os.popen("kill -0 %d" % int(number)).read()
