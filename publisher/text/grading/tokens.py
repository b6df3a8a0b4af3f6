"""A sentence as words, numbers, dates and signs, each with a key that is the same however it is written.

| written                                        | key            |
|------------------------------------------------|----------------|
| `5`, `five`, `05`; `½`, `1/2`, `0.5`; `1,000`  | `#5`, `#1/2`, `#1000` |
| `mg`, `milligrams` behind a number; `£`        | `u:mg`, `u:GBP` |
| `3 March 2026`, `2026-03-03`; `18:00`, `6 pm`  | `@2026-3-3`, `@T18:00` |
| `May` where a month is meant                   | `@M5`          |
| `0800 555 0142`                                | `@p08005550142` |
| `<`, `±`, `✓`                                  | `~<`, `~±`, `~✓` |
| `Don't`                                        | `do`, `not`    |

Marks that say nothing by themselves are no tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.writing import HAS_SIGNS, LETTER, key, pattern

_FRACTIONS = {
    ord(char): f" {value}"
    for char, value in {
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
        "⅓": "1/3",
        "⅔": "2/3",
        "⅛": "1/8",
        "⅜": "3/8",
        "⅝": "5/8",
        "⅞": "7/8",
        "⅕": "1/5",
    }.items()
}
_POWERS = {ord(char): f"^{value}" for value, char in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_MARKS = str.maketrans(dict.fromkeys("‘’‚‛′´`ʼ", "'") | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))
_LONG = re.compile(rf"{LETTER}{{4,}}")


class Token(NamedTuple):
    """`key` is what counts, `raw` what was written.

    `start`: it begins a sentence; `name`: a capital within one; `apart`: a mark stands in front, as a comma;
    `part`: the word in front stands for it, too, as `don't` for a `not`.
    """

    raw: str
    key: str
    start: bool = False
    name: bool = False
    apart: bool = False
    part: bool = False

    @property
    def is_word(self) -> bool:
        return self.key[:1] not in "#@~" and not self.key.startswith("u:")


def tokenise(sentence: str, lexicon: Lexicon) -> list[Token]:
    """The tokens of one sentence. Linear in its length."""
    text = sentence
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_FRACTIONS).translate(_POWERS)).translate(_MARKS)
    found = list(_scan(text, lexicon))
    if any(token.key in lexicon.numbers for token in found):
        found = list(_with_numbers(found, lexicon))
    if any(not token.is_word or token.key in lexicon.units for token in found):
        found = list(_with_units(found, lexicon))
    if any(token.key in lexicon.spelled for token in found):
        found = list(_spelled_out(found, lexicon))
    return [found[0]._replace(start=True, name=False), *found[1:]] if found else []


def _scan(text: str, lexicon: Lexicon) -> Iterator[Token]:
    before, end = "", 0
    is_title = _is_title(text)
    for match in pattern(lexicon.code, words_only=not HAS_SIGNS.search(text)).finditer(text):
        start, stop = match.span()
        raw, said = match[0].strip(), key(match, lexicon)
        is_capital = match.lastgroup == "word" and raw[0].isupper()
        if is_capital and said in lexicon.months and not _is_verb(said, before, lexicon):
            said = f"@M{lexicon.months[said]}"
        if match.lastgroup != "dash" or before.startswith("#"):
            name = is_capital and not is_title and not raw.isupper()
            apart = start - end > 1 and text[end:start].strip(" -\n\u00a0") != ""
            yield Token(raw, said, name=name, apart=apart)
            before = said
        end = stop


def _is_verb(month: str, before: str, lexicon: Lexicon) -> bool:
    """`May` is a month only behind a word that dates follow."""
    return month in lexicon.modals and before not in lexicon.before_months


def _is_title(text: str) -> bool:
    """Most of its longer words have a capital, which then tells nothing."""
    long = _LONG.findall(text)
    return len(long) > 1 and 2 * sum(word[0].isupper() for word in long) > len(long)


def _with_numbers(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Words for numbers as numbers: `twenty-five`, `two hundred`; `one` only in front of a unit."""
    run: list[Token] = []
    for token in tokens:
        if token.key in lexicon.numbers and not (run and token.apart):
            run.append(token)
            continue
        yield from _summed(run, token, lexicon)
        run = [token] if token.key in lexicon.numbers else []
        if not run:
            yield token
    yield from _summed(run, None, lexicon)


def _summed(run: list[Token], following: Token | None, lexicon: Lexicon) -> Iterator[Token]:
    if not run:
        return
    if (
        len(run) == 1
        and lexicon.numbers[run[0].key] == 1
        and not (following and following.key in lexicon.units)
    ):
        yield run[0]
        return
    total = part = Fraction(0)
    for token in run:
        value = lexicon.numbers[token.key]
        if value >= 1000:
            total, part = total + (part or 1) * value, Fraction(0)
        elif value == 100:
            part = (part or 1) * value
        elif part % 100 and not (part % 100 >= 20 and part % 10 == 0 and value < 10):
            yield Token(str(part), f"#{total + part}")
            total, part = Fraction(0), value
        else:
            part += value
    yield Token(" ".join(token.raw for token in run), f"#{total + part}", apart=run[0].apart)


def _with_units(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Units behind numbers (also `per cent`), and currency signs in front of them."""
    waiting = list(tokens)
    position = 0
    before = ""
    while position < len(waiting):
        token = waiting[position]
        following = waiting[position + 1] if position + 1 < len(waiting) else None
        pair = f"{token.key}-{following.key}" if following else ""
        sign = not token.key[0].isalnum() and token.key in lexicon.units
        if before.startswith("#") and pair in lexicon.units and following:
            token = token._replace(raw=f"{token.raw} {following.raw}", key=f"u:{lexicon.units[pair]}")
            position += 1
        elif sign or (before.startswith("#") and token.key in lexicon.units):
            token = token._replace(key=f"u:{lexicon.units[token.key]}")
        yield token
        before = token.key
        position += 1


def _spelled_out(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Short forms as what they stand for."""
    for token in tokens:
        words = lexicon.spelled.get(token.key)
        if words:
            yield token._replace(key=words[0])
            yield from (token._replace(key=word, apart=False, part=True) for word in words[1:])
        else:
            yield token
