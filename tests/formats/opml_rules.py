"""What a subscription list in OPML 2.0 is, in our words: http://opml.org/spec2.opml, and what the W3C feed validator
asks of one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .rss_rules import LANGUAGE, RFC822, URL
from .rules import RuleBook

HEAD = {
    "title",
    "dateCreated",
    "dateModified",
    "ownerName",
    "ownerEmail",
    "ownerId",
    "docs",
    "expansionState",
    "vertScrollState",
    "windowTop",
    "windowLeft",
    "windowBottom",
    "windowRight",
}
RSS = {
    "text",
    "type",
    "xmlUrl",
    "htmlUrl",
    "title",
    "description",
    "language",
    "version",
    "category",
    "created",
}
LINK = {"text", "type", "url", "title", "description", "language", "category", "created"}

OPML: RuleBook[etree._Element] = RuleBook(etree.fromstring)


@OPML.rule("What is opml: version 2.0, a head, a body, nothing else")
def root_is_opml_2(opml: etree._Element) -> Iterator[str]:
    if (
        opml.tag != "opml"
        or dict(opml.attrib) != {"version": "2.0"}
        or [e.tag for e in opml] != ["head", "body"]
    ):
        yield f"{opml.tag} {dict(opml.attrib)} with {[child.tag for child in opml]}"


@OPML.rule("What is head: known elements, each once, none blank")
def head_is_known(opml: etree._Element) -> Iterator[str]:
    tags = [element.tag for element in opml.iterfind("head/*")]
    if not set(tags) <= HEAD or len(tags) != len(set(tags)):
        yield str(tags)
    for element in opml.iterfind("head/*"):
        if not (element.text or "").strip():
            yield f"blank {element.tag}"


@OPML.rule("What is head: dates are RFC 822, addresses http")
def head_is_valid(opml: etree._Element) -> Iterator[str]:
    for name in ("dateCreated", "dateModified"):
        if not RFC822.fullmatch(opml.findtext(f"head/{name}") or "Sun, 01 Mar 2026 09:30:00 +0000"):
            yield name
    for name in ("ownerId", "docs"):
        if not URL.fullmatch(opml.findtext(f"head/{name}") or "http://a.example/"):
            yield name


@OPML.rule("What is body: one or more outlines")
def body_has_outlines(opml: etree._Element) -> Iterator[str]:
    if not opml.findall("body/outline") or opml.findall("body/*") != opml.findall("body/outline"):
        yield "no outline, or something else"


@OPML.rule("What is an outline: text is required; no element has text of its own")
def outlines_have_text(opml: etree._Element) -> Iterator[str]:
    for outline in opml.iter("outline"):
        if not outline.get("text", "").strip() or (outline.text or "").strip():
            yield str(dict(outline.attrib))


@OPML.rule("Subscription lists: type rss needs xmlUrl; inclusion: type link needs url; W3C: and a title")
def outlines_are_whole(opml: etree._Element) -> Iterator[str]:
    for outline in opml.iter("outline"):
        needed = {"rss": {"xmlUrl", "title"}, "link": {"url"}}.get(outline.get("type"))
        known = {"rss": RSS, "link": LINK}.get(outline.get("type"), set())
        if needed is None or not needed <= set(outline.attrib) <= known:
            yield str(dict(outline.attrib))


@OPML.rule("Subscription lists: full addresses, a language tag, nothing blank")
def attributes_are_valid(opml: etree._Element) -> Iterator[str]:
    for outline in opml.iter("outline"):
        for name, value in outline.attrib.items():
            wrong = name in ("xmlUrl", "htmlUrl", "url") and not URL.fullmatch(value)
            if wrong or not value.strip() or (name == "language" and not LANGUAGE.fullmatch(value)):
                yield f"{name} {value!r}"


@OPML.rule("Readers: one outline for each publication")
def nothing_is_listed_twice(opml: etree._Element) -> Iterator[str]:
    addresses = [outline.get("xmlUrl") or outline.get("url") for outline in opml.iter("outline")]
    if len(addresses) != len(set(addresses)):
        yield str(addresses)
