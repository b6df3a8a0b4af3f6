"""Who follows what, page by page: every combination of filters begins where its rows are dense.

A page is one SELECT: `_way` picks an ordered range of an index (the keys), at most `_WINDOW` of them are
looked at, the other filters are applied to those. So a page costs the same whatever the number of followers;
one that finds less than it may, says from where to go on (`FollowsPage.after`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)

from publisher.errors import FollowerError
from publisher.storage.files import publication_ids
from publisher.storage.followers import FollowState, find_follower
from publisher.storage.rows import FollowerRow
from publisher.storage.segments import Segment, cadences_of, segment_where, segment_window, topic_is
from publisher.storage.tables import EPOCH, follow, follower, follower_tag, publication, suppression

_WINDOW = 1_000
_MOST_RANGES = 100
_LAST = chr(0x10FFFF)  # behind every character of an address
_LAST_PUBLICATION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Filters:
    """Which follows to list; None: any. `begins` is how an address begins, `domain` what is after its @.

    `state` None lists the ended ones, too. Of a `segment`'s people all follows are listed.
    """

    publication: str | None = None
    cadence: str | None = None
    state: FollowState | None = None
    topic: str | None = None
    tag: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    segment: Segment | None = None
    address: str | None = None
    begins: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class FollowsPage:
    """Rows in order, and from where to go on: None at the end. A page may be short, even empty, before it."""

    rows: list[FollowerRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where a page ended: behind this follow. `place` is what the rows are ordered by before that, if any."""

    follower: int
    publication: int
    place: str


@dataclass(frozen=True, slots=True)
class _Way:
    """SELECTs of follows (and `place`, what they are ordered by before them).

    `sure`: every row fits all that is wanted. `last`: the key up to which was looked, if more come after it.
    """

    ranges: list[Select[Any]]
    who: ColumnElement[int] = follow.c.follower_id
    place: ColumnElement[Any] | None = None
    sure: bool = False
    last: tuple[int, int] | None = None


def list_page(
    db: Connection, wanted: Filters, after: str = "", limit: int = 100, *, window: int = _WINDOW
) -> FollowsPage:
    """The next follows, at most `limit`. Raises FollowerError for an `after` that no page gave.

    `window`: how many are looked at, at most, where not all of them fit.
    """
    way = _way(db, wanted, _read_cursor(wanted, after), window)
    window = limit if way.sure else max(window // len(way.ranges), limit)
    keys, places = _merged(way, window).subquery(), way.place is not None
    order = [*(["place"] if places else []), "follower_id", "publication_id"]
    fitting = _fitting(db, wanted, keys).order_by(*(keys.c[name] for name in order)).limit(limit).subquery()
    found = list(db.execute(_details(fitting).order_by(*(fitting.c[name] for name in order))))
    rows = [_row(each) for each in found]
    if len(found) == limit:
        return FollowsPage(rows, _write_cursor(found[-1], places))
    if not way.sure and db.execute(select(func.count()).select_from(keys)).scalar_one() == window:
        last = db.execute(select(keys).order_by(*(keys.c[name].desc() for name in order)).limit(1)).one()
        return FollowsPage(rows, _write_cursor(last, places))
    return FollowsPage(rows, None if way.last is None else f"{way.last[0]}.{way.last[1]}")


def list_all(
    db: Connection, wanted: Filters, page: int = 1000, *, window: int = _WINDOW
) -> Iterator[FollowerRow]:
    """Every follow that is wanted, read page by page."""
    after: str | None = ""
    while after is not None:
        found = list_page(db, wanted, after, page, window=window)
        yield from found.rows
        after = found.after


# ------------------------------------------------------------------------------------ where to begin


def _way(db: Connection, wanted: Filters, at: _Cursor | None, window: int) -> _Way:
    alone = {each.name for each in fields(wanted) if getattr(wanted, each.name) is not None}
    if wanted.address is not None:
        number = find_follower(db, "mail", wanted.address)
        return _Way([_keys().where(follow.c.follower_id == number, _later(at))], sure=alone == {"address"})
    if wanted.begins is not None:
        return _by_address(db, wanted.begins, at, alone == {"begins"})
    if wanted.segment is not None:
        return _by_segment(db, wanted.segment, at, window)
    if wanted.tag is not None:
        return _by_tag(wanted.tag, at, alone == {"tag"})
    if _is_by_moment(wanted):
        return _by_moment(wanted, at, alone <= {"since", "before"})
    if alone & {"publication", "cadence", "state"}:
        return _by_follow(db, wanted, at, alone <= {"publication", "cadence", "state"})
    return _Way([_keys().where(_later(at))], sure=not alone)


def _keys() -> Select[Any]:
    return select(follow)


def _later(at: _Cursor | None, follower_id: ColumnElement[int] = follow.c.follower_id) -> ColumnElement[bool]:
    if at is None:
        return follower_id > 0
    same = and_(follower_id == at.follower, follow.c.publication_id > at.publication)
    return and_(follower_id >= at.follower, or_(follower_id > at.follower, same))


def _by_address(db: Connection, begins: str, at: _Cursor | None, sure: bool) -> _Way:
    """By address, letter by letter: PostgreSQL may have been set up to sort as a dictionary does."""
    text: ColumnElement[str] = follower.c.endpoint
    if db.dialect.name == "postgresql":
        text = text.collate("C")
    keys = select(follow, text.label("place")).join(follower, follower.c.id == follow.c.follower_id)
    keys = keys.where(follower.c.channel == "mail", text >= begins, text < begins + _LAST)
    if at is not None:
        same = and_(text == at.place, follow.c.publication_id > at.publication)
        keys = keys.where(text >= at.place, or_(text > at.place, same))
    return _Way([keys], place=text, sure=sure)


def _by_tag(tag: str, at: _Cursor | None, sure: bool) -> _Way:
    """Ordered by the tag's own index: the follows are looked up from there."""
    who = follower_tag.c.follower_id
    keys = select(follow).join_from(follower_tag, follow, follow.c.follower_id == who)
    # PostgreSQL joins from the beginning of both, unless it is told for both where to begin.
    begin = follow.c.follower_id >= (at.follower if at else 0)
    return _Way([keys.where(follower_tag.c.tag == tag, begin, _later(at, who))], who=who, sure=sure)


def _by_segment(db: Connection, segment: Segment, at: _Cursor | None, window: int) -> _Way:
    people = segment_window(db, segment, at.follower - 1 if at else 0, window).subquery()
    size, last = db.execute(select(func.count(), func.max(people.c.follower_id)).select_from(people)).one()
    keys = _keys().where(follow.c.follower_id.in_(select(people.c.follower_id)), _later(at))
    return _Way([keys], last=(last, _LAST_PUBLICATION) if size == window else None)


def _by_moment(wanted: Filters, at: _Cursor | None, sure: bool) -> _Way:
    keys = select(follow, follow.c.since.label("place"))
    if wanted.since is not None:
        keys = keys.where(follow.c.since >= wanted.since)
    if wanted.before is not None:
        keys = keys.where(follow.c.since < wanted.before)
    if at is not None:
        place = EPOCH + timedelta(microseconds=int(at.place))
        keys = keys.where(follow.c.since >= place, or_(follow.c.since > place, _later(at)))
    return _Way([keys], place=follow.c.since, sure=sure)


def _by_follow(db: Connection, wanted: Filters, at: _Cursor | None, sure: bool) -> _Way:
    """A range of the index for each publication, cadence and state; they are merged."""
    numbers = publication_ids(db)
    pubs = list(numbers.values()) if wanted.publication is None else [numbers.get(wanted.publication, -1)]
    if wanted.cadence is None and wanted.state is None:
        return _Way([_keys().where(follow.c.publication_id == pub, _later(at)) for pub in pubs], sure=sure)
    states = list(FollowState) if wanted.state is None else [wanted.state]
    known = cadences_of(db) if wanted.cadence is None else {}
    ranges = [
        and_(follow.c.publication_id == pub, follow.c.cadence == cadence, follow.c.state == int(state))
        for pub in pubs
        for cadence in (known.get(pub, [""]) if wanted.cadence is None else [wanted.cadence])
        for state in states
    ]
    if not 0 < len(ranges) <= _MOST_RANGES:
        return _Way([_keys().where(_later(at))])
    return _Way([_keys().where(each, _later(at)) for each in ranges], sure=sure)


def _merged(way: _Way, window: int) -> Select[Any]:
    """The first `window` keys of all ranges, in order."""
    order = [*([way.place] if way.place is not None else []), way.who, follow.c.publication_id]
    parts = [each.order_by(*order).limit(window) for each in way.ranges]
    if len(parts) == 1:
        return parts[0]
    whole = union_all(*(select(each.subquery()) for each in parts)).subquery()
    return select(whole).order_by(whole.c.follower_id, whole.c.publication_id).limit(window)


# ------------------------------------------------------------------------------------ what is shown


def _details(keys: Subquery) -> Select[Any]:
    return (
        select(keys, follower.c.channel, follower.c.endpoint, publication.c.slug, suppression.c.reason)
        .join_from(keys, follower, follower.c.id == keys.c.follower_id)
        .join(publication, publication.c.id == keys.c.publication_id)
        .outerjoin(suppression, suppression.c.endpoint == follower.c.endpoint)
    )


def _fitting(db: Connection, wanted: Filters, keys: Subquery) -> Select[Any]:
    """Those of the keys that are wanted. Only then their addresses are looked up."""
    query = select(keys).where(*_conditions(db, wanted, keys))
    if wanted.domain is None:
        return query
    query = query.join_from(keys, follower, follower.c.id == keys.c.follower_id)
    return query.where(follower.c.endpoint.endswith(f"@{wanted.domain}", autoescape=True))


def _conditions(db: Connection, wanted: Filters, keys: Subquery) -> Iterator[ColumnElement[bool]]:
    """What is wanted of a row, whether its range has seen to it or not (but its address)."""
    each = keys.c
    if wanted.segment is not None:
        yield segment_where(db, wanted.segment, each.follower_id)
    if wanted.publication is not None:
        yield each.publication_id == publication_ids(db).get(wanted.publication, -1)
    if wanted.cadence is not None:
        yield each.cadence == wanted.cadence
    if wanted.state is not None:
        yield each.state == int(wanted.state)
    if wanted.topic is not None:
        yield topic_is(each.topics, wanted.topic)
    if wanted.since is not None:
        yield each.since >= wanted.since
    if wanted.before is not None:
        yield each.since < wanted.before
    if wanted.tag is not None:
        his = and_(follower_tag.c.follower_id == each.follower_id, follower_tag.c.tag == wanted.tag)
        yield select(literal(1)).where(his).exists()


def _row(row: Any) -> FollowerRow:
    return FollowerRow(
        id=row.follower_id,
        channel=row.channel,
        endpoint=row.endpoint,
        publication=row.slug,
        cadence=row.cadence,
        topics=tuple(filter(None, row.topics.split(","))),
        state=FollowState(row.state).name.lower(),
        since=row.since,
        suppressed=row.reason,
        paused_until=row.paused_until,
    )


# ------------------------------------------------------------------------------------ where a page ended


def _write_cursor(row: Any, place: bool) -> str:
    """`<follower>.<publication>`, and behind another dot what the rows are ordered by before those."""
    key = f"{row.follower_id}.{row.publication_id}"
    if not place:
        return key
    moment = isinstance(row.place, datetime)
    return f"{key}.{(row.place - EPOCH) // timedelta(microseconds=1) if moment else row.place}"


def _read_cursor(wanted: Filters, after: str) -> _Cursor | None:
    if not after:
        return None
    number, _, rest = after.partition(".")
    pub, _, place = rest.partition(".")
    by_moment = _is_by_moment(wanted)
    fits = after.count(".") >= 2 if by_moment or _is_by_address(wanted) else after.count(".") == 1
    fits &= bool(place) == (by_moment or _is_by_address(wanted)) and (not by_moment or _is_number(place))
    if not (fits and _is_number(number) and _is_number(pub)):
        what = f"{after[:80]!r} is no place in this list"
        raise FollowerError(what, advice="Take it from the end of a page, with the same filters.")
    return _Cursor(int(number), int(pub), place)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _is_by_address(wanted: Filters) -> bool:
    return wanted.address is None and wanted.begins is not None


def _is_by_moment(wanted: Filters) -> bool:
    """Those who wait for a confirmation are few: they are found by their state."""
    other = (wanted.address, wanted.begins, wanted.segment, wanted.tag)
    dated = wanted.since is not None or wanted.before is not None
    return dated and wanted.state != FollowState.PENDING and all(each is None for each in other)
