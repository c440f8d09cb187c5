import xml.sax
from xml.sax.handler import feature_external_ges

from lxml import etree


def parse():
    # ruleid: xml-parser-resolves-entities
    etree.XMLParser(resolve_entities=True)
    # ruleid: xml-parser-resolves-entities
    etree.XMLParser(no_network=False)
    parser = xml.sax.make_parser()
    # ruleid: xml-parser-resolves-entities
    parser.setFeature(feature_external_ges, True)
    # ok: xml-parser-resolves-entities
    etree.XMLParser(resolve_entities=False, no_network=True)
    # ok: xml-parser-resolves-entities
    parser.setFeature(feature_external_ges, False)
    # ok: xml-parser-resolves-entities
    etree.XMLParser(remove_blank_text=True)
