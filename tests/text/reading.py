"""Helpers: a structure in the notation of the fixtures' `.expected` files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from publisher.text.blocks import Break, Heading, Item, Paragraph
from publisher.text.lines import repair
from publisher.text.rules import ATTRIBUTES, TAGS
from publisher.text.structure import Structure

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Expected:
    """What a person says a fixture contains: `known` title, dropped lines, and all else in order.

    Lines are `title X`, `h2 X`, `p X`, `- item`, `-- item in an item`, `# numbered item`; `…` at the end stands for
    any rest.
    """

    known: str | None
    dropped: list[str]
    lines: list[str]
    kept: str = ""  # the text that must be in the page: the title and all that is not dropped


def expected(name: str, folder: Path = FIXTURES) -> Expected:
    """The label of a fixture."""
    lines = (folder / f"{name}.expected").read_text().splitlines()
    known = next((line[6:] for line in lines if line.startswith("known ")), None)
    dropped = [line[5:] for line in lines if line.startswith("drop ")]
    kept = [line for line in lines if not line.startswith(("known ", "drop "))]
    text = repair((folder / f"{name}.txt").read_text())
    return Expected(known, dropped, kept, _kept(text, dropped))


def labelled(folder: Path = FIXTURES) -> Iterator[tuple[str, Expected]]:
    """Every fixture's text with its label."""
    for path in sorted(folder.glob("*.txt")):
        yield path.read_text(), expected(path.stem, folder)


def _kept(text: str, dropped: Sequence[str]) -> str:
    """The text without its dropped lines and without the marks of titles and headings."""
    lines = []
    gone = list(dropped)
    for line in text.splitlines():
        if gone and line.strip() == gone[0]:
            gone.pop(0)
        else:
            lines.append(re.sub(r"^(?:Title|H[23]): ", "", line.strip()).replace("**", ""))
    assert not gone, gone
    return "\n".join(lines)


def notation(structure: Structure) -> list[str]:
    """A structure as lines of the notation."""
    lines = [f"title {structure.title}"] if structure.title else []
    for block in structure.blocks:
        match block:
            case Heading(level, text):
                lines.append(f"h{level} {text}")
            case Paragraph(text):
                lines.append(f"p {text.replace('**', '')}")
            case Break():
                lines.append("hr")
            case _:
                mark = "#" if block.ordered else "-"
                lines += [f"{mark * (item.level + 1)} {_words(item)}" for item in block.items]
    return lines


def _words(item: Item) -> str:
    return " ".join((item.text, *item.more)).replace("**", "")


def agrees(label: str, line: str) -> bool:
    """Whether a line is what the label says."""
    return line.startswith(label[:-1]) if label.endswith("…") else line == label


def xhtml(html: str) -> etree._Element:
    """The fragment as a tree; fails if it is not closed XHTML made of allowed parts only."""
    root = etree.fromstring(f"<div>{html}</div>")
    for element in root.iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES["*"] | ATTRIBUTES.get(element.tag, set())
        for name in ("href", "src"):
            url = element.get(name, "x").strip().lower()
            assert not url.startswith(("javascript", "data", "vbscript", "file"))
    return root
