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
