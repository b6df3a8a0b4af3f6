"""The YAML in front of a guide, as it was written: keys, strings, and the line on which each key stands.

---                      Every scalar stays a string (a title "No" is not False, a date is not yet a
title: Warm up           date), so that what YAML guesses can never surprise the owner. The parser's events
tags: [hands, morning]   are read one by one: building YAML's tree recurses, and a few KB of "[[[[" would
---                      end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

MAX_MATTER = 32 * 1024  # characters
_DEPTH = 3  # authors: [{name: …}] is as deep as it gets
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KEY_LINE = re.compile(r"[A-Za-z_]+:(\s|$)")
_QUOTES = "If a value contains a colon, or starts with a sign, put it in quotes."

# Only three dashes: "-----" above a title is decoration in a plain-text file.
_SPLITTER = YAMLHandler(fm_boundary=re.compile(r"^---[ \t]*$", re.MULTILINE))

Value = str | list["Value"] | dict[str, "Value"]


class Unusable(Exception):
    """This text cannot become a guide: the sentence for its owner, and the line if it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Matter:
    """Front matter (empty when a text has none), the text under it, and where both stand in the file."""

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str


def read_matter(text: str) -> Matter:
    """Split a file's text (line ends are "\\n") into front matter and body. Raises Unusable."""
    stripped = text.lstrip("\n")
    if not _SPLITTER.detect(stripped):
        return Matter(MappingProxyType({}), MappingProxyType({}), text)
    first = len(text) - len(stripped) + 1  # the line of the opening ---
    try:
        yaml_text, body = _SPLITTER.split(stripped)
    except ValueError:
        if _KEY_LINE.match(stripped[3:].lstrip()):
            raise Unusable(
                "The front matter has no end: close it with a line of three dashes.", first
            ) from None
        return Matter(MappingProxyType({}), MappingProxyType({}), text)  # a rule, then text
    values, lines = _parse(yaml_text, first)
    return Matter(MappingProxyType(values), MappingProxyType(lines), body)


def _parse(text: str, first: int) -> tuple[dict[str, Value], dict[str, int]]:
    """Keys to values and lines. `first` is the file's line on which `text` starts."""
    if not text.strip():
        return {}, {}
    if len(text) > MAX_MATTER:
        raise Unusable(f"The front matter is larger than {MAX_MATTER // 1024} KB: move text below it.", first)
    if bad := _CONTROL.search(text):
        line = first + text.count("\n", 0, bad.start())
        raise Unusable(f"There is a control character (U+{ord(bad[0]):04X}): delete it.", line)
    events = yaml.parse(text, Loader=_LOADER)
    try:
        return _document(events, first)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "it cannot be understood"
        # A quote that is never closed is noticed at the end; the owner wants to know where it opens.
        mark = error.context_mark if "end of stream" in problem else error.problem_mark
        reason = f"The front matter is not YAML: {problem}. {_QUOTES}"
        raise Unusable(reason, first + (mark.line if mark else 0)) from None
    except yaml.YAMLError as error:
        raise Unusable(f"The front matter is not YAML: {str(error).splitlines()[0]}.", first) from None


def _document(events: Iterator[Any], first: int) -> tuple[dict[str, Value], dict[str, int]]:
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    start = next((event for event in events if isinstance(event, yaml.NodeEvent)), None)
    if not isinstance(start, yaml.MappingStartEvent):
        raise Unusable(
            "Between the --- lines stand no `key: value` lines. For a rule in the text use ***.", first
        )
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        line = first + event.start_mark.line
        key = _key(event, line)
        if key in values:
            raise Unusable(f"`{key}` stands here a second time (first on line {lines[key]}): keep one.", line)
        lines[key] = line
        values[key] = _value(next(events), events, first, 1)
    if any(isinstance(event, yaml.DocumentStartEvent) for event in events):
        raise Unusable("The front matter holds several YAML documents: keep one.", first)
    return values, lines


def _key(event: Any, line: int) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise Unusable("A key in the front matter must be one word.", line)
    return event.value


def _value(event: Any, events: Iterator[Any], first: int, depth: int) -> Value:
    line = first + event.start_mark.line
    if isinstance(event, yaml.ScalarEvent):
        return "" if event.implicit[0] and event.value in ("~", "null") else event.value
    if isinstance(event, yaml.AliasEvent) or depth > _DEPTH:
        what = "*references" if isinstance(event, yaml.AliasEvent) else "values nested this deep"
        raise Unusable(f"The front matter uses {what}: write the value out.", line)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Value] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_value(event, events, first, depth + 1))
        return items
    table: dict[str, Value] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _key(event, first + event.start_mark.line)
        table[key] = _value(next(events), events, first, depth + 1)
    return table
