"""When the next thing is due: asked of storage each time, never remembered."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime

from publisher import storage
from publisher.model import DigestSpec
from publisher.site import Site


@dataclass(frozen=True, slots=True)
class Moment:
    """One coming occurrence of one digest."""

    at: datetime
    digest: DigestSpec


def has_mail(site: Site) -> bool:
    """Whether something waits to be sent."""
    with site.store.read() as db:
        return storage.open_batch(db) is not None


def next_event(site: Site, now: datetime) -> datetime | None:
    """The earliest moment at which something is due by itself: a window ends, a release, a retry."""
    with site.store.read() as db:
        moments = [storage.next_retry(db), *_windows(site, db, now), *_releases(site, db)]
    return min((moment for moment in moments if moment is not None), default=None)


def _windows(site: Site, db: storage.Connection, now: datetime) -> list[datetime | None]:
    """The ends of the windows that are open."""
    return [each.schedule.next(storage.covered_until(db, each.key, "") or now) for each in site.digests]


def _releases(site: Site, db: storage.Connection) -> list[datetime | None]:
    """When waiting guides become public: set times, and the next slot if somebody waits for one."""
    numbers = storage.publication_ids(db)
    found: list[datetime | None] = []
    for publication in site.publications:
        pub = numbers.get(publication.slug)
        queue = [] if pub is None else storage.waiting_releases(db, pub)
        found += [row.wanted_at for row in queue if row.wanted_at is not None and not row.held]
        slots = [row.committed_at for row in queue if row.wanted_at is None and not row.held]
        if slots and publication.release and pub is not None:
            last = storage.last_slot(db, pub)
            found.append(publication.release.next(max(slots[0], last or slots[0])))
    return found


def coming(site: Site, now: datetime, count: int) -> list[Moment]:
    """The next `count` occurrences over all digests, earliest first."""
    heap: list[tuple[datetime, int]] = []
    for place, digest in enumerate(site.digests):
        if (at := digest.schedule.next(now)) is not None:
            heapq.heappush(heap, (at, place))
    found: list[Moment] = []
    while heap and len(found) < count:
        at, place = heapq.heappop(heap)
        digest = site.digests[place]
        found.append(Moment(at, digest))
        if (following := digest.schedule.next(at)) is not None:
            heapq.heappush(heap, (following, place))
    return found
