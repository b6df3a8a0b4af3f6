"""Which picture a mail shows: a resized copy of the publication's own; one from elsewhere as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publisher import pictures, storage
from publisher.errors import ContentError
from publisher.model import Image


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture, and the same for screens with more pixels. None: the mail does without."""

    image: Image | None = None
    sharp: Image | None = None


def picture(
    image: Image, base_url: str, publication: str, folder: str | None, copies: pictures.Cache | None
) -> Pictured:
    """What a mail shows of a guide's picture, whose file is below `folder` if it is our own.

    Our own that cannot be copied (SVG, broken, gone) is left out. Without `copies` it is shown as it is.
    """
    media = f"{base_url}/-/media/{publication}/"
    absolute = storage.absolute_image(image, media)
    if copies is None or not absolute.url.startswith(media):
        return Pictured(absolute)
    path = unquote(urlsplit(absolute.url.removeprefix(media)).path)
    file = pictures.locate(Path(folder), path) if folder else None
    if file is None:
        return Pictured()
    try:
        small, *larger = [copies.get(file, width) for width in pictures.copies(file)]
    except (ContentError, ValueError):
        return Pictured()

    def shown(copy: pictures.Copy, width: int) -> Image:
        url = pictures.address(base_url, publication, path, width)
        kept = replace(absolute, url=url, mime=copy.mime, length=len(copy.body))
        return replace(kept, width=copy.width, height=copy.height)

    sharp = shown(larger[-1], pictures.WIDTHS[len(larger)]) if larger else None
    return Pictured(shown(small, pictures.WIDTHS[0]), sharp)
