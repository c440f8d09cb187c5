from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS

api = FastAPI()
app = Flask(__name__)
# ruleid: cors-any-origin-credentials
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])
# ruleid: cors-any-origin-credentials
api.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True)
# ruleid: cors-any-origin-credentials
CORS(app, supports_credentials=True)
# ruleid: cors-any-origin-credentials
CORS(app, origins="*", supports_credentials=True)
# ruleid: cors-any-origin-credentials
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = True

# ok: cors-any-origin-credentials
api.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.org"], allow_credentials=True)
# ok: cors-any-origin-credentials
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])
# ok: cors-any-origin-credentials
CORS(app, origins=["https://shop.example.org"], supports_credentials=True)
# ok: cors-any-origin-credentials
api.add_middleware(CORSMiddleware, allow_origin_regex=r"https://.*\.example\.org", allow_credentials=True)


# ruleid: cors-any-origin-credentials
starlette.middleware.cors.CORSMiddleware(allow_origins=["*"], allow_credentials=True)


# ruleid: cors-any-origin-credentials
Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)


# ruleid: cors-any-origin-credentials
CORS(origins=["*"], supports_credentials=True)


# ruleid: cors-any-origin-credentials
CORS(resources={p_1:{"origins":"*"}}, supports_credentials=True)


# ruleid: cors-any-origin-credentials
cross_origin(origins="*", supports_credentials=True)


def another_6(name):
    # ruleid: cors-any-origin-credentials
    CORS_ALLOW_CREDENTIALS = True
    pass
    CORS_ALLOW_ALL_ORIGINS = True


# ruleid: cors-any-origin-credentials
CORS_ORIGIN_ALLOW_ALL = True
pass
CORS_ALLOW_CREDENTIALS = True


# ruleid: cors-any-origin-credentials
CORS(app, origins="*", supports_credentials=True)
# ruleid: cors-any-origin-credentials
CORS(app, supports_credentials=True, origins="*")
# ok: cors-any-origin-credentials
CORS(app, supports_credentials=True, origins=["https://a.example"])
# ok: cors-any-origin-credentials
CORS(app, supports_credentials=True, origins=ORIGINS)
# ok: cors-any-origin-credentials
CORS(app, supports_credentials=True, resources=PATHS)


Starlette(middleware=[
    # ruleid: cors-any-origin-credentials
    Middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True),
    # ok: cors-any-origin-credentials
    Middleware(CORSMiddleware, allow_origin_regex="https://[a-z]+[.]shop[.]example", allow_credentials=True),
])


def by_hand(response):
    # ruleid: cors-any-origin-credentials
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Credentials"] = "true"
