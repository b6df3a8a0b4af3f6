"""What is known of a language's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from publisher.text.grading.stems import unchanged

Group = Mapping[str, int]  # meaning -> on which side of the contrast it is
_NEVER = re.compile(r"(?!)")
_NOWHERE: frozenset[int] = frozenset()

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]  # first word -> (phrase, meaning)


@dataclass(frozen=True, slots=True)
class Groups:
    """Words of which one for another is a fact; see README.md beside this module."""

    never: tuple[Group, ...] = ()
    place: tuple[Group, ...] = ()
    inside: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language. Sets of words hold the words and their stems. `code` is empty for the unknown one."""

    code: str = ""
    listed: frozenset[str] = frozenset()  # every word of the sets below, without their stems
    stop: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    mild: frozenset[str] = frozenset()
    near: Mapping[str, frozenset[int]] = field(default_factory=dict)  # meaning -> the sets that it is in
    things: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    conditions: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    sequence: frozenset[str] = frozenset()
    ordering: frozenset[str] = frozenset()
    binding: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    modals: Mapping[str, str] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)
    same: Mapping[str, str] = field(default_factory=dict)  # word or stem -> the stem that stands for it
    phrases: Phrases = field(default_factory=dict)
    spelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confused: frozenset[frozenset[str]] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    before_months: frozenset[str] = frozenset()
    clock: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    range: str = "-"
    soft: tuple[str, ...] = ()
    stamps: re.Pattern[str] = _NEVER
    copyright: re.Pattern[str] = _NEVER
    stem: Callable[[str], str] = unchanged

    def knows(self, word: str) -> bool:
        """Is it a listed word, or a form of one? A stem that is no word is not."""
        if word in self.listed:
            return True
        stem = self.stem(word)
        return stem != word and any(
            stem in words for words in (self.plain, self.things, self.acts, self.warnings)
        )

    def is_warning(self, word: str) -> bool:
        return word in self.warnings or self.stem(word) in self.warnings

    def is_wording(self, word: str) -> bool:
        """Does it carry no fact of its own? Inflected forms, too."""
        return word in self.stop or word in self.plain or self.stem(word) in self.plain

    def is_thing(self, word: str) -> bool:
        """Is it a known thing or act, or by its ending no name of a substance?"""
        stem = self.stem(word)
        listed = any(form in words for form in (word, stem) for words in (self.things, self.acts))
        return listed or (len(word) > 4 and word.endswith(self.soft))

    def are_near(self, one: str, other: str) -> bool:
        """May one meaning stand for the other in a sentence that stays as it is?"""
        if one in self.mild and other in self.mild:
            return True
        return bool(self.near.get(one, _NOWHERE) & self.near.get(other, _NOWHERE))

    def meaning(self, word: str) -> str:
        """The stem that stands for all words that mean the same."""
        stem = self.stem(word)
        return self.same.get(word) or self.same.get(stem) or stem


UNKNOWN = Lexicon()
