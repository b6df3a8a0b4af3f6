"""The rules that tell boilerplate from content, made from boilerplate.toml and from owners' files like it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from publisher.errors import ConfigError
from publisher.text.fold import fold
from publisher.text.stamps import PARTS

PLACES = ("anywhere", "top", "bottom", "end")
TAKES = ("line", "next", "chunk", "contents", "links", "keywords", "rest")
_WORDS = 24  # a line with more words is prose, unless its rule says otherwise
_TYPES: dict[str, type] = {
    "name": str,
    "lines": list,
    "patterns": list,
    "exact": list,
    "has": list,
    "where": str,
    "takes": str,
    "group": bool,
    "leads": bool,
    "needs": bool,
    "words": int,
    "off": bool,
}
_CHOICES = {"where": PLACES, "takes": TAKES}
_PART = re.compile(r"\{\{ ?([\w-]+) ?\}\}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line in the forms that rules compare: as it is, its marks folded, letters and digits only."""

    text: str
    marks: str
    folded: str
    words: int
    places: frozenset[str]

    def has(self, signs: Sequence[str]) -> bool:
        """Whether one of these is in the line; also if there are none to look for."""
        if not signs:
            return True
        lower = self.marks.lower()
        return any(sign in lower for sign in signs)


@dataclass(frozen=True, slots=True)
class Rule:
    """One habit of the web. See boilerplate.toml for what its fields mean."""

    name: str
    folded: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    exact: re.Pattern[str] | None = None
    has: tuple[str, ...] = ()
    where: str = "anywhere"
    takes: str = "line"
    group: bool = False
    leads: bool = False
    needs: bool = False
    words: int = _WORDS

    def matches(self, line: Candidate) -> bool:
        """Whether this line, at this place, is what the rule means. Groups are not looked at."""
        if self.where not in line.places:
            return False
        return line.folded in self.folded or (
            line.words <= self.words and line.has(self.has) and self.fits(line)
        )

    def fits(self, line: Candidate) -> bool:
        """Whether one of the patterns is for the whole line."""
        return bool(
            (self.pattern and self.pattern.fullmatch(line.marks))
            or (self.exact and self.exact.fullmatch(line.text))
        )


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """All rules of a publication, for `read_plain`. Made by `boilerplate_rules`."""

    rules: tuple[Rule, ...]
    folded: frozenset[str] = field(repr=False)
    # Rules alike in place and length as one, by place, long ones first: most lines match none.
    merged: Mapping[str, tuple[Rule, ...]] = field(repr=False)

    def find(self, line: Candidate) -> Rule | None:
        """The first rule that this line matches."""
        if line.folded in self.folded or self._may_match(line):
            return next((rule for rule in self.rules if rule.matches(line)), None)
        return None

    def _may_match(self, line: Candidate) -> bool:
        for place in line.places:
            for rule in self.merged.get(place, ()):
                if line.words > rule.words:
                    break
                if line.has(rule.has) and rule.fits(line):
                    return True
        return False


@cache
def bundled() -> BoilerplateRules:
    """The rules that come with us."""
    return boilerplate_rules()


def boilerplate_rules(*tomls: str, where: Sequence[str] = ()) -> BoilerplateRules:
    """The bundled rules, and over them those of owners' TOML texts: a name given again replaces its rule.

    `where` names the files of `tomls` for messages, in the same order. Raises ConfigError, which names the
    file, the rule and the key.
    """
    texts = [((files("publisher.text") / "boilerplate.toml").read_text(encoding="utf-8"), "boilerplate.toml")]
    texts += [(toml, where[n] if n < len(where) else "boilerplate rules") for n, toml in enumerate(tomls)]
    rules: dict[str, Rule | None] = {}
    parts = {name: f"(?:{pattern})" for name, pattern in PARTS.items()}
    for toml, file in texts:
        document = _document(toml, file)
        for name, pattern in _parts(document, file):
            parts[name] = f"(?:{_filled(pattern, parts, f'{file}: part {name!r}')})"
        for table in _tables(document, file):
            rules[table["name"]] = None if table.get("off") else _rule(table, parts, file)
    return _compiled([rule for rule in rules.values() if rule])


def _compiled(rules: Sequence[Rule]) -> BoilerplateRules:
    alike: dict[tuple[object, ...], list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: -rule.words):
        if rule.pattern or rule.exact:
            alike.setdefault((rule.where, rule.words, rule.has), []).append(rule)
    return BoilerplateRules(
        tuple(rules),
        frozenset().union(*(rule.folded for rule in rules)),
        {
            place: tuple(_merged(rules) for rules in alike.values() if rules[0].where == place)
            for place in PLACES
        },
    )


def _merged(rules: Sequence[Rule]) -> Rule:
    return replace(
        rules[0],
        folded=frozenset(),
        pattern=_any([rule.pattern.pattern for rule in rules if rule.pattern], re.IGNORECASE),
        exact=_any([rule.exact.pattern for rule in rules if rule.exact]),
    )


def _document(toml: str, file: str) -> dict[str, object]:
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the boilerplate rules are not valid TOML: {error}", where=file) from None
    for key in document.keys() - {"rule", "parts"}:
        raise ConfigError(
            f"unknown key {key!r}", where=file, advice="A file of rules has [[rule]] tables and [parts]."
        )
    return document


def _parts(document: Mapping[str, object], file: str) -> Iterable[tuple[str, str]]:
    parts = document.get("parts", {})
    if not isinstance(parts, dict) or not all(isinstance(pattern, str) for pattern in parts.values()):
        raise ConfigError("[parts] holds names and patterns, all strings", where=file)
    return parts.items()


def _tables(document: Mapping[str, object], file: str) -> list[dict[str, str]]:
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) and t.get("name") for t in tables):
        raise ConfigError("every boilerplate rule is a [[rule]] with a name", where=file)
    return tables


def _rule(table: Mapping[str, object], parts: Mapping[str, str], file: str) -> Rule:
    at = f"{file}: rule {table['name']!r}"
    for key, value in table.items():
        _check(key, value, at)
    values = {
        key: table[key] for key in ("where", "takes", "group", "leads", "needs", "words") if key in table
    }
    return Rule(
        str(table["name"]),
        frozenset(fold(line) for line in _strings(table, "lines")),
        _patterns(table, "patterns", parts, at),
        _patterns(table, "exact", parts, at),
        tuple(sign.lower() for sign in _strings(table, "has")),
        **values,  # type: ignore[arg-type]  # their types are those of _TYPES
    )


def _check(key: str, value: object, at: str) -> None:
    """One key of a rule. Raises ConfigError for an unknown one, and for a value that it cannot have."""
    kind = _TYPES.get(key)
    if kind is None:
        near = get_close_matches(key, _TYPES, 1)
        advice = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(sorted(_TYPES))}."
        raise ConfigError(f"unknown key {key!r}", where=at, advice=advice)
    choices = _CHOICES.get(key)
    if choices and value not in choices:
        raise ConfigError(f"{key} must be one of {', '.join(choices)}", where=at)
    if kind is list and not (isinstance(value, list) and all(isinstance(entry, str) for entry in value)):
        raise ConfigError(f"{key} must be a list of strings", where=at)
    if type(value) is not kind or (kind is int and not isinstance(value, bool) and int(str(value)) < 1):
        name = {str: "a string", bool: "true or false", int: "a whole number above 0"}.get(kind, "a list")
        raise ConfigError(f"{key} must be {name}", where=at)


def _strings(table: Mapping[str, object], key: str) -> list[str]:
    value = table.get(key, [])
    return [str(entry) for entry in value] if isinstance(value, list) else []


def _patterns(
    table: Mapping[str, object], key: str, parts: Mapping[str, str], at: str
) -> re.Pattern[str] | None:
    patterns = [_filled(pattern, parts, at) for pattern in _strings(table, key)]
    for pattern in patterns:
        try:
            groups = re.compile(f"(?:{pattern})").groups
        except re.error as error:
            raise ConfigError(f"a pattern is broken: {error}", where=at, advice=pattern[:120]) from None
        if groups:  # all patterns become one, where a group would have another number
            raise ConfigError("a pattern has a group ( )", where=at, advice="Write (?: ) instead.")
    return _any(patterns, re.IGNORECASE if key == "patterns" else re.NOFLAG)


def _filled(pattern: str, parts: Mapping[str, str], at: str) -> str:
    """The pattern with each `{{name}}` written out."""

    def part(match: re.Match[str]) -> str:
        if match[1] not in parts:
            known = ", ".join(sorted(parts))
            raise ConfigError(f"there is no part {match[1]!r}", where=at, advice=f"Parts: {known}.")
        return parts[match[1]]

    return _PART.sub(part, pattern)


def _any(patterns: Sequence[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags) if patterns else None
