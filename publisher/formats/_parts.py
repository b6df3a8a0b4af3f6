"""Small things that feeds and entries have in common, made fit for every format: people, pictures, files.

Every function is pure and takes anything of its type; what cannot be repaired is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from publisher.formats import _clean as clean
from publisher.model import Author, Enclosure, Image

# A table of our own: the standard library's `mimetypes` reads the machine's files, and bytes would differ.
_MIME = {
    "avif": "image/avif",
    "csv": "text/csv",
    "gif": "image/gif",
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "vtt": "text/vtt",
    "webm": "video/webm",
    "webp": "image/webp",
    "zip": "application/zip",
}
_MIME_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_ANY_FILE = "application/octet-stream"  # RFC 2046, 4.5.1: all that is known is that it has bytes


def authors(people: Iterable[Author]) -> tuple[Author, ...]:
    """Those who have a name, each once, with a full web address and a bare mail address or none."""
    known: dict[str, Author] = {}
    for author in people:
        if name := clean.line(author.name):
            person = Author(name, clean.link(author.url) or None, clean.email(author.email) or None)
            known.setdefault(name, person)
    return tuple(known.values())


def image(picture: Image | None, base: str) -> Image | None:
    """A picture with a full URL, its media type if that can be told, and sizes that are sizes; or None."""
    if picture is None or not (url := clean.link(picture.url, base)):
        return None
    return Image(
        url=url,
        alt=clean.line(picture.alt),
        mime=mime(picture.mime, url),
        length=_natural(picture.length),
        width=_natural(picture.width),
        height=_natural(picture.height),
    )


def files(
    picture: Image | None, enclosed: Iterable[Enclosure], base: str
) -> tuple[Image | None, tuple[Enclosure, ...]]:
    """An entry's picture and its other files that can be fetched, each once.

    A file's type is always given; a length that is not known is 0. The picture is no file besides.
    """
    shown = image(picture, base)
    known: dict[str, Enclosure] = {}
    for file in enclosed:
        if url := clean.link(file.url, base):
            kind = mime(file.mime, url) or _ANY_FILE
            known.setdefault(url, Enclosure(url, kind, _natural(file.length) or 0))
    if shown and (same := known.pop(shown.url, None)):
        shown = replace(shown, mime=shown.mime or same.mime, length=shown.length or same.length or None)
    return shown, tuple(known.values())


def mime(name: str | None, url: str) -> str | None:
    """A media type in lower case without parameters: as it was told, or as the file's name ends."""
    told = (name or "").partition(";")[0].strip().lower()
    if _MIME_NAME.fullmatch(told):
        return told
    return _MIME.get(urlsplit(url).path.rpartition(".")[2].lower())


def urls(links: Mapping[str, str], base: str) -> dict[str, str]:
    """The full URLs among those of a format each."""
    return {kind: url for kind, value in links.items() if (url := clean.link(value, base))}


def _natural(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None
