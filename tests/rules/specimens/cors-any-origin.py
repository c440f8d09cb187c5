from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS

api = FastAPI()
app = Flask(__name__)
# ruleid: cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["*"])
# ruleid: cors-any-origin
CORS(app)
# ruleid: cors-any-origin
CORS_ALLOW_ALL_ORIGINS = True


def view(response):
    # ruleid: cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# ok: cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.org"])
# ok: cors-any-origin
CORS(app, origins=["https://shop.example.org"])
# ok: cors-any-origin
CORS_ALLOWED_ORIGINS = ["https://shop.example.org"]


def good(response):
    # ok: cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = "https://shop.example.org"
    # ok: cors-any-origin
    response.headers["Vary"] = "*"
    return response


# ruleid: cors-any-origin
Middleware(CORSMiddleware, allow_origins=["*"])


# ruleid: cors-any-origin
CORSMiddleware(allow_origins=["*"])


# ruleid: cors-any-origin
CORS(origins="*")


# ruleid: cors-any-origin
CORS(origins=["*"])


# ruleid: cors-any-origin
CORS(resources={p_1:{"origins":"*"}})


# ruleid: cors-any-origin
CORS_ORIGIN_ALLOW_ALL = True


# ruleid: cors-any-origin
r_1.headers.add("Access-Control-Allow-Origin", "*")


# ruleid: cors-any-origin
r_1.headers.set("Access-Control-Allow-Origin", "*")


# ruleid: cors-any-origin
r_1.set_header("Access-Control-Allow-Origin", "*")


# ruleid: cors-any-origin
f_1(headers={"Access-Control-Allow-Origin": "*"})


# ruleid: cors-any-origin
r_1.headers["access-control-allow-origin"] = "*"


# ruleid: cors-any-origin
aiohttp_cors.setup(defaults={"*":x_1})
