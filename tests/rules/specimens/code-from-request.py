import ast
import json

from flask import Flask, request

app = Flask(__name__)
OPERATIONS = {"add": "a + b", "mul": "a * b"}


@app.route("/calc")
def flask_calc():
    # ruleid: code-from-request
    eval(request.args["expression"])
    # ruleid: code-from-request
    exec("result = " + request.form["body"], {})
    # ok: code-from-request
    ast.literal_eval(request.args["value"])
    # ok: code-from-request
    eval(OPERATIONS[request.args["operation"]])
    # ok: code-from-request
    json.loads(request.args["value"])
    return "ok"


def django_calc(request):
    source = request.body.decode()
    # ruleid: code-from-request
    code = compile(source, "<web>", "exec")
    source = "1 + 1"
    # ok: code-from-request
    eval(source)
    # ok: code-from-request
    eval(str(int(request.POST["n"])) + " * 2")
    return code


@app.post("/filter")
async def fastapi_filter(query: str, frame, top: int):
    # ok: code-from-request
    eval(f"{top} > 3")
    # ruleid: code-from-request
    return frame.eval(query)


async def websocket(websocket):
    text = await websocket.receive_text()
    # ruleid: code-from-request
    exec(text)


def named_after_the_client(request):
    # ok: code-from-request
    exec(compile("x = 1", request.GET["name"], "exec"))


def compiled_by_the_client(request):
    # ruleid: code-from-request
    exec(compile(request.GET["code"], "name", "exec"))
def another_1(name):
    tainted = request.args["x"]
    # ruleid: code-from-request
    builtins.exec(tainted)
    # ruleid: code-from-request
    code.InteractiveInterpreter().runsource(tainted)
    # ruleid: code-from-request
    code.InteractiveConsole().push(tainted)
    # ruleid: code-from-request
    timeit.timeit(tainted)
    # ruleid: code-from-request
    cProfile.run(tainted)
    # ruleid: code-from-request
    runpy.run_path(tainted)
    # ruleid: code-from-request
    types.CodeType(tainted)
    # ruleid: code-from-request
    types.FunctionType(tainted)
    # ruleid: code-from-request
    numexpr.evaluate(tainted)
    # ruleid: code-from-request
    sympy.sympify(tainted)
    # ruleid: code-from-request
    sympy.parsing.sympy_parser.parse_expr(tainted)
    # ruleid: code-from-request
    js2py.eval_js(tainted)


def in_other_ways(request):
    # ruleid: code-from-request
    builtins.eval(request.GET["x"])
    # ruleid: code-from-request
    pandas.eval(request.GET["x"])
