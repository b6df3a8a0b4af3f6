"""Parts of a file, for players and interrupted downloads (RFC 9110, 14). Documents are always sent whole."""

from __future__ import annotations

import re
from collections.abc import Mapping

_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")


def wanted_part(
    asked: Mapping[bytes, bytes], size: int, etag: bytes, last_modified: bytes
) -> tuple[int, int] | None:
    """(first byte, number of bytes) that a GET asks for; None for all.

    `asked` holds the fields Range and If-Range that came, names in lower case. Of several parts in one
    request none is sent but the whole. A part without any byte, (size, 0), is a 416.
    """
    condition = asked.get(b"if-range")
    if condition is not None and condition not in (etag, last_modified):
        return None
    match = _RANGE.fullmatch(asked.get(b"range", b""))
    if match is None or match[0] == b"bytes=-":
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        return size - length, length
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last - first + 1) if first < size else (size, 0)
