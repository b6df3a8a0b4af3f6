"""What kind of picture a file is, and how large, from its first bytes: PNG, JPEG, GIF and WebP.

Enough for feeds and pages to reserve the right space, without decoding (or trusting) a picture.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_HEAD = 256 * 1024  # a JPEG may carry its embedded preview and profile before the size
_NO_SIZE = (0x01, *range(0xD0, 0xDA))  # JPEG markers that stand alone
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # SOF0..SOF15 without DHT, JPG, DAC


@dataclass(frozen=True, slots=True)
class Picture:
    """Width and height in pixels (None when the header does not tell), length in bytes."""

    mime: str
    length: int
    width: int | None
    height: int | None


def read_picture(path: Path) -> Picture | None:
    """The picture at `path`, or None when it is none of the four kinds. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        length = file.seek(0, 2)
    for start, mime, measure in (
        (b"\x89PNG\r\n\x1a\n", "image/png", _png),
        (b"GIF8", "image/gif", _gif),
        (b"\xff\xd8\xff", "image/jpeg", _jpeg),
        (b"RIFF", "image/webp", _webp),
    ):
        if head.startswith(start) and (mime != "image/webp" or head[8:12] == b"WEBP"):
            try:
                width, height = measure(head)
            except (struct.error, IndexError):
                width = height = 0
            known = width > 0 and height > 0
            return Picture(mime, length, width if known else None, height if known else None)
    return None


def _png(head: bytes) -> tuple[int, int]:
    """ISO/IEC 15948, 11.2.2: IHDR comes first; width and height, big-endian."""
    if head[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> tuple[int, int]:
    """GIF89a, section 18: logical screen width and height, little-endian."""
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _jpeg(head: bytes) -> tuple[int, int]:
    """ITU T.81, B.2.2: walk the segments to the first frame header."""
    at = 2
    while at < len(head):
        if head[at] != 0xFF:
            return 0, 0
        marker = head[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _NO_SIZE:
            at += 2
        elif marker in _SIZES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        else:
            at += 2 + max(2, struct.unpack_from(">H", head, at + 2)[0])
    return 0, 0


def _webp(head: bytes) -> tuple[int, int]:
    """RFC 9649, sections 2.5 to 2.7: lossy, lossless and extended files."""
    kind = head[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        wide, high = head[24:27] + b"\0", head[27:30] + b"\0"
        return struct.unpack("<I", wide)[0] + 1, struct.unpack("<I", high)[0] + 1
    return 0, 0
