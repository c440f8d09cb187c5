import ast
import os
import sys


def main():
    # ruleid: code-from-command-line
    eval(sys.argv[1])
    # ruleid: code-from-command-line
    exec(os.environ["STARTUP"])
    # ruleid: code-from-command-line
    eval(input("expression: "))
    # ok: code-from-command-line
    ast.literal_eval(input("value: "))
    # ok: code-from-command-line
    eval("1 + 1")
    # ok: code-from-command-line
    eval(str(int(sys.argv[1])) + " + 1")


def startup_file(context):
    import os

    startup = os.environ.get("PYTHONSTARTUP")
    with open(startup) as file:
        # ok: code-from-command-line
        eval(compile(file.read(), startup, "exec"), context)


def compiled_text(context):
    import os

    # ruleid: code-from-command-line
    exec(compile(os.environ["HOOK"], "hook", "exec"), context)
