"""What is printed around a guide and is not part of it: lines that rules (boilerplate.toml) take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from publisher.text.boilerplate_rules import BoilerplateRules, Candidate, Rule
from publisher.text.fold import fold, fold_marks
from publisher.text.lines import Line
from publisher.text.shape import Shape

TOP = 8  # lines that count as the top of a text; more if no prose has come by then
MAX_TOP = 20
BOTTOM = 12
MAX_ENTRY = 200  # characters of a line in a table of contents, and of a whole line that a rule lists
MAX_LINKS = 30  # more short lines than this are a text of short lines
MAX_LENGTH = 600  # characters; no boilerplate line is longer, and patterns stay cheap
MAX_NEXT_WORDS = 8  # of the line that goes with the one above, as a sponsor's name does

_ENTRY_NUMBER = re.compile(r"^(?:[\d.]+[.)]?|[-–•*·])\s+")
_PAGE_NUMBER = re.compile(r"(?:\s*\.{2,}\s*|\s{2,})\d{1,4}$")
_EDGE = "*_#~`▶►▸▼▾▲▴↓↗🔗📌📖👉🔥 \ufe0f"  # what people put around a line to set it off
_ARROWS = str.maketrans({"»": "›", "«": "‹", "＞": ">", "＜": "<", "｜": "|", "：": ":"})
_PROSE_WORDS = 12
_PROSE_LENGTH = 60  # characters, in scripts without spaces


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that is not in the guide, and the rule that says so."""

    rule: str
    text: str
    position: int


def drop(lines: Sequence[Line], rules: BoilerplateRules) -> tuple[list[Line], list[Dropped]]:
    """The lines that are content, and the others with their reasons. Linear in the number of lines."""
    found = _found(lines, rules)
    last = _last(lines) if any(rule and rule.takes == "contents" for rule in found) else {}
    tail = _tail(found)
    reasons: dict[int, str] = {}
    for place, rule in enumerate(found):
        if rule is None or place in reasons or (rule.group and not _in_group(found, place)):
            continue
        taken = list(_taken(rule.takes, lines, place, last, found, tail))
        if rule.needs and not taken:
            continue
        reasons[place] = rule.name
        for below in taken:
            reasons.setdefault(below, rule.name)
        if rule.takes == "rest":
            break
    return list(_kept(lines, reasons)), [
        Dropped(reasons[place], lines[place].text, lines[place].position) for place in sorted(reasons)
    ]


def _kept(lines: Sequence[Line], reasons: dict[int, str]) -> Iterator[Line]:
    """What stays. A blank line above a dropped line is now above the line that follows it."""
    gap = False
    for place, line in enumerate(lines):
        gap = gap or line.gap
        if place not in reasons:
            yield replace(line, gap=True) if gap and not line.gap else line
            gap = False


def _found(lines: Sequence[Line], rules: BoilerplateRules) -> list[Rule | None]:
    top = _top(lines)
    return [
        rules.find(_candidate(line, _places(place, len(lines), top)))
        if len(line.text) <= MAX_LENGTH
        else None
        for place, line in enumerate(lines)
    ]


def _top(lines: Sequence[Line]) -> int:
    """How many lines are the top of the text: those above its first prose, or the first few."""
    for place, line in enumerate(lines[:MAX_TOP]):
        long = len(line.text.split()) >= _PROSE_WORDS or len(line.text) >= _PROSE_LENGTH
        if long and Shape(line).ends_sentence:
            return max(TOP, place)
    return min(MAX_TOP, max(TOP, len(lines) // 2))


def _places(place: int, count: int, top: int) -> frozenset[str]:
    places = {"anywhere"}
    if place < top:
        places.add("top")
    if place >= count - BOTTOM:
        places |= {"bottom", "end"}
    elif place >= count * 2 // 3:
        places.add("end")
    return frozenset(places)


def _candidate(line: Line, places: frozenset[str]) -> Candidate:
    text = line.text.replace("**", "") or line.text
    if text[0] in _EDGE or text[-1] in _EDGE:
        text = text.strip(_EDGE) if text[0] != "#" or text[1:2] in "# " else text
    marks = fold_marks(
        text if text.isascii() else text.translate(_ARROWS)
    )  # « and » are arrows here, not quotes
    return Candidate(text, marks, fold(text) if len(text) <= MAX_ENTRY else "", len(text.split()), places)


def _tail(found: Sequence[Rule | None]) -> int:
    """Where the boilerplate at the end of the text begins."""
    ends = (place for place, rule in enumerate(found) if rule is not None and rule.takes == "rest")
    tail = next(ends, len(found))
    while tail and found[tail - 1] is not None:
        tail -= 1
    return tail


def _in_group(found: Sequence[Rule | None], place: int) -> bool:
    near = (found[n] for n in (place - 1, place + 1) if 0 <= n < len(found))
    return any(rule is not None and (rule.group or rule.leads) for rule in near)


def _taken(
    takes: str,
    lines: Sequence[Line],
    place: int,
    last: dict[str, int],
    found: Sequence[Rule | None],
    tail: int,
) -> Iterable[int]:
    """Which lines below a match go with it."""
    below = range(place + 1, len(lines))
    if takes == "rest":
        return below
    if takes == "contents":
        return _contents(lines, below, last)
    if takes == "links":
        return _links(lines, below, found, tail)
    if takes == "next" and below:
        return below[:1] if _is_short(lines[below[0]]) else ()
    if takes == "chunk":
        return list(takewhile(lambda n: not lines[n].gap and _is_short(lines[n]), below[:MAX_TOP]))
    if takes == "keywords" and below:
        text = lines[below[0]].text
        if text.count(",") >= 1 and not Shape(lines[below[0]]).ends_sentence:
            return below[:1]
        return _links(lines, below, found, tail)
    return ()


def _is_short(line: Line) -> bool:
    return len(line.text.split()) <= MAX_NEXT_WORDS and not Shape(line).ends_sentence


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


def _links(lines: Sequence[Line], below: range, found: Sequence[Rule | None], tail: int) -> Iterable[int]:
    """Titles of other pages: all of them at the end of a text; inside it not the last, which is a heading.

    Two short lines inside the text may as well be a heading over a sub-heading, so they stay, unless they are
    marked as a list or stand close below.
    """
    run: list[int] = []
    for place in below[: MAX_LINKS + 1]:
        shape = Shape(lines[place])
        if (shape.ends_sentence and not shape.text.endswith(("?", "？"))) or len(shape.text.split()) > 20:
            break
        if shape.opens_list or shape.explicit or found[place] is not None:
            break
        run.append(place)
    if len(run) > MAX_LINKS:
        return ()
    if (run[-1] + 1 if run else below.start) >= tail:
        return run
    close = []
    for place in run:
        if lines[place].gap and Shape(lines[place]).marker.name != "BULLET":
            break
        close.append(place)
    return max(close, run[:-1] if len(run) > 2 else [], key=len)
