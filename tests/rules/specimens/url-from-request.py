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


def another_1(name):
    tainted = request.args["x"]
    # ruleid: url-from-request
    requests.put(url=tainted)
    # ruleid: url-from-request
    httpx.put(tainted)
    # ruleid: url-from-request
    httpx.put(url=tainted)
    # ruleid: url-from-request
    requests.request(url=tainted)
    # ruleid: url-from-request
    httpx.request(method_1, tainted)
    # ruleid: url-from-request
    urllib.request.Request(tainted)
    # ruleid: url-from-request
    urllib.request.urlretrieve(tainted)
    # ruleid: url-from-request
    urllib.request.build_opener().open(tainted)
    # ruleid: url-from-request
    urlopen(tainted)
    # ruleid: url-from-request
    urllib2.urlopen(tainted)
    # ruleid: url-from-request
    urllib.urlopen(tainted)
    # ruleid: url-from-request
    urllib3.PoolManager().request(method_1, tainted)
    # ruleid: url-from-request
    urllib3.request(method_1, tainted)
    # ruleid: url-from-request
    aiohttp.request(method_1, tainted)
    # ruleid: url-from-request
    http.client.HTTPConnection(tainted)
    # ruleid: url-from-request
    http.client.HTTPSConnection(tainted)
    # ruleid: url-from-request
    sock_1.connect((tainted, port_1))
    # ruleid: url-from-request
    asyncio.open_connection(tainted)
    # ruleid: url-from-request
    ftplib.FTP(tainted)
    # ruleid: url-from-request
    smtplib.SMTP(tainted)
    # ruleid: url-from-request
    xmlrpc.client.ServerProxy(tainted)
    # ruleid: url-from-request
    websockets.connect(tainted)
    # ruleid: url-from-request
    wget.download(tainted)
    # ruleid: url-from-request
    feedparser.parse(tainted)
    # ruleid: url-from-request
    browser_1.goto(tainted)
    # ruleid: url-from-request
    curl_1.setopt(pycurl.URL, tainted)
    # ruleid: url-from-request
    pdfkit.from_url(tainted)
    # ruleid: url-from-request
    weasyprint.HTML(url=tainted)
    # ruleid: url-from-request
    scrapy.Request(tainted)
    # ruleid: url-from-request
    git.Repo.clone_from(tainted)
    # ruleid: url-from-request
    httpclient.request(put, tainted)
    # ruleid: url-from-request
    httpclient.put(url=tainted)


def in_other_ways(request, session, client):
    url = request.GET["url"]
    # ruleid: url-from-request
    socket.create_connection((url, 80))
    # ok: url-from-request
    requests.get(BASE_URL + url)
    # ok: url-from-request
    requests.get("https://x.example/?" + urllib.parse.urlencode({"q": url}))
    # ok: url-from-request
    session.get("name", url)
    # ok: url-from-request
    request.session.get(url)
    # ok: url-from-request
    client.delete("name", url)


def checked_elsewhere(request):
    url = request.GET["url"]
    if not is_safe_url(url):
        return
    # ok: url-from-request
    requests.get(url)


def by_host(request):
    url = httpx.URL(request.GET["url"])
    if url.host not in ("hooks.example.org", "api.example.org"):
        raise ValueError(url)
    # ok: url-from-request
    return requests.get(str(url), timeout=5)


def by_hostname(request):
    url = yarl.URL(request.GET["url"])
    if url.hostname in HOOKS:
        # ok: url-from-request
        return requests.get(str(url), timeout=5)


def by_block_list(request):
    url = yarl.URL(request.GET["url"])
    if url.host not in BLOCKED:
        # ruleid: url-from-request
        return requests.get(str(url), timeout=5)


def by_scheme(request):
    url = yarl.URL(request.GET["url"])
    if url.scheme not in ("http", "https"):
        raise ValueError(url)
    # ruleid: url-from-request
    return requests.get(str(url), timeout=5)


def by_whole_address(request, feeds):
    url = request.GET["url"]
    if url not in feeds:
        raise ValueError(url)
    # ok: url-from-request
    return requests.get(url, timeout=5)
