"""Write the public site as files: unchanged files keep their bytes and times, each file appears whole."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import StorageError


@dataclass(slots=True)
class BuildReport:
    """Absolute paths of the files, by what happened to them."""

    written: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)


def build(out: Path, files: Iterable[tuple[str, bytes | Path]]) -> BuildReport:
    """Write `files` (path below `out`, and the bytes or the file to copy). Raises StorageError.

    A path that leaves `out` is a mistake of ours and raises ValueError.
    """
    report = BuildReport()
    root = out.resolve()
    for relative, content in files:
        path = root / relative
        if not path.resolve().is_relative_to(root):
            raise ValueError(f"{relative!r} lies outside the output folder")
        try:
            body = content if isinstance(content, bytes) else content.read_bytes()
            if _same(path, body):
                report.unchanged.append(path)
            else:
                _write(path, body)
                report.written.append(path)
        except OSError as error:
            what = f"the file cannot be written ({error.strerror})"
            advice = "Make room, or check the folder's owner and permissions."
            raise StorageError(what, where=str(path), advice=advice) from None
    return report


def _same(path: Path, body: bytes) -> bool:
    if not path.is_file() or path.stat().st_size != len(body):
        return False
    return hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(body).digest()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
