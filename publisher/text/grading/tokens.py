"""A sentence as words, numbers, dates and signs, each with a key that is the same however it is written.

| written                                        | key            |
|------------------------------------------------|----------------|
| `5`, `five`, `05`; `½`, `1/2`, `0.5`; `1,000`  | `#5`, `#1/2`, `#1000` |
| `mg`, `milligrams` behind a number; `£`        | `u:mg`, `u:GBP` |
| `3 March 2026`, `2026-03-03`; `18:00`, `6 pm`  | `@2026-3-3`, `@T18:00` |
| `May` where a month is meant                   | `@M5`          |
| `0800 555 0142`                                | `@p08005550142` |
| `<`, `±`                                       | `~<`, `~±`     |
| `Don't`                                        | `do`, `not`    |

Marks that say nothing by themselves are no tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from publisher.text.grading.lexicon import Lexicon, lexicons

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
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0eff"
_LETTER = rf"[^\W\d_{_CJK}]"
_MAX_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Token:
    """`key` is what counts, `raw` what was written.

    `start`: it begins a sentence; `name`: a capital within one; `apart`: a mark stands in front, as a comma.
    """

    raw: str
    key: str
    start: bool = False
    name: bool = False
    apart: bool = False

    @property
    def is_word(self) -> bool:
        return self.key[:1] not in "#@~" and not self.key.startswith("u:")


def tokenise(sentence: str, lexicon: Lexicon) -> list[Token]:
    """The tokens of one sentence. Linear in its length."""
    text = unicodedata.normalize("NFKC", sentence.translate(_FRACTIONS).translate(_POWERS)).translate(_MARKS)
    found = _spelled_out(_with_units(_with_numbers(_scan(text, lexicon), lexicon), lexicon), lexicon)
    tokens = list(found)
    return [replace(tokens[0], start=True, name=False), *tokens[1:]] if tokens else []


def _scan(text: str, lexicon: Lexicon) -> Iterator[Token]:
    before, end = "", 0
    in_titles = _is_title(text)
    for match in _pattern(lexicon.code).finditer(text):
        kind, raw = match.lastgroup or "", match[0].strip()
        if kind == "dash":
            if before.startswith("#"):
                yield Token(raw, lexicon.range)
            end = match.end()
            continue
        key = _KEYS[kind](match, lexicon)
        if kind == "word":
            month = lexicon.months.get(key) if raw[0].isupper() else None
            if month and (key not in lexicon.modals or before in _BEFORE_MONTH):
                key = f"@M{month}"
        named = kind == "word" and raw[0].isupper() and not in_titles and not raw.isupper()
        apart = bool(text[end : match.start()].strip(" -\n\u00a0"))
        yield Token(raw, key, name=named, apart=apart)
        before, end = key, match.end()


# "May" is a month only behind one of these.
_BEFORE_MONTH = frozenset(
    "in of by until till from since during and to before after early late mid every this next last through".split()
)


def _is_title(text: str) -> bool:
    """Most of its longer words have a capital, which then tells nothing."""
    long = re.findall(rf"{_LETTER}{{4,}}", text)
    return 2 * sum(word[0].isupper() for word in long) > len(long) > 1


@cache
def _pattern(code: str) -> re.Pattern[str]:
    """What a token is, in the language of that code. Numbers come last, since all else may begin with one."""
    lexicon = next((one for one in lexicons() if one.code == code), Lexicon())
    names = sorted(
        {*lexicon.months, *(name.capitalize() for name in lexicon.months)}, key=lambda n: (-len(n), n)
    )
    months = "|".join(re.escape(name) for name in names if name[0].isupper()) or "(?!)"
    words = sorted(lexicon.clock, key=lambda n: (-len(n), n))
    clock = "|".join(rf"(?i:{re.escape(word)})(?!\w)" for word in words) or "(?!)"
    parts = {
        "address": r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
        "iso": r"(?<![\w-])(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})(?![\d-])",
        "dotted": r"(?<![\w.])(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>\d{4})(?!\d)",
        "daymonth": rf"(?<![\w.])(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+of)?\s+(?P<m3>{months})\b\.?(?:,?\s+(?P<y3>\d{{4}})\b)?",
        "monthday": rf"\b(?P<m4>{months})\b\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d|\s?%)(?:,?\s+(?P<y4>\d{{4}})\b)?",
        "time": rf"(?<![\w.,:])(?P<h>\d{{1,2}})(?:[:.](?P<min>\d{{2}}))?\s?(?P<half>{clock})|(?<![\w.,:])(?P<h2>\d{{1,2}}):(?P<min2>\d{{2}})(?![\d:])",
        "phone": r"(?:\+\d|\(0\d|(?<![\w.,])0\d)(?:(?:[ \u00a0/-]|\) ?)?\d){5,20}|(?<!\d)\(?\d{3}\)?[ -]\d{3}-\d{4}(?!\d)",
        "fraction": r"(?<![\w./])(?:\d{1,9}\s+)?\d{1,3}/\d{1,3}(?![\d/])",
        "number": r"(?:(?<![^\s(])[-+])?(?:\d+(?:[.,']\d+|[\u00a0\u202f\u2009]\d{3}(?!\d))*|(?<![^\s(])[.,]\d+)",
        "degree": r"°\s?[CFcf]\b|[%‰°€$£]",
        "sign": r"[<>≤≥≈~±×=+]",
        "dash": r"(?<=\d)\s?-\s?(?=\d)",
        "ampersand": "&",
        "word": rf"{_LETTER}+(?:'{_LETTER}+)*|[{_CJK}]",
    }
    return re.compile("|".join(f"(?P<{kind}>{part})" for kind, part in parts.items()))


def _date(match: re.Match[str], lexicon: Lexicon) -> str:
    given = match.groupdict()
    day, month, year = (
        next((given[f"{what}{n}"] for n in "1234" if given.get(f"{what}{n}")), "") for what in "dmy"
    )
    number = int(month) if month.isdigit() else lexicon.months[month.casefold()]
    return f"@{int(year) if year else ''}-{number}-{int(day)}"


def _time(match: re.Match[str], lexicon: Lexicon) -> str:
    hour, minute = int(match["h"] or match["h2"]), int(match["min"] or match["min2"] or 0)
    half = lexicon.clock.get((match["half"] or "").casefold(), "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return f"@T{hour:02}:{minute:02}"


def _phone(match: re.Match[str], _: Lexicon) -> str:
    return "@p" + "".join(char for char in match[0] if char.isdigit() or char == "+")


def _fraction(match: re.Match[str], _: Lexicon) -> str:
    *whole, part = match[0].split()
    above, below = map(int, part.split("/"))
    if not below or above >= below:
        return f"#{match[0]}"
    return f"#{sum(map(int, whole)) + Fraction(above, below)}"


def _number(match: re.Match[str], lexicon: Lexicon) -> str:
    """The value; or, if that depends on the country or is no single number, the digits and marks as they are."""
    raw = re.sub(r"[\u00a0\u202f\u2009]", "", match[0])
    sign, digits = ("-", raw[1:]) if raw[0] == "-" else ("", raw.lstrip("+"))
    group = {".": ",", ",": r"\."}.get(lexicon.decimal)
    if group and re.fullmatch(rf"\d{{1,3}}(?:{group}\d{{3}})+(?:[{lexicon.decimal}]\d+)?", digits):
        digits = re.sub(group, "", digits)
    digits = digits.replace("'", "")
    if lexicon.decimal:
        digits = digits.replace(lexicon.decimal, "\0").replace(".", "d").replace("\0", ".")
    if len(digits) > _MAX_DIGITS or not re.fullmatch(r"\d*(?:\.\d+)?" if lexicon.decimal else r"\d+", digits):
        return f"#{raw}"
    return f"#{sign}{Fraction(digits)}"


def _word(match: re.Match[str], _: Lexicon) -> str:
    return match[0].casefold()


_KEYS = {
    "address": _word,
    "iso": _date,
    "dotted": _date,
    "daymonth": _date,
    "monthday": _date,
    "time": _time,
    "phone": _phone,
    "fraction": _fraction,
    "number": _number,
    "degree": lambda match, _: match[0].casefold().replace(" ", ""),
    "sign": lambda match, _: f"~{match[0]}",
    "ampersand": _word,
    "word": _word,
}


def _with_numbers(tokens: Iterator[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Words for numbers as numbers: `twenty-five`, `two hundred`. A single `one` waits for what follows it."""
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


def _with_units(tokens: Iterator[Token], lexicon: Lexicon) -> Iterator[Token]:
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
            token = replace(token, raw=f"{token.raw} {following.raw}", key=f"u:{lexicon.units[pair]}")
            position += 1
        elif sign or (before.startswith("#") and token.key in lexicon.units):
            token = replace(token, key=f"u:{lexicon.units[token.key]}")
        yield token
        before = token.key
        position += 1


def _spelled_out(tokens: Iterator[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Short forms as what they stand for."""
    for token in tokens:
        words = lexicon.spelled.get(token.key)
        if words:
            yield replace(token, key=words[0])
            yield from (replace(token, key=word, apart=False) for word in words[1:])
        else:
            yield token
