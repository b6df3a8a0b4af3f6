"""The kinds of values in the owner's files, each with the sentence for what is none."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value) or not _has_host(value):
        raise ValueError("is not a web address like https://guides.example")
    return value.rstrip("/")


def _exact_url(value: str) -> str:
    """A web address that is somebody else's to write: kept to the letter, with its query and last slash."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s#]*", value) or not _has_host(value):
        raise ValueError("is not a web address like https://hub.example/")
    return value


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        return False


def colour_value(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("is not a colour like #1f5f8b")
    return value.lower()


def digest_name(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 60 or value in ("each", "paused"):
        raise ValueError("is no name for a digest: use a-z, 0-9 and '-', at most 60, not 'each' or 'paused'")
    return value


def _one_line(value: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError("must be one line without control characters")
    return value


def _mailbox(value: str) -> str:
    """Catches slips when the site is opened; what an address may be exactly is known where mail is sent."""
    if not re.fullmatch(r"([^<>]*<)?[^\s<>@,;]+@[^\s<>@,;]+(?(1)>)", _one_line(value).strip()):
        raise ValueError("is not a mail address like Example Guides <news@guides.example>")
    return value


def _period(value: object) -> object:
    """ "36 hours", "1 day", "2 weeks", "1 year" -> timedelta."""
    match = re.fullmatch(r"(\d{1,5})\s*(hour|day|week|month|year)s?", str(value).strip())
    if match is None or int(match[1]) == 0:
        raise ValueError('is no period like "36 hours", "30 days" or "1 year"')
    return timedelta(hours=int(match[1]) * _HOURS[match[2]])


def in_words(value: object) -> object:
    """A schedule that is written as text is one in words; a zone may stand at its end."""
    if not isinstance(value, str):
        return value
    rest, _, last = value.strip().rpartition(" ")
    named = "/" in last or last == "UTC"
    return {"kind": "words", "at": rest, "timezone": last} if named else {"kind": "words", "at": value}


def _topic(value: str) -> str:
    if not value.strip() or set(value) & set(",;=") or not value.isprintable():
        raise ValueError("is no topic: it is empty, or has one of , ; = or an invisible character in it")
    return value


def _network(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("is no address or network like 127.0.0.1 or 10.0.0.0/8") from None
    return value


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
Mailbox = Annotated[str, AfterValidator(_mailbox), Field(max_length=500)]
Topic = Annotated[Line, AfterValidator(_topic)]
Url = Annotated[str, AfterValidator(_http_url)]
Hub = Annotated[str, AfterValidator(_exact_url)]
Network = Annotated[str, AfterValidator(_network)]
Period = Annotated[timedelta, BeforeValidator(_period)]
