from urllib.parse import urlsplit

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import Flask, redirect, request, url_for

app = Flask(__name__)
TARGETS = {"shop": "https://shop.example/", "blog": "https://blog.example/"}


@app.route("/go")
def flask_go():
    # ruleid: redirect-from-request
    redirect(request.args["next"])
    # ruleid: redirect-from-request
    redirect(request.args.get("next") or url_for("index"))
    # ok: redirect-from-request
    redirect(url_for("item", name=request.args["name"]))
    # ok: redirect-from-request
    redirect("https://shop.example/item?name=" + request.args["name"])
    # ok: redirect-from-request
    redirect(TARGETS[request.args["to"]])
    # ok: redirect-from-request
    return redirect(request.path)


def django_go(request):
    target = request.GET.get("next", "/")
    # ruleid: redirect-from-request
    return HttpResponseRedirect(target)


def django_checked(request):
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    # ok: redirect-from-request
    return HttpResponseRedirect(target)


@app.get("/go")
async def fastapi_go(target: str, number: int):
    # ok: redirect-from-request
    RedirectResponse(f"/item/{number}")
    # ok: redirect-from-request
    RedirectResponse(f"/item/{target}")
    # ruleid: redirect-from-request
    return RedirectResponse(url=target)


async def aiohttp_go(request):
    # ruleid: redirect-from-request
    raise web.HTTPFound(request.query["next"])


def to_what_is_stored(request):
    topic = Topic.query.with_hidden().filter_by(id=request.args["id"]).first_or_404()
    # ok: redirect-from-request
    return redirect(topic.url)


def to_what_is_fetched(request):
    forum = Forum.get_forum(forum_id=request.args["id"])
    # ok: redirect-from-request
    return redirect(forum.external)


def within_a_folder(request):
    # ok: redirect-from-request
    return redirect(f"access/request?id={request.args['id']}")


def to_a_raw_answer(request):
    # ruleid: redirect-from-request
    return redirect(request.args["folder"] + "/access")
def to_a_named_route(self):
    path = request.args["path"]
    # ok: redirect-from-request
    redirect(self.get_url(".index_view", path=path))
    listing = self._get_dir_url(".index_view", path)
    # ok: redirect-from-request
    redirect(listing)
    # ruleid: redirect-from-request
    redirect(self.get_url(path))
    # ruleid: redirect-from-request
    return redirect(self.get_return_url(".index_view", path))


def another_1(name):
    tainted = request.args["x"]
    # ruleid: redirect-from-request
    flask.redirect(tainted)
    # ruleid: redirect-from-request
    redirect(tainted)
    # ruleid: redirect-from-request
    django.shortcuts.redirect(tainted)
    # ruleid: redirect-from-request
    HttpResponsePermanentRedirect(tainted)
    # ruleid: redirect-from-request
    RedirectResponse(tainted)
    # ruleid: redirect-from-request
    fastapi.responses.RedirectResponse(tainted)
    # ruleid: redirect-from-request
    fastapi.responses.RedirectResponse(url=tainted)
    # ruleid: redirect-from-request
    aiohttp.web.HTTPFound(tainted)
    # ruleid: redirect-from-request
    aiohttp.web.HTTPFound(location=tainted)
    # ruleid: redirect-from-request
    aiohttp.web.HTTPSeeOther(tainted)
    # ruleid: redirect-from-request
    aiohttp.web.HTTPTemporaryRedirect(tainted)
    # ruleid: redirect-from-request
    HTTPFound(location=tainted)
    # ruleid: redirect-from-request
    self.redirect(tainted)
    # ruleid: redirect-from-request
    sanic.response.redirect(tainted)
    # ruleid: redirect-from-request
    r_1["Location"] = tainted
    # ruleid: redirect-from-request
    self.send_header("Location", tainted)


def by_header(request, answer):
    # ruleid: redirect-from-request
    answer.headers["Location"] = request.GET["to"]
