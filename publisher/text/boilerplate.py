"""What is printed around a guide and is not part of it: lines that rules (boilerplate.toml) take away."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from publisher.errors import ConfigError
from publisher.text.fold import fold, fold_marks
from publisher.text.lines import Line
from publisher.text.shape import Shape

TOP = 8  # lines that count as the top of a text
BOTTOM = 12
MAX_ENTRY = 200  # characters of a line in a table of contents, and of a whole line that a rule lists
MAX_LINKS = 30  # more short lines than this are a text of short lines
MAX_LENGTH = 600  # characters; no boilerplate line is longer, and patterns stay cheap

_WHERE = ("anywhere", "top", "bottom", "end")
_TAKES = ("line", "contents", "links", "keywords", "rest")
_ENTRY_NUMBER = re.compile(r"^(?:[\d.]+[.)]?|[-–•*·])\s+")
_PAGE_NUMBER = re.compile(r"(?:\s*\.{2,}\s*|\s{2,})\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One habit of the web. See boilerplate.toml for what its fields mean."""

    name: str
    folded: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    exact: re.Pattern[str] | None = None
    where: str = "anywhere"
    takes: str = "line"
    group: bool = False
    needs: bool = False
    words: int = 24

    def matches(self, line: Candidate) -> bool:
        """Whether this line, at this place, is what the rule means. Groups are not looked at."""
        if self.where not in line.places or (line.words > self.words and line.folded not in self.folded):
            return False
        return (
            line.folded in self.folded
            or bool(self.pattern and self.pattern.fullmatch(line.marks))
            or bool(self.exact and self.exact.fullmatch(line.text))
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line in the forms that rules compare."""

    text: str
    marks: str
    folded: str
    words: int
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that is not in the guide, and the rule that says so."""

    rule: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, with one expression that tells quickly that a line matches none."""

    rules: tuple[Rule, ...]
    folded: frozenset[str]
    pattern: re.Pattern[str]
    exact: re.Pattern[str]

    def find(self, line: Candidate) -> Rule | None:
        """The first rule that this line matches."""
        quick = (
            line.folded in self.folded
            or self.pattern.fullmatch(line.marks)
            or self.exact.fullmatch(line.text)
        )
        return next((rule for rule in self.rules if rule.matches(line)), None) if quick else None


@cache
def bundled() -> Rules:
    """The rules that come with us."""
    return load()


def load(*more: str) -> Rules:
    """The bundled rules, and over them those of owners' TOML texts, in order. Raises ConfigError."""
    text = (files("publisher.text") / "boilerplate.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, object]] = {}
    for toml in (text, *more):
        for table in _tables(toml):
            tables[str(table.get("name"))] = table
    chosen = [table for table in tables.values() if not table.get("off")]
    rules = tuple(_rule(table) for table in chosen)
    return Rules(
        rules,
        frozenset().union(*(rule.folded for rule in rules)),
        _pattern([rule.pattern.pattern for rule in rules if rule.pattern], re.IGNORECASE) or _NOTHING,
        _pattern([rule.exact.pattern for rule in rules if rule.exact], 0) or _NOTHING,
    )


def _tables(toml: str) -> list[dict[str, object]]:
    try:
        tables = tomllib.loads(toml).get("rule", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"boilerplate rules are not valid TOML: {error}") from None
    if not isinstance(tables, list) or not all(isinstance(t, dict) and t.get("name") for t in tables):
        raise ConfigError("every boilerplate rule is a [[rule]] with a name")
    return tables


def _rule(table: dict[str, object]) -> Rule:
    name = str(table["name"])
    known = {"name", "lines", "patterns", "exact", "where", "takes", "group", "needs", "words", "off"}
    unknown = sorted(set(table) - known)
    where, takes = str(table.get("where", "anywhere")), str(table.get("takes", "line"))
    words = table.get("words", 24)
    if unknown or where not in _WHERE or takes not in _TAKES or not isinstance(words, int):
        problem = f"unknown key {unknown[0]!r}" if unknown else "a value that is not one of the allowed ones"
        raise ConfigError(
            f"{problem} in the boilerplate rule {name!r}", advice=f"Keys: {', '.join(sorted(known))}."
        )
    try:
        pattern = _pattern(_strings(table, "patterns"), re.IGNORECASE)
        exact = _pattern(_strings(table, "exact"), 0)
    except re.error as error:
        raise ConfigError(f"a pattern of the boilerplate rule {name!r} is broken: {error}") from None
    folded = frozenset(fold(line) for line in _strings(table, "lines"))
    return Rule(
        name, folded, pattern, exact, where, takes, bool(table.get("group")), bool(table.get("needs")), words
    )


def _strings(table: dict[str, object], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ConfigError(f"{key} of the boilerplate rule {table['name']!r} must be a list of strings")
    return value


def _pattern(patterns: Sequence[str], flags: int) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags) if patterns else None


_NOTHING = re.compile(r"(?!)")


def drop(lines: Sequence[Line], rules: Rules) -> tuple[list[Line], list[Dropped]]:
    """The lines that are content, and the others with their reasons. Linear in the number of lines."""
    found = _found(lines, rules)
    last = _last(lines) if any(rule and rule.takes == "contents" for rule in found) else {}
    reasons: dict[int, str] = {}
    for place, rule in enumerate(found):
        if rule is None or place in reasons or (rule.group and not _in_group(found, place)):
            continue
        taken = list(_taken(rule.takes, lines, place, last, found))
        if rule.needs and not taken:
            continue
        reasons[place] = rule.name
        for below in taken:
            reasons.setdefault(below, rule.name)
        if rule.takes == "rest":
            break
    kept = [line for place, line in enumerate(lines) if place not in reasons]
    return kept, [Dropped(reasons[p], lines[p].text, lines[p].position) for p in sorted(reasons)]


def _found(lines: Sequence[Line], rules: Rules) -> list[Rule | None]:
    return [
        rules.find(_candidate(line, _places(place, len(lines)))) if len(line.text) <= MAX_LENGTH else None
        for place, line in enumerate(lines)
    ]


def _places(place: int, count: int) -> frozenset[str]:
    places = {"anywhere"}
    if place < TOP:
        places.add("top")
    if place >= count - BOTTOM:
        places |= {"bottom", "end"}
    elif place >= count * 2 // 3:
        places.add("end")
    return frozenset(places)


def _candidate(line: Line, places: frozenset[str]) -> Candidate:
    text = line.text.strip("*_# ") if line.text[0] in "*_#" and line.text[1:2] in "*_# " else line.text
    marks = fold_marks(text.replace("»", "›").replace("«", "‹"))  # arrows here, not quotes
    return Candidate(text, marks, fold(text) if len(text) <= MAX_ENTRY else "", len(text.split()), places)


def _in_group(found: Sequence[Rule | None], place: int) -> bool:
    near = (found[n] for n in (place - 1, place + 1) if 0 <= n < len(found))
    return any(rule is not None and (rule.group or rule.name == "share") for rule in near)


def _taken(
    takes: str, lines: Sequence[Line], place: int, last: dict[str, int], found: Sequence[Rule | None]
) -> Iterable[int]:
    """Which lines below a match go with it."""
    below = range(place + 1, len(lines))
    if takes == "rest":
        return below
    if takes == "contents":
        return _contents(lines, below, last)
    if takes == "links":
        return _links(lines, below, found)
    if takes == "keywords" and below:
        text = lines[below[0]].text
        if text.count(",") >= 1 and not Shape(lines[below[0]]).ends_sentence:
            return below[:1]
        return _links(lines, below, found)
    return ()


def _last(lines: Sequence[Line]) -> dict[str, int]:
    """Where each short line's words stand for the last time."""
    return {fold(_entry(line.text)): place for place, line in enumerate(lines) if len(line.text) <= MAX_ENTRY}


def _entry(text: str) -> str:
    return _PAGE_NUMBER.sub("", _ENTRY_NUMBER.sub("", text))


def _contents(lines: Sequence[Line], below: range, last: dict[str, int]) -> Iterable[int]:
    """Entries of a table of contents: each says what a later line says again."""
    entries = []
    for place in below:
        if last.get(fold(_entry(lines[place].text)), place) <= place:
            break
        entries.append(place)
    return entries if len(entries) > 1 else ()


def _links(lines: Sequence[Line], below: range, found: Sequence[Rule | None]) -> Iterable[int]:
    """Titles of other pages: all of them at the end of a text; inside it not the last, which is a heading.

    Two short lines inside the text may as well be a heading over a sub-heading, so they stay, unless they are
    marked as a list or stand close below.
    """
    run: list[int] = []
    for place in below[: MAX_LINKS + 1]:
        shape = Shape(lines[place])
        if (shape.ends_sentence and not shape.text.endswith("?")) or len(shape.text.split()) > 20:
            break
        if shape.opens_list or shape.explicit or found[place] is not None:
            break
        run.append(place)
    if len(run) > MAX_LINKS:
        return ()
    if below.stop == (run[-1] + 1 if run else below.start):
        return run
    close = []
    for place in run:
        if lines[place].gap and Shape(lines[place]).marker.name != "BULLET":
            break
        close.append(place)
    return max(close, run[:-1] if len(run) > 2 else [], key=len)
