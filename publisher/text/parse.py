"""Hostile HTML to a tree.

libxml2 is linear on hostile input and stops at 256 levels, where the sanitiser's own parser would need
quadratic time: it reads first, and the sanitiser sees only what is balanced and shallow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from publisher.text.guard import admit, check_tags, too_deep

Element = Any  # lxml has no types

_HEAD = 20_000  # characters in which `html` and `body` are looked for
_PAGE = re.compile(r"<(?:html|body)\b([^<>]{1,1000})>", re.IGNORECASE)
_RTL = re.compile(r"\sdir\s*=\s*[\"']?rtl\b", re.IGNORECASE)
_PAGE_LANG = re.compile(r"\slang\s*=\s*[\"']?([A-Za-z][\w-]*)", re.IGNORECASE)


def parse(html: str) -> Element:
    """The tree of hostile HTML, page or fragment. Raises ContentError (size, binary, depth, attributes)."""
    from lxml import etree

    html = admit(html)
    check_tags(html)
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    # The div keeps libxml2 from guessing paragraphs around bare text; it is left open on purpose, since
    # some elements swallow everything that follows as text.
    root = etree.fromstring("<div>" + html, parser)
    if any("Excessive depth" in entry.message for entry in parser.error_log.filter_from_errors()):
        raise too_deep()
    _direct(root, html[:_HEAD])
    return root


def _direct(root: Element, head: str) -> None:
    """Give the tree the direction of a page that runs from right to left, and its language with it.

    The parser drops the attributes of `html` and `body`, since they do not stand where they should.
    """
    if "rtl" not in head.lower():
        return
    tags = [match[1] for match in _PAGE.finditer(head)]
    if any(_RTL.search(tag) for tag in tags):
        root.set("dir", "rtl")
        for lang in filter(None, map(_PAGE_LANG.search, tags)):
            root.set("lang", lang[1])


def nodes(element: Element) -> Iterator[tuple[Element | None, str]]:
    """The text and the children in order: (None, text) or (child, its tail)."""
    yield None, element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield child, child.tail or ""
        else:  # an entity reference that was not resolved
            yield None, child.tail or ""


def text_of(element: Element) -> str:
    """All text inside, whitespace collapsed."""
    return " ".join("".join(element.itertext()).split())
