"""Leaving: what one press on an unsubscribe link ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import storage
from publisher.model import DigestSpec, Publication


@dataclass(frozen=True, slots=True)
class Left:
    """What one click on an unsubscribe link ended; empty if nothing was followed any more."""

    follower: int
    publications: tuple[str, ...]


def leave(
    store: storage.Store,
    follower: int,
    digest: DigestSpec,
    publications: Sequence[Publication],
    *,
    evidence: str,
    now: datetime,
) -> Left:
    """End what a digest brings to a follower: the follows at its cadence of the publications it covers."""
    slugs = {each.slug for each in publications}
    with store.write() as db:
        numbers = {slug: pub for slug, pub in storage.publication_ids(db).items() if slug in slugs}
        ended = storage.end_follows(db, follower, list(numbers.values()), digest.name)
        if not ended and digest.publication is None:
            # An old mail: what he followed through the site's digest has a digest of its own by now.
            numbers = storage.publication_ids(db)
            ended = storage.end_follows(db, follower, list(numbers.values()), digest.name)
        for pub in ended:
            storage.add_event(db, follower, pub, "left", {"how": evidence, "digest": digest.key}, now)
    return Left(follower, tuple(sorted(slug for slug, pub in numbers.items() if pub in ended)))
