"""How numbers, dates, times and telephone numbers are written, and the key that is the same for all ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache

from publisher.text.grading.languages import load
from publisher.text.grading.lexicon import Lexicon

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0eff"
LETTER = rf"[^\W\d_{CJK}]"
_SIGNS = "<>≤≥≈~±×=+≠÷∞√←→↑↓⇐⇒⇑⇓♀♂✓✔✗✘✕✖✅❌❎☑☒☐★☆⛔"
HAS_SIGNS = re.compile(rf"[\d%‰°€$£@{_SIGNS}]|://|www\.")  # may there be more than words?
_WORDS = (rf"{LETTER}+(?:'{LETTER}+)*", f"[{CJK}&]")
_MAX_DIGITS = 40
_THIN = "\u00a0\u202f\u2009"  # spaces that a number may be grouped by


@cache
def pattern(code: str, *, words_only: bool = False) -> re.Pattern[str]:
    """What a token is in the language of that code; the group that matched last is its kind.

    `words_only`: for texts in which HAS_SIGNS finds nothing; much faster.
    """
    if words_only:
        return re.compile(f"(?P<word>{'|'.join(_WORDS)})")
    lexicon = load(code)
    months = _any(name for word in lexicon.months for name in (word, word.capitalize()) if name[0].isupper())
    clock = _any(rf"(?i:{re.escape(word)})(?!\w)" for word in lexicon.clock)
    year = r"(?:,?\s+(?P<y{0}>\d{{4}})\b)?"
    kinds = {
        "address": (r"(?:https?://|www\.)\S+", r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
        "date": (
            r"(?<![\w-])(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})(?![\d-])",
            r"(?<![\w.])(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>\d{4})(?!\d)",
            r"(?<![\w.])(?P<d3>\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+of)?\s+"
            rf"(?P<m3>{months})\b\.?{year.format(3)}",
            rf"\b(?P<m4>{months})\b\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d|\s?%){year.format(4)}",
        ),
        "time": (
            rf"(?<![\w.,:])(?P<h1>\d{{1,2}})(?:[:.](?P<min1>\d{{2}}))?\s?(?P<half>{clock})",
            r"(?<![\w.,:])(?P<h2>\d{1,2}):(?P<min2>\d{2})(?![\d:])",
        ),
        "phone": (
            r"(?:\+\d|\(0\d|(?<![\w.,])0\d)(?:(?:[ \u00a0/-]|\) ?)?\d){5,20}",
            r"(?<!\d)\(?\d{3}\)?[ -]\d{3}-\d{4}(?!\d)",
        ),
        "fraction": (r"(?<![\w./])(?:\d{1,9}\s+)?\d{1,3}/\d{1,3}(?![\d/])",),
        "number": (
            rf"(?:(?<![\w)\]%°-])[-+])?\d+(?:[.,']\d+|[{_THIN}]\d{{3}}(?!\d))*",
            r"(?<![^\s(])[.,]\d+",
        ),
        "unit": (r"°\s?[CFcf]\b", "[%‰°€$£]"),
        "sign": (f"[{_SIGNS}]",),
        "dash": (r"(?<=\d)\s?-\s?(?=\d)",),
        "word": _WORDS,
    }
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(forms)})" for kind, forms in kinds.items()))


def _any(forms: Iterable[str]) -> str:
    """The longest of them that fits; if there are none, nothing fits."""
    return "|".join(sorted(set(forms), key=lambda form: (-len(form), form))) or "(?!)"


def key(match: re.Match[str], lexicon: Lexicon) -> str:
    """The key of what the pattern found."""
    return _KEYS[match.lastgroup or ""](match, lexicon)


def _date(match: re.Match[str], lexicon: Lexicon) -> str:
    year, month, day = (_given(match, name) for name in "ymd")
    number = int(month) if month.isdigit() else lexicon.months[month.casefold()]
    return f"@{int(year) if year else ''}-{number}-{int(day)}"


def _given(match: re.Match[str], name: str) -> str:
    return next((text for n in "1234" if (text := match[f"{name}{n}"])), "")


def _time(match: re.Match[str], lexicon: Lexicon) -> str:
    hour, minute = int(match["h1"] or match["h2"]), int(match["min1"] or match["min2"] or 0)
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
    """The value; or digits and marks as they are, if that depends on the country or is no one number."""
    raw = re.sub(f"[{_THIN}']", "", match[0])
    sign, digits = ("-", raw[1:]) if raw[0] == "-" else ("", raw.lstrip("+"))
    if lexicon.decimal:
        group = {".": ",", ",": "."}[lexicon.decimal]
        if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{lexicon.decimal}\d+)?", digits):
            digits = digits.replace(group, "")
        decimal = digits.replace(lexicon.decimal, ".") if group not in digits else ""
    else:
        decimal = digits if digits.isdigit() else ""
    if not decimal or len(decimal) > _MAX_DIGITS or decimal.count(".") > 1:
        return f"#{raw}"
    return f"#{sign}{Fraction(decimal)}"


def _folded(match: re.Match[str], _: Lexicon) -> str:
    return match[0].casefold()


_KEYS: dict[str, Callable[[re.Match[str], Lexicon], str]] = {
    "address": _folded,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "fraction": _fraction,
    "number": _number,
    "unit": lambda match, _: "".join(match[0].casefold().split()),
    "sign": lambda match, _: f"~{match[0]}",
    "dash": lambda _, lexicon: lexicon.range,
    "word": _folded,
}
