"""Claim, intent, result, recovery and the audit of their sums; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from publisher import audit, editions, storage
from publisher.errors import StorageError
from publisher.model import DeliveryState, EditionState
from publisher.storage.tables import batch, delivery, edition, variant
from tests.making import HOUR, NOON, Maker, publication, weekly

FRIDAY = NOON + timedelta(days=3, hours=19)


@pytest.fixture
def make(store: storage.Store) -> Maker:
    return Maker(store)


@pytest.fixture
def frozen(store: storage.Store, make: Maker) -> int:
    """The number of an edition for four followers."""
    digest = weekly()
    editions.prepare(store, [digest], NOON)
    make.revise(make.guide("stairs"), 1, NOON)
    make.people("abcd")
    return editions.freeze_due(store, [digest], [publication("knees", digest)], FRIDAY)[0].id


def claim(store: storage.Store, number: int, node: str = "n1") -> list[storage.ClaimedRow] | None:
    with store.write() as db:
        pubs = list(storage.publication_ids(db).values())
        return storage.claim_batch(db, number, 1, node=node, pubs=pubs, cadence="weekly", now=FRIDAY)


def states(store: storage.Store, number: int) -> dict[str, int]:
    with store.read() as db:
        return {key.name: size for key, size in storage.state_counts(db, number)[number].items()}


def test_a_batch_is_claimed_once(store: storage.Store, frozen: int) -> None:
    assert [row.address[0] for row in claim(store, frozen) or []] == list("abcd")
    assert claim(store, frozen, "n2") is None


def test_consent_is_looked_at_last(store: storage.Store, make: Maker, frozen: int) -> None:
    with store.write() as db:
        left = storage.find_follower(db, "mail", "a@example.org")
        assert left is not None
        storage.end_follows(db, left, [storage.publication_id(db, "knees")], None)
        storage.suppress(db, "b@example.org", "owner", "asked by phone", FRIDAY)
    make.people("c", cadence="paused")
    assert [row.address for row in claim(store, frozen) or []] == ["d@example.org"]
    assert states(store, frozen) == {"CLAIMED": 1, "CANCELLED": 2, "SUPPRESSED": 1}


def test_intent_then_result(store: storage.Store, frozen: int) -> None:
    first, second, third, _ = claim(store, frozen) or []
    with store.write() as db:
        for row in (first, second, third):
            storage.record_intent(db, frozen, row.follower, FRIDAY)
        later = FRIDAY + HOUR
        results = [
            storage.Result(first.follower, DeliveryState.SENT, "250 ok"),
            storage.Result(second.follower, DeliveryState.DEFERRED, "451 later", later),
            storage.Result(third.follower, DeliveryState.BOUNCED, "550 nobody here"),
        ]
        storage.record_results(db, frozen, results, FRIDAY)
        assert storage.close_batch(db, frozen, 1, FRIDAY) == []
    assert states(store, frozen) == {"SENT": 1, "DEFERRED": 1, "BOUNCED": 1, "PLANNED": 1}
    with store.read() as db:
        assert storage.next_retry(db) == later
        assert storage.open_batch(db) == (frozen, 1)


def test_an_intent_needs_a_claim(store: storage.Store, frozen: int) -> None:
    with pytest.raises(StorageError, match="not claimed"), store.write() as db:
        storage.record_intent(db, frozen, 1, FRIDAY)


def test_a_result_comes_once(store: storage.Store, frozen: int) -> None:
    row = (claim(store, frozen) or [])[0]
    with store.write() as db:
        storage.record_results(db, frozen, [storage.Result(row.follower, DeliveryState.SENT, "")], FRIDAY)
    with pytest.raises(StorageError, match="was not claimed"), store.write() as db:
        storage.record_results(db, frozen, [storage.Result(row.follower, DeliveryState.SENT, "")], FRIDAY)


def test_after_a_death_the_begun_is_uncertain_and_the_rest_goes_back(
    store: storage.Store, frozen: int
) -> None:
    begun = (claim(store, frozen) or [])[2]
    with store.write() as db:
        storage.record_intent(db, frozen, begun.follower, FRIDAY)
    with store.write() as db:
        assert storage.recover(db, FRIDAY + HOUR) == [(frozen, begun.follower)]
    assert states(store, frozen) == {"PLANNED": 3, "UNCERTAIN": 1}
    assert [row.address[0] for row in claim(store, frozen) or []] == ["a", "b", "d"]
    with store.read() as db:
        assert storage.uncertain_deliveries(db) == [(frozen, begun.follower, "c@example.org")]


def test_a_deferred_delivery_comes_back_when_it_is_due(store: storage.Store, frozen: int) -> None:
    rows = claim(store, frozen) or []
    later = FRIDAY + HOUR
    with store.write() as db:
        results = [storage.Result(row.follower, DeliveryState.DEFERRED, "451", later) for row in rows]
        storage.record_results(db, frozen, results, FRIDAY)
        storage.close_batch(db, frozen, 1, FRIDAY)
        assert storage.requeue(db, later - timedelta(seconds=1)) == 0
        assert storage.finish_editions(db, FRIDAY) == []
        assert storage.requeue(db, later) == 4
        assert storage.open_batch(db) == (frozen, 2)
    assert audit.audit(store, later).holds


def test_a_batch_is_found_by_its_index(tmp_path: Path) -> None:
    """Sending would be quadratic if SQLite read the whole edition for each batch."""
    opened = storage.open_store(f"sqlite:///{tmp_path}/plan.db", tmp_path)
    storage.upgrade(opened)
    with opened.read() as db:
        query = "EXPLAIN QUERY PLAN SELECT follower_id FROM delivery WHERE edition_id = 1 AND batch = 1 AND state = 0"
        plan = " ".join(row.detail for row in db.execute(text(query)))
    opened.close()
    assert "ix_delivery_batch" in plan


def test_an_edition_is_done_when_nothing_is_left(store: storage.Store, frozen: int) -> None:
    rows = claim(store, frozen) or []
    with store.write() as db:
        results = [storage.Result(row.follower, DeliveryState.SENT, "") for row in rows]
        storage.record_results(db, frozen, results, FRIDAY)
        storage.close_batch(db, frozen, 1, FRIDAY)
        assert storage.finish_editions(db, FRIDAY) == [frozen]
        row = storage.edition_row(db, frozen)
    assert row is not None and row.state is EditionState.DONE


def _lose_a_row(number: int) -> object:
    person = select(delivery.c.follower_id).limit(1).scalar_subquery()
    return delete(delivery).where(delivery.c.follower_id == person)


CORRUPTIONS = {
    "a row is lost": (_lose_a_row, "ledger has 3"),
    "the audience is wrong": (lambda number: update(edition).values(audience=9), "9 followers were frozen"),
    "a variant is wrong": (lambda number: update(variant).values(size=1), "its variants are for 1"),
    "a batch is lost": (lambda number: delete(batch), "stand in no batch"),
    "done too early": (lambda number: update(edition).values(state=int(EditionState.DONE)), "still open"),
    "a stray row": (
        lambda number: delivery.insert().values(
            edition_id=number + 7, follower_id=1, variant_id=1, batch=1, state=0, attempts=0, at=NOON
        ),
        "belongs to no edition",
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_audit_finds_what_is_wrong(store: storage.Store, frozen: int, name: str) -> None:
    assert audit.audit(store, FRIDAY).holds
    spoil, words = CORRUPTIONS[name]
    with store.write() as db:
        db.execute(spoil(frozen))  # type: ignore[arg-type]
    result = audit.audit(store, FRIDAY)
    said = [*result.problems, *(problem for each in result.editions for problem in each.problems)]
    assert not result.holds and any(words in each for each in said)


def test_windows_that_do_not_join_are_found(store: storage.Store, make: Maker, frozen: int) -> None:
    digest = weekly()
    editions.freeze_due(store, [digest], [publication("knees", digest)], FRIDAY + timedelta(days=7))
    assert audit.audit(store, FRIDAY).holds
    with store.write() as db:
        db.execute(update(edition).where(edition.c.id == frozen).values(window_end=FRIDAY - HOUR))
    assert "do not join" in audit.audit(store, FRIDAY).problems[0]
