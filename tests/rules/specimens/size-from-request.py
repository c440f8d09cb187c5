import time

from flask import Flask, request

app = Flask(__name__)


@app.route("/make")
def flask_make():
    number = int(request.args["n"])
    # ruleid: size-from-request
    [0] * number
    # ruleid: size-from-request
    time.sleep(float(request.args["seconds"]))
    # ok: size-from-request
    list(range(min(number, 1000)))
    # ok: size-from-request
    time.sleep(1)
    return "ok"


@app.route("/checked")
def flask_checked():
    number = int(request.args["n"])
    if number > 1000:
        return "no", 400
    # ok: size-from-request
    return "x" * number


def django_make(request):
    # ruleid: size-from-request
    return list(range(int(request.GET["n"])))


@app.get("/make")
async def fastapi_make(size: str):
    text = "3"
    # ok: size-from-request
    range(int(text))
    # ruleid: size-from-request
    return bytearray(int(size))


def another_1(name):
    tainted = request.args["x"]
    # ruleid: size-from-request
    range(a_1, tainted)
    # ruleid: size-from-request
    asyncio.sleep(tainted)
    # ruleid: size-from-request
    os.urandom(tainted)
    # ruleid: size-from-request
    secrets.token_bytes(tainted)
    # ruleid: size-from-request
    secrets.token_hex(tainted)
    # ruleid: size-from-request
    itertools.repeat(x_1, tainted)
    # ruleid: size-from-request
    math.factorial(tainted)
    # ruleid: size-from-request
    numpy.zeros(tainted)
    # ruleid: size-from-request
    numpy.ones(tainted)
    # ruleid: size-from-request
    "text" * tainted
    # ruleid: size-from-request
    tainted * "text"


@app.get("/wait")
async def wait(seconds: float):
    # ruleid: size-from-request
    await asyncio.sleep(seconds)


@app.get("/many")
def many(size: int = 10):
    # ruleid: size-from-request
    return list(range(size))


@app.get("/some")
def some(size: int = Query(10, le=100)):
    # ok: size-from-request
    return list(range(size))


@app.get("/bounded")
async def bounded(seconds: float):
    # ok: size-from-request
    await asyncio.sleep(min(seconds, 5))


def by_itself(size: int):
    # ok: size-from-request
    return list(range(size))


@app.fixture("/x")
def fixed(size: int):
    # ok: size-from-request
    return list(range(size))


@app.get("/name")
def named(name: bool):
    # ok: size-from-request
    return bytearray(name)


def of_a_set(request):
    size = int(request.GET["n"])
    if size not in (1, 2):
        return
    # ok: size-from-request
    time.sleep(size)


def in_a_list(request):
    sizes = []
    sizes.append(int(request.GET["n"]))
    # ruleid: size-from-request
    time.sleep(sizes[0])
    # ruleid: size-from-request
    b"x" * int(request.GET["n"])
