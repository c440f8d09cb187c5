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


# ruleid: xml-parser-resolves-entities
lxml.etree.XMLParser(load_dtd=True)


# ruleid: xml-parser-resolves-entities
lxml.etree.ETCompatXMLParser(resolve_entities=True)


# ruleid: xml-parser-resolves-entities
lxml.etree.iterparse(resolve_entities=True)


# ruleid: xml-parser-resolves-entities
lxml.etree.iterparse(load_dtd=True)


# ruleid: xml-parser-resolves-entities
lxml.etree.iterparse(no_network=False)


# ruleid: xml-parser-resolves-entities
p_1.setFeature(xml.sax.handler.feature_external_ges, True)


# ruleid: xml-parser-resolves-entities
p_1.setFeature(xml.sax.handler.feature_external_ges, 1)


# ruleid: xml-parser-resolves-entities
p_1.setFeature(xml.sax.handler.feature_external_pes, True)


# ruleid: xml-parser-resolves-entities
p_1.setFeature(feature_external_ges, True)


# ruleid: xml-parser-resolves-entities
p_1.setFeature(feature_external_ges, 1)


# ruleid: xml-parser-resolves-entities
p_1.setFeature("http://xml.org/sax/features/external-general-entities", True)


# ruleid: xml-parser-resolves-entities
defusedxml.m_1.f_1(forbid_external=False)


def by_feature(parser):
    # ruleid: xml-parser-resolves-entities
    parser.setFeature(feature_external_ges, True)
    # ruleid: xml-parser-resolves-entities
    parser.setFeature(feature_external_ges, 1)
