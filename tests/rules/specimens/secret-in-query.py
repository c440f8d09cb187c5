import requests
from fastapi import FastAPI, Form, Query
from flask import request as flask_request

api = FastAPI()
URL = "https://shop.example.org/login"


def flask_login():
    # ruleid: secret-in-query
    return flask_request.args.get("password")


def django_login(request):
    # ruleid: secret-in-query
    return request.GET["password"]


# ruleid: secret-in-query
@api.get("/login")
async def api_login(user: str, password: str):
    return user, password


def client(user, password):
    # ruleid: secret-in-query
    requests.get(URL, params={"user": user, "password": password}, timeout=3)


def flask_login_safely():
    # ok: secret-in-query
    return flask_request.form.get("password")


def django_login_safely(request):
    # ok: secret-in-query
    return request.POST["password"], request.GET["page"]


# ok: secret-in-query
@api.post("/login")
async def api_login_safely(user: str = Form(), password: str = Form()):
    return user, password


def client_safely(user, password):
    # ok: secret-in-query
    requests.post(URL, data={"user": user, "password": password}, timeout=3)


# ok: secret-in-query
@api.get("/search")
async def search(q: str = Query("")):
    return q


# ruleid: secret-in-query
flask.request.args["pwd"]


# ruleid: secret-in-query
request.GET.get("pwd")


# ruleid: secret-in-query
request.query_params["pwd"]


# ruleid: secret-in-query
request.query_params.get("pwd")


# ruleid: secret-in-query
self.get_query_argument("pwd")


# ruleid: secret-in-query
request.query["pwd"]


# ruleid: secret-in-query
request.query.get("pwd")


# ruleid: secret-in-query
def f_1(passwd: t_1 = Query()):
    pass


def joined(key, page):
    # ruleid: secret-in-query
    requests.get("http://api.example.org/send?api_key=" + key, timeout=5)
    # ruleid: secret-in-query
    requests.get("https://api.example.org/send?page=1&token=%s" % key, timeout=5)
    # ruleid: secret-in-query
    requests.get("https://api.example.org/send?token={}".format(key), timeout=5)
    # ok: secret-in-query
    requests.get("https://api.example.org/send?page=" + page, timeout=5)
    # ok: secret-in-query
    requests.get("https://api.example.org/send?token=public", timeout=5)
