"""When a source has been read to its end: what becomes public, what waits, and what the owner must allow.

Until then nothing of it is public. A collect that is killed half-way therefore shows nothing half-way; the
next one settles what it left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from publisher import storage
from publisher.model import Grade, Publication, SourceSpec

FEW_CHANGES, FEW_NEW = 9, 49  # so many at once are never too many, however small the publication is
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """How many guides are held because too much changed at once, and how many were archived."""

    held: int = 0
    archived: int = 0


@dataclass(frozen=True, slots=True)
class _Sorted:
    public: list[storage.PendingRow]
    waiting: list[storage.PendingRow]
    held: list[storage.PendingRow]


def settle(
    store: storage.Store,
    publication: Publication,
    spec: SourceSpec,
    pub: int,
    *,
    first: bool,
    now: datetime,
) -> Settled:
    """Decide for every revision that a collect of this source left. `first`: there was none before."""
    with store.planning() as db:
        rows = storage.pending_releases(db, pub, (storage.COLLECT, storage.PAST), spec.name)
        if not rows:
            return Settled()
        archives = first and spec.backfill == "archive"
        sorted_ = _sort(rows, publication, storage.public_count(db, pub), now, first=first, archives=archives)
        storage.let_wait(db, _keys(sorted_.waiting), None)
        storage.let_wait(db, _keys(sorted_.held), storage.CHANGES)
    for start in range(0, len(sorted_.public), _CHUNK):
        with store.planning() as db:
            some = sorted_.public[start : start + _CHUNK]
            _publish(db, publication, pub, some, now, archives=archives)
    archived = len({row.article for row in sorted_.public}) if archives else 0
    return Settled(held=len(sorted_.held), archived=archived)


def _sort(
    rows: Sequence[storage.PendingRow],
    publication: Publication,
    size: int,
    now: datetime,
    *,
    first: bool,
    archives: bool,
) -> _Sorted:
    public: list[storage.PendingRow] = []
    waiting: list[storage.PendingRow] = []
    for row in rows:
        past = row.stop == storage.PAST
        early = row.held or (row.wanted_at is not None and row.wanted_at > now)
        queued = publication.release is not None and row.public_number is None and row.wanted_at is None
        waits = not past and (early or (queued and not archives))
        (waiting if waits else public).append(row)
    held = [] if first else too_many(public, publication.hold_changes_above, size)
    stopped = set(_keys(held))
    return _Sorted([row for row in public if (row.article, row.number) not in stopped], waiting, held)


def too_many(rows: Sequence[storage.PendingRow], share: float, size: int) -> list[storage.PendingRow]:
    """Of what would become public at once, what is more than `share` of the `size` public guides."""
    present = [row for row in rows if row.stop != storage.PAST]
    changed = [row for row in present if row.public_number is not None and _differs(row)]
    new = [row for row in present if row.public_number is None]
    held = changed if len(changed) > max(FEW_CHANGES, share * size) else []
    return held + (new if len(new) > max(FEW_NEW, share * size) else [])


def _differs(row: storage.PendingRow) -> bool:
    return row.step >= Grade.MINOR and not row.same


def _publish(
    db: Connection,
    publication: Publication,
    pub: int,
    rows: Sequence[storage.PendingRow],
    now: datetime,
    *,
    archives: bool,
) -> None:
    """Late or backdated, nothing falls into a window that is closed already."""
    frozen = storage.frozen_until(db, publication.slug)
    eligible_at = None if archives else max(now, frozen or now)
    made = []
    for row in rows:
        if row.stop == storage.PAST:
            at = min(row.stated_updated or row.stated_published or now, now)
            made.append(storage.Publishing(row.article, row.number, at, None, archived=archives))
        else:
            made.append(storage.Publishing(row.article, row.number, now, eligible_at, archived=archives))
    storage.publish(db, pub, made)


def _keys(rows: Sequence[storage.PendingRow]) -> list[tuple[int, int]]:
    return [(row.article, row.number) for row in rows]
