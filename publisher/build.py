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
    problems: list[str] = field(default_factory=list)  # files to copy that cannot be read, as sentences


def build(out: Path, files: Iterable[tuple[str, bytes | Path]]) -> BuildReport:
    """Write `files` (path below `out`, and the bytes or the file to copy). Raises StorageError.

    A path that leaves `out` is a mistake of ours and raises ValueError.
    """
    report = BuildReport()
    root = _resolved(out)
    for relative, content in files:
        path = root / relative
        if not _resolved(path).is_relative_to(root):
            raise ValueError(f"{relative!r} lies outside the output folder")
        try:
            body = content if isinstance(content, bytes) else content.read_bytes()
        except OSError as error:
            what = f"{error.filename}: it cannot be read ({error.strerror}), so it is left out"
            report.problems.append(f"{what}. Check its owner and permissions.")
            continue
        try:
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


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        what = "the path leads in a circle, or through a folder that may not be entered"
        raise StorageError(what, where=str(path), advice="Name another folder with --out.") from None


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
