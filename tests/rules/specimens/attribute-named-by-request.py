import operator

from flask import Flask, request

app = Flask(__name__)
ACTIONS = {"start", "stop"}


@app.route("/do")
def flask_do():
    # ruleid: attribute-named-by-request
    getattr(service, request.args["action"])()
    # ruleid: attribute-named-by-request
    globals()[request.form["function"]]()
    # ok: attribute-named-by-request
    getattr(service, "start")()
    # ok: attribute-named-by-request
    getattr(request, "args")
    return "ok"


def django_do(request):
    action = request.POST["action"]
    # ruleid: attribute-named-by-request
    return operator.methodcaller(action)(service)


def django_checked(request):
    action = request.POST["action"]
    if action not in ACTIONS:
        raise Http404
    # ok: attribute-named-by-request
    return getattr(service, action)()


@app.get("/sort")
async def fastapi_sort(column: str, rows, count: int):
    # ok: attribute-named-by-request
    getattr(rows, f"top_{count}")()
    # ruleid: attribute-named-by-request
    return getattr(Item, column)


def dispatched(self, request):
    # ok: attribute-named-by-request
    return getattr(self, f"on_{request.args['event']}")(request)


def dispatched_by_action(actions, request):
    # ok: attribute-named-by-request
    return getattr(actions, "on_" + request.args["action"], None)


def private(self, request):
    # ruleid: attribute-named-by-request
    return getattr(self, "_" + request.args["name"])
def another_1(name):
    tainted = request.args["x"]
    # ruleid: attribute-named-by-request
    locals()[tainted]
    # ruleid: attribute-named-by-request
    vars()[tainted]
    # ruleid: attribute-named-by-request
    globals().get(tainted)
    # ruleid: attribute-named-by-request
    operator.attrgetter(tainted)


def or_none(request, thing):
    # ruleid: attribute-named-by-request
    getattr(thing, request.GET["name"], None)
