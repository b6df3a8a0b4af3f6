"""Files that go with guides: pictures, sounds, documents, and the small copies of pictures in mails."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from publisher import library, pictures
from publisher.errors import ContentError
from publisher.web.answers import Answer, Asked, FileAnswer
from publisher.web.door import Door, NothingHereError

# What a browser may show by itself; whatever else a guide brings along is for keeping.
SHOWN = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
# A drawing opened by itself is a document: it may style itself and do nothing else.
_MEDIA_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
)
_HEADERS = {
    "cache-control": "public, max-age=900",
    "content-security-policy": _MEDIA_POLICY,
    "cross-origin-resource-policy": "cross-origin",  # mails and feed readers show them
}


def media(door: Door, asked: Asked) -> FileAnswer:
    """A picture or a file that a public guide shows; of all else in its folder nothing is known here."""
    path = _public_file(door, asked)
    mime = SHOWN.get(path.suffix.lower())
    headers = _HEADERS if mime else {**_HEADERS, "content-disposition": "attachment"}
    return FileAnswer(path, mime or "application/octet-stream", headers)


def picture(door: Door, asked: Asked) -> Answer:
    """A copy of such a picture for mails, in one of the widths that mails use."""
    path, width = _public_file(door, asked), asked.given["width"]
    if width not in map(str, pictures.WIDTHS):
        raise NothingHereError
    try:
        copy = door.pictures.get(path, int(width))
    except ContentError:
        raise NothingHereError from None
    return Answer(copy.body, copy.mime, headers=_HEADERS, keep=False)  # the file can change at any time


def _public_file(door: Door, asked: Asked) -> Path:
    """The file behind the path asked for. Raises NothingHereError unless a public guide shows it, or did."""
    found, name = door.publication(asked.given["publication"]), asked.given["path"]
    path = library.media_file(found, quote(name))
    if path is None:
        raise NothingHereError
    wanted, generation = f"-/media/{found.slug}/{name}", door.freshness.generation
    if not door.shown.has(door.site.store, found, wanted, door.site.settings.base_url, generation):
        raise NothingHereError
    return path
