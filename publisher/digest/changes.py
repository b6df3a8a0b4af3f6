"""The XHTML of what changed in a guide, looked at before it stands in a mail.

It is ours, made of escaped words. All the same only what is listed here gets through, for MRML is strict and
a mail program is no place for surprises; otherwise the mail does without, and says what changed in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.etree import _Element
    from markupsafe import Markup

MAX_DEPTH = 30
MAX_BYTES = 40_000

_TAGS = frozenset(
    {"p", "ul", "ol", "li", "strong", "em", "small", "a", "ins", "del", "span", "code", "br", "blockquote"}
)
_STYLE = re.compile(
    r"(?:(?:color|background-color):(?:#[0-9a-f]{3,6}|inherit)"
    r"|text-decoration:(?:none|underline|line-through)|font-size:0|line-height:0|mso-hide:all"
    r"|font-family:monospace|white-space:pre-wrap|font-weight:(?:bold|normal|[1-9]00))"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def checked(xhtml: str) -> Markup:
    """`xhtml` for a template to set as it is; empty if it is not closed or holds what no diff holds."""
    from lxml import etree
    from markupsafe import Markup

    if not xhtml or len(xhtml) > MAX_BYTES:
        return Markup("")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(f"<div>{xhtml}</div>".encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return Markup("")
    fine = _depth(root) <= MAX_DEPTH and all(map(_is_fine, root.iterdescendants()))
    return Markup(xhtml) if fine else Markup("")  # noqa: S704  all of it has just been looked at


def _depth(root: _Element) -> int:
    from lxml import etree

    deepest = level = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _is_fine(element: _Element) -> bool:
    """An element of the list with attributes of the list; no comment, no instruction, no entity."""
    if element.tag not in _TAGS:
        return False
    return all(
        _is_attribute(str(element.tag), str(name), str(value)) for name, value in element.attrib.items()
    )


def _is_attribute(tag: str, name: str, value: str) -> bool:
    match name:
        case "style":
            return all(_STYLE.fullmatch(part.strip()) for part in value.split(";") if part.strip())
        case "dir":
            return value in ("ltr", "rtl", "auto")
        case "lang":
            return bool(_LANGUAGE.fullmatch(value))
        case "value" | "start":
            return tag in ("li", "ol") and value.isdecimal()
        case "href":
            return tag == "a" and _is_address(value)
    return False


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in ("http", "https", "mailto")
    except ValueError:
        return False
