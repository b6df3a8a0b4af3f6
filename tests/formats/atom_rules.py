"""RFC 4287: its grammar (data/atom.rng), and what it says in prose or Schematron that a grammar cannot.

Then archives (RFC 5005), tombstones (RFC 6721), and what the W3C feed validator warns of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from .rules import RuleBook

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
}
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom.rng"))
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RELATIONS = [
    "alternate",
    "self",
    "hub",
    "via",
    "enclosure",
    "current",
    "next",
    "prev-archive",
    "next-archive",
]
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
        if not RFC3339.fullmatch(date):
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


@ATOM.rule("RFC 4287, 4.2.7.2: relations are registered")
def relations_are_registered(feed: etree._Element) -> Iterator[str]:
    for rel in texts(feed, "//a:link/@rel"):
        if rel not in RELATIONS:
            yield rel


@ATOM.rule("RFC 4287, 3.1.1: types of text")
def text_of_type_text_holds_none(feed: etree._Element) -> Iterator[str]:
    for element in feed.xpath("//a:title | //a:summary | //a:subtitle | //a:rights", namespaces=NS):
        if element.get("type", "text") not in ("text", "html") or len(element):
            yield f"{element.tag} of type {element.get('type')}"


@ATOM.rule("W3C validator: ContainsUndeclaredHTML")
def html_is_declared(feed: etree._Element) -> Iterator[str]:
    for element in feed.xpath("//a:title | //a:summary | //a:subtitle | //a:rights", namespaces=NS):
        if element.get("type") != "html" and re.search(r"</\w+>|&#?\w+;", element.text or ""):
            yield f"{element.tag}: {element.text}"
    for title in texts(feed, "//a:link/@title"):
        if re.search(r"</\w+>|&#?\w+;", title):
            yield f"title of a link: {title}"


@ATOM.rule("W3C validator: NotBlank")
def nothing_is_blank(feed: etree._Element) -> Iterator[str]:
    blank = " | ".join(
        f"//a:{name}[normalize-space() = '']" for name in ("title", "summary", "subtitle", "rights")
    )
    for element in feed.xpath(
        f"{blank} | //a:content[not(text())][../a:link/@rel = 'alternate']", namespaces=NS
    ):
        yield f"blank {element.tag}"


@ATOM.rule("W3C validator: MissingSummary, MissingTextualContent")
def says_something(feed: etree._Element) -> Iterator[str]:
    if feed.xpath("a:entry[not(a:summary)]", namespaces=NS):
        yield "an entry without summary"


@ATOM.rule("W3C validator: SelfNotAtom")
def leads_to_its_own_kind(feed: etree._Element) -> Iterator[str]:
    rels = "@rel = 'self' or @rel = 'next' or @rel = 'current' or contains(@rel, '-archive')"
    for kind in texts(feed, f"a:link[{rels}]/@type"):
        if kind != "application/atom+xml":
            yield kind


@ATOM.rule("RFC 5005, 3 and 4: pages belong to feeds, one link of a kind, none to the page itself")
def goes_on(feed: etree._Element) -> Iterator[str]:
    pages = ("next", "prev-archive", "next-archive", "current")
    for rel in pages:
        if feed.xpath(f"a:entry/a:link[@rel = '{rel}']", namespaces=NS):
            yield f"{rel} in an entry"
        links = texts(feed, f"a:link[@rel = '{rel}']/@href")
        if len(links) > 1 or (rel != "current" and links == texts(feed, "a:link[@rel = 'self']/@href")):
            yield f"{rel}: {links}"


@ATOM.rule("RFC 5005, 4; W3C validator: MissingCurrentInArchive")
def archives_say_where_the_present_is(feed: etree._Element) -> Iterator[str]:
    marks = feed.xpath("a:entry/fh:* | fh:*[. != '' or *] | fh:*[local-name() != 'archive']", namespaces=NS)
    if marks or len(feed.xpath("fh:archive", namespaces=NS)) > 1:
        yield "a mark that is none"
    if feed.xpath("fh:archive and not(a:link[@rel = 'current'])", namespaces=NS):
        yield "an archive without current"


@ATOM.rule("RFC 6721, 3: ref and when are required; atom:link, at:by, at:comment, atom:source may follow")
def tombstones_are_whole(feed: etree._Element) -> Iterator[str]:
    if feed.xpath("//at:*[not(parent::a:feed)]", namespaces=NS):
        yield "a tombstone that is in no feed"
    for stone in feed.xpath("at:*", namespaces=NS):
        if stone.tag != f"{{{NS['at']}}}deleted-entry" or set(stone.attrib) != {"ref", "when"}:
            yield f"{stone.tag} {dict(stone.attrib)}"
            continue
        if not IRI.fullmatch(stone.get("ref")) or not RFC3339.fullmatch(stone.get("when")):
            yield f"{dict(stone.attrib)}"
        if stone.xpath("*[not(self::a:link)] | text()[normalize-space() != '']", namespaces=NS):
            yield "something else than a link"


@ATOM.rule("RFC 6721, 3: one for an entry, and none for one that is there")
def the_dead_are_dead(feed: etree._Element) -> Iterator[str]:
    refs = texts(feed, "at:deleted-entry/@ref")
    if len(refs) != len(set(refs)) or set(refs) & set(texts(feed, "a:entry/a:id/text()")):
        yield f"{refs}"
