"""The bundled grammar of RFC 4287 accepts what the RFC allows and refuses what it forbids."""

from __future__ import annotations

import pytest
from lxml import etree

from .atom_rules import GRAMMAR

HEAD = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>tag:a.example,2026:x</id>'
    "<updated>2026-03-01T09:00:00Z</updated>{}</feed>"
)
ENTRY = HEAD.format(
    "<entry><title/><id>tag:a.example,2026:y</id><updated>2026-03-01T09:00:00.5+01:00</updated>{}</entry>"
)
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'

ALLOWED = {
    "no entries": HEAD.format(""),
    "any order": HEAD.format("<link href='/x'/><author><name>n</name></author><rights>r</rights>"),
    "xhtml": ENTRY.format(f"<content type='xhtml'>{XHTML.format('<b>x</b>')}</content>"),
    "xhtml title": HEAD.format(f"<subtitle type='xhtml'>{XHTML.format('x')}</subtitle>"),
    "other xml": ENTRY.format("<content type='image/svg+xml'><svg xmlns='urn:s' a='b'>x</svg></content>"),
    "content elsewhere": ENTRY.format("<summary/><content type='video/mp4' src='v.mp4'/>"),
    "simple extension": ENTRY.format("<x:a xmlns:x='urn:x'>text</x:a>"),
    "structured extension": ENTRY.format("<x:a xmlns:x='urn:x' b='c'><x:d/>t</x:a>"),
    "foreign attribute": ENTRY.format("<summary xmlns:x='urn:x' x:y='z'>s</summary>"),
    "person with all": ENTRY.format("<author><uri>u</uri><email>a@b</email><name>n</name></author>"),
    "source": ENTRY.format("<source><id>i</id><title>t</title></source>"),
    "language": ENTRY.format("<category term='a' xml:lang='zh-Hant-TW' scheme='s' label='l'/>"),
    "full relation": ENTRY.format("<link rel='http://x.example/rel' href='x' hreflang='de' length='1'/>"),
}
FORBIDDEN = {
    "no id": HEAD.format("").replace("<id>tag:a.example,2026:x</id>", ""),
    "no updated": HEAD.format("").replace("<updated>2026-03-01T09:00:00Z</updated>", ""),
    "no title": HEAD.format("").replace("<title>t</title>", ""),
    "two titles": HEAD.format("<title>u</title>"),
    "no namespace": HEAD.format("").replace(' xmlns="http://www.w3.org/2005/Atom"', ""),
    "head after an entry": ENTRY.format("").replace("</entry>", "</entry><rights/>"),
    "date without time": ENTRY.format("<published>2026-03-01</published>"),
    "date in words": ENTRY.format("<published>1 March</published>"),
    "person without name": ENTRY.format("<author><uri>u</uri></author>"),
    "person with two names": ENTRY.format("<author><name>n</name><name>m</name></author>"),
    "address without at": ENTRY.format("<author><name>n</name><email>nobody</email></author>"),
    "category without term": ENTRY.format("<category label='x'/>"),
    "link without href": ENTRY.format("<link rel='self'/>"),
    "link with a strange type": ENTRY.format("<link href='x' type='html'/>"),
    "unknown element": ENTRY.format("<subtitle>x</subtitle>"),
    "unknown attribute": ENTRY.format("<summary size='1'>x</summary>"),
    "markup in text": ENTRY.format("<summary type='text'>a <b xmlns='urn:x'>c</b></summary>"),
    "unknown text type": ENTRY.format("<summary type='markdown'>a</summary>"),
    "CDATA as a type": ENTRY.format("<content type='CDATA'>a</content>"),
    "xhtml without div": ENTRY.format("<content type='xhtml'>a</content>"),
    "bad language": ENTRY.format("<summary xml:lang='no language'>a</summary>"),
    "two contents": ENTRY.format("<content>a</content><content>b</content>"),
    "two icons": HEAD.format("<icon>a</icon><icon>b</icon>"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_the_grammar_allows(name: str) -> None:
    document = etree.fromstring(ALLOWED[name])
    assert GRAMMAR.validate(document), GRAMMAR.error_log


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_grammar_forbids(name: str) -> None:
    assert not GRAMMAR.validate(etree.fromstring(FORBIDDEN[name]))
