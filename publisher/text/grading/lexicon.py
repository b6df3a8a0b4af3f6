"""What is known of a language's words, from the .toml files here, and which language a text is in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files

from publisher.text.grading.stems import STEMMERS, unchanged

_LEAST_SHARE = 0.3  # of words known, below which a text is in no language of ours
_LISTED_WEIGHT = 0.5  # a listed word tells less about the language than a stop word
_LOOK = 2_000  # characters
_WORD = re.compile(r"[^\W\d_]+")

_LISTS = (
    "stop",
    "plain",
    "mild",
    "things",
    "acts",
    "negations",
    "warnings",
    "help",
    "pronouns",
    "sequence",
    "joints",
)

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


def detect(text: str) -> Lexicon:
    """The language that most words at the beginning of a text are known in, else UNKNOWN."""
    words = [word.casefold() for word in _WORD.findall(text[:_LOOK])]
    best, most = UNKNOWN, _LEAST_SHARE * len(words)
    for lexicon in lexicons():
        hits = sum(_weight(lexicon, word) for word in words)
        if hits > most:
            best, most = lexicon, hits
    return best


def _weight(lexicon: Lexicon, word: str) -> float:
    if word in lexicon.stop:
        return 1.0
    return _LISTED_WEIGHT if lexicon.knows(word) else 0.0


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """Every language that has a file, by name."""
    folder = files("publisher.text.grading")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_read(name.removesuffix(".toml"), (folder / name).read_text("utf-8")) for name in names)


def _read(code: str, source: str) -> Lexicon:
    data = tomllib.loads(source)
    stem = STEMMERS.get(code, unchanged)
    sets = _sets(data["same"])
    same = {w: stem(one[0]) for one in sets for name in one if " " not in name for w in (name, stem(name))}

    def meaning(word: str) -> str:
        return same.get(word) or same.get(stem(word)) or stem(word)

    def words(key: str, *, stems: bool = True) -> frozenset[str]:
        listed = data[key].split()
        return frozenset(listed) | (frozenset(map(stem, listed)) if stems else frozenset())

    return Lexicon(
        code=code,
        listed=frozenset(word for key in _LISTS for word in data[key].split())
        | frozenset(_turned(data["modals"])),
        stop=words("stop", stems=False),
        plain=words("plain") | words("mild"),
        mild=frozenset(map(meaning, data["mild"].split())),
        near=_near(_sets(data["near"], "|"), meaning),
        things=words("things"),
        acts=words("acts"),
        negations=words("negations", stems=False),
        prefixes=tuple(data["prefixes"].split()),
        conditions=words("conditions", stems=False),
        warnings=words("warnings"),
        help=words("help"),
        pronouns=words("pronouns", stems=False),
        sequence=words("sequence", stems=False),
        ordering=words("ordering", stems=False),
        joints=words("joints", stems=False),
        modals=_turned(data["modals"]),
        groups=Groups(**{kind: _groups(lines, meaning) for kind, lines in data["groups"].items()}),
        same=same,
        phrases=_phrases(sets, _sets(data["idioms"], "|")),
        spelled={word: tuple(meaning.split()) for word, meaning in data["spelled"].items()},
        confused=frozenset(frozenset(pair[0].split()) for pair in _sets(data["confused"], "|")),
        units=_turned(data["units"]),
        numbers={word: Fraction(value) for word, value in data["numbers"].items()},
        months={
            name: n for n, names in enumerate(_sets(data["months"], "|"), 1) for name in names[0].split()
        },
        before_months=words("before_months", stems=False),
        clock=_turned(data["clock"]),
        decimal=data["decimal"],
        range=data["range"],
        soft=tuple(data["soft"].split()),
        stamps=re.compile(data["stamps"], re.IGNORECASE),
        copyright=re.compile(data["copyright"], re.IGNORECASE),
        stem=stem,
    )


def _turned(table: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


def _sets(source: str, separator: str = "\n") -> list[list[str]]:
    """One set a line, or between bars, its members separated by bars, or one member."""
    lines = [line for line in source.split(separator) if line.strip()]
    return [[" ".join(member.split()) for member in line.split("|")] for line in lines]


def _groups(source: str, meaning: Callable[[str], str]) -> tuple[Group, ...]:
    lines = [line.split("/") if "/" in line else line.split() for line in source.split("\n") if line.strip()]
    return tuple(
        {meaning(word): n for n, words in enumerate(line) for word in words.split()} for line in lines
    )


def _near(sets: Iterable[list[str]], meaning: Callable[[str], str]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for n, words in enumerate(sets):
        for word in words[0].split():
            found[meaning(word)] = found.get(meaning(word), frozenset()) | {n}
    return found


def _phrases(same: Iterable[list[str]], idioms: Iterable[list[str]]) -> Phrases:
    """Phrases by their first word, the longest first; an idiom means nothing."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    meanings = [(name, (one[0],)) for one in same for name in one if " " in name]
    for name, meaning in [*meanings, *((one[0], ()) for one in idioms)]:
        phrase = tuple(name.split())
        found.setdefault(phrase[0], []).append((phrase, meaning))
    return {first: tuple(sorted(phrases, key=lambda p: -len(p[0]))) for first, phrases in found.items()}
