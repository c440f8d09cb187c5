import argparse
import os
import shlex
import subprocess
import sys


def main():
    # ruleid: command-from-command-line
    os.system("ls " + sys.argv[1])
    options = argparse.ArgumentParser().parse_args()
    # ruleid: command-from-command-line
    subprocess.call("grep %s log" % options.word, shell=True)
    # ok: command-from-command-line
    subprocess.call(["grep", options.word, "log"])
    # ok: command-from-command-line
    os.system("ls " + shlex.quote(sys.argv[1]))
    editor = os.environ.get("EDITOR")
    # ruleid: command-from-command-line
    subprocess.run(f"{editor} notes.txt", shell=True, check=False)
    # ruleid: command-from-command-line
    os.popen("cat " + input("file? "))
    # ok: command-from-command-line
    os.system("sleep %d" % int(sys.argv[1]))
    # ok: command-from-command-line
    os.system("ls -l")


def another_1(name):
    tainted = sys.argv[1]
    # ruleid: command-from-command-line
    os.popen2(tainted)
    # ruleid: command-from-command-line
    subprocess.getoutput(tainted)
    # ruleid: command-from-command-line
    subprocess.getstatusoutput(tainted)
    # ruleid: command-from-command-line
    commands.getoutput(tainted)
    # ruleid: command-from-command-line
    Popen(tainted, shell=True)
    # ruleid: command-from-command-line
    asyncio.create_subprocess_shell(tainted)
    # ruleid: command-from-command-line
    asyncio.subprocess.create_subprocess_shell(tainted)
    # ruleid: command-from-command-line
    anyio.run_process(tainted)
    # ruleid: command-from-command-line
    ssh_1.exec_command(tainted)
    # ruleid: command-from-command-line
    container_1.exec_run(tainted)
    # ruleid: command-from-command-line
    pexpect.spawn(tainted)
    # ruleid: command-from-command-line
    pexpect.run(tainted)
    # ruleid: command-from-command-line
    invoke.run(tainted)
    # ruleid: command-from-command-line
    fabric.api.run(tainted)
    # ruleid: command-from-command-line
    fabric.api.local(tainted)
    # ruleid: command-from-command-line
    subprocess.f_1(["sh", tainted])
    # ruleid: command-from-command-line
    asyncio.create_subprocess_exec("sh", tainted)
    # ruleid: command-from-command-line
    os.execl(p_1, "sh", tainted)


def in_other_ways():
    text = sys.argv[1]
    # ruleid: command-from-command-line
    subprocess.run(args=text, shell=True)
    if text not in KNOWN:
        sys.exit(1)
    # ok: command-from-command-line
    os.system(text)


def collected():
    texts = []
    texts.append(sys.argv[1])
    # ruleid: command-from-command-line
    os.system(texts[0])
