"""Addresses inside a guide's text: from "relative to the guide's file" to "relative to the publication".

images/x.png in articles/a.md  ->  articles/images/x.png
other.md in articles/a.md      ->  the slug of that guide, if it is one
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

# The text is sanitised and closed, so that "<" opens a tag and every attribute stands in double quotes.
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"]|\"[^\"]*\")*>")
_ADDRESS = re.compile(r"(?P<before>\s(?P<name>href|src|poster|cite)=\")(?P<url>[^\"]*)(?P<after>\")")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/#?\\]|$")
_SAFE = "/!$&'()*+,;=:@~"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands. `folder` is its own, relative to the publication's, without end slash.

    `slug_of` knows the guides by path, with or without suffix; `exists` knows the files.
    """

    folder: str
    slug_of: Callable[[str], str | None]
    exists: Callable[[str], bool]


def is_elsewhere(url: str) -> bool:
    """Whether an address is not a path relative to the file: absolute, a place on the page, or nothing."""
    return _ELSEWHERE.match(url.strip()) is not None


def join(folder: str, path: str) -> str | None:
    """`path` (percent-encoded) relative to the publication's folder; None when it leads out of it."""
    joined = posixpath.normpath(posixpath.join(folder, unquote(path)))
    outside = joined == ".." or joined.startswith(("../", "/")) or "\0" in joined
    return None if outside else joined


def quote_path(path: str) -> str:
    """A path as it is written in an address."""
    return quote(path, safe=_SAFE)


def rewrite(text: str, place: Place) -> tuple[str, tuple[str, ...]]:
    """The text with its relative addresses rewritten, and a sentence for each that leads nowhere."""
    remarks: dict[str, None] = {}

    def address(match: re.Match[str]) -> str:
        url = html.unescape(match["url"]).strip()
        if is_elsewhere(url):
            return match[0]
        new, remark = _moved(url, place)
        if remark:
            remarks[remark] = None
        return match["before"] + html.escape(new) + match["after"]

    moved = _TAG.sub(lambda tag: _ADDRESS.sub(address, tag[0]), text)
    return moved, tuple(remarks)


def _moved(url: str, place: Place) -> tuple[str, str | None]:
    path, mark, rest = _split(url)
    joined = join(place.folder, path)
    if joined is None:
        return url, f"The link to {url[:80]!r} leads out of the publication's folder: copy the file into it."
    if (slug := place.slug_of(joined)) is not None:
        return quote_path(slug) + mark + rest, None
    page = "." not in posixpath.basename(joined)  # "./other" is written for the page, not for a file
    if page and not place.exists(joined):
        return quote_path(posixpath.normpath(unquote(path))) + mark + rest, None
    remark = None if place.exists(joined) else f"There is no file {joined[:120]!r} to link to: mend the path."
    return quote_path(joined) + mark + rest, remark


def _split(url: str) -> tuple[str, str, str]:
    """Path, the "?" or "#" that ends it, and what follows."""
    match = re.search(r"[?#]", url)
    return (url[: match.start()], match[0], url[match.end() :]) if match else (url, "", "")
