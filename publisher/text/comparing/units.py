"""A guide as what is compared: sections of blocks, with their words, links and code.

Layout is left out: list markers, emphasis, pictures. A footnote's mark is no word; a power is written `10^2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from publisher.text.fold import fold_marks
from publisher.text.guard import legal
from publisher.text.rules import BLOCKS, CELLS, HEADINGS, TABLE_PARTS
from publisher.text.tree import Element, fragment, nodes

_FLOW = (BLOCKS | CELLS | TABLE_PARTS) - {"col", "colgroup"}
_KINDS = {"dt": "term", "dd": "definition", "figcaption": "caption", "caption": "caption"}
_CODE = frozenset({"code", "kbd", "samp", "var"})
_STRUCK = frozenset({"s", "del"})
_SPACES = re.compile(r"[ \t\n]+")
_AROUND_BREAK = re.compile(r" *\x00 *")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Block:
    """A paragraph, an item, a table's row: whatever stands on its own.

    `kind` is heading, paragraph, item, row, code (one line), quote, term, definition or caption. `parts` is
    its text: one string, or a row's cells. `level` is a heading's level or an item's depth, from 0.
    """

    kind: str
    parts: tuple[str, ...]
    level: int = 0
    number: int | None = None  # of an item in an ordered list
    header: bool = False  # a row of a table's head
    links: tuple[tuple[str, str], ...] = ()  # (text, target)
    code: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        return "\n".join(self.parts)

    @cached_property
    def key(self) -> str:
        """Equal for texts that differ in quote styles, dashes and whitespace at most."""
        return fold_marks(self.text) if self.kind != "code" else self.text

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that similarity is measured by."""
        return frozenset(_WORDS.findall(self.key.casefold()))


@dataclass(frozen=True)
class Section:
    """A heading (None in front of the first) and the blocks below it, down to the next heading."""

    heading: Block | None
    blocks: tuple[Block, ...]

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(block.key for block in self.blocks)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset[str]().union(*(block.words for block in self.blocks))


def read(html: str) -> list[Section]:
    """The sections of sanitised XHTML; the first has no heading and may be empty.

    Other HTML is sanitised first, and may raise ContentError.
    """
    root = fragment(html)
    if root.find(".//table") is not None or root.find(".//li") is not None:
        _number_items(root)
    sections: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for block in _Reader().flow(root, "paragraph"):
        if block.kind == "heading":
            sections.append((block, []))
        else:
            sections[-1][1].append(block)
    return [Section(heading, tuple(blocks)) for heading, blocks in sections]


def _number_items(root: Element) -> None:
    """Writes every ordered item's number into it, as the reader would see it."""
    for ordered in root.iter("ol"):
        number = _int(ordered.get("start"), 1)
        for item in ordered.iterchildren("li"):
            number = _int(item.get("value"), number)
            item.set("value", str(number))
            number += 1


def _int(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


@dataclass(slots=True)
class _Run:
    """Inline text being collected. NUL stands for a line break until whitespace is collapsed."""

    text: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)

    def block(self, kind: str, **more: int | bool | None) -> Block | None:
        text = legal(_AROUND_BREAK.sub("\n", _SPACES.sub(" ", "".join(self.text))).strip())
        if not text:
            return None
        marks = {"links": tuple(self.links), "code": tuple(self.code), "struck": tuple(self.struck)}
        return Block(kind, (text,), **more, **marks)  # type: ignore[arg-type]


class _Reader:
    """Walks one tree; `depth` is that of lists around."""

    def __init__(self) -> None:
        self.depth = -1

    def flow(self, element: Element, kind: str, **more: int | None) -> Iterator[Block]:
        """The blocks inside; bare text becomes a block of `kind`, of which only the first gets `more`."""
        run = _Run()
        for child, tail in nodes(element):
            if child is not None and _is_block(child):
                if block := run.block(kind, **more):
                    yield block
                    kind, more = ("paragraph" if kind == "item" else kind), {}
                run = _Run()
                for block in self.block(child, kind, **more):
                    yield block
                    kind, more = ("paragraph" if kind == "item" else kind), {}
            elif child is not None:
                _inline(child, run)
            run.text.append(tail)
        if block := run.block(kind, **more):
            yield block

    def block(self, element: Element, kind: str, **more: int | None) -> Iterator[Block]:
        tag = element.tag
        if tag in HEADINGS:
            run = _Run()
            _inside(element, run)
            if block := run.block("heading", level=int(tag[1])):
                yield block
        elif tag in ("ul", "ol"):
            self.depth += 1
            yield from self.flow(element, "paragraph")
            self.depth -= 1
        elif tag == "li":
            number = _int(element.get("value"), 1) if element.getparent().tag == "ol" else None
            yield from self.flow(element, "item", level=max(self.depth, 0), number=number)
        elif tag == "tr":
            yield from _row(element)
        elif tag == "pre":
            yield from _code(element)
        elif tag == "blockquote":
            yield from self.flow(element, "quote")
        else:
            yield from self.flow(element, _KINDS.get(tag, kind), **(more if tag not in _KINDS else {}))


def _is_block(element: Element) -> bool:
    return element.tag in _FLOW or (
        element.tag in ("a", "ins", "del") and any(child.tag in _FLOW for child in element)
    )


def _row(element: Element) -> Iterator[Block]:
    run, parts, cells = _Run(), [], [cell for cell in element if cell.tag in ("td", "th")]
    for cell in cells:
        run.text.clear()
        _inside(cell, run)
        part = run.block("row")
        parts.append(part.text if part else "")
    if any(parts):
        header = all(cell.tag == "th" for cell in cells)
        yield Block(
            "row",
            tuple(parts),
            header=header,
            links=tuple(run.links),
            code=tuple(run.code),
            struck=tuple(run.struck),
        )


def _code(element: Element) -> Iterator[Block]:
    for line in "".join(element.itertext()).split("\n"):
        if line := legal(line.replace("\t", "    ")).rstrip():
            yield Block("code", (line,))


def _inside(element: Element, run: _Run) -> None:
    for child, tail in nodes(element):
        if child is not None:
            _inline(child, run)
        run.text.append(tail)


def _inline(element: Element, run: _Run) -> None:
    """Adds an inline element (or, in a cell, a block) to the run."""
    tag, start = element.tag, len(run.text)
    if tag == "br":
        run.text.append("\x00")
        return
    if tag == "sup":
        if any((link.get("href") or "").startswith("#") for link in element.iter("a")):
            return
        run.text.append("^" if run.text and run.text[-1][-1:].isalnum() else "")
    if tag in _FLOW:
        run.text.append(" ")
    _inside(element, run)
    if tag in _FLOW:
        run.text.append(" ")
    inner = " ".join("".join(run.text[start:]).replace("\x00", " ").split())
    if tag == "a" and (href := element.get("href")) and not href.startswith("#"):
        run.links.append((inner, legal(href)))
    elif tag == "a" and not any(char.isalnum() for char in inner):
        del run.text[start:]  # the arrow back from a footnote
    elif tag in _CODE and inner:
        run.code.append(inner)
    elif tag in _STRUCK and inner:
        run.struck.append(inner)
