"""libxml2 can do what it can in upstream's own wheels."""

from lxml import etree

WANTED = {"catalog", "html", "iconv", "regexp", "schematron", "xmlschema", "xpath", "zlib"}

assert WANTED <= etree.LIBXML_FEATURES, WANTED - etree.LIBXML_FEATURES
