"""Who is meant, in words: `tag:vip publication:knees -cadence:daily since:2026-01-01`.

Words beside each other must all hold. The same key twice means one or the other; a `-` in front, not that
one. `"` holds a value with spaces together. `storage.Segment` says what each key asks for.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from datetime import UTC, datetime

from publisher import storage
from publisher.errors import FollowerError

_LISTS = {
    "tag": "tags",
    "topic": "topics",
    "publication": "publications",
    "cadence": "cadences",
    "language": "languages",
}
_DATES = ("since", "before")
_KEYS = (*_LISTS, *_DATES)
_WORD = re.compile(
    r'(?P<not>-?)(?P<key>[^\s:"]*)(?P<colon>:?)(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))(?=\s|$)'
)
_LONGEST, _MOST = 500, 30
_EXAMPLE = "Write it like tag:vip publication:knees -cadence:daily since:2026-01-01."


def parse_segment(text: str) -> storage.Segment:
    """The segment that `text` describes. Raises FollowerError, which names the word that is wrong."""
    if not text.strip() or len(text) > _LONGEST:
        what = f"a segment is described in 1 to {_LONGEST} characters"
        raise FollowerError(what, advice=_EXAMPLE)
    wanted: dict[str, list[str]] = {name: [] for name in _LISTS.values()}
    moments: dict[str, datetime] = {}
    without: list[tuple[str, str]] = []
    for negative, key, value in _words(text):
        if key in _DATES:
            if negative or key in moments:
                raise FollowerError(f"{key}: may stand only once, and without a -", advice=_EXAMPLE)
            moments[key] = _moment(key, value)
        elif negative:
            without.append((key, value))
        else:
            wanted[_LISTS[key]].append(value)
    lists = {name: tuple(dict.fromkeys(values)) for name, values in wanted.items()}
    return storage.Segment(text.strip(), **lists, **moments, without=tuple(dict.fromkeys(without)))  # type: ignore[arg-type]


def check_publications(segment: storage.Segment, known: Collection[str]) -> None:
    """Raises FollowerError for a publication that there is not."""
    named = [*segment.publications, *(value for key, value in segment.without if key == "publication")]
    for slug in named:
        if slug not in known:
            advice = f"There are: {', '.join(sorted(known))}." if known else None
            raise FollowerError(f"there is no publication {slug!r}", advice=_nearest(slug, known) or advice)


def _words(text: str) -> list[tuple[bool, str, str]]:
    """(whether it begins with -, key, value) of every word."""
    found: list[tuple[bool, str, str]] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _WORD.match(text, at)
        if match is None or len(found) == _MOST:
            what = f"{text[at : at + 40]!r} cannot be read" if match is None else f"more than {_MOST} words"
            raise FollowerError(what, advice=_EXAMPLE)
        found.append(_word(match))
        at = match.end()
    return found


def _word(match: re.Match[str]) -> tuple[bool, str, str]:
    word, key = match[0][:60], match["key"].lower()
    value = match["plain"] if match["quoted"] is None else " ".join(match["quoted"].split())
    if not match["colon"]:
        raise FollowerError(f"{word!r} has no key", advice=_nearest(key, _KEYS) or _EXAMPLE)
    if key not in _KEYS:
        advice = _nearest(key, _KEYS) or f"There are: {', '.join(f'{each}:' for each in _KEYS)}."
        raise FollowerError(f"{word!r} begins with a key that there is not", advice=advice)
    if not value or not value.isprintable():
        raise FollowerError(f"{word!r} says nothing after its colon", advice=_EXAMPLE)
    return match["not"] == "-", key, value


def _moment(key: str, value: str) -> datetime:
    """A day (its beginning in UTC) or a moment (ISO 8601)."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise FollowerError(f"{key}:{value} is no day", advice=f"Write it like {key}:2026-01-01.") from None
    if not 1970 <= moment.year < 2200:
        raise FollowerError(f"{key}:{value} lies too far away", advice="It must be in 1970 to 2199.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _nearest(word: str, known: Collection[str]) -> str | None:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {near[0]}{':' if near[0] in _KEYS else ''}?" if near else None
