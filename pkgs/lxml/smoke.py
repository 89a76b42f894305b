"""libxml2 can do what it can in upstream's own wheels."""

from lxml import etree

WANTED = {"catalog", "html", "iconv", "regexp", "schematron", "xmlschema", "xpath", "zlib"}

assert WANTED <= etree.LIBXML_FEATURES, WANTED - etree.LIBXML_FEATURES
# Strings with characters beyond U+FFFF reach libxml2 as UTF-32, which the C library converts.
assert etree.HTML("<p>\N{SMILING FACE WITH OPEN MOUTH AND SMILING EYES}</p>").findtext(".//p") == "\U0001f604"
