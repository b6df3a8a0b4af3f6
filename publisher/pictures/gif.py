"""A GIF without what it says beside its frames: comments, and data of programs such as XMP (GIF89a)."""

from __future__ import annotations

from collections.abc import Iterator

_HEAD = 13  # signature and logical screen descriptor
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # the application blocks that say how often it plays


def strip(body: bytes) -> bytes | None:
    """The GIF with its frames, their times and its loops, and nothing else; None if it is not whole."""
    try:
        return b"".join(_kept(body))
    except IndexError:
        return None


def _kept(body: bytes) -> Iterator[bytes]:
    at = _HEAD + _table(body[10])
    yield body[:at]
    while body[at] != _TRAILER:
        if body[at] == _EXTENSION:
            end = _blocks_end(body, at + 2)
            kind = body[at + 1]
            if kind == _CONTROL or (kind == _APPLICATION and body[at + 3 : at + 14] in _LOOPS):
                yield body[at:end]
        elif body[at] == _FRAME:
            end = _blocks_end(body, at + 10 + _table(body[at + 9]) + 1)
            yield body[at:end]
        else:
            raise IndexError(at)
        at = end
    yield body[at : at + 1]


def _table(packed: int) -> int:
    """How many bytes of colours follow a descriptor with these flags."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _blocks_end(body: bytes, at: int) -> int:
    """Where a row of blocks ends: each says how long it is, the last one that it is empty."""
    while body[at]:
        at += body[at] + 1
    return at + 1
