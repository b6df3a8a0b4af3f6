"""The story of one follower among a million, on SQLite and (where a server is named) on PostgreSQL.

The alternative is measured in the same run: an index of the ledger by follower, which every freezing pays for.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from publisher import editions, storage, tokens, trace
from publisher.model import Publication
from tests.making import Maker, weekly
from tests.postgresql import VARIABLE, Server

_T = TypeVar("_T")
PEOPLE = 1_000_000
EDITIONS = 60
TO_ALL = 3  # of the editions; the others went to each SOME-th follower
SOME = 64
GUIDES = 10  # in each edition
ASKED = 200
KEYS = tokens.Keys.new(bytes(32), "k1")
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
DIGEST = weekly("knees")
KNEES = Publication("knees", "/nowhere", "Knees", digests=(DIGEST,))
RULES = trace.Rules((KNEES,), (DIGEST,), editions.pair_grades, "bench.example", "instance")


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    try:
        measure("sqlite", f"sqlite:///{folder}/bench.db", folder)
    finally:
        shutil.rmtree(folder)
    if url := os.environ.get(VARIABLE):
        server = Server(url)
        try:
            with server.database() as own:
                measure("postgresql", own, folder)
        finally:
            server.close()


def measure(name: str, url: str, folder: Path) -> None:
    store = storage.open_store(url, folder)
    try:
        storage.upgrade(store)
        guides, seconds = timed(lambda: fill(store))
        print(f"  {name}: {PEOPLE:,} followers, {EDITIONS} editions, filled in {seconds:.0f} s", flush=True)
        stories(store, "probing each edition by the ledger's key", guides)
        plain = freezing(store, EDITIONS + 1)
        with store.write() as db:
            db.execute(sa.text("CREATE INDEX ix_bench ON delivery (follower_id)"))
        indexed = freezing(store, EDITIONS + 2)
        print(
            f"    a million rows of the ledger: {plain:.1f} s; with an index by follower {indexed:.1f} s"
            f" ({indexed / plain:.1f} times)",
            flush=True,
        )
    finally:
        store.close()


def fill(store: storage.Store) -> list[int]:
    """Followers, guides, and editions with their deliveries, by bulk statements; the guides."""
    maker = Maker(store)
    guides = [maker.guide(f"guide-{number}") for number in range(EDITIONS * 2)]
    for guide in guides:
        maker.revise(guide, 1, NOW - WEEK * 70)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) "
    said = {"people": PEOPLE, "at": micros(NOW - WEEK * 80)}
    with store.write() as db:
        db.execute(
            sa.text(
                "INSERT INTO follower (channel, endpoint, token_generation, created_at)"
                f" {numbers} SELECT 'mail', 'p' || i || '@example.org', 0, :at FROM n"
            ),
            said,
        )
        db.execute(
            sa.text(
                "INSERT INTO follow (publication_id, follower_id, cadence, topics, state, since)"
                " SELECT 1, id, 'weekly', '', 1, :at FROM follower"
            ),
            said,
        )
        db.execute(
            sa.text(
                "INSERT INTO follow_event (follower_id, publication_id, at, kind, evidence)"
                """ SELECT id, 1, :at, 'added', '{"consent": "asked", "cadence": "weekly"}' FROM follower"""
            ),
            said,
        )
    for number in range(1, EDITIONS + 1):
        freeze(store, number, random.Random(number).sample(guides, GUIDES))
    with store.write() as db:
        db.execute(sa.text("ANALYZE"))
    return guides


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def freeze(store: storage.Store, number: int, guides: list[int]) -> None:
    """An edition with one variant, and a delivery for everybody, or for some."""
    end = NOW - WEEK * (EDITIONS + 2 - number)
    values = {"at": micros(end), "start": micros(end - WEEK), "n": number}
    step = 1 if number % (EDITIONS // TO_ALL) == 0 or number > EDITIONS else SOME
    with store.write() as db:
        edition = db.execute(
            sa.text(
                "INSERT INTO edition (kind, digest, cell, occurrence, window_start, window_end, state, audience,"
                " unaddressed, frozen_at) VALUES ('digest', 'knees:weekly', '', :at, :start, :at, 4, 0, 0, :at)"
                " RETURNING id"
            ),
            values,
        ).scalar_one()
        variant = db.execute(
            sa.text("INSERT INTO variant (edition_id, number, size) VALUES (:e, 1, 0) RETURNING id"),
            {"e": edition},
        ).scalar_one()
        for place, guide in enumerate(guides):
            db.execute(
                sa.text("INSERT INTO variant_item VALUES (:v, :p, :g, NULL, 1, :new)"),
                {"v": variant, "p": place, "g": guide, "new": True},
            )
        db.execute(
            sa.text(
                "INSERT INTO delivery (edition_id, follower_id, variant_id, batch, state, attempts, at)"
                " SELECT :e, id, :v, id / 500, 3, 1, :at FROM follower WHERE id % :step = 0"
            ),
            {"e": edition, "v": variant, "step": step, **values},
        )


def stories(store: storage.Store, how: str, guides: list[int]) -> None:
    chance = random.Random(7)
    people = [chance.randrange(SOME, PEOPLE, SOME) for _ in range(ASKED)]  # who got every one of them

    def whole(person: int) -> None:
        trace.story(store, f"p{person}@example.org", KEYS, RULES, NOW)

    def everything(person: int) -> None:
        trace.story(store, f"p{person}@example.org", KEYS, RULES, NOW, limit=None)

    def guide(person: int) -> None:
        article = guides[person % len(guides)]
        trace.story(store, f"p{person}@example.org", KEYS, RULES, NOW, article=article)

    def why(person: int) -> None:
        trace.delivery_story(store, chance.randint(1, EDITIONS), person, RULES, NOW)

    print(f"    {how}", flush=True)
    for name, act in (("story", whole), ("--all", everything), ("one guide", guide), ("why", why)):
        spent = time.process_time()
        taken = [timed(lambda: act(person))[1] for person in people]  # noqa: B023
        report(name, taken, (time.process_time() - spent) / len(people))


def report(name: str, seconds: list[float], cpu: float) -> None:
    """`cpu` is ours, per story: on a busy machine it says more than the wall clock."""
    ordered = sorted(each * 1000 for each in seconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    middle = statistics.median(ordered)
    line = f"      {name:<10} median {middle:6.1f} ms, p95 {p95:6.1f} ms, CPU {cpu * 1000:6.1f} ms"
    print(line, flush=True)


def freezing(store: storage.Store, number: int) -> float:
    """Seconds for a million rows of the ledger, in one statement."""
    return timed(lambda: freeze(store, number, []))[1]


def timed(act: Callable[[], _T]) -> tuple[_T, float]:
    start = time.perf_counter()
    found = act()
    return found, time.perf_counter() - start
