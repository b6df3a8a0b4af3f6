"""What the grader answers with: a grade, the name of the rule that decided, and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.model import Grade

_SHOWN = 120  # characters of one side of a detail

RULES: Mapping[str, str] = {
    "same": "Nothing changed that a reader could notice.",
    "number": "A number changed, came or went.",
    "unit": "A number is of another unit now.",
    "date": "A date changed, came or went.",
    "time": "A time of day changed, came or went.",
    "telephone": "A telephone number changed, came or went.",
    "figures swapped": "The numbers are the same, but they count other things now.",
    "sign": "A sign such as <, ±, ✓ or ★ changed.",
    "negation": "A not, no, never or without came, went or turned another word.",
    "obligation": "Something is more or less binding now: must, should, may.",
    "warning": "Words that warn, or say whom to ask, came or went.",
    "condition": "An if came or went.",
    "opposite": "A word became its opposite or another of its kind: left, right.",
    "term": "A name, a substance or another special word changed, came or went.",
    "thing": "One thing became another, or an enumeration got longer or shorter.",
    "word": "A word stands where one of another meaning stood.",
    "order": "The same words in another order, where the order counts.",
    "instruction": "The text tells to do something else.",
    "replaced": "Nothing is left of what a heading, an item or a cell said.",
    "code": "Code changed; in code every character counts.",
    "struck out": "Words were struck out, or are no longer.",
    "section": "A section was added, removed or moved.",
    "step": "A step was added, removed or moved.",
    "item": "An item of a list was added, removed or moved.",
    "row": "A row of a table was added, removed or moved.",
    "sentence": "A sentence moved.",
    "much changed": "A large share of the text changed.",
    "language": "The text is in a language without a list of words, so that any other word may matter.",
    "too large": "The text, or what changed in it, is too large to be looked at word by word.",
    "link": "A link leads elsewhere, came or went.",
    "picture": "A picture changed, came or went.",
    "wording": "Other words that tell a reader to do the same.",
    "date format": "A date or time is written in another way.",
    "spelling": "Letters and punctuation.",
    "page stamp": "The date in a line that says when the page was touched, or whose it is.",
}


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade, the rule that decided, and what it saw in the text's own words: `5 mg → 50 mg`.

    `rule` is a key of RULES. Without a change it is `same` and the detail empty.
    """

    grade: Grade
    rule: str
    detail: str


SAME = Graded(Grade.NONE, "same", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """A grade, a rule, and the evidence: what went, what came; the same twice: it moved. Or only a note."""

    grade: Grade
    rule: str
    old: str = ""
    new: str = ""
    note: str = ""

    def graded(self, *, reverse: bool) -> Graded:
        """In words; `reverse` if the texts were compared from new to old."""
        old, new = (self.new, self.old) if reverse else (self.old, self.new)
        old, new = _short(old), _short(new)
        if self.note:
            detail = self.note
        elif old == new:
            detail = f"moved: {new}"
        elif old and new:
            detail = f"{old} → {new}"
        else:
            detail = f"added: {new}" if new else f"removed: {old}"
        return Graded(self.grade, self.rule, detail)


def joined(words: Iterable[str]) -> str:
    """Words as evidence, each once."""
    return ", ".join(dict.fromkeys(words))


def _short(text: str) -> str:
    text = " ".join(text[: 10 * _SHOWN].split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
