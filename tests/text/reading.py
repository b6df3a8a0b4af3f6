"""Helpers: a structure in the notation of the fixtures' `.expected` files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from publisher.text.blocks import Break, Heading, Item, Paragraph
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


def expected(name: str) -> Expected:
    """The label of a fixture."""
    lines = (FIXTURES / f"{name}.expected").read_text().splitlines()
    known = next((line[6:] for line in lines if line.startswith("known ")), None)
    dropped = [line[5:] for line in lines if line.startswith("drop ")]
    return Expected(known, dropped, [line for line in lines if not line.startswith(("known ", "drop "))])


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
