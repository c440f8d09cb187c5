import json

from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def flask_login():
    body = request.get_json()
    # ruleid: nosql-operator-from-json
    user = db.users.find_one({"name": body["name"], "password": body["password"]})
    # ruleid: nosql-operator-from-json
    db.users.delete_many({"owner": request.json["owner"]})
    # ok: nosql-operator-from-json
    db.users.find_one({"name": str(body["name"])})
    # ok: nosql-operator-from-json
    db.users.find_one({"name": request.form["name"]})
    # ok: nosql-operator-from-json
    db.users.find_one({"name": {"$eq": body["name"]}})
    return user


async def aiohttp_search(request):
    query = await request.json()
    # ruleid: nosql-operator-from-json
    return await request.app["db"].items.find(query).to_list(10)


def django_search(request):
    wanted = json.loads(request.body)
    # ruleid: nosql-operator-from-json
    db.items.update_one({"code": wanted["code"]}, {"$inc": {"seen": 1}})
    # ok: nosql-operator-from-json
    db.items.update_one({"code": int(wanted["code"])}, {"$inc": {"seen": 1}})
    wanted = {"code": "a"}
    # ok: nosql-operator-from-json
    db.items.update_one({"code": wanted["code"]}, {"$inc": {"seen": 1}})


def another_1(name):
    tainted = request.json
    # ruleid: nosql-operator-from-json
    c_1.find_one_and_update(tainted)
    # ruleid: nosql-operator-from-json
    c_1.find_one_and_delete(tainted)
    # ruleid: nosql-operator-from-json
    c_1.update_many(tainted)
    # ruleid: nosql-operator-from-json
    c_1.delete_one(tainted)
    # ruleid: nosql-operator-from-json
    c_1.count_documents(tainted)
    # ruleid: nosql-operator-from-json
    c_1.aggregate(tainted)


def of_a_set(request):
    name = request.json["name"]
    if name not in NAMES:
        return None
    # ok: nosql-operator-from-json
    return users.find_one({"name": name})


def collected(request):
    names = []
    names.append(request.json["name"])
    # ruleid: nosql-operator-from-json
    return users.find_one({"name": names[0]})
