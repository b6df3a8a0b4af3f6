"""What the plain-text structurer makes, and how it is written as XHTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from publisher.text.links import safe_url
from publisher.text.rules import ID_PREFIX
from publisher.text.slug import slugify

_URL = re.compile(r"https?://[^\s<>\"“”]{2,2000}")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_]{1,400})(?<=\S)\1")
_URL_TAIL = ".,;:!?'’”»*_"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 2 to 6
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One list item; `level` 0 is the list itself, 1 a list in it. `more` are its further paragraphs."""

    text: str
    level: int = 0
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1
    letters: bool = False  # a, b, c instead of 1, 2, 3


@dataclass(frozen=True, slots=True)
class Break:
    """A line drawn between two parts."""


Block = Heading | Paragraph | List | Break


def to_html(blocks: Iterable[Block]) -> str:
    """Closed XHTML; every heading carries an id made from its words."""
    used: dict[str, int] = {}
    return "\n".join(_block(block, used) for block in blocks)


def _block(block: Block, used: dict[str, int]) -> str:
    match block:
        case Heading(level, text):
            return f'<h{level} id="{ID_PREFIX}{_identity(text, used)}">{inline(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{inline(text)}</p>"
        case List():
            return _list(block)
        case Break():
            return "<hr/>"


def _identity(text: str, used: dict[str, int]) -> str:
    base = slugify(text) or "section"
    while base in used:
        used[base] += 1
        base = f"{base}-{used[base]}"
    used[base] = 1
    return base


def _list(block: List) -> str:
    tag = "ol" if block.ordered else "ul"
    attributes = ' type="a"' if block.letters else ""
    attributes += f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    return f"<{tag}{attributes}>{_items(block.items, 0)}</{tag}>"


def _items(items: Sequence[Item], level: int) -> str:
    """The items of one level, each with the deeper ones that follow it."""
    html: list[str] = []
    position = 0
    while position < len(items):
        end = position + 1
        while end < len(items) and items[end].level > level:
            end += 1
        item = items[position]
        text = inline(item.text)
        text = "\n".join(f"<p>{part}</p>" for part in (text, *map(inline, item.more))) if item.more else text
        inner = _items(items[position + 1 : end], items[position + 1].level) if end > position + 1 else ""
        inner = f"\n<ul>{inner}</ul>" if inner else ""
        html.append(f"<li>{text}{inner}</li>")
        position = end
    return "\n".join(html)


def inline(text: str) -> str:
    """Escaped text; bare http(s) URLs are links, `**words**` are strong."""
    html: list[str] = []
    position = 0
    for match in _URL.finditer(text):
        url = match[0].rstrip(_URL_TAIL)
        if url.endswith(")") and url.count("(") < url.count(")"):
            url = url[:-1].rstrip(_URL_TAIL)
        target = safe_url(url)
        if target:
            html.append(_strong(text[position : match.start()]))
            html.append(f'<a href="{escape(target)}">{escape(url, quote=False)}</a>')
            position = match.start() + len(url)
    html.append(_strong(text[position:]))
    return "".join(html)


def _strong(text: str) -> str:
    return _STRONG.sub(r"<strong>\2</strong>", escape(text, quote=False))
