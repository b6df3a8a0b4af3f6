"""How a text stands in XML: as an element's, as an attribute's, as HTML, as RSS's plain text."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"</?[A-Za-z]|&#?\w+;")


def in_text(value: str) -> str:
    """As lxml escapes an element's text."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_attribute(value: str) -> str:
    """As lxml escapes an attribute of one line."""
    return in_text(value).replace('"', "&quot;")


def as_html(value: str) -> str:
    """Text that is told as HTML: escaped once for that, and once more for XML."""
    return in_text(in_text(value))


def hexadecimal(value: str) -> str:
    """As RSS's plain-text elements want it (RSS Advisory Board profile, 3.1).

    The same characters to an XML parser; readers that mistake titles for HTML show them right only so.
    """
    return value.replace("&", "&#x26;").replace("<", "&#x3C;").replace(">", "&#x3E;")


def content(data: bytes) -> bytes:
    """`in_text` for the UTF-8 of an entry's HTML, which is nearly all of a feed."""
    return data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def looks_like_html(words: str) -> bool:
    """Whether a text holds what in HTML would be a tag or a character reference."""
    return ("<" in words or "&" in words) and _MARKUP.search(words) is not None
