"""Refused mails: how many in a row, for one follower and for everybody; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from publisher import storage
from publisher.model import DeliveryState, EditionState
from publisher.storage.tables import attempt, delivery, edition
from tests.making import NOON

WEEK = timedelta(days=7)
ADA, BEN = 1, 2
SENT, BOUNCED, CANCELLED = DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.CANCELLED


def mailed(
    store: storage.Store, *states: DeliveryState | None, digest: str = "knees:weekly", cell: str = ""
) -> int:
    """One edition a week, and what became of Ada's mail in it (None: there was none); the last edition."""
    number = 0
    with store.write() as db:
        for at, state in enumerate(states):
            values = {"kind": "digest", "digest": digest, "cell": cell, "occurrence": NOON + at * WEEK}
            values |= {"window_start": NOON, "window_end": NOON, "state": int(EditionState.DONE)}
            values |= {"audience": 1, "unaddressed": 0, "frozen_at": NOON}
            number = int(db.execute(insert(edition).values(values).returning(edition.c.id)).scalar_one())
            row = {"edition_id": number, "variant_id": 1, "batch": 1, "attempts": 1, "at": NOON}
            db.execute(insert(delivery).values(row | {"follower_id": BEN, "state": int(SENT)}))
            if state is not None:
                db.execute(insert(delivery).values(row | {"follower_id": ADA, "state": int(state)}))
    return number


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([BOUNCED, BOUNCED, BOUNCED], True),
        ([SENT, BOUNCED, BOUNCED, BOUNCED], True),
        ([BOUNCED, BOUNCED], False),
        ([BOUNCED, SENT, BOUNCED, BOUNCED], False),
        ([BOUNCED, BOUNCED, DeliveryState.FAILED, BOUNCED], False),
        ([BOUNCED, CANCELLED, BOUNCED, None, BOUNCED], True),
    ],
)
def test_three_in_a_row(store: storage.Store, states: list[DeliveryState | None], expected: bool) -> None:
    last = mailed(store, *states)
    mailed(store, SENT, SENT, SENT, digest="-:daily")  # another mail says nothing about this one
    mailed(store, SENT, SENT, SENT, cell="Europe/Berlin@8")
    with store.read() as db:
        assert storage.bounced_in_a_row(db, last, ADA, 3) is expected
        assert not storage.bounced_in_a_row(db, last, BEN, 3)


def test_a_run_is_kept_and_ended(store: storage.Store) -> None:
    with store.write() as db:
        assert storage.bounce_run(db) == storage.BounceRun()
        run = storage.BounceRun(7, NOON)
        storage.keep_bounce_run(db, run)
        assert storage.bounce_run(db) == run
        storage.keep_bounce_run(db, storage.BounceRun())
        assert storage.bounce_run(db).count == 0


def test_only_bounces_of_that_time_are_lifted(store: storage.Store) -> None:
    with store.write() as db:
        storage.suppress(db, "old@example.org", storage.BOUNCE, "550", NOON - WEEK)
        storage.suppress(db, "owner@example.org", "owner", "asked", NOON)
        storage.suppress(db, "new@example.org", storage.BOUNCE, "550", NOON)
        storage.suppress(db, "listed@example.org", storage.BOUNCE, "said a list", NOON + timedelta(seconds=1))
        tried = {"edition_id": 1, "follower_id": ADA, "number": 1, "reply": "550", "state": int(BOUNCED)}
        db.execute(insert(attempt).values(tried | {"at": NOON}))
        assert storage.lift_bounces(db, NOON) == 1
        assert storage.suppressed(db, "new@example.org") is None
        assert storage.suppressed(db, "old@example.org") == storage.BOUNCE
        assert storage.suppressed(db, "owner@example.org") == "owner"
        assert storage.suppressed(db, "listed@example.org") == storage.BOUNCE
