"""When a deferred mail is tried again: soon at first, then every six hours, for four to five days."""

from __future__ import annotations

import hashlib
from datetime import timedelta

_FIRST = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
_LATER, _LATER_TIMES = timedelta(hours=6), 16
_JITTER = 0.15


def retry_delay(attempts: int, key: int) -> timedelta | None:
    """How long to wait after the `attempts`-th deferred attempt (counted from 1); None: give up.

    Pure: the up to 15 % that are added, so that a thousand mails deferred together do not come back
    together, follow from `key` (the delivery's number) and `attempts`. The waits of one delivery add up to
    4 to 5 days, RFC 5321 section 4.5.4.1's give-up time.
    """
    index = max(attempts, 1) - 1
    if index >= len(_FIRST) + _LATER_TIMES:
        return None
    base = _FIRST[index] if index < len(_FIRST) else _LATER
    digest = hashlib.blake2s(f"{key}:{attempts}".encode(), digest_size=4).digest()
    return base * (1 + _JITTER * int.from_bytes(digest) / 2**32)
