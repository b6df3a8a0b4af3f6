"""What is asked and what is answered, without a web framework; and HTTP's conditional requests (RFC 9110)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
CHECK = "no-cache"  # keep it, but ask each time: a 304 is cheap, a stale page is not
NEVER = "no-store"
_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `path` is still percent-encoded, `given` holds the decoded parts of the route."""

    method: str
    path: str
    query: str
    given: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    client: str | None  # the address at the other end of the connection
    body: bytes = b""

    @property
    def root(self) -> str:
        """The way from this page back to the site's first page: "../" for `/knees/stairs`."""
        return "../" * (self.path.count("/") - 1) or "./"

    @property
    def has_slash(self) -> bool:
        return self.path.endswith("/")

    def values(self, name: str) -> list[str]:
        """What the query says for `name`."""
        return [value for key, value in parse_qsl(self.query) if key == name]


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. Headers that every answer carries are added later; these win."""

    body: bytes
    mime: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Answer:
        """The same with more headers; `cache_control="…"` is Cache-Control."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


def page(text: str, status: int = 200) -> Answer:
    """A page that anyone may see."""
    return Answer(text.encode(), HTML, status, {"cache-control": CHECK})


def private(text: str, status: int = 200) -> Answer:
    """A page for one person: kept nowhere, found by nobody, its address told to nobody."""
    headers = {"cache-control": NEVER, "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    return Answer(text.encode(), HTML, status, headers)


def moved(to: str, query: str = "") -> Answer:
    """A permanent redirect; `to` is relative to the address that was asked for."""
    location = f"{to}?{query}" if query else to
    return Answer(b"", TEXT, 308, {"location": location, "cache-control": CHECK})


def etag_of(body: bytes) -> str:
    """A strong validator (RFC 9110, 8.8.3): equal for equal bytes, on every node."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def conditional(asked: Asked, answer: Answer, modified: datetime | None = None) -> Answer:
    """The answer with its validators; or 304 when the asker has it already (RFC 9110, 13)."""
    validators = {"etag": etag_of(answer.body)}
    if modified is not None:
        validators["last-modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    full = replace(answer, headers={**answer.headers, **validators})
    if asked.method not in ("GET", "HEAD") or not _has_it(asked.headers, validators["etag"], modified):
        return full
    return replace(full, body=b"", status=304)


def _has_it(headers: Mapping[str, str], etag: str, modified: datetime | None) -> bool:
    """If-None-Match wins; If-Modified-Since counts only without it."""
    if (known := headers.get("if-none-match")) is not None:
        return known.strip() == "*" or etag in _TAG.findall(known)
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return modified.replace(microsecond=0) <= aware
