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
