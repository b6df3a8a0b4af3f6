"""Named queries for telling one follower's story: his mails over all editions, and the guides in them.

One statement per kind of thing, each by an index. The ledger's key is (edition, follower): a follower is
looked up in every mailing by that key, for there are thousands of mailings where there are millions of
followers. Notices are an edition each, and are found through the follower instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Connection, Row, Text, and_, func, literal, or_, select
from sqlalchemy import cast as sql_cast

from publisher.model import DeliveryState, EditionState
from publisher.storage.around import load_around
from publisher.storage.notices import NOTICE
from publisher.storage.rows import chunks, load_list
from publisher.storage.tables import (
    article,
    attempt,
    delivery,
    edition,
    notice,
    publication,
    release,
    revision,
    variant_item,
)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MailingRow:
    """An edition that is for many, with the moments that say whom it could reach."""

    id: int
    kind: str
    digest: str
    occurrence: datetime
    window_start: datetime
    window_end: datetime
    frozen_at: datetime
    state: EditionState


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line of the ledger. `at` is of its last change of state."""

    edition: int
    follower: int
    variant: int
    state: DeliveryState
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A try that did not go well, with the server's words."""

    edition: int
    number: int
    at: datetime
    state: DeliveryState
    reply: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One guide in a mail: its title as it was told, and from which revision to which."""

    variant: int
    article: int
    publication: str
    slug: str
    title: str
    had: int | None
    now: int
    new: bool


@dataclass(frozen=True, slots=True)
class NoticeMailRow:
    """A notice, and its line in the ledger (None: it was never mailed)."""

    id: int
    kind: str
    at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    delivery: DeliveryRow | None


@dataclass(frozen=True, slots=True)
class TextRow:
    """How one revision of a guide came out, or why it has not. `tags` are those that came with it."""

    number: int
    waits: bool
    wanted_at: datetime | None
    held: bool
    stop: str | None
    archived: bool
    tags: tuple[str, ...]


def mailings(db: Connection) -> list[MailingRow]:
    """Every edition but the notices, in the order in which they were frozen."""
    digests = _digests()
    query = (
        select(edition)
        .join(digests, digests.c.digest == edition.c.digest)
        .where(digests.c.digest.not_like(f"{NOTICE}:%"))
        .order_by(edition.c.id)
    )
    return [_mailing(row) for row in db.execute(query)]


def mailing(db: Connection, number: int) -> MailingRow | None:
    """One edition, of whatever kind."""
    row = db.execute(select(edition).where(edition.c.id == number)).one_or_none()
    return None if row is None else _mailing(row)


def _digests() -> CTE:
    """The keys of all digests that ever had an edition, one look into the index for each: a notice is an
    edition too, and there may be millions of those.
    """
    first = select(func.min(edition.c.digest).label("digest")).cte("known", recursive=True)
    following = select(func.min(edition.c.digest)).where(edition.c.digest > first.c.digest)
    return first.union_all(select(following.scalar_subquery()).where(first.c.digest.is_not(None)))


def _mailing(row: Row[Any]) -> MailingRow:
    return MailingRow(
        id=row.id,
        kind=row.kind,
        digest=row.digest,
        occurrence=row.occurrence,
        window_start=row.window_start,
        window_end=row.window_end,
        frozen_at=row.frozen_at,
        state=EditionState(row.state),
    )


def deliveries_to(db: Connection, follower: int, editions: Iterable[int]) -> list[DeliveryRow]:
    """A follower's lines of the ledger in these editions, in their order."""
    found: list[DeliveryRow] = []
    for some in chunks(sorted(editions), _AT_ONCE):
        where = delivery.c.edition_id.in_(some), delivery.c.follower_id == follower
        rows = db.execute(select(delivery).where(*where).order_by(delivery.c.edition_id))
        found += [_delivery(row) for row in rows]
    return found


def _delivery(row: Row[Any]) -> DeliveryRow:
    return DeliveryRow(
        edition=row.edition_id,
        follower=row.follower_id,
        variant=row.variant_id,
        state=DeliveryState(row.state),
        tries=row.attempts,
        at=row.at,
    )


def attempts_to(db: Connection, follower: int, editions: Iterable[int]) -> dict[int, list[AttemptRow]]:
    """edition -> the tries that did not go well, in order."""
    found: dict[int, list[AttemptRow]] = {}
    for some in chunks(sorted(editions), _AT_ONCE):
        where = attempt.c.edition_id.in_(some), attempt.c.follower_id == follower
        for row in db.execute(select(attempt).where(*where).order_by(attempt.c.edition_id, attempt.c.number)):
            tried = AttemptRow(
                row.edition_id, row.number, row.at, DeliveryState(row.state), row.reply, row.retry_at
            )
            found.setdefault(row.edition_id, []).append(tried)
    return found


def lines_of(
    db: Connection, variants: Collection[int], guides: Collection[int] | None = None
) -> dict[int, list[LineRow]]:
    """variant -> the guides in it, in the order of the mail; of some guides only, if they are given."""
    query = (
        select(variant_item, publication.c.slug.label("publication"), article.c.slug, revision.c.title)
        .join(article, article.c.id == variant_item.c.article_id)
        .join(publication, publication.c.id == article.c.publication_id)
        .join(
            revision,
            and_(revision.c.article_id == variant_item.c.article_id, revision.c.number == variant_item.c.now),
        )
        .order_by(variant_item.c.variant_id, variant_item.c.position)
    )
    if guides is not None:
        query = query.where(variant_item.c.article_id.in_(sorted(guides)))
    found: dict[int, list[LineRow]] = {}
    for some in chunks(sorted(set(variants)), _AT_ONCE):
        for row in db.execute(query.where(variant_item.c.variant_id.in_(some))):
            line = LineRow(
                variant=row.variant_id,
                article=row.article_id,
                publication=row.publication,
                slug=row.slug,
                title=row.title,
                had=row.had,
                now=row.now,
                new=bool(row.new),
            )
            found.setdefault(row.variant_id, []).append(line)
    return found


def notice_mails(db: Connection, follower: int) -> list[NoticeMailRow]:
    """The notices to a follower with what became of each, the oldest first."""
    its = and_(
        edition.c.digest == literal(f"{NOTICE}:", Text) + notice.c.kind,
        edition.c.cell == sql_cast(notice.c.id, Text),
        edition.c.occurrence == notice.c.at,
    )
    line = and_(delivery.c.edition_id == edition.c.id, delivery.c.follower_id == notice.c.follower_id)
    query = (
        select(notice.c.id, notice.c.kind, notice.c.at.label("asked_at"), notice.c.expires_at)
        .add_columns(notice.c.used_at, delivery)
        .outerjoin(edition, its)
        .outerjoin(delivery, line)
        .where(notice.c.follower_id == follower)
        .order_by(notice.c.id)
    )
    return [
        NoticeMailRow(
            id=row.id,
            kind=row.kind,
            at=row.asked_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            delivery=None if row.edition_id is None else _delivery(row),
        )
        for row in db.execute(query)
    ]


def texts_about(db: Connection, articles: Iterable[int]) -> dict[tuple[int, int], TextRow]:
    """(guide, number) -> how each of their revisions came out; no text is read for it."""
    its = and_(release.c.article_id == revision.c.article_id, release.c.number == revision.c.number)
    query = (
        select(revision.c.article_id, revision.c.number, revision.c.around)
        .add_columns(release.c.committed_at, release.c.released_at, release.c.wanted_at, release.c.held)
        .add_columns(release.c.stop, release.c.archived)
        .outerjoin(release, its)
    )
    found = {}
    for some in chunks(sorted(set(articles)), _AT_ONCE):
        for row in db.execute(query.where(revision.c.article_id.in_(some))):
            found[row.article_id, row.number] = TextRow(
                number=row.number,
                waits=row.committed_at is not None and row.released_at is None,
                wanted_at=row.wanted_at,
                held=bool(row.held),
                stop=row.stop,
                archived=bool(row.archived),
                tags=load_list(load_around(row.around).values.get("tags") or "[]"),
            )
    return found


def guides_told_between(
    db: Connection, pubs: Collection[int], start: datetime, end: datetime, owed: Collection[int] = ()
) -> list[int]:
    """The guides of which something became news in [start, end), and those that are owed."""
    news = and_(release.c.eligible_at >= start, release.c.eligible_at < end)
    query = (
        select(release.c.article_id)
        .where(release.c.publication_id.in_(list(pubs)))
        .where(or_(news, release.c.article_id.in_(list(owed))))
        .distinct()
        .order_by(release.c.article_id)
    )
    return list(db.execute(query).scalars())


def places_of(db: Connection, guides: Iterable[int]) -> dict[int, tuple[str, str]]:
    """guide -> (publication, slug)."""
    query = select(article.c.id, publication.c.slug.label("publication"), article.c.slug).join(
        publication, publication.c.id == article.c.publication_id
    )
    return {
        row.id: (row.publication, row.slug)
        for some in chunks(sorted(set(guides)), _AT_ONCE)
        for row in db.execute(query.where(article.c.id.in_(some)))
    }
