"""Words without their inflection: not a linguist's stem, but the same for all forms of most words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_GERMAN_ENDINGS = ("ungen", "ern", "em", "en", "er", "es", "e", "n", "s", "t")
_TIMES = "hourly nightly weekly monthly yearly quarterly fortnightly"  # are no hours, no nights
_NOUNS = (
    "evening morning ceiling wedding nothing anything something everything early family used using going goes"
)
_KEPT = frozenset(f"{_TIMES} {_NOUNS}".split())
_SHORT = {"used": "use", "using": "use", "going": "go", "goes": "go"}
_DOUBLE = re.compile(r"([bdfgklmnprt])\1$")


@lru_cache(maxsize=20_000)
def english(word: str) -> str:
    """Plural, past, -ing and -ly taken off, then a final e."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= 3 or word in _KEPT:
        return _SHORT.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ied") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("ed") and not word.endswith("eed") and _has_vowel(word[:-2]):
        word = _DOUBLE.sub(r"\1", word[:-2])
    elif word.endswith("ing") and len(word) > 5 and _has_vowel(word[:-3]):
        word = _DOUBLE.sub(r"\1", word[:-3])
    elif word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    word = word[:-1] if word.endswith("e") and len(word) > 3 else word
    return _DOUBLE.sub(r"\1", word) if len(word) > 3 else word


def _has_vowel(text: str) -> bool:
    return len(text) > 1 and any(char in "aeiouy" for char in text)


@lru_cache(maxsize=20_000)
def german(word: str) -> str:
    """One ending taken off, if four letters stay; ß written ss."""
    word = word.replace("ß", "ss")
    for ending in _GERMAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def unchanged(word: str) -> str:
    return word


STEMMERS: dict[str, Callable[[str], str]] = {"en": english, "de": german}
