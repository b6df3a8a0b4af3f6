"""RFC 4287: its grammar (data/atom.rng), and what it says in prose or Schematron that a grammar cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from .rules import RuleBook

NS = {"a": "http://www.w3.org/2005/Atom"}
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom.rng"))
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")

ATOM: RuleBook[etree._Element] = RuleBook(etree.fromstring)


def texts(feed: etree._Element, path: str) -> list[str]:
    return [str(text) for text in feed.xpath(path, namespaces=NS)]


@ATOM.rule("RFC 4287, appendix B")
def follows_the_grammar(feed: etree._Element) -> Iterator[str]:
    if not GRAMMAR.validate(feed):
        yield str(GRAMMAR.error_log.last_error)


@ATOM.rule("RFC 4287, 4.1.1 and 4.1.2")
def has_an_author_everywhere(feed: etree._Element) -> Iterator[str]:
    if not feed.xpath("a:author", namespaces=NS) and feed.xpath("a:entry[not(a:author)]", namespaces=NS):
        yield "an entry without author in a feed without author"


@ATOM.rule("RFC 4287, 3.2.1")
def people_have_names(feed: etree._Element) -> Iterator[str]:
    if feed.xpath("//a:author[normalize-space(a:name) = '']", namespaces=NS):
        yield "an author without name"


@ATOM.rule("RFC 4287, 4.1.2")
def has_content_or_alternate(feed: etree._Element) -> Iterator[str]:
    path = "a:entry[not(a:content) and not(a:link[@rel = 'alternate' or not(@rel)])]"
    if feed.xpath(path, namespaces=NS):
        yield "an entry with neither content nor alternate link"


@ATOM.rule("RFC 4287, 4.1.1 and 4.1.2")
def has_one_alternate_of_a_kind(feed: etree._Element) -> Iterator[str]:
    for element in feed.xpath("self::a:feed | a:entry", namespaces=NS):
        links = element.xpath("a:link[@rel = 'alternate' or not(@rel)]", namespaces=NS)
        kinds = [(link.get("type"), link.get("hreflang")) for link in links]
        if len(kinds) != len(set(kinds)):
            yield f"{len(kinds)} alternate links"


@ATOM.rule("RFC 4287, 4.1.1")
def links_to_itself(feed: etree._Element) -> Iterator[str]:
    if len(feed.xpath("a:link[@rel = 'self']", namespaces=NS)) != 1:
        yield "not one self link"


@ATOM.rule("RFC 4287, 4.2.6, 4.2.7 and 3: IRIs without white space")
def addresses_are_iris(feed: etree._Element) -> Iterator[str]:
    for path in ("//a:id/text()", "//a:link/@href", "//a:uri/text()", "//a:icon/text()", "//a:logo/text()"):
        for iri in texts(feed, path):
            if not IRI.fullmatch(iri):
                yield repr(iri)
    if feed.xpath("//a:id[not(text())]", namespaces=NS):
        yield "an empty id"


@ATOM.rule("RFC 4287, 4.1.1: entries with one id differ in atom:updated")
def entries_differ(feed: etree._Element) -> Iterator[str]:
    ids = texts(feed, "a:entry/a:id/text()")
    if len(ids) != len(set(ids)):
        yield "two entries with one id"


@ATOM.rule("RFC 4287, 3.3: RFC 3339 with T and an offset")
def dates_are_whole(feed: etree._Element) -> Iterator[str]:
    for date in texts(feed, "//a:updated/text() | //a:published/text()"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", date):
            yield repr(date)


@ATOM.rule("RFC 4287, 3.1.1: text and html have no child elements, HTML says so")
def content_is_html(feed: etree._Element) -> Iterator[str]:
    for content in feed.xpath("//a:content", namespaces=NS):
        if content.get("type") != "html" or len(content):
            yield f"content of type {content.get('type')}"


@ATOM.rule("RFC 4287, 4.2.7.6: an enclosure says its type, and its length if it is known")
def enclosures_are_described(feed: etree._Element) -> Iterator[str]:
    for link in feed.xpath("//a:link[@rel = 'enclosure']", namespaces=NS):
        if "/" not in (link.get("type") or "x/x") or not (link.get("length") or "1").isdigit():
            yield str(dict(link.attrib))
