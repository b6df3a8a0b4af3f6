"""Make revisions public: those whose moment has come, and those that the owner lets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import plan, storage
from publisher.errors import GuideError
from publisher.model import Grade, Publication


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
            public = []
            for each, wished in due:
                at = max(wished, each.committed_at)
                eligible_at = max(at, frozen or at)
                slot = wished if each.wanted_at is None and publication.release else None
                public.append(storage.Publishing(each.article, each.number, at, eligible_at, slot))
                title = titles[each.article, each.number]
                released.append(ReleasedGuide(publication.slug, title, at))
            storage.publish(db, pub, public)
    return released


def release_now(
    store: storage.Store, publication: Publication, slug: str, now: datetime, *, quiet: bool = False
) -> ReleasedGuide:
    """Let the waiting revision of one guide out. `quiet`: no edition tells of it. Raises GuideError."""
    with store.planning() as db:
        pub = storage.publication_id(db, publication.slug)
        guide, number = _waiting(db, publication, slug)
        storage.publish(db, pub, [_public(db, publication, guide, number, now, quiet=quiet)])
        return ReleasedGuide(publication.slug, storage.titles(db, [guide])[guide], now)


def release_at(store: storage.Store, publication: Publication, slug: str, at: datetime | None) -> str:
    """The waiting revision of a guide comes out at `at`; None: the owner holds it. The guide's title."""
    with store.planning() as db:
        guide, number = _waiting(db, publication, slug)
        stop = storage.OWNER_HOLDS if at is None else storage.OWNER_DATE
        storage.set_release(db, guide, number, wanted_at=at, stop=stop)
        return storage.titles(db, [guide])[guide]


def release_held(
    store: storage.Store, publication: Publication, now: datetime, *, quiet: bool = False
) -> list[ReleasedGuide]:
    """Let out all that is held because so much of the publication changed at once."""
    with store.planning() as db:
        pub = storage.publication_id(db, publication.slug)
        rows = storage.pending_releases(db, pub, (storage.CHANGES,))
        due = [row for row in rows if not row.held and (row.wanted_at is None or row.wanted_at <= now)]
        storage.let_wait(db, [(row.article, row.number) for row in rows if row not in due], None)
        made = [_public(db, publication, row.article, row.number, now, quiet=quiet) for row in due]
        storage.publish(db, pub, made)
        return [ReleasedGuide(publication.slug, row.title, now) for row in due]


def announce(store: storage.Store, publication: Publication, now: datetime) -> int:
    """Let the next edition tell of what was archived when its source was first read; how many guides."""
    with store.planning() as db:
        pub = storage.publication_id(db, publication.slug)
        guides = storage.archived_guides(db, pub)
        storage.announce(db, guides, max(now, storage.frozen_until(db, publication.slug) or now))
        storage.bump(db, pub)  # private feeds tell what is new since somebody's last mail
        return len(guides)


def grade(store: storage.Store, publication: Publication, slug: str, significance: Grade) -> int:
    """The owner's word on how much the newest revision of a guide changed; its number."""
    with store.planning() as db:
        guide = storage.find_article(db, publication.slug, slug)
        newest = storage.revision_facts(db, [guide])[-1]
        if newest.number == 1:
            what = f"{publication.slug}/{slug} has one text only: there is no change to grade"
            raise GuideError(what, advice="Edit the guide first.")
        storage.set_step(db, guide, newest.number, significance)
        storage.bump(db, storage.publication_id(db, publication.slug))
        return newest.number


def _public(
    db: storage.Connection,
    publication: Publication,
    guide: int,
    number: int,
    now: datetime,
    *,
    quiet: bool,
) -> storage.Publishing:
    eligible_at = None if quiet else max(now, storage.frozen_until(db, publication.slug) or now)
    return storage.Publishing(guide, number, now, eligible_at)


def _waiting(db: storage.Connection, publication: Publication, slug: str) -> tuple[int, int]:
    """(guide, revision) that waits. Raises GuideError when there is none."""
    guide = storage.find_article(db, publication.slug, slug)
    number = storage.newest_waiting(db, guide)
    if number is None:
        what = f"nothing of {publication.slug}/{slug} waits: its newest text is public"
        raise GuideError(what, advice=f"`publisher articles {publication.slug}` shows what waits.")
    return guide, number
