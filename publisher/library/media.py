"""The files that guides bring along: which of them may be shown, and where they are."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from publisher.model import Publication

# What a guide may bring along. A link in a guide can name any file of its folder: settings stay private.
SHOWN = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".pdf", ".mp3", ".m4a"}
    | {".ogg", ".mp4", ".webm", ".vtt", ".csv", ".ics", ".zip"}
)
# What readers of feeds fetch with a guide (podcast players, libraries): sound, films, documents.
ENCLOSED = {
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "webm": "video/webm",
}


def media_file(publication: Publication, quoted: str) -> Path | None:
    """The file behind a media URL, if it lies inside the publication's folder and a guide may show it."""
    relative = PurePosixPath(unquote(quoted))
    if relative.suffix.lower() not in SHOWN:
        return None
    if relative.is_absolute() or any(part.startswith(".") for part in relative.parts):
        return None
    folder = Path(publication.folder).resolve()
    try:
        path = (folder / relative).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a link to itself; a name that no file can have
        return None
