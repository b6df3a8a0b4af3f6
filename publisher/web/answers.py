"""What is asked and what is answered, without a web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
CHECK = "no-cache"  # keep it, but ask each time: a 304 is cheap, a stale page is not
NEVER = "no-store"


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
    """One response. Headers that every answer carries are added later; these win.

    `modified` becomes Last-Modified. `keep` says whether the next who asks may get the same one, as long as
    nothing has changed of what is public; only answers from the public's site map are kept.
    """

    body: bytes
    mime: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    keep: bool = True

    def with_headers(self, **headers: str) -> Answer:
        """The same with more headers; `cache_control="…"` is Cache-Control."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A file as it lies on the disk, or a part of it (Range)."""

    path: Path
    mime: str
    headers: Mapping[str, str] = field(default_factory=dict)


def page(text: str, status: int = 200) -> Answer:
    """A page that anyone may see."""
    return Answer(text.encode(), HTML, status, {"cache-control": CHECK})


def private(text: str, status: int = 200) -> Answer:
    """A page for one person: kept nowhere, found by nobody, its address told to nobody."""
    headers = {"cache-control": NEVER, "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    return Answer(text.encode(), HTML, status, headers)


def moved(to: str, status: int = 308) -> Answer:
    """A permanent redirect; `to` is relative to the address that was asked for. The query goes along."""
    return Answer(b"", TEXT, status, {"location": to, "cache-control": CHECK})
