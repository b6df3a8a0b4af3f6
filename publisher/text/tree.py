"""Our own closed XHTML to a tree."""

from __future__ import annotations

from publisher.text.parse import Element, nodes, text_of
from publisher.text.sanitise import sanitize

__all__ = ["Element", "closed", "fragment", "nodes", "text_of"]


def fragment(html: str) -> Element:
    """A `div` around our own closed XHTML; anything else is sanitised first."""
    return closed(html)[0]


def closed(html: str) -> tuple[Element, str]:
    """`fragment`, and the XHTML that it was made of."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(f"<div>{html}</div>", parser), html
    except (etree.XMLSyntaxError, ValueError):
        html = sanitize(html)
        return etree.fromstring(f"<div>{html}</div>", parser), html
