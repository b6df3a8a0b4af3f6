"""From tables to the planner and back: audiences, freezing, and what a follower had; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from publisher import audit, editions, storage
from publisher.errors import StorageError
from publisher.model import DeliveryState, DigestSpec, Grade, PlannedEdition, Publication
from publisher.storage.tables import batch, delivery, edition
from tests.making import DAY, HOUR, NOON, Maker, publication, weekly

FRIDAY = NOON + timedelta(days=3, hours=19)  # 8:00 in Berlin
WEEK = timedelta(days=7)


@pytest.fixture
def make(store: storage.Store) -> Maker:
    return Maker(store)


@pytest.fixture
def digest(store: storage.Store) -> DigestSpec:
    found = weekly()
    with store.write() as db:
        storage.publication_id(db, "knees")
    editions.prepare(store, [found], NOON)
    return found


def freeze(
    store: storage.Store, digest: DigestSpec, now: object, *pubs: Publication
) -> list[editions.Frozen]:
    return editions.freeze_due(store, [digest], pubs or (publication("knees", digest),), now)  # type: ignore[arg-type]


def shape(planned: PlannedEdition) -> list[tuple[object, ...]]:
    return [
        (pair.article, pair.had, pair.now, pair.new, variant.size)
        for variant in planned.variants
        for pair in variant.pairs
    ]


def finish(store: storage.Store, number: int, state: DeliveryState) -> None:
    """Give every delivery of an edition the same end."""
    with store.write() as db:
        db.execute(delivery.update().where(delivery.c.edition_id == number).values(state=int(state)))


def test_an_edition_is_frozen_whole(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    article = make.guide("stairs")
    make.revise(article, 1, NOON + HOUR)
    people = make.people(f"p{each}" for each in range(1234))
    (frozen,) = freeze(store, digest, FRIDAY)
    with store.read() as db:
        rows = db.execute(select(delivery.c.follower_id, delivery.c.state, delivery.c.batch)).all()
        sizes = db.execute(select(batch.c.size).order_by(batch.c.number)).scalars().all()
        audience = db.execute(select(edition.c.audience)).scalar_one()
    assert sorted(row.follower_id for row in rows) == sorted(people)
    assert sizes == [500, 500, 234] and audience == 1234
    assert frozen.planned.audience == 1234
    assert audit.audit(store, FRIDAY).holds


def test_freezing_again_finds_nothing_due(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    make.people("a")
    assert len(freeze(store, digest, FRIDAY)) == 1
    assert freeze(store, digest, FRIDAY + HOUR) == []


def test_an_edition_with_nothing_to_say_closes_its_window(
    store: storage.Store, make: Maker, digest: DigestSpec
) -> None:
    make.people("ab")
    (frozen,) = freeze(store, digest, FRIDAY)
    assert frozen.planned.variants == () and frozen.planned.unaddressed == 2
    with store.read() as db:
        assert storage.covered_until(db, digest.key, "") == FRIDAY
        assert db.execute(select(func.count()).select_from(delivery)).scalar_one() == 0


@pytest.mark.parametrize(
    ("state", "had"),
    [
        (DeliveryState.SENT, 1),
        (DeliveryState.UNCERTAIN, 1),
        (DeliveryState.PLANNED, 1),
        (
            DeliveryState.BOUNCED,
            1,
        ),  # he had nothing from us, so he hears what changed since the last public text
        (DeliveryState.CANCELLED, 1),
    ],
)
def test_what_a_follower_had_comes_from_the_ledger(
    store: storage.Store, make: Maker, digest: DigestSpec, state: DeliveryState, had: int
) -> None:
    article = make.guide("stairs")
    make.revise(article, 1, NOON)
    make.people("a")
    (first,) = freeze(store, digest, FRIDAY)
    finish(store, first.id, state)
    make.revise(article, 2, FRIDAY + HOUR)
    (second,) = freeze(store, digest, FRIDAY + WEEK)
    assert shape(second.planned) == [(article, had, 2, False, 1)]


def test_who_missed_a_revision_is_told_against_the_one_that_he_had(
    store: storage.Store, make: Maker, digest: DigestSpec
) -> None:
    """Two followers; the second edition reached only one of them. The third tells each from where he was."""
    article = make.guide("stairs")
    make.revise(article, 1, NOON)
    lucky, unlucky = make.people("ab")
    (first,) = freeze(store, digest, FRIDAY)
    finish(store, first.id, DeliveryState.SENT)
    make.revise(article, 2, FRIDAY + HOUR)
    (second,) = freeze(store, digest, FRIDAY + WEEK)
    finish(store, second.id, DeliveryState.SENT)
    with store.write() as db:
        lost = (delivery.c.edition_id == second.id) & (delivery.c.follower_id == unlucky)
        db.execute(delivery.update().where(lost).values(state=int(DeliveryState.BOUNCED)))
    make.revise(article, 3, FRIDAY + WEEK + HOUR)
    (third,) = freeze(store, digest, FRIDAY + 2 * WEEK)
    assert sorted(shape(third.planned), key=str) == [
        (article, 1, 3, False, 1),
        (article, 2, 3, False, 1),
    ]
    assert audit.audit(store, FRIDAY).holds and lucky != unlucky


def test_a_text_that_returns_to_what_they_had_is_no_news(
    store: storage.Store, make: Maker, digest: DigestSpec
) -> None:
    article = make.guide("stairs")
    make.people("a")
    make.revise(article, 1, NOON, text="five", archived=True)
    make.revise(article, 2, NOON + HOUR, text="fifty")
    make.revise(article, 3, NOON + 2 * HOUR, text="five")
    (frozen,) = freeze(store, digest, FRIDAY)
    assert frozen.planned.variants == ()
    assert "none" in frozen.planned.excluded[0].reason


def test_a_minor_step_hides_no_material_one(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    article = make.guide("stairs")
    make.people("a")
    make.revise(article, 1, NOON, archived=True)
    make.revise(article, 2, NOON + HOUR, grade=Grade.MATERIAL)
    make.revise(article, 3, NOON + 2 * HOUR, grade=Grade.MINOR)
    (frozen,) = freeze(store, digest, FRIDAY)
    assert shape(frozen.planned) == [(article, 1, 3, False, 1)]


def test_archived_guides_are_in_no_edition(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    make.revise(make.guide("stairs"), 1, NOON, archived=True)
    make.people("a")
    (frozen,) = freeze(store, digest, FRIDAY)
    assert frozen.planned.variants == () and frozen.planned.excluded == ()


def test_the_sites_digest_merges_what_each_follows(store: storage.Store, make: Maker) -> None:
    site = weekly(None)
    hands = make.guide("grip", pub="hands")
    knees = make.guide("stairs")
    editions.prepare(store, [site], NOON)
    make.revise(hands, 1, NOON, pub="hands")
    make.revise(knees, 1, NOON + HOUR)
    make.people("ab")
    make.people("bc", pub="hands")
    (frozen,) = freeze(store, site, FRIDAY, publication("hands"), publication("knees"))
    told = {
        tuple(pair.article for pair in variant.pairs): variant.size for variant in frozen.planned.variants
    }
    assert told == {(knees,): 1, (hands,): 1, (knees, hands): 1}


def test_a_publications_own_digest_takes_the_place_of_the_sites(store: storage.Store, make: Maker) -> None:
    own, site = weekly(), weekly(None)
    make.revise(make.guide("stairs"), 1, NOON)
    make.people("a")
    pubs = (publication("knees", own), publication("hands"))
    editions.prepare(store, [own, site], NOON - HOUR)
    frozen = editions.freeze_due(store, [own, site], pubs, FRIDAY)
    assert [(each.digest.key, each.planned.audience) for each in frozen] == [
        ("-:weekly", 0),
        ("knees:weekly", 1),
    ]


def test_topics_and_states_choose_the_audience(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    make.revise(make.guide("stairs", tags=["walking"]), 1, NOON)
    make.people("a", topics="walking")
    make.people("b", topics="sleep")
    (left,) = make.people("c")
    make.people("d", cadence="daily")
    with store.write() as db:
        storage.end_follows(db, left, [storage.publication_id(db, "knees")], None)
    (frozen,) = freeze(store, digest, FRIDAY)
    assert (frozen.planned.audience, frozen.planned.unaddressed) == (1, 1)


def test_the_forecast_is_the_run(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    make.people("ab")
    make.revise(make.guide("stairs"), 1, NOON)
    pubs = (publication("knees", digest),)
    foretold = editions.forecast(store, [digest], pubs, NOON + DAY, limit=2)
    (ran,) = freeze(store, digest, FRIDAY)
    finish(store, ran.id, DeliveryState.SENT)
    (then,) = freeze(store, digest, FRIDAY + WEEK)
    assert foretold == [ran.planned, then.planned]


def test_a_follower_has_one_row_per_edition(store: storage.Store, make: Maker, digest: DigestSpec) -> None:
    make.revise(make.guide("stairs"), 1, NOON)
    (person,) = make.people("a")
    (frozen,) = freeze(store, digest, FRIDAY)
    row = {
        "edition_id": frozen.id,
        "follower_id": person,
        "variant_id": 1,
        "batch": 1,
        "state": 0,
        "attempts": 0,
        "at": NOON,
    }
    with pytest.raises(StorageError, match="refused"), store.write() as db:
        db.execute(delivery.insert().values(row))
