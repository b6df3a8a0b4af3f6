"""A guide as what is compared: sections of blocks, with their words, links and code.

Layout is left out: list markers, emphasis; and pictures, unless asked for: then one is a block of its own,
with the words that stand for it. A footnote's mark is no word; a power is written `10^2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from publisher.text.fold import fold_marks
from publisher.text.guard import legal
from publisher.text.rules import BLOCKS, CELLS, HEADINGS, TABLE_PARTS, TAGS, URL_SCHEMES
from publisher.text.sanitise import sanitize
from publisher.text.tree import Element, fragment, nodes

_FLOW = (BLOCKS | CELLS | TABLE_PARTS) - {"col", "colgroup"}
_CODE = frozenset({"code", "kbd", "samp", "var"})
_STRUCK = frozenset({"s", "del"})
_SPACES = re.compile(r"[ \t\n]+")
_SPECIAL = re.compile(
    "[\x00\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)  # for str.split
_AROUND_BREAK = re.compile(r" *\x00 *")
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff\u0e00-\u0eff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A paragraph, an item, a table's row: whatever stands on its own.

    `kind` is heading, paragraph, item, row, code (one line), quote, term, definition, caption or picture.
    `parts` is its text: one string, or a row's cells. `level` is a heading's or an item's depth, from 0.
    """

    kind: str
    parts: tuple[str, ...]
    level: int = 0
    number: int | None = None  # of an item in an ordered list
    header: bool = False  # a row of a table's head
    links: tuple[tuple[str, str], ...] = ()  # (text, target)
    code: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.parts[0] if len(self.parts) == 1 else "\n".join(self.parts)

    @cached_property
    def key(self) -> str:
        """Equal for texts that differ in quote styles, dashes and whitespace at most."""
        return fold_marks(self.text) if self.kind != "code" else self.text

    def is_same(self, other: Block) -> bool:
        """Does it say the same?"""
        return self.parts == other.parts or self.key == other.key

    @cached_property
    def words(self) -> frozenset[str]:
        """What similarity is measured by: words, and pairs of characters in scripts without spaces."""
        folded = self.key.casefold()
        found = _WORDS.findall(folded)
        if folded.isascii() or not _UNSPACED.search(folded):
            return frozenset(found)
        return frozenset(part for word in found for part in _pairs(word))


def _pairs(word: str) -> Iterable[str]:
    if len(word) < 3 or not _UNSPACED.search(word):
        return (word,)
    return map(str.__add__, word, word[1:])


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


def read(html: str, *, pictures: bool = False) -> list[Section]:
    """The sections of sanitised XHTML; the first has no heading and may be empty.

    `pictures`: those with an alternative text are blocks. Other HTML is sanitised first, and may raise
    ContentError.
    """
    root = fragment(html)
    if not TAGS.issuperset(element.tag for element in root.iter()):
        root = fragment(sanitize(html))
    if root.find(".//table") is not None or root.find(".//li") is not None:
        _number_items(root)
    sections: list[tuple[Block | None, list[Block]]] = [(None, [])]
    reader = _Reader(pictures=pictures)
    reader.flow(root, _PARAGRAPH)
    for block in reader.blocks:
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
    pictures: list[str] = field(default_factory=list)

    def block(self, kind: str, level: int = 0, number: int | None = None) -> Block | None:
        raw = "".join(self.text)
        text = _tidy(raw) if raw and not raw.isspace() else ""
        if not text:
            return None
        links, code, struck = tuple(self.links), tuple(self.code), tuple(self.struck)
        return Block(kind, (text,), level, number, links=links, code=code, struck=struck)


def _tidy(raw: str) -> str:
    """Whitespace collapsed; narrow spaces, as in numbers, are kept, and breaks are line feeds."""
    if not _SPECIAL.search(raw):
        return legal(" ".join(raw.split()))
    return legal(_AROUND_BREAK.sub("\n", _SPACES.sub(" ", raw)).strip())


@dataclass(frozen=True, slots=True)
class _As:
    """What bare text becomes here."""

    kind: str
    level: int = 0
    number: int | None = None

    def next(self) -> _As:
        """For what follows in the same element: an item is one block, the rest of it paragraphs."""
        return _PARAGRAPH if self.kind == "item" else self

    def block(self, run: _Run) -> Block | None:
        return run.block(self.kind, self.level, self.number)


_PARAGRAPH = _As("paragraph")
_QUOTE = _As("quote")
_KINDS = {tag: _As(kind) for tag, kind in {"dt": "term", "dd": "definition"}.items()}
_KINDS |= {"figcaption": _As("caption"), "caption": _As("caption"), "blockquote": _QUOTE}


class _Reader:
    """Walks one tree; `depth` is that of lists around, `blocks` what was found."""

    def __init__(self, *, pictures: bool) -> None:
        self.pictures = pictures
        self.depth = -1
        self.blocks: list[Block] = []

    def flow(self, element: Element, kind: _As) -> None:
        """The blocks inside an element."""
        if not len(element):
            if text := _tidy(element.text or ""):
                self.blocks.append(Block(kind.kind, (text,), kind.level, kind.number))
            return
        run = _Run()
        for child, tail in nodes(element):
            if child is not None and _is_block(child):
                kind = self._close(run, kind)
                run = _Run()
                known = len(self.blocks)
                self.block(child, kind)
                kind = kind.next() if len(self.blocks) > known else kind
            elif child is not None:
                _inline(child, run)
            run.text.append(tail)
        self._close(run, kind)

    def _close(self, run: _Run, kind: _As) -> _As:
        block = kind.block(run)
        if block is not None:
            self.blocks.append(block)
        self._picture(run)
        return kind.next() if block is not None else kind

    def _picture(self, run: _Run) -> None:
        """The pictures of a run, behind its words."""
        if self.pictures:
            self.blocks += [Block("picture", (text,)) for alt in run.pictures if (text := _tidy(alt))]

    def block(self, element: Element, kind: _As) -> None:
        tag = element.tag
        if tag in HEADINGS:
            run = _Run()
            _inside(element, run)
            self._close(run, _As("heading", int(tag[1])))
        elif tag in ("ul", "ol"):
            self.depth += 1
            self.flow(element, _PARAGRAPH)
            self.depth -= 1
        elif tag == "li":
            number = _int(element.get("value"), 1) if element.getparent().tag == "ol" else None
            self.flow(element, _As("item", max(self.depth, 0), number))
        elif tag == "tr":
            run = _Run()
            self.blocks += _row(element, run)
            self._picture(run)
        elif tag == "pre":
            self.blocks += _code(element)
        else:
            self.flow(element, _KINDS.get(tag, kind))


def _is_block(element: Element) -> bool:
    return element.tag in _FLOW or (
        element.tag in ("a", "ins", "del") and any(child.tag in _FLOW for child in element)
    )


def _row(element: Element, run: _Run) -> Iterator[Block]:
    parts, cells = [], [cell for cell in element if cell.tag in ("td", "th")]
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
    if tag == "img":
        run.pictures.append(element.get("alt") or "")
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
    inner = legal(" ".join("".join(run.text[start:]).replace("\x00", " ").split()))
    if tag == "a" and (target := _target(element)):
        run.links.append((inner, target))
    elif tag == "a" and not any(char.isalnum() for char in inner):
        del run.text[start:]  # the arrow back from a footnote
    elif tag in _CODE and inner:
        run.code.append(inner)
    elif tag in _STRUCK and inner:
        run.struck.append(inner)


def _target(link: Element) -> str:
    """Where a link leads: empty for a place on the same page, and for what is no address of a page."""
    href = legal(" ".join((link.get("href") or "").split()))
    scheme = _SCHEME.match(href)
    if href.startswith("#") or (scheme and scheme[1].lower() not in URL_SCHEMES):
        return ""
    return href
