"""Message-IDs that name the delivery, so that a bounce can be matched to it without a search.

`<e12.f345.9f86d081ab@guides.example>` is edition 12 to follower 345; the third part marks the installation,
so that a copy's bounces are not taken for ours.
"""

from __future__ import annotations

import hashlib
import re

_SHAPE = re.compile(
    r"<?e(?P<edition>\d{1,18})\.f(?P<follower>\d{1,18})\.(?P<mark>[0-9a-f]{10})@[^\s<>@]{1,255}>?", re.ASCII
)
_MOST = 1000


def message_id(edition: int, follower: int, domain: str, instance: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4) of one delivery, in angle brackets; the same on every retry."""
    return f"<e{edition}.f{follower}.{_mark(instance)}@{domain}>"


def parse_message_id(text: str, instance: str) -> tuple[int, int] | None:
    """(edition, follower) of a Message-ID that `message_id` made for this `instance`, else None.

    Surrounding white space and missing angle brackets are forgiven: bounces quote ids in many ways.
    """
    match = _SHAPE.fullmatch(text[:_MOST].strip())
    if match is None or match["mark"] != _mark(instance):
        return None
    return int(match["edition"]), int(match["follower"])


def _mark(instance: str) -> str:
    return hashlib.sha256(instance.encode()).hexdigest()[:10]
