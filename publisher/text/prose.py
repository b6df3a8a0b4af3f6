"""Sanitised XHTML as plain text that a person likes to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from publisher.text.rules import BLOCKS, CELLS, TABLE_PARTS
from publisher.text.tree import Element, closed, fragment, nodes

_FLOW = (BLOCKS | CELLS | TABLE_PARTS) - {"col", "colgroup"}
_UNTIDY = re.compile(r"  |[\t\n\x00]")
_SPACES = re.compile(r"[ \t\n]+")
_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
_BLOCK_TAG = re.compile(
    rf'</?(?:{"|".join(sorted(_FLOW, key=len, reverse=True))}|br)(?=[\s/>])[^<>"]*(?:"[^"]*"[^<>"]*)*>'
)
_SPACES_ONLY = re.compile(r"[ \t]{2,}|\t")
_AROUND_BREAK = re.compile(r" *\x00 *")


def plain(html: str) -> str:
    """Readable plain text of sanitised XHTML, without a line end at the end.

    Blocks are separated by blank lines; items have markers, quotes `> `, table cells ` | `; links are their
    text; pictures are left out. Other HTML is sanitised first (and may raise ContentError).
    """
    return "\n\n".join(_blocks(fragment(html)))


def words_of(html: str) -> str:
    """All text of the blocks, one block a line, without list markers or other signs of layout."""
    return words_in(*closed(html))


def words_in(root: Element, html: str) -> str:
    """`words_of` what `closed` gave. Without walking the tree: in our own XHTML, `<` and `>` are tags."""
    if "<!" in html or "<?" in html:
        return words_by_tree(root)
    text = _TAG.sub("", _BLOCK_TAG.sub("\n", html.replace("\n", " ")))
    lines = map(str.strip, _SPACES_ONLY.sub(" ", unescape(text) if "&" in text else text).split("\n"))
    return "\n".join(filter(None, lines))


def words_by_tree(root: Element) -> str:
    """`words_of` a tree."""
    return "\n".join(line for block in _texts(root) if (line := block.strip()))


def running(root: Element) -> Iterator[str]:
    """The running paragraphs: those of figures, tables, quotes and lists left out."""
    return (text for p in root.iter("p") if not _apart(p) and (text := _inline(p)))


def texts(root: Element) -> Iterator[str]:
    """All texts of the blocks, in order."""
    return (text for text in _texts(root) if text.strip())


def _apart(element: Element) -> bool:
    return any(
        above.tag in ("figure", "table", "li", "dd", "blockquote") for above in element.iterancestors()
    )


def _texts(element: Element) -> Iterable[str]:
    """The inline runs inside, in order."""
    run: list[str] = []
    for child, tail in nodes(element):
        if child is not None and _is_block(child):
            yield _tidy("".join(run))
            run.clear()
            yield from _texts(child)
        elif child is not None:
            run.append(_raw(child))
        run.append(tail)
    yield _tidy("".join(run))


def _is_block(element: Element) -> bool:
    return element.tag in _FLOW or (
        element.tag in ("a", "ins", "del") and any(c.tag in _FLOW for c in element)
    )


def _raw(element: Element) -> str:
    """Text of an inline element; NUL stands for a line break until whitespace is collapsed."""
    if element.tag == "br":
        return "\x00"
    return "".join((_raw(child) if child is not None else "") + tail for child, tail in nodes(element))


def _inline(element: Element) -> str:
    return _tidy(_raw(element))


def _tidy(raw: str) -> str:
    if not _UNTIDY.search(raw):
        return raw.strip()
    return _AROUND_BREAK.sub("\n", _SPACES.sub(" ", raw)).strip()


def _blocks(element: Element) -> list[str]:
    """The blocks inside, each one string."""
    blocks: list[str] = []
    run: list[str] = []
    for child, tail in nodes(element):
        if child is not None and _is_block(child):
            blocks.append(_tidy("".join(run)))
            run.clear()
            blocks.extend(_block(child))
        elif child is not None:
            run.append(_raw(child))
        run.append(tail)
    blocks.append(_tidy("".join(run)))
    return [block for block in blocks if block]


def _block(element: Element) -> list[str]:
    match element.tag:
        case "ul" | "ol":
            return _list(element)
        case "dl":
            return ["\n".join(_definition(child) for child in element if child.tag in ("dt", "dd"))]
        case "table":
            return _table(element)
        case "blockquote":
            return [_prefixed("\n\n".join(_blocks(element)), "> ", "> ")]
        case "pre":
            return ["".join(element.itertext()).strip("\n")]
        case "hr":
            return ["* * *"]
        case _:
            return _blocks(element)


def _list(element: Element) -> list[str]:
    number = int(element.get("start") or 1)
    items: list[tuple[str, bool]] = []
    for item in element:
        blocks = _blocks(item)
        if element.tag == "ol":
            number = int(item.get("value") or number)
            marker, number = f"{number}. ", number + 1
        else:
            marker = "- "
        tight = sum(block.tag == "p" for block in item) < 2
        text = ("\n" if tight else "\n\n").join(blocks)
        items.append((_prefixed(text, marker, " " * len(marker)), tight))
    return [("\n" if all(tight for _, tight in items) else "\n\n").join(text for text, _ in items)]


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if n == 0 else rest if line else rest.rstrip()) + line for n, line in enumerate(lines)
    )


def _definition(element: Element) -> str:
    text = "\n\n".join(_blocks(element))
    return text if element.tag == "dt" else _prefixed(text, "    ", "    ")


def _table(element: Element) -> list[str]:
    caption = [_inline(part) for part in element.iterchildren("caption")]
    rows = (
        " | ".join(" ".join(_blocks(cell)) for cell in row.iterchildren("td", "th")) for row in _rows(element)
    )
    return [*filter(None, caption), "\n".join(filter(None, rows))]


def _rows(table: Element) -> Iterator[Element]:
    """Its own rows, not those of tables in its cells."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from part.iterchildren("tr")
