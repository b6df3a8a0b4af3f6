"""The life of a guide: its file goes and comes back, its owner withdraws or reviews it.

withdraw_due      withdraw the guides whose files have been gone for long enough
withdraw, restore by the owner's word
review            the owner has looked at it: editions may tell of it again
stale             which guides are past their review date
warnings          what of all this the owner must know
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import plan, storage
from publisher.model import Publication

FEW_GONE = 9  # so many at once are never too many


@dataclass(frozen=True, slots=True)
class Withdrawn:
    publication: str
    title: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A public guide, and since when it should have been looked at."""

    publication: str
    slug: str
    title: str
    due: datetime


def withdraw_due(store: storage.Store, publications: Sequence[Publication], now: datetime) -> list[Withdrawn]:
    """Withdraw what has been gone for the publication's grace period, unless it is too much at once.

    A folder that is not mounted looks like one whose files were all deleted.
    """
    found: list[Withdrawn] = []
    for publication in publications:
        with store.planning() as db:
            pub = storage.publication_id(db, publication.slug)
            missing = storage.missing_articles(db, pub)
            due = [guide for guide, since in missing if since + publication.withdraw_after <= now]
            if not due or _too_many(len(missing), storage.public_count(db, pub), publication):
                continue
            found += _withdraw(db, publication.slug, pub, due, "gone", now)
    return found


def _too_many(missing: int, public: int, publication: Publication) -> bool:
    return missing > max(FEW_GONE, publication.hold_changes_above * public)


def _withdraw(
    db: storage.Connection, slug: str, pub: int, guides: Sequence[int], why: str, now: datetime
) -> list[Withdrawn]:
    storage.withdraw(db, guides, why, now)
    storage.bump(db, pub)
    titles = storage.titles(db, guides)
    return [Withdrawn(slug, titles[guide]) for guide in guides]


def withdraw_missing(store: storage.Store, publication: Publication, now: datetime) -> list[Withdrawn]:
    """The owner says that the files are meant to be gone, however many they are."""
    with store.planning() as db:
        pub = storage.publication_id(db, publication.slug)
        guides = [guide for guide, _ in storage.missing_articles(db, pub)]
        return _withdraw(db, publication.slug, pub, guides, "gone", now)


def withdraw(store: storage.Store, publication: Publication, slug: str, now: datetime) -> Withdrawn:
    """Take one guide out of feeds, pages and coming editions. Raises GuideError."""
    with store.planning() as db:
        guide = storage.find_article(db, publication.slug, slug)
        pub = storage.publication_id(db, publication.slug)
        return _withdraw(db, publication.slug, pub, [guide], "owner", now)[0]


def restore(store: storage.Store, publication: Publication, slug: str) -> bool:
    """Bring a withdrawn guide back with its id; False if it was not withdrawn. Raises GuideError."""
    with store.planning() as db:
        guide = storage.find_article(db, publication.slug, slug)
        done = bool(storage.restore(db, [guide]))
        storage.detach(db, [guide])
        if done:
            storage.bump(db, storage.publication_id(db, publication.slug))
        return done


def review(
    store: storage.Store, publication: Publication, slug: str, now: datetime, until: datetime | None
) -> datetime | None:
    """The owner has looked at a guide; when it is due again (None: never). Raises GuideError."""
    with store.planning() as db:
        guide = storage.find_article(db, publication.slug, slug)
        storage.review(db, guide, now, until)
        standing = storage.article_facts(db, [guide])[guide].standing
        return plan.review_due(standing, publication.review_after)


def stale(store: storage.Store, publications: Sequence[Publication], now: datetime) -> list[Stale]:
    """The public guides that are past their review date, the longest first."""
    found = []
    for publication in publications:
        period = publication.review_after
        with store.read() as db:
            pub = storage.publication_ids(db).get(publication.slug)
            if pub is None:
                continue
            guides = storage.perhaps_stale(db, pub, now, now - period if period else None)
        for slug, title, standing in guides:
            due = plan.review_due(standing, period)
            if due is not None and due <= now:
                found.append(Stale(publication.slug, slug, title, due))
    return sorted(found, key=lambda each: (each.due, each.publication, each.slug))


def warnings(store: storage.Store, publications: Sequence[Publication], now: datetime) -> dict[str, str]:
    """What the owner must know, by the alert's key."""
    found: dict[str, str] = {}
    with store.read() as db:
        stopped = storage.stopped_counts(db)
        numbers = storage.publication_ids(db)
        for each in publications:
            if each.slug in numbers:
                missing = storage.missing_articles(db, numbers[each.slug])
                size = storage.public_count(db, numbers[each.slug])
                if _too_many(len(missing), size, each):
                    found[f"gone:{each.slug}"] = _gone(each.slug, len(missing), size)
    for slug, count in stopped.items():
        found[f"hold:{slug}"] = _held(slug, count)
    late: dict[str, list[Stale]] = {}
    for one in stale(store, publications, now):
        late.setdefault(one.publication, []).append(one)
    for slug, some in late.items():
        found[f"stale:{slug}"] = _stale(slug, some)
    return found


def _held(slug: str, count: int) -> str:
    return (
        f"{count} guides of {slug!r} changed or came at once, so they are held. Look at `publisher articles"
        f" {slug}`; then `publisher release {slug}` lets them out, with --quiet without telling anyone."
    )


def _gone(slug: str, count: int, size: int) -> str:
    return (
        f"The files of {count} of the {size} public guides of {slug!r} are gone. None is withdrawn. Put the"
        f" files back, or run `publisher withdraw {slug} --gone`."
    )


def _stale(slug: str, some: Sequence[Stale]) -> str:
    first = f"{some[0].title!r} since {some[0].due:%-d %b %Y}"
    if len(some) == 1:
        what = f"A guide of {slug!r} is past its review date ({first}): no digest tells of it"
    else:
        what = (
            f"{len(some)} guides of {slug!r} are past their review date ({first} …): no digest tells of them"
        )
    return f"{what}. See `publisher articles --stale`, then `publisher review {slug}/{some[0].slug}`."
