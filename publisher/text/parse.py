"""Hostile HTML to a tree.

libxml2 is linear on hostile input and stops at 256 levels, where the sanitiser's own parser would need
quadratic time: it reads first, and the sanitiser sees only what is balanced and shallow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from publisher.text.guard import admit, check_tags, too_deep

Element = Any  # lxml has no types


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
    return root


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
