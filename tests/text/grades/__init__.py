"""Pairs of texts labelled with the grade of their change; README.md says how."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.model import Grade
from publisher.text import read_markdown
from publisher.text.grading import Graded, grade

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    id: str
    half: str  # "tuning" or "unseen"
    label: Grade
    old: str
    new: str

    def graded(self, *, reverse: bool = False) -> Graded:
        old, new = read_markdown(self.old), read_markdown(self.new)
        if reverse:
            old, new = new, old
        return grade(old.title or "", old.html, new.title or "", new.html)


def read_pairs(half: str) -> Iterator[Pair]:
    """The pairs of one half, by file and place in it."""
    for path in sorted(FOLDER.glob("pairs-*.toml")):
        for pair in tomllib.loads(path.read_text("utf-8"))["pair"]:
            if pair["half"] == half:
                yield Pair(pair["id"], half, Grade[pair["label"].upper()], pair["old"], pair["new"])
