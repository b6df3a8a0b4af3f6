"""Pairs of texts labelled with the grade of their change; README.md says how."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from publisher.model import Grade
from publisher.text import Graded, grade, read_markdown

FOLDER = Path(__file__).parent
HALVES = ("tuning", "unseen")


@cache
def read(markdown: str) -> tuple[str, str]:
    """Title and html of a text."""
    text = read_markdown(markdown)
    return text.title or "", text.html


@dataclass(frozen=True, slots=True)
class Pair:
    """`old` and `new` are Markdown; `half` is one of HALVES."""

    id: str
    half: str
    label: Grade
    old: str
    new: str

    def texts(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(title, html) of either side."""
        return read(self.old), read(self.new)

    def graded(self, *, reverse: bool = False) -> Graded:
        old, new = reversed(self.texts()) if reverse else self.texts()
        return grade(*old, *new)


@dataclass(frozen=True)
class Matrix:
    """How one half was graded: every pair with its answer; printed, it is a table."""

    half: str
    graded: tuple[tuple[Pair, Graded], ...]

    @property
    def counts(self) -> Counter[tuple[Grade, Grade]]:
        """How often which label got which grade."""
        return Counter((pair.label, graded.grade) for pair, graded in self.graded)

    @staticmethod
    def is_lower(pair: Pair, graded: Graded) -> bool:
        return pair.label is Grade.MATERIAL and graded.grade is not Grade.MATERIAL

    @property
    def lower(self) -> int:
        """Material pairs that were graded lower."""
        return sum(self.is_lower(pair, graded) for pair, graded in self.graded)

    @property
    def raised(self) -> float:
        """The share of all other pairs that were graded material."""
        others = [graded for pair, graded in self.graded if pair.label is not Grade.MATERIAL]
        return sum(graded.grade is Grade.MATERIAL for graded in others) / len(others)

    def __str__(self) -> str:
        counts = self.counts
        head = f"{self.half:<9}" + "".join(f"{grade.name.lower():>10}" for grade in Grade)
        rows = (
            f"{label.name.lower():<9}" + "".join(f"{counts[label, grade] or '·':>10}" for grade in Grade)
            for label in Grade
        )
        return "\n".join((head, *rows))


def read_pairs(half: str) -> Iterator[Pair]:
    """The pairs of one half, by file and place in it."""
    for path in sorted(FOLDER.glob("pairs-*.toml")):
        for pair in tomllib.loads(path.read_text("utf-8"))["pair"]:
            if pair["half"] == half:
                yield Pair(pair["id"], half, Grade[pair["label"].upper()], pair["old"], pair["new"])


@cache
def matrix(half: str) -> Matrix:
    """All pairs of a half, graded."""
    return Matrix(half, tuple((pair, pair.graded()) for pair in read_pairs(half)))
