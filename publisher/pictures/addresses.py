"""Where a copy is on the web, and where its original is on the disk."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import quote

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})


def address(base_url: str, publication: str, path: str, width: int) -> str:
    """The URL of a copy. `path` is the original's below its publication's folder, as the disk writes it."""
    return f"{base_url}/-/picture/{publication}/{width}/{quote(path)}"


def locate(folder: Path, path: str) -> Path | None:
    """The original behind `path`, if it lies inside a publication's folder and may be a picture.

    None for everything else: what is not there, hidden files, ways out of the folder, SVG.
    """
    relative = PurePosixPath(path)
    if relative.suffix.lower() not in _SUFFIXES or relative.is_absolute():
        return None
    if any(part.startswith(".") for part in relative.parts):
        return None
    try:
        inside = folder.resolve()
        found = (inside / relative).resolve()
        return found if found.is_relative_to(inside) and found.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a link to itself; a name that no file can have
        return None
