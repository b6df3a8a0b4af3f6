"""Conditional requests (RFC 9110, 13): what an asker has already is not sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

Status = Literal[200, 304, 412]
CONDITIONS = (b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
_TAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_LONGEST_DATE = 40  # bytes


def evaluate(headers: Mapping[bytes, bytes], etag: bytes, modified: int | None) -> Status:
    """How a GET or HEAD is to be answered, in the order of RFC 9110, 13.2.2.

    `headers` holds the fields of `CONDITIONS` that came, names in lower case, several of a name joined by
    commas; `etag` is the strong tag of the representation chosen, `modified` its time in seconds since 1970.
    A field that cannot be read counts as absent.
    """
    if (wanted := headers.get(b"if-match")) is not None:
        if not _matches(wanted, etag, strong=True):
            return 412
    elif (limit := _seconds(headers.get(b"if-unmodified-since"))) is not None and (modified or 0) > limit:
        return 412
    if (known := headers.get(b"if-none-match")) is not None:
        return 304 if known == etag or _matches(known, etag, strong=False) else 200
    since = _seconds(headers.get(b"if-modified-since"))
    return 304 if since is not None and modified is not None and modified <= since else 200


def _matches(written: bytes, etag: bytes, *, strong: bool) -> bool:
    """Whether a list of entity tags names this one; `*` names whatever there is."""
    if written.strip() == b"*":
        return True
    return any(tag == etag and not (strong and weak) for weak, tag in _TAG.findall(written))


def _seconds(date: bytes | None) -> int | None:
    return None if date is None or len(date) > _LONGEST_DATE else _parsed(date)


@lru_cache(maxsize=512)  # a feed's readers all send the same few dates
def _parsed(date: bytes) -> int | None:
    """An HTTP date in any of its three forms (RFC 9110, 5.6.7)."""
    try:
        moment = parsedate_to_datetime(date.decode("ascii"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def seconds(moment: datetime) -> int:
    """A moment as HTTP dates can tell it: whole seconds since 1970."""
    return int(moment.timestamp())
