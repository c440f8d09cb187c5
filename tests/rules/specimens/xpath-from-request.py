from flask import Flask, request
from lxml import etree

app = Flask(__name__)
tree = etree.parse("users.xml")


@app.route("/user")
def flask_user():
    name = request.args["name"]
    # ruleid: xpath-from-request
    tree.xpath("//user[name='" + name + "']")
    # ok: xpath-from-request
    tree.xpath("//user[name=$name]", name=name)
    # ok: xpath-from-request
    tree.xpath("//user[%d]" % int(request.args["position"]))
    return "ok"


def django_user(request):
    # ruleid: xpath-from-request
    wanted = etree.XPath("//user[@id='%s']" % request.POST["id"])
    # ok: xpath-from-request
    tree.findall("user")
    return wanted(tree)


@app.get("/user/{name}")
async def fastapi_user(name: str):
    root = tree.getroot()
    # ruleid: xpath-from-request
    return root.find(f"user[@name='{name}']")


def text_search(request):
    # ok: xpath-from-request
    return "constant text".find(request.GET["part"])


def many_numbers(request):
    # ok: xpath-from-request
    return NUMBER_REGEX.findall(request.GET["numbers"])


def many_nodes(request, tree):
    # ruleid: xpath-from-request
    return tree.findall(request.GET["path"])
def another_1(name):
    tainted = request.args["x"]
    # ruleid: xpath-from-request
    root.findall(tainted)
    # ruleid: xpath-from-request
    root.iterfind(tainted)
    # ruleid: xpath-from-request
    root.findtext(tainted)
    # ruleid: xpath-from-request
    lxml.etree.ETXPath(tainted)
    # ruleid: xpath-from-request
    elementpath.select(root_1, tainted)
