"""How pages write moments, languages and grades; and which addresses they link to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.model import Grade, Publication
from publisher.words import Words

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = frozenset(["ar", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"])


def iso(moment: datetime) -> str:
    """RFC 3339, in UTC: "2026-11-06T07:00:00Z"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def graded(grade: Grade, say: Words) -> str:
    """What a reader is told of a change; grades are the house's word, not the public's."""
    match grade:
        case Grade.NONE:
            return say.gettext("Nothing in the text changed")
        case Grade.TYPO:
            return say.gettext("Spelling and punctuation")
        case Grade.MINOR:
            return say.gettext("Small change")
        case Grade.MATERIAL:
            return say.gettext("Important change")


def zone_of(publication: Publication) -> tzinfo:
    """The zone in which the publication's dates were written: its first source's, else UTC."""
    for source in publication.sources:
        name = source.options.get("timezone")
        if isinstance(name, str):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                break
    return UTC


def language_of(tag: str, instead: str) -> str:
    """A language tag that HTML can carry (BCP 47 in its outline)."""
    return tag if _LANGUAGE.fullmatch(tag) else instead


def direction(language: str) -> str:
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def clipped(words: str, length: int) -> str:
    """At most `length` characters, cut between words and marked with an ellipsis."""
    if len(words) <= length:
        return words
    head = words[:length]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:.") + "…"


def is_web(url: str) -> bool:
    """Whether a link may lead there: http and https, never javascript: and the like."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
