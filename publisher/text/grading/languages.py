"""Which language a text is in, and the lexicon of that language, read from its .toml file when needed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from publisher.text.grading.lexicon import UNKNOWN, Group, Groups, Lexicon, Phrases
from publisher.text.grading.stems import STEMMERS, unchanged

_LEAST_SHARE = 0.3  # of words known, below which a text is in no language of ours
_LISTED_WEIGHT = 0.5  # a listed word tells less about the language than a stop word
_LOOK = 2_000  # characters
_WORD = re.compile(r"[^\W\d_]+")
_LISTED = (
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

Table = Mapping[str, Any]  # one .toml file, parsed; README.md tells its keys
Meaning = Callable[[str], str]


def detect(text: str) -> Lexicon:
    """The language that most words at the beginning of a text are known in, else UNKNOWN.

    Only lexicons of which a stop word occurs are read, or all of them if none does.
    """
    words = [word.casefold() for word in _WORD.findall(text[:_LOOK])]
    likely = [code for code in codes() if not stop_words(code).isdisjoint(words)]
    best, most = UNKNOWN, _LEAST_SHARE * len(words)
    for code in likely or codes():
        hits = sum(_weight(load(code), word) for word in words)
        if hits > most:
            best, most = load(code), hits
    return best


def _weight(lexicon: Lexicon, word: str) -> float:
    if word in lexicon.stop:
        return 1.0
    return _LISTED_WEIGHT if lexicon.knows(word) or word in lexicon.units else 0.0


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a file here, in order: `de`, `en`."""
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def stop_words(code: str) -> frozenset[str]:
    """The words that tell that a text may be in the language of that code."""
    return frozenset(_table(code)["stop"].split())


@cache
def load(code: str) -> Lexicon:
    """The lexicon of a code of `codes()`; UNKNOWN for any other one, as for the empty code."""
    return make(code, _table(code)) if code in codes() else UNKNOWN


@cache
def _table(code: str) -> Table:
    return tomllib.loads((files(__package__) / f"{code}.toml").read_text("utf-8"))


def make(code: str, table: Table) -> Lexicon:
    """The lexicon of a language from its table. Raises KeyError for a key that is missing."""
    stem = STEMMERS.get(code, unchanged)
    sets = _sets(table["same"])
    same = {w: stem(one[0]) for one in sets for name in one if " " not in name for w in (name, stem(name))}

    def meaning(word: str) -> str:
        return same.get(word) or same.get(stem(word)) or stem(word)

    return Lexicon(
        code=code,
        stem=stem,
        same=same,
        phrases=_phrases(sets, _sets(table["idioms"], "|")),
        mild=frozenset(map(meaning, table["mild"].split())),
        near=_near(_sets(table["near"], "|"), meaning),
        groups=Groups(**{kind: _groups(lines, meaning) for kind, lines in table["groups"].items()}),
        modals=_turned(table["modals"]),
        **_words(table, stem),
        **_writing(table),
    )


def _words(table: Table, stem: Callable[[str], str]) -> dict[str, Any]:
    """The sets of words: those that inflect hold their stems, too."""
    exact = [
        "stop",
        "negations",
        "conditions",
        "pronouns",
        "sequence",
        "ordering",
        "binding",
        "joints",
        "before_months",
    ]
    words = {key: frozenset(table[key].split()) for key in exact}
    for key in ("plain", "things", "acts", "warnings", "help"):
        listed = table[key].split() + (table["mild"].split() if key == "plain" else [])
        words[key] = frozenset(listed) | frozenset(map(stem, listed))
    listed = [word for key in _LISTED for word in table[key].split()]
    return {**words, "listed": frozenset(listed) | frozenset(_turned(table["modals"]))}


def _writing(table: Table) -> dict[str, Any]:
    """How words, quantities, dates and stamps are written."""
    months = (names[0].split() for names in _sets(table["months"], "|"))
    return {
        "prefixes": tuple(table["prefixes"].split()),
        "spelled": {word: tuple(meaning.split()) for word, meaning in table["spelled"].items()},
        "confused": frozenset(frozenset(pair[0].split()) for pair in _sets(table["confused"], "|")),
        "units": _turned(table["units"]),
        "numbers": {word: Fraction(value) for word, value in table["numbers"].items()},
        "months": {name: n for n, names in enumerate(months, 1) for name in names},
        "clock": _turned(table["clock"]),
        "decimal": table["decimal"],
        "range": table["range"],
        "soft": tuple(table["soft"].split()),
        "stamps": re.compile(table["stamps"], re.IGNORECASE),
        "copyright": re.compile(table["copyright"], re.IGNORECASE),
    }


def _turned(table: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words.split()}


def _sets(source: str, separator: str = "\n") -> list[list[str]]:
    """One set a line, or between bars, its members separated by bars, or one member."""
    lines = [line for line in source.split(separator) if line.strip()]
    return [[" ".join(member.split()) for member in line.split("|")] for line in lines]


def _groups(source: str, meaning: Meaning) -> tuple[Group, ...]:
    lines = [line.split("/") if "/" in line else line.split() for line in source.split("\n") if line.strip()]
    return tuple(
        {meaning(word): n for n, words in enumerate(line) for word in words.split()} for line in lines
    )


def _near(sets: Iterable[list[str]], meaning: Meaning) -> dict[str, frozenset[int]]:
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
