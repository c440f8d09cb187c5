import urllib.request
from urllib.parse import urlsplit

import httpx
import requests
from flask import Flask, request

app = Flask(__name__)
HOSTS = {"api.example", "img.example"}
FEEDS = {"news": "https://news.example/feed"}


@app.route("/fetch")
def flask_fetch():
    # ruleid: url-from-request
    requests.get(request.args["url"], timeout=3)
    # ruleid: url-from-request
    requests.request("GET", "http://" + request.args["host"] + "/status", timeout=3)
    # ok: url-from-request
    requests.get("https://api.example/item", params={"name": request.args["name"]}, timeout=3)
    # ok: url-from-request
    requests.get("https://api.example/item/" + request.args["name"], timeout=3)
    # ok: url-from-request
    requests.get(FEEDS[request.args["feed"]], timeout=3)
    return "ok"


@app.route("/checked")
def flask_checked():
    url = request.args["url"]
    if urlsplit(url).hostname not in HOSTS:
        return "no", 403
    # ok: url-from-request
    return requests.get(url, timeout=3).text


def django_fetch(request):
    # ruleid: url-from-request
    urllib.request.urlopen(f"https://{request.GET['host']}/feed")
    # ok: url-from-request
    urllib.request.urlopen(f"https://api.example/{request.GET['path']}")


@app.get("/proxy")
async def fastapi_proxy(url: str, number: int):
    # ok: url-from-request
    httpx.get(f"https://api.example/{number}")
    async with httpx.AsyncClient() as client:
        # ruleid: url-from-request
        return await client.get(url)


async def aiohttp_proxy(request):
    async with aiohttp.ClientSession() as session:
        # ruleid: url-from-request
        return await session.get(request.query["url"])
