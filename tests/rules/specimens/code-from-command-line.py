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
def another_1(name):
    tainted = sys.argv[1]
    # ruleid: code-from-command-line
    compile(tainted)
    # ruleid: code-from-command-line
    builtins.exec(tainted)
    # ruleid: code-from-command-line
    code.InteractiveInterpreter().runsource(tainted)
    # ruleid: code-from-command-line
    code.InteractiveConsole().push(tainted)
    # ruleid: code-from-command-line
    timeit.timeit(tainted)
    # ruleid: code-from-command-line
    cProfile.run(tainted)
    # ruleid: code-from-command-line
    runpy.run_path(tainted)
    # ruleid: code-from-command-line
    types.CodeType(tainted)
    # ruleid: code-from-command-line
    types.FunctionType(tainted)
    # ruleid: code-from-command-line
    df_1.eval(tainted)
    # ruleid: code-from-command-line
    numexpr.evaluate(tainted)
    # ruleid: code-from-command-line
    sympy.sympify(tainted)
    # ruleid: code-from-command-line
    sympy.parsing.sympy_parser.parse_expr(tainted)
    # ruleid: code-from-command-line
    js2py.eval_js(tainted)


def in_other_ways():
    text = sys.argv[1]
    if text not in KNOWN:
        sys.exit(1)
    # ok: code-from-command-line
    eval(text)


def collected():
    texts = []
    texts.append(sys.argv[1])
    # ruleid: code-from-command-line
    eval(texts[0])
