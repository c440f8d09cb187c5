import xml.etree.ElementTree as ET
from xml.dom import minidom

import defusedxml.ElementTree
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.route("/xml", methods=["POST"])
def flask_xml():
    # ruleid: xml-from-request
    etree.fromstring(request.data)
    # ruleid: xml-from-request
    ET.fromstring(request.data)
    # ok: xml-from-request
    defusedxml.ElementTree.fromstring(request.data)
    # ok: xml-from-request
    etree.fromstring(request.data, etree.XMLParser(resolve_entities=False))
    # ok: xml-from-request
    etree.fromstring("<a/>")
    return "ok"


def django_xml(request):
    # ruleid: xml-from-request
    return minidom.parseString(request.body)


@app.post("/xml")
async def fastapi_xml(request: Request):
    body = await request.body()
    # ruleid: xml-from-request
    return etree.XML(body)


def another_1(name):
    tainted = request.args["x"]
    # ruleid: xml-from-request
    lxml.etree.parse(tainted)
    # ruleid: xml-from-request
    lxml.objectify.fromstring(tainted)
    # ruleid: xml-from-request
    lxml.etree.iterparse(tainted)
    # ruleid: xml-from-request
    xml.etree.ElementTree.parse(tainted)
    # ruleid: xml-from-request
    xml.etree.ElementTree.XML(tainted)
    # ruleid: xml-from-request
    xml.etree.ElementTree.iterparse(tainted)
    # ruleid: xml-from-request
    xml.dom.minidom.parse(tainted)
    # ruleid: xml-from-request
    xml.dom.pulldom.parseString(tainted)
    # ruleid: xml-from-request
    xml.dom.pulldom.parse(tainted)
    # ruleid: xml-from-request
    xml.sax.parseString(tainted)
    # ruleid: xml-from-request
    xml.sax.parse(tainted)
    # ruleid: xml-from-request
    xmltodict.parse(tainted, disable_entities=False)
