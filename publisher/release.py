"""Make public what waited for its moment: set times and release slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import plan, storage
from publisher.model import Publication


@dataclass(frozen=True, slots=True)
class ReleasedGuide:
    publication: str
    title: str
    at: datetime


def release_due(
    store: storage.Store, publications: Sequence[Publication], now: datetime
) -> list[ReleasedGuide]:
    """Release every waiting revision whose time has come, each at its own time, earliest first.

    `eligible_at` never falls into a window that is closed: a guide that comes late is in the next edition.
    """
    released: list[ReleasedGuide] = []
    for publication in publications:
        with store.planning() as db:
            pub = storage.publication_id(db, publication.slug)
            queue = [
                plan.Waiting(row.article, row.number, row.wanted_at, row.held, row.committed_at)
                for row in storage.waiting_releases(db, pub)
            ]
            due = plan.releases_due(queue, publication.release, storage.last_slot(db, pub), now)
            frozen = storage.frozen_until(db, publication.slug)
            facts = storage.revision_facts(db, [each.article for each, _ in due])
            titles = {(fact.article, fact.number): fact.title for fact in facts}
            for each, wished in due:
                at = max(wished, each.committed_at)
                eligible_at = max(at, frozen or at)
                slot = wished if each.wanted_at is None and publication.release else None
                storage.publish(db, each.article, each.number, at=at, eligible_at=eligible_at, slot=slot)
                title = titles[each.article, each.number]
                released.append(ReleasedGuide(publication.slug, title, at))
    return released
