import xml.sax
from xml.dom import pulldom

import defusedxml.ElementTree
from lxml import etree, objectify


def parse(path, data: bytes):
    # ruleid: xml-parsed-by-default
    etree.parse(path)
    # ruleid: xml-parsed-by-default
    etree.fromstring(data)
    # ruleid: xml-parsed-by-default
    etree.XML(data)
    # ruleid: xml-parsed-by-default
    objectify.parse(path)
    # ruleid: xml-parsed-by-default
    objectify.fromstring(data)
    # ruleid: xml-parsed-by-default
    xml.sax.parse(path, None)
    # ruleid: xml-parsed-by-default
    xml.sax.parseString(data, None)
    # ruleid: xml-parsed-by-default
    pulldom.parse(path)
    # ruleid: xml-parsed-by-default
    pulldom.parseString(data)


def safe(path, data):
    # ok: xml-parsed-by-default
    etree.parse(path, etree.XMLParser(resolve_entities=False))
    # ok: xml-parsed-by-default
    etree.fromstring(b"<a/>")
    # ok: xml-parsed-by-default
    defusedxml.ElementTree.fromstring(data)
    # ok: xml-parsed-by-default
    return etree.parse("settings.xml")
