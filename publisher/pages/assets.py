"""Style sheets, scripts and the icon: files in `web/static/` of the template folders, the owner's first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MIMES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".txt": "text/plain; charset=utf-8",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file that pages are made with. `version` changes with its bytes."""

    name: str
    mime: str
    body: bytes

    @property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:10]


def is_vendored(name: str) -> bool:
    """Whether the name itself tells the version: "htmx-4.0.1.min.js"."""
    return ".min." in name


class Assets:
    """The assets of a site. Read again when a file changed; nothing outside the folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folder / "web" / "static" for folder in folders)
        self._known: dict[Path, tuple[tuple[int, int], Asset, str]] = {}

    def get(self, name: str) -> Asset | None:
        """The asset of that name, from the first folder that has one; None if there is none."""
        found = self._find(name)
        return found[0] if found else None

    def address(self, name: str) -> str:
        """Where a page finds it, below the site's root; its version in the query, so that it may be kept."""
        found = None if is_vendored(name) else self._find(name)
        return f"-/static/{name}?v={found[1]}" if found else f"-/static/{name}"

    def all(self) -> Iterator[Asset]:
        """Every asset once, by name."""
        names = {path.name for folder in self._folders if folder.is_dir() for path in folder.iterdir()}
        yield from (asset for name in sorted(names) if (asset := self.get(name)))

    def _find(self, name: str) -> tuple[Asset, str] | None:
        mime = MIMES.get(Path(name).suffix)
        if mime is None or not _NAME.fullmatch(name):
            return None
        for folder in self._folders:
            path = folder / name
            try:
                status = path.stat()
                mark = (status.st_mtime_ns, status.st_size)
                known = self._known.get(path)
                if known is None or known[0] != mark:
                    asset = Asset(name, mime, path.read_bytes())
                    known = self._known[path] = (mark, asset, asset.version)
            except OSError:  # not in this folder, or not ours to read
                continue
            return known[1], known[2]
        return None
