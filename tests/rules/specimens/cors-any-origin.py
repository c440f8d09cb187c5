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
