from bson.code import Code
from flask import Flask, request

app = Flask(__name__)


@app.route("/find")
def flask_find():
    wanted = request.args["name"]
    # ruleid: nosql-code-from-request
    db.items.find({"$where": f"this.name == '{wanted}'"})
    # ok: nosql-code-from-request
    db.items.find({"name": wanted})
    # ok: nosql-code-from-request
    db.items.find({"$where": "this.price > this.cost"})
    # ruleid: nosql-code-from-request
    return db.items.map_reduce(Code(request.form["map"]), Code("function(k, v) {}"), "out")


def django_find(request):
    code = "this.owner == '" + request.GET["owner"] + "'"
    # ruleid: nosql-code-from-request
    db.items.find({"active": True, "$where": code})
    # ok: nosql-code-from-request
    db.items.find({"$where": "this.price > %d" % int(request.GET["price"])})


@app.get("/count/{name}")
async def fastapi_count(name: str):
    # ruleid: nosql-code-from-request
    await db.items.count_documents({"$where": "this.name == '%s'" % name})
    # ok: nosql-code-from-request
    return await db.items.count_documents({"$where": "this.price > 3"})


def another_1(name):
    tainted = request.args["x"]
    # ruleid: nosql-code-from-request
    {"$function": tainted}
    # ruleid: nosql-code-from-request
    {"$accumulator": tainted}
    # ruleid: nosql-code-from-request
    c_1.where(tainted)
    # ruleid: nosql-code-from-request
    db_1.eval(tainted)
    # ruleid: nosql-code-from-request
    bson.Code(tainted)
