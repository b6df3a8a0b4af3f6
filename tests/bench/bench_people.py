"""A million followers: what each page of a list costs, a segment, one person, the forecast's counts.

The targets: a page within 100 ms (p95), on SQLite and, with PUBLISHER_TEST_POSTGRESQL set, on PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from publisher import follow, storage
from publisher.storage import Filters, FollowState, Store
from tests.postgresql import VARIABLE, Server

PEOPLE = int(os.environ.get("PUBLISHER_BENCH_PEOPLE", "1000000"))
PAGE_MS = 100
ROUNDS = 15
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000  # microseconds
FIRST = (NOON - timedelta(minutes=PEOPLE) - EPOCH) // timedelta(microseconds=1)
NUMBERS = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE})"
CADENCE = "CASE WHEN i % 100 = 0 THEN 'monthly' WHEN i % 5 = 0 THEN 'daily' ELSE 'weekly' END"
STATE = "CASE WHEN i % 1000 = 7 THEN 0 WHEN i % 40 = 3 THEN 2 ELSE 1 END"
TOPICS = "CASE WHEN i % 5000 = 11 THEN 'ferns' WHEN i % 3 = 1 THEN 'stairs,walking' ELSE '' END"
LOAD = (
    "INSERT INTO follower (id, channel, endpoint, language, token_generation, created_at)"
    f" {NUMBERS} SELECT i, 'mail', 'p' || (CAST(i AS BIGINT) * 7919 % 1000003) || '@' || (i % 97) || '.example.org',"
    f" CASE WHEN i % 5 = 2 THEN 'de-AT' END, 0, {FIRST} FROM n",
    "INSERT INTO follow (publication_id, follower_id, cadence, topics, state, since)"
    f" {NUMBERS} SELECT 1 + i % 2, i, {CADENCE}, {TOPICS}, {STATE}, {FIRST} + CAST(i AS BIGINT) * {MINUTE} FROM n",
    "INSERT INTO follow (publication_id, follower_id, cadence, topics, state, since)"
    f" {NUMBERS} SELECT 3, i, 'weekly', '', 1, {FIRST} + CAST(i AS BIGINT) * {MINUTE} FROM n WHERE i % 10 = 4",
    f"INSERT INTO follower_tag (tag, follower_id) {NUMBERS} SELECT 'vip', i FROM n WHERE i % 1000 = 1",
    f"INSERT INTO follower_tag (tag, follower_id) {NUMBERS} SELECT 'shop', i FROM n WHERE i % 3 = 0",
    "UPDATE publication SET followers ="
    " (SELECT count(*) FROM follow WHERE publication_id = publication.id AND state = 1)",
    "ANALYZE",
)


def main() -> None:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
        stack.callback(shutil.rmtree, folder)
        urls = {"SQLite": f"sqlite:///{folder}/publisher.db"}
        if os.environ.get(VARIABLE):
            server = Server(os.environ[VARIABLE])
            stack.callback(server.close)
            urls["PostgreSQL"] = stack.enter_context(server.database())
        for name, url in urls.items():
            store = storage.open_store(url, folder)
            try:
                load(name, store)
                measure(store)
            finally:
                store.close()


def load(name: str, store: Store) -> None:
    storage.upgrade(store)
    with store.write() as db:
        for slug in ("knees", "hands", "feet"):
            storage.publication_id(db, slug)
    begin = time.perf_counter()
    for statement in LOAD:
        with store.write() as db:
            db.execute(text(statement))
    print(f"{name}: {PEOPLE:,} followers loaded ({time.perf_counter() - begin:.0f} s)", flush=True)


def lists() -> Iterator[tuple[str, Filters]]:
    """What the owner may ask for: every filter alone, and combinations that are sparse or contradict."""
    recent = NOON - timedelta(minutes=PEOPLE // 1000)
    yield "all", Filters()
    yield "publication", Filters(publication="hands")
    yield "cadence, rare", Filters(cadence="monthly")
    yield "publication, cadence, state", Filters("knees", "weekly", FollowState.ENDED)
    yield "state: pending", Filters(state=FollowState.PENDING)
    yield "topic, rare", Filters(topic="ferns")
    yield "tag, rare", Filters(tag="vip")
    yield "tag, every third", Filters(tag="shop")
    yield "tag and cadence that never meet", Filters(tag="vip", cadence="monthly")
    yield "since, all", Filters(since=NOON - timedelta(days=9999))
    yield "since, newest", Filters(since=recent)
    yield "since, publication and state", Filters("feet", None, FollowState.ENDED, since=recent)
    yield "before, topic", Filters(before=recent, topic="ferns")
    yield "an address", Filters(address="p7919@1.example.org")
    yield "a beginning", Filters(begins="p12")
    yield "a domain", Filters(domain="96.example.org")
    for who in (
        "tag:vip",
        "publication:feet cadence:weekly -tag:shop",
        "topic:ferns",
        "language:de tag:vip",
        "cadence:monthly tag:vip",
    ):
        yield f"who: {who}", Filters(segment=follow.parse_segment(who))


def measure(store: Store) -> None:
    with store.read() as db:
        for name, wanted in lists():
            report(f"list: {name}", [page for _ in range(3) for page in pages(db, wanted)], PAGE_MS)
        for who in ("tag:vip", "tag:shop -tag:vip", "publication:knees cadence:weekly", "language:de"):
            segment = follow.parse_segment(who)
            report(f"segment size: {who}", rounds(lambda it=segment: storage.segment_size(db, it), 3))
        report("one person", rounds(lambda: person(db)), PAGE_MS)
        report("status: followers", rounds(lambda: storage.active_followers(db)), PAGE_MS)
        report("tick: cadences in use", rounds(lambda: storage.cadences_in_use(db)), PAGE_MS)
        vip = follow.parse_segment("tag:vip")
        report("forecast: the audience's groups", rounds(lambda: groups(db, None), 3))
        report("forecast: one segment of it", rounds(lambda: groups(db, vip), 3))


def pages(db: storage.Connection, wanted: Filters) -> list[float]:
    """Seconds for pages from the beginning, then from the middle and near the end of what there is."""
    spent, after = [], ""
    for jump in (None, None, None, PEOPLE // 2, PEOPLE // 2 + 1, PEOPLE - 300):
        if jump is not None and after.count(".") == 1:
            after = f"{jump}.0"
        begin = time.perf_counter()
        page = storage.list_page(db, wanted, after)
        spent.append(time.perf_counter() - begin)
        after = page.after or after
    return spent


def person(db: storage.Connection) -> None:
    number = storage.find_follower(db, "mail", "p7919@1.example.org")
    assert number == 1
    storage.follows_of(db, number)
    storage.events_of(db, number)
    storage.tags_of(db, number)


def groups(db: storage.Connection, segment: storage.Segment | None) -> int:
    if segment is None:
        return sum(each.size for each in storage.audience_groups(db, [1, 2, 3], "weekly", [], NOON))
    return sum(each.size for each in storage.segment_groups(db, segment, [1, 2, 3], "weekly", [], NOON))


def rounds(action: Callable[[], object], number: int = ROUNDS) -> list[float]:
    spent = []
    for _ in range(number):
        begin = time.perf_counter()
        action()
        spent.append(time.perf_counter() - begin)
    return spent


def report(name: str, seconds: list[float], target: float | None = None) -> None:
    half = statistics.median(seconds) * 1000
    p95 = sorted(seconds)[int(0.95 * (len(seconds) - 1))] * 1000
    verdict = "" if target is None else f"   target {target:.0f} ms{'' if p95 <= target else '  MISSED'}"
    print(f"  {name:45} p50 {half:8.1f} ms   p95 {p95:8.1f} ms{verdict}", flush=True)


if __name__ == "__main__":
    main()
