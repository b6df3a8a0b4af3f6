"""Private feeds: what one follower's page and feeds cost, among a million followers and 100,000 guides.

    python -m tests.bench.bench_mine [FOLLOWERS [GUIDES]]

Twenty publications of guides of 8 KB, two follows to a person, half of them with topics, a mail delivered to
each. Asked over HTTP on loopback, every time somebody else, by one process: each kind of answer made, the same
with a guide that has just come out, and what a reader gets who has it already (304). The target is a 95th
percentile of 100 ms.
"""

from __future__ import annotations

import http.client
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from publisher import storage
from publisher.model import Grade
from publisher.site import Site, open_site
from publisher.web import create_app
from tests.making import NOON
from tests.shelving import Library
from tests.web.conftest import running

FOLLOWERS, GUIDES = 1_000_000, 100_000
PUBLICATIONS = 20
CHANGED = 60  # guides of each publication that changed
EDITIONS = 300  # of the weekly mail: six years
SIZE = 8_000
ROUNDS = 300
TARGET = 100.0  # ms
KINDS = ("", "feed.atom", "feed.rss", "feed.json")

FOLLOWER_ROWS = """
    INSERT INTO follower (id, channel, endpoint, token_generation, created_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    SELECT i, 'mail', 'reader-' || i || '@example.org', 0, CAST(:now AS BIGINT) FROM n"""
FOLLOW_ROWS = """
    INSERT INTO follow (publication_id, follower_id, cadence, topics, state, since)
    SELECT 1 + (id * {step}) % :publications, id, 'weekly',
        CASE id % 4 WHEN 0 THEN 'common' WHEN 1 THEN 'tag ' || (id % 40) || ',tag ' || (id % 7) ELSE '' END,
        1, CAST(:now AS BIGINT) FROM follower"""
EDITION_ROWS = """
    INSERT INTO edition (id, kind, digest, cell, occurrence, window_start, window_end, state, audience,
        unaddressed, frozen_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    SELECT i, 'digest', '-\\:weekly', '', CAST(:now AS BIGINT) + i, CAST(:now AS BIGINT) + i - 1, CAST(:now AS BIGINT) + i, 3, 0, 0, CAST(:now AS BIGINT) FROM n"""
DELIVERY_ROWS = """
    INSERT INTO delivery (edition_id, follower_id, variant_id, batch, state, attempts, at)
    SELECT 1 + id % :count, id, 1, 1, 3, 1, CAST(:now AS BIGINT) FROM follower"""


def fill(site: Site, followers: int, guides: int) -> Library:
    """The site with everything in it, by statements for many rows."""
    shelves = Library(site.store)
    for own in site.publications:
        shelves.found.clear()
        shelves.bulk(guides // PUBLICATIONS, pub=own.slug, size=SIZE)
        for number in range(1, CHANGED + 1):
            where = guides // PUBLICATIONS - number
            shelves.revise(f"bulk-{where}", f"<p>Another text, {number}.</p>", Grade.MATERIAL, pub=own.slug)
    now = int(NOON.timestamp() * 1_000_000)
    with site.store.write() as db:
        db.execute(text(FOLLOWER_ROWS), {"count": followers, "now": now})
        for step in (1, 3):
            more = " WHERE (id * 3) % :publications <> id % :publications" if step == 3 else ""
            statement = text(FOLLOW_ROWS.format(step=step) + more)
            db.execute(statement, {"publications": PUBLICATIONS, "now": now})
        db.execute(text(EDITION_ROWS), {"count": EDITIONS, "now": now})
        db.execute(text(DELIVERY_ROWS), {"count": EDITIONS, "now": now})
    return shelves


def ask(door: http.client.HTTPConnection, path: str, **headers: str) -> tuple[int, str, int]:
    """Status, tag and bytes of an answer."""
    sent = {
        "accept-encoding": "br, gzip",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    door.request("GET", path, headers=sent)
    answer = door.getresponse()
    return answer.status, answer.getheader("etag") or "", len(answer.read())


@dataclass(frozen=True)
class Spent:
    """Milliseconds on the clock, and of the processor: asking and answering together."""

    clock: float
    processor: float


def timed(work: Callable[[], object]) -> Spent:
    start, begun = time.perf_counter(), time.process_time()
    work()
    return Spent((time.perf_counter() - start) * 1_000, (time.process_time() - begun) * 1_000)


def high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[18]


def line(name: str, spent: Sequence[Spent], more: str = "") -> None:
    clock, processor = [each.clock for each in spent], [each.processor for each in spent]
    verdict = "met" if high(clock) <= TARGET else "MISSED"
    print(
        f"  {name:<35}{statistics.median(clock):>7.1f} ms{high(clock):>7.1f} ms p95"
        f"   (processor {statistics.median(processor):>5.1f} ms{high(processor):>6.1f} ms p95)"
        f"   target p95 {TARGET:.0f} ms: {verdict}{more}",
        flush=True,
    )


def measure(site: Site, shelves: Library, door: http.client.HTTPConnection, followers: int) -> None:
    chance = random.Random(20261122)

    def somebody() -> str:
        return site.links.mine(chance.randint(1, followers), 0).removeprefix(site.settings.base_url)

    for kind in KINDS:
        name = kind or "page"
        first = timed(lambda: ask(door, somebody() + kind))  # noqa: B023  called at once
        made, again, sizes = [], [], []
        for _ in range(ROUNDS):
            path, answers = somebody() + kind, []
            made.append(timed(lambda: answers.append(ask(door, path))))  # noqa: B023
            tag = answers[0][1]
            again.append(timed(lambda: answers.append(ask(door, path, if_none_match=tag))))  # noqa: B023
            assert [status for status, _, _ in answers] == [200, 304]
            sizes.append(answers[0][2])
        more = f"   ({statistics.mean(sizes) / 1_000:.0f} kB; the very first {first.clock:.0f} ms)"
        line(name, made, more)
        line(f"{name}, unchanged (304)", again)
    fresh = []
    for number in range(40):
        slug = site.publications[number % PUBLICATIONS].slug
        shelves.add(f"new-{number}", pub=slug, tags=["common"])
        fresh.append(timed(lambda: ask(door, somebody() + "feed.atom")))
    line("feed.atom, a guide has just come out", fresh)
    with site.store.read() as db:
        assert storage.person(db, followers) is not None


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    followers, guides = [*sizes, *(FOLLOWERS, GUIDES)[len(sizes) :]]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "publisher.toml").write_text(
            'title = "Bench"\nbase_url = "https://guides.example"\nid_authority = "guides.example,2026"\n'
        )
        for number in range(PUBLICATIONS):
            (folder / f"feeds/p{number:02}").mkdir(parents=True)
            (folder / f"feeds/p{number:02}/feed.toml").write_text(f'title = "Publication {number}"\n')
        site = stack.enter_context(open_site(folder, {}))
        start = time.perf_counter()
        shelves = fill(site, followers, guides)
        spent = time.perf_counter() - start
        print(
            f"  {followers:,} followers, {guides:,} guides (filled in {spent:.0f} s, {os.cpu_count()} cores)"
        )
        address = stack.enter_context(running(create_app(site, lambda: NOON + timedelta(days=1))))
        door = http.client.HTTPConnection(address.partition("//")[2])
        measure(site, shelves, door, followers)
        door.close()


if __name__ == "__main__":
    main()
