"""Segments: parts of the followers, as conditions on their numbers; counted, and read page by page.

Only who follows something (actively) belongs to any segment. What is wanted of a follow (publication,
cadence, topic, since, before) is wanted of one and the same follow; tags and language are the follower's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, true, union

from publisher.storage.files import publication_ids
from publisher.storage.followers import FollowState
from publisher.storage.planning import AudienceGroup, audience_groups
from publisher.storage.tables import follow, follower, follower_tag, publication

_ACTIVE = follow.c.state == int(FollowState.ACTIVE)
_MOST_RANGES = 60


@dataclass(frozen=True, slots=True)
class Segment:
    """Who belongs to it: one of the values of every key that has any, and none of `without`.

    `without` holds (key, value) pairs; the keys are "tag", "topic", "publication", "cadence", "language".
    `since` is the first moment that counts, `before` the first that does not any more.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    cadences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    without: tuple[tuple[str, str], ...] = ()


def segment_where(db: Connection, segment: Segment, who: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that the follower with the number `who` belongs to a segment."""
    numbers = publication_ids(db)
    follows = _follows(who, lambda each: _fits(each, segment, numbers))
    return and_(*_own(segment, numbers, who), follows)  # SQLite asks in this order: tags are rarer


def segment_size(db: Connection, segment: Segment) -> int:
    """How many belong to a segment. Reads those with its tags, or else every follow that fits."""
    numbers = publication_ids(db)
    if segment.tags:
        people = union(*_ranges(db, segment)).subquery()
        query = select(func.count()).select_from(people)
        return int(db.execute(query.where(segment_where(db, segment, people.c.follower_id))).scalar_one())
    number: ColumnElement[int] = func.count(follow.c.follower_id.distinct())
    if len(segment.publications) == 1:
        number = func.count()
    query = select(number).select_from(follow).where(_ACTIVE, _fits(follow.c, segment, numbers))
    own = _own(segment, numbers, follow.c.follower_id)
    return int(db.execute(query.where(*own)).scalar_one())


def segment_members(db: Connection, segment: Segment, after: int = 0, limit: int = 1000) -> list[int]:
    """The next `limit` numbers of followers in a segment, after that number; fewer: there are no more."""
    query = _first(db, segment, after, limit, lambda who: segment_where(db, segment, who))
    return list(db.execute(query).scalars())


def segment_window(db: Connection, segment: Segment, after: int, limit: int) -> Select[Any]:
    """SELECT follower_id of the next `limit` among whom the segment's people are, with others."""
    return _first(db, segment, after, limit, lambda _: true())


def _first(
    db: Connection,
    segment: Segment,
    after: int,
    limit: int,
    fits: Callable[[ColumnElement[int]], ColumnElement[bool]],
) -> Select[Any]:
    parts = []
    for each in _ranges(db, segment):
        who = each.selected_columns[0]
        page = each.where(who > after, fits(who)).order_by(who).limit(limit)
        parts.append(select(page.subquery().c.follower_id))
    whole = (parts[0] if len(parts) == 1 else union(*parts)).subquery()
    return select(whole.c.follower_id).order_by(whole.c.follower_id).limit(limit)


def segment_groups(
    db: Connection,
    segment: Segment,
    pubs: Sequence[int],
    cadence: str,
    variants: Sequence[int],
    since: datetime,
) -> list[AudienceGroup]:
    """What `audience_groups` says of a digest's audience, of those in a segment alone."""
    among = segment_where(db, segment, follow.c.follower_id)
    return audience_groups(db, pubs, cadence, variants, since, among)


def _ranges(db: Connection, segment: Segment) -> Iterator[Select[Any]]:
    """SELECTs of `follower_id` in which everyone in the segment is, each an ordered range of an index.

    A planner that is given only conditions walks over all followers to find ten with a rare tag.
    """
    if segment.tags:
        for tag in segment.tags:
            yield select(follower_tag.c.follower_id).where(follower_tag.c.tag == tag)
        return
    numbers = publication_ids(db)
    pubs, cadences = [numbers.get(slug, -1) for slug in segment.publications], segment.cadences
    if cadences and not pubs:
        pubs = list(numbers.values())
    known = cadences_of(db) if pubs and not cadences else {}
    pairs = [(pub, name) for pub in pubs for name in cadences or known.get(pub, [""])]
    if pairs and len(pairs) <= _MOST_RANGES:
        for pub, cadence in pairs:
            where = and_(follow.c.publication_id == pub, follow.c.cadence == cadence, _ACTIVE)
            yield select(follow.c.follower_id).where(where)
        return
    yield select(follower.c.id.label("follower_id"))


def cadences_of(db: Connection) -> dict[int, list[str]]:
    """publication -> the cadences at which it is or was followed: one step through the index for each."""
    lowest = func.min(follow.c.cadence)
    first = select(lowest).where(follow.c.publication_id == publication.c.id)
    walked = select(publication.c.id, first.scalar_subquery().label("cadence")).cte("walked", recursive=True)
    higher = select(lowest).where(follow.c.publication_id == walked.c.id, follow.c.cadence > walked.c.cadence)
    walked = walked.union_all(
        select(walked.c.id, higher.scalar_subquery()).where(walked.c.cadence.is_not(None))
    )
    found: dict[int, list[str]] = {}
    query = select(walked).where(walked.c.cadence.is_not(None)).order_by(walked.c.id, walked.c.cadence)
    for row in db.execute(query):
        found.setdefault(row.id, []).append(row.cadence)
    return found


def _follows(who: ColumnElement[int], fits: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That one of his active follows is like that."""
    each = follow.alias().c  # an alias: the query around this one may be about follows, too
    query = select(literal(1)).where(each.follower_id == who, each.state == int(FollowState.ACTIVE))
    return query.where(fits(each)).exists()


def _fits(each: Any, segment: Segment, numbers: Mapping[str, int]) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [true()]
    if segment.publications:
        wanted.append(each.publication_id.in_([numbers.get(slug, -1) for slug in segment.publications]))
    if segment.cadences:
        wanted.append(each.cadence.in_(segment.cadences))
    if segment.topics:
        wanted.append(or_(*(topic_is(each.topics, topic) for topic in segment.topics)))
    if segment.since:
        wanted.append(each.since >= segment.since)
    if segment.before:
        wanted.append(each.since < segment.before)
    return and_(*wanted)


def _own(
    segment: Segment, numbers: Mapping[str, int], who: ColumnElement[int]
) -> Iterator[ColumnElement[bool]]:
    """What is wanted of a follower himself, and what of none of his follows."""
    if segment.tags:
        yield _tagged(segment.tags, who)
    if segment.languages:
        yield or_(*(_speaks(language, who) for language in segment.languages))
    for key, value in segment.without:
        yield ~_has(key, value, numbers, who)


def _has(key: str, value: str, numbers: Mapping[str, int], who: ColumnElement[int]) -> ColumnElement[bool]:
    if key == "tag":
        return _tagged((value,), who)
    if key == "language":
        return _speaks(value, who)
    if key == "publication":
        return _follows(who, lambda each: each.publication_id == numbers.get(value, -1))
    if key == "cadence":
        return _follows(who, lambda each: each.cadence == value)
    return _follows(who, lambda each: topic_is(each.topics, value))


def _tagged(tags: Collection[str], who: ColumnElement[int]) -> ColumnElement[bool]:
    each = follower_tag.alias().c
    return select(literal(1)).where(each.follower_id == who, each.tag.in_(tags)).exists()


def _speaks(language: str, who: ColumnElement[int]) -> ColumnElement[bool]:
    """`de` is also de-AT (RFC 4647, basic filtering)."""
    each = follower.alias().c
    chosen, wanted = func.lower(each.language), language.lower()
    fits = or_(chosen == wanted, chosen.startswith(f"{wanted}-", autoescape=True))
    return select(literal(1)).where(each.id == who, fits).exists()


def topic_is(topics: ColumnElement[str], topic: str) -> ColumnElement[bool]:
    """That a follow names this topic; one that names none gets all, and is not meant."""
    joined = literal(",") + topics + literal(",")
    # Not LIKE: to SQLite's, Hands is hands.
    return func.replace(joined, f",{topic},", "") != joined


def cadences_in_use(db: Connection) -> set[tuple[str, str]]:
    """(publication, cadence) of all that is actively followed: a few steps through the index, no counting."""
    found = set()
    known = cadences_of(db)
    for slug, pub in publication_ids(db).items():
        for cadence in known.get(pub, ()):
            query = select(literal(1)).select_from(follow)
            query = query.where(follow.c.publication_id == pub, follow.c.cadence == cadence, _ACTIVE)
            if db.execute(query.limit(1)).scalar():
                found.add((slug, cadence))
    return found


def cadence_size(db: Connection, slug: str, cadence: str) -> int:
    """How many follow a publication at a cadence; counted."""
    pub = publication_ids(db).get(slug, -1)
    query = select(func.count()).select_from(follow)
    query = query.where(follow.c.publication_id == pub, follow.c.cadence == cadence, _ACTIVE)
    return int(db.execute(query).scalar_one())
