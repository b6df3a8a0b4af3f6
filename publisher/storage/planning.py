"""Named queries of the planner: what an edition could tell, who could get it, and freezing it.

The audience of a digest is one SELECT: a row per follower with two short strings, what he follows
("3=;7@1767225600000000<1766620800000000=hands,feet": publication, until when he pauses, since when he is owed
what was public, topics) and which variants he had of
the guides in question ("12;40"). Followers with equal strings are one group. Planning therefore costs the
database one pass over the followers and Python a few rows, whatever their number; freezing is one INSERT …
SELECT over the same SELECT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import aggregate_order_by

from publisher.model import HAD_STATES, EditionState, PlannedEdition
from publisher.storage.followers import FollowState
from publisher.storage.ledger import BATCH_SIZE, BatchState
from publisher.storage.tables import (
    batch,
    cell,
    delivery,
    edition,
    follow,
    release,
    variant,
    variant_item,
)

_scratch = MetaData()
_audience = Table(
    "planner_audience",
    _scratch,
    Column("follower_id", BigInteger, primary_key=True),
    Column("follows", Text, nullable=False),
    Column("had", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
_choice = Table(
    "planner_choice",
    _scratch,
    Column("follows", Text, primary_key=True),
    Column("had", Text, primary_key=True),
    Column("variant_id", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class AudienceGroup:
    """Followers with equal strings. `follows` and `had` are those strings: storage's own language."""

    follows: str
    had: str
    size: int


def ensure_cell(db: Connection, digest: str, name: str, now: datetime) -> datetime:
    """Until when this cell's windows are closed; a cell that is new begins now."""
    if (covered := covered_until(db, digest, name)) is not None:
        return covered
    db.execute(insert(cell).values(digest=digest, cell=name, since=now, covered_until=now))
    return now


def covered_until(db: Connection, digest: str, name: str) -> datetime | None:
    """The end of this cell's last window; None when the cell is not there yet."""
    query = select(cell.c.covered_until).where(cell.c.digest == digest, cell.c.cell == name)
    found: datetime | None = db.execute(query).scalar()
    return found


def candidate_articles(
    db: Connection, pubs: Sequence[int], since: datetime, owed: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """(guide, publication) of the guides with something released at or after `since`, or waiting, or owed."""
    query = (
        select(release.c.article_id, release.c.publication_id)
        .where(release.c.publication_id.in_(pubs))
        .where(
            or_(
                release.c.eligible_at >= since,
                release.c.released_at.is_(None),
                release.c.article_id.in_(owed),
            )
        )
        .distinct()
    )
    return [(row.article_id, row.publication_id) for row in db.execute(query)]


def earliest_owed(db: Connection, pubs: Sequence[int], cadence: str) -> datetime | None:
    """Since when somebody has not been told, of those who paused or had another cadence; None: nobody."""
    query = select(func.min(follow.c.owed_from)).where(
        follow.c.publication_id.in_(pubs), follow.c.cadence == cadence, follow.c.owed_from.is_not(None)
    )
    found: datetime | None = db.execute(query).scalar()
    return found


def told_variants(db: Connection, articles: Sequence[int]) -> dict[int, dict[int, int]]:
    """variant -> {guide: revision}, of the variants that told of any of these guides."""
    query = (
        select(variant_item.c.variant_id, variant_item.c.article_id, variant_item.c.now)
        .join(variant, variant.c.id == variant_item.c.variant_id)
        .join(edition, edition.c.id == variant.c.edition_id)
        .where(variant_item.c.article_id.in_(articles), edition.c.kind != "test")
    )
    told: dict[int, dict[int, int]] = {}
    for row in db.execute(query):
        told.setdefault(row.variant_id, {})[row.article_id] = row.now
    return told


def audience_groups(
    db: Connection,
    pubs: Sequence[int],
    cadence: str,
    variants: Sequence[int],
    since: datetime,
    among: ColumnElement[bool] | None = None,
) -> list[AudienceGroup]:
    """The groups of a digest's audience. `variants`: those that told of the guides in question.

    Pauses that were over before `since` are none. `among`: only these, a condition on `follow.follower_id`.
    """
    people = _audience_select(db, pubs, cadence, variants, since, among).subquery()
    query = select(people.c.follows, people.c.had, func.count().label("size"))
    query = query.group_by(people.c.follows, people.c.had).order_by(people.c.follows, people.c.had)
    return [AudienceGroup(row.follows, row.had, row.size) for row in db.execute(query)]


def gather_audience(
    db: Connection, pubs: Sequence[int], cadence: str, variants: Sequence[int], since: datetime
) -> list[AudienceGroup]:
    """The same groups, with their members kept for `freeze` in this transaction.

    Under READ COMMITTED a second SELECT could see followers that the first did not: what is frozen comes
    from the rows that were counted.
    """
    _scratch.create_all(db, checkfirst=True)  # both databases may keep them from an earlier edition
    db.execute(delete(_audience))
    db.execute(delete(_choice))
    people = _audience_select(db, pubs, cadence, variants, since)
    db.execute(insert(_audience).from_select(["follower_id", "follows", "had"], people))
    query = select(_audience.c.follows, _audience.c.had, func.count().label("size"))
    query = query.group_by(_audience.c.follows, _audience.c.had)
    query = query.order_by(_audience.c.follows, _audience.c.had)
    return [AudienceGroup(row.follows, row.had, row.size) for row in db.execute(query)]


def _audience_select(
    db: Connection,
    pubs: Sequence[int],
    cadence: str,
    variants: Sequence[int],
    since: datetime,
    among: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """follower_id, follows, had: one row per follower with an active follow at this cadence."""
    where = and_(
        follow.c.publication_id.in_(pubs),
        follow.c.cadence == cadence,
        follow.c.state == int(FollowState.ACTIVE),
        true() if among is None else among,
    )
    pause = case(
        (follow.c.paused_until > since, literal("@", Text) + _digits(follow.c.paused_until)), else_=""
    )
    debt = case((follow.c.owed_from < since, literal("<", Text) + _digits(follow.c.owed_from)), else_="")
    each: ColumnElement[str] = sql_cast(follow.c.publication_id, Text) + pause + debt + "=" + follow.c.topics
    if len(pubs) == 1:
        people = select(follow.c.follower_id, each.label("follows")).where(where).subquery()
    else:
        joined = _joined(db, each, follow.c.publication_id).label("follows")
        people = select(follow.c.follower_id, joined).where(where).group_by(follow.c.follower_id).subquery()
    return select(people.c.follower_id, people.c.follows, _had(db, people.c.follower_id, variants))


def _digits(moment: ColumnElement[datetime]) -> ColumnElement[str]:
    return sql_cast(sql_cast(moment, BigInteger), Text)


def _had(db: Connection, follower_id: ColumnElement[int], variants: Sequence[int]) -> ColumnElement[str]:
    """Which of `variants` a follower had, as "12;40"."""
    if not variants:
        return literal("", Text).label("had")
    editions = select(variant.c.edition_id).where(variant.c.id.in_(variants))
    query = (
        select(_joined(db, sql_cast(delivery.c.variant_id, Text), delivery.c.edition_id))
        .where(delivery.c.follower_id == follower_id)
        .where(delivery.c.edition_id.in_(editions), delivery.c.variant_id.in_(variants))
        .where(delivery.c.state.in_([int(state) for state in HAD_STATES]))
        .scalar_subquery()
    )
    return func.coalesce(query, "").label("had")


def _joined(db: Connection, value: ColumnElement[str], order: ColumnElement[Any]) -> ColumnElement[str]:
    """The values of a group as one string. SQLite before 3.44 cannot order them, but reads them by key."""
    if db.dialect.name == "sqlite":
        return func.group_concat(value, ";")
    return func.string_agg(value, aggregate_order_by(literal(";", Text), order))


def freeze(
    db: Connection, planned: PlannedEdition, now: datetime, *, pubs: Sequence[int], cadence: str
) -> int:
    """Write an edition, its variants, deliveries and batches, and close its window; the edition's number.

    `pubs` and `cadence` are those whose followers it is for.

    Must run in the planner's transaction in which `gather_audience` read the groups. An edition with nothing
    to say to anyone is kept too, as done: it is the proof that its window was considered.
    """
    state = EditionState.RUNNING if planned.variants else EditionState.DONE
    values = {
        "kind": "digest",
        "digest": planned.digest,
        "cell": planned.cell,
        "occurrence": planned.occurrence,
        "window_start": planned.window_start,
        "window_end": planned.window_end,
        "state": int(state),
        "audience": 0,
        "unaddressed": planned.unaddressed + planned.paused,
        "frozen_at": now,
        "done_at": None if planned.variants else now,
    }
    number = int(db.execute(insert(edition).values(values).returning(edition.c.id)).scalar_one())
    if planned.variants:
        chosen = _write_variants(db, number, planned)
        audience = _write_deliveries(db, number, chosen, now)
        db.execute(update(edition).where(edition.c.id == number).values(audience=audience))
    db.execute(
        update(cell)
        .where(cell.c.digest == planned.digest, cell.c.cell == planned.cell)
        .values(covered_until=planned.window_end)
    )
    _settle_follows(db, pubs, cadence, planned, max(planned.window_end, now))
    return number


def _settle_follows(
    db: Connection, pubs: Sequence[int], cadence: str, planned: PlannedEdition, moment: datetime
) -> None:
    """Who was told is owed nothing any more; to who pauses, this window is owed from its beginning."""
    here = and_(
        follow.c.publication_id.in_(pubs),
        follow.c.cadence == cadence,
        follow.c.follower_id.in_(select(_audience.c.follower_id)),  # not who came meanwhile
    )
    pausing = follow.c.paused_until > moment
    told = and_(here, follow.c.owed_from.is_not(None), or_(follow.c.paused_until.is_(None), ~pausing))
    db.execute(update(follow).where(told).values(owed_from=None))
    start = planned.window_start
    missed = and_(here, pausing, or_(follow.c.owed_from.is_(None), follow.c.owed_from > start))
    db.execute(update(follow).where(missed).values(owed_from=start))


def _write_variants(db: Connection, number: int, planned: PlannedEdition) -> dict[tuple[str, ...], int]:
    """Variants and their lines; which group (by its rule) gets which variant."""
    chosen: dict[tuple[str, ...], int] = {}
    for position, each in enumerate(planned.variants, start=1):
        row = insert(variant).values(edition_id=number, number=position, size=each.size)
        made = int(db.execute(row.returning(variant.c.id)).scalar_one())
        items = [
            {
                "variant_id": made,
                "position": place,
                "article_id": pair.article,
                "had": pair.had,
                "now": pair.now,
                "new": pair.new,
            }
            for place, pair in enumerate(each.pairs, start=1)
        ]
        db.execute(insert(variant_item), items)
        chosen |= {group.rule: made for group in each.groups}
    return chosen


def _write_deliveries(
    db: Connection, number: int, chosen: Mapping[tuple[str, ...], int], now: datetime
) -> int:
    """One ledger row per follower, ≤ 500 to a batch; how many."""
    rows = [{"follows": rule[0], "had": rule[1], "variant_id": made} for rule, made in chosen.items()]
    db.execute(insert(_choice), rows)
    place = func.row_number().over(order_by=(_choice.c.variant_id, _audience.c.follower_id)) - 1
    source = (
        select(literal(number), _audience.c.follower_id, _choice.c.variant_id)
        .add_columns(place // BATCH_SIZE + 1)
        .add_columns(literal(0), literal(0), literal(now, delivery.c.at.type))
        .join(_choice, and_(_choice.c.follows == _audience.c.follows, _choice.c.had == _audience.c.had))
    )
    columns = ["edition_id", "follower_id", "variant_id", "batch", "state", "attempts", "at"]
    db.execute(insert(delivery).from_select(columns, source))
    counted = (
        select(delivery.c.edition_id, delivery.c.batch, literal(int(BatchState.OPEN)), func.count())
        .add_columns(null(), null())
        .where(delivery.c.edition_id == number)
        .group_by(delivery.c.edition_id, delivery.c.batch)
    )
    columns = ["edition_id", "number", "state", "size", "node", "claimed_at"]
    db.execute(insert(batch).from_select(columns, counted))
    size = db.execute(select(func.sum(batch.c.size)).where(batch.c.edition_id == number)).scalar_one()
    return int(size)
