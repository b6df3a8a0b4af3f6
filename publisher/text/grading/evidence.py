"""What a rule answers with, and what rules have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publisher.text.grading.facts import Facts
from publisher.text.grading.meaning import Meaning

Evidence = tuple[str, str]  # what went, what came
Rule = Callable[[Facts], Evidence | None]


def evidence(lost: Iterable[str], gained: Iterable[str]) -> Evidence | None:
    """Both sides in the text's own words, or None if there is nothing on either."""
    old, new = ", ".join(dict.fromkeys(lost)), ", ".join(dict.fromkeys(gained))
    return (old, new) if old or new else None


def raw(meanings: Iterable[Meaning]) -> list[str]:
    return [meaning.token.raw for meaning in meanings]


def kept(facts: Facts, keep: Callable[[Meaning], bool]) -> tuple[list[Meaning], list[Meaning]]:
    """What went and what came, of what `keep` wants."""
    return [m for m in facts.lost if keep(m)], [m for m in facts.gained if keep(m)]


def says(meaning: Meaning, facts: Facts) -> bool:
    """Is it a word with content?"""
    return meaning.is_word and meaning.token.key not in facts.lexicon.stop
