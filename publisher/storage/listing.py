"""Who follows what, page by page: every combination of filters begins where its rows are dense.

A page is one SELECT: `_way` picks an ordered range of an index (the keys), at most `_WINDOW` of them are looked
at, the other filters are applied to those. So a page costs the same whatever the number of followers; one
that finds less than it may, says from where to go on (`Page.after`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, tuple_, union_all

from publisher.errors import FollowerError
from publisher.storage.files import publication_ids
from publisher.storage.followers import FollowState, find_follower
from publisher.storage.rows import FollowerRow
from publisher.storage.segments import Segment, cadences_of, segment_members, topic_is
from publisher.storage.tables import EPOCH, follow, follower, follower_tag, publication, suppression

_WINDOW = 5_000
_MOST_RANGES = 100
_KEY = (follow.c.follower_id, follow.c.publication_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which follows to list; None: any. `begins` is the beginning of an address, `domain` what is after its @.

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
class Page:
    """Rows in order, and from where to go on: None at the end. A page may be short, even empty, before it."""

    rows: list[FollowerRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class _Way:
    """SELECTs of follower_id, publication_id (and `place`, what they are ordered by before them).

    `sure`: every row fits all that is wanted. `last`: where the range ends that was looked at, if elsewhere
    than at its last row.
    """

    ranges: list[Select[Any]]
    place: ColumnElement[Any] | None = None
    sure: bool = False
    last: tuple[int, int] | None = None


def list_page(db: Connection, wanted: Wanted, after: str = "", limit: int = 100) -> Page:
    """The next follows, at most `limit`. Raises FollowerError for an `after` that no page gave."""
    way = _way(db, wanted, _read_cursor(wanted, after))
    window = limit if way.sure else max(_WINDOW // len(way.ranges), limit)
    keys = _merged(way, window).subquery()
    order = [keys.c.place] if way.place is not None else []
    order += [keys.c.follower_id, keys.c.publication_id]
    query = _details(keys, order).where(*_conditions(db, wanted)).order_by(*order).limit(limit)
    found = list(db.execute(query))
    rows = [_row(each) for each in found]
    if len(found) == limit:
        return Page(rows, _cursor(found[-1], way.place is not None))
    if not way.sure and db.execute(select(func.count()).select_from(keys)).scalar_one() == window:
        ends = [column.desc() for column in order]
        last = db.execute(select(*keys.c).order_by(*ends).limit(1)).one()
        return Page(rows, _cursor(last, way.place is not None))
    return Page(rows, None if way.last is None else f"{way.last[0]}.{way.last[1]}")


def list_all(db: Connection, wanted: Wanted, page: int = 1000) -> Iterator[FollowerRow]:
    """Every follow that is wanted, read page by page."""
    after: str | None = ""
    while after is not None:
        found = list_page(db, wanted, after, page)
        yield from found.rows
        after = found.after


# ------------------------------------------------------------------------------------ where to begin


def _way(db: Connection, wanted: Wanted, at: _Cursor | None) -> _Way:
    alone = {name for name in Wanted.__slots__ if getattr(wanted, name) is not None}
    if wanted.address is not None:
        number = find_follower(db, "mail", wanted.address)
        return _Way([_keys().where(follow.c.follower_id == number, _later(at))], sure=alone == {"address"})
    if wanted.begins is not None:
        return _by_address(wanted.begins, at, alone == {"begins"})
    if wanted.segment is not None:
        return _by_segment(db, wanted.segment, at)
    if wanted.tag is not None:
        joined = _keys().join(follower_tag, follower_tag.c.follower_id == follow.c.follower_id)
        return _Way([joined.where(follower_tag.c.tag == wanted.tag, _later(at))], sure=alone == {"tag"})
    if (wanted.since or wanted.before) and wanted.state != FollowState.PENDING:
        return _by_moment(wanted, at, alone <= {"since", "before"})
    if alone & {"publication", "cadence", "state"}:
        return _by_follow(db, wanted, at, alone <= {"publication", "cadence", "state"})
    return _Way([_keys().where(_later(at))], sure=not alone)


def _keys() -> Select[Any]:
    return select(*_KEY)


def _later(at: _Cursor | None) -> ColumnElement[bool]:
    if at is None:
        return follow.c.follower_id > 0
    same = and_(follow.c.follower_id == at.follower, follow.c.publication_id > at.publication)
    return and_(follow.c.follower_id >= at.follower, or_(follow.c.follower_id > at.follower, same))


def _by_address(begins: str, at: _Cursor | None, sure: bool) -> _Way:
    text = follower.c.endpoint.collate("C") if False else follower.c.endpoint
    keys = select(*_KEY, text.label("place")).join(follower, follower.c.id == follow.c.follower_id)
    keys = keys.where(follower.c.channel == "mail", text >= begins, text < _behind(begins))
    return _Way([keys.where(_behind_place(text, at))], text, sure)
