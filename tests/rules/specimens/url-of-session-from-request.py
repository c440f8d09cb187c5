import aiohttp
import httpx
import requests
import urllib3
from fastapi import FastAPI
from flask import request

app = FastAPI()


@app.get("/proxy")
async def with_aiohttp(url: str):
    async with aiohttp.ClientSession() as session:
        # ruleid: url-of-session-from-request
        async with session.get(url) as answer:
            return await answer.text()


@app.get("/proxy2")
async def with_httpx(url: str):
    async with httpx.AsyncClient() as client:
        # ruleid: url-of-session-from-request
        first = await client.get(url)
        # ruleid: url-of-session-from-request
        async with client.stream("GET", url) as second:
            return first, second


def flask_view():
    url = request.args["url"]
    with requests.Session() as session:
        # ruleid: url-of-session-from-request
        session.request("GET", url)
    with httpx.Client() as client:
        # ruleid: url-of-session-from-request
        client.post(url)
    kept = requests.Session()
    # ruleid: url-of-session-from-request
    kept.get(url)
    pool = urllib3.PoolManager()
    # ruleid: url-of-session-from-request
    pool.request("GET", url)
    plain = httpx.Client()
    # ruleid: url-of-session-from-request
    plain.head(url)


async def aiohttp_view(request):
    url = request.query["url"]
    session = aiohttp.ClientSession()
    # ruleid: url-of-session-from-request
    await session.get(url)
    other = httpx.AsyncClient()
    # ruleid: url-of-session-from-request
    await other.delete(url)


@app.get("/safe")
async def safe(name: str, number: int, url: str):
    async with httpx.AsyncClient() as client:
        # ok: url-of-session-from-request
        await client.get(f"https://api.example.com/users/{name}")
        # ok: url-of-session-from-request
        await client.get("https://api.example.com/users/" + name)
        # ok: url-of-session-from-request
        await client.get("https://api.example.com/users/%s" % name)
        # ok: url-of-session-from-request
        await client.get("https://api.example.com/users/{}".format(name))
        # ok: url-of-session-from-request
        await client.get("https://api.example.com", params={"q": name})
        if not is_allowed_host(url):
            return None
        # ok: url-of-session-from-request
        await client.get(url)


def allow_list(request):
    host = request.GET["host"]
    session = requests.Session()
    if host not in ("a.example", "b.example"):
        return None
    # ok: url-of-session-from-request
    return session.get("https://" + host)


def collects(request):
    pool = requests.Session()
    found = []
    found.append(request.GET["x"])
    # ruleid: url-of-session-from-request
    pool.get("http://%s" % found[0])
    number = int(request.GET["n"])
    # ok: url-of-session-from-request
    pool.get("http://%s" % number)
    # ok: url-of-session-from-request
    pool.get("http://%s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: url-of-session-from-request
    pool.get("http://%s" % kind)


async def tornado_client(request):
    client = AsyncHTTPClient()
    # ruleid: url-of-session-from-request
    await client.fetch(request.GET["url"])
    # ok: url-of-session-from-request
    await client.fetch("https://x.example/")


async def to_known_host():
    url = httpx.URL(request.args["url"])
    if url.host not in ("hooks.example.org", "api.example.org"):
        raise ValueError(url)
    async with httpx.AsyncClient() as client:
        # ok: url-of-session-from-request
        return await client.post(str(url), timeout=5)


async def to_its_host():
    url = httpx.URL(request.args["url"])
    if url.hostname in HOOKS:
        async with httpx.AsyncClient() as client:
            # ok: url-of-session-from-request
            return await client.post(str(url), timeout=5)


async def to_any_host():
    url = httpx.URL(request.args["url"])
    if url.scheme not in ("http", "https"):
        raise ValueError(url)
    async with httpx.AsyncClient() as client:
        # ruleid: url-of-session-from-request
        return await client.post(str(url), timeout=5)


async def to_another_host():
    url = httpx.URL(request.args["url"])
    if url.host in BLOCKED:
        raise ValueError(url)
    async with httpx.AsyncClient() as client:
        # ruleid: url-of-session-from-request
        return await client.post(str(url), timeout=5)
