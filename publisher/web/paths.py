"""Which paths can be ours at all, before anything is looked up; and which handler a path belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote_to_bytes

LONGEST = 4000  # bytes of a path
# Encoded slashes and backslashes, control characters, and per cent signs that encode nothing.
_FORBIDDEN = re.compile(rb"%2f|%5c|%[01][0-9a-f]|%7f|%(?![0-9a-f]{2})|[\x00-\x20\x7f-\xff\\]", re.IGNORECASE)
_PART = re.compile(r"\{(\w+):(str|path)\}")

T = TypeVar("T")


def is_sound(raw: bytes) -> bool:
    """Whether a path, as it came, means the same to everybody: one that two programs could read differently
    (encoded slashes, `..`, empty parts, bytes that are no UTF-8) leads nowhere here."""
    if not raw.startswith(b"/") or len(raw) > LONGEST or _FORBIDDEN.search(raw):
        return False
    try:
        parts = unquote_to_bytes(raw).decode().split("/")
    except UnicodeDecodeError:
        return False
    return "" not in parts[1:-1] and "." not in parts and ".." not in parts


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """Paths with `{name:str}` (a part, or some of it) and `{name:path}` (the rest) -> what is there."""

    rows: tuple[tuple[re.Pattern[str], T], ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, bool, T]]) -> Table[T]:
        """`rows`: the path, whether it is also found with or without the slash at its end, what is there."""
        return cls(tuple((_pattern(path, either), found) for path, either, found in rows))

    def find(self, path: str) -> tuple[T, Mapping[str, str]] | None:
        """The first row for a decoded path, and its parts."""
        for pattern, found in self.rows:
            if match := pattern.fullmatch(path):
                return found, match.groupdict()
        return None


def _pattern(path: str, either: bool) -> re.Pattern[str]:
    """What begins with `/-/` is ours, never a publication."""
    path = path.rstrip("/") if either else path
    text, at = ("(?!/-(?:/|$))" if path.startswith("/{") else ""), 0
    for match in _PART.finditer(path):
        name, kind = match.groups()
        text += re.escape(path[at : match.start()]) + f"(?P<{name}>{'.+' if kind == 'path' else '[^/]+'})"
        at = match.end()
    return re.compile(text + re.escape(path[at:]) + ("/?" if either else ""), re.DOTALL)
