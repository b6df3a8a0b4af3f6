"""How much strangers may ask for: per address, per network, per publication.

What is over the limit of an address is not told, because it would tell that somebody asked for it; what is
over the others is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from publisher import storage


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, and one more each `every`."""

    every: timedelta
    burst: int


PER_ADDRESS = Limit(timedelta(hours=1), 3)
PER_NETWORK = Limit(timedelta(minutes=5), 10)
PER_PUBLICATION = Limit(timedelta(seconds=10), 200)
# Whoever has IPv6 at all has as many addresses as he likes within one /64.
_HOUSEHOLD = 64


def network_of(ip: str | None) -> str | None:
    """What counts as one asker: an IPv4 address, or an IPv6 network of 64 bits. None for what is neither."""
    try:
        found = ip_address((ip or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        mapped: IPv4Address | None = found.ipv4_mapped
        if mapped is None:
            return str(ip_network((int(found), _HOUSEHOLD), strict=False))
        found = mapped
    return str(found)


def take_from(db: storage.Connection, ip: str | None, slugs: Iterable[str], now: datetime) -> bool:
    """Whether this network may ask once more, and these publications may be asked for. One network that has
    asked too often takes nothing from the publications."""
    network = network_of(ip)
    if network is not None and not _take(db, f"ip:{network}", PER_NETWORK, now):
        return False
    # In order, so that two who ask for the same publications never wait for each other.
    return all(_take(db, f"publication:{slug}", PER_PUBLICATION, now) for slug in sorted(set(slugs)))


def take_to(db: storage.Connection, fingerprint: str, now: datetime) -> bool:
    """Whether one more mail may go to the mailbox (see `mailbox_of`) of this fingerprint."""
    return _take(db, f"mail:{fingerprint}", PER_ADDRESS, now)


def mailbox_of(endpoint: str) -> str:
    """What counts as one mailbox: "A.da+1@example.org" may well be where "ada@example.org" is.

    For counting alone: two people who share it by chance share a limit, and nothing else.
    """
    name, _, domain = endpoint.rpartition("@")
    name = unicodedata.normalize("NFKC", name).casefold()
    return f"{name.partition('+')[0].replace('.', '') or name}@{domain}"


def _take(db: storage.Connection, key: str, limit: Limit, now: datetime) -> bool:
    return storage.take(db, key, limit.every, limit.burst, now)
