"""Texts of revisions as they were, and the notes between two of them; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from publisher import storage
from publisher.model import Found, Grade, Image
from publisher.storage import tables
from tests.making import DAY, HOUR, NOON, Maker

PLAIN = Found("x", "x.md", "Stairs", "<p>Up.</p>", "", "stairs")


@pytest.fixture
def article(store: storage.Store) -> int:
    return Maker(store).guide("stairs")


def revise(
    store: storage.Store,
    article: int,
    number: int,
    found: Found,
    step: Grade = Grade.MATERIAL,
    at: datetime | None = NOON,
) -> None:
    """Give a guide a text; released at `at`, or waiting."""
    with store.planning() as db:
        made = storage.NewRevision(article, number, found, bytes([number]) * 32, 1, step, "")
        storage.add_revisions(db, [made], NOON)
        pub = storage.publication_id(db, "knees")
        storage.add_releases(db, pub, [storage.NewRelease(article, number, None, False, None)], NOON)
        if at is not None:
            storage.publish(db, pub, [storage.Publishing(article, number, at, at)])


def test_a_text_comes_with_what_came_with_it_then(store: storage.Store, article: int) -> None:
    image = Image("img/a.jpg", "A rail", width=800, height=600)
    revise(store, article, 1, replace(PLAIN, image=image))
    revise(
        store,
        article,
        2,
        replace(PLAIN, title="Steps", html="<p>Down.</p>", change="Both ways."),
        Grade.MINOR,
    )
    with store.read() as db:
        found = storage.revision_texts(db, [(article, 1), (article, 2), (article, 9), (article + 1, 1)])
    assert found == {
        (article, 1): storage.RevisionText("Stairs", "<p>Up.</p>", None, Grade.MATERIAL, image, NOON),
        (article, 2): storage.RevisionText("Steps", "<p>Down.</p>", "Both ways.", Grade.MINOR, None, NOON),
    }


def test_when_a_text_was_updated_is_what_publishing_says(store: storage.Store, article: int) -> None:
    """The one rule is written twice: for the guide's row when it becomes public, and for mails of old texts."""
    stated = [None, NOON + HOUR, NOON + DAY * 9, None]
    for number, updated in enumerate(stated, start=1):
        revise(store, article, number, replace(PLAIN, updated=updated), at=NOON + number * DAY)
        with store.read() as db:
            shown = db.execute(select(tables.article.c.updated_at)).scalar_one()
            text = storage.revision_texts(db, [(article, number)])[article, number]
        assert text.updated is not None and text.updated <= shown
        if number != 2:  # a date before the one that the guide had does not move it back
            assert text.updated == shown


def test_what_waits_was_not_updated_yet(store: storage.Store, article: int) -> None:
    revise(store, article, 1, replace(PLAIN, updated=NOON - DAY), at=None)
    with store.read() as db:
        assert storage.revision_texts(db, [(article, 1)])[article, 1].updated is None


def test_more_than_one_statement_can_name(store: storage.Store, article: int) -> None:
    revise(store, article, 1, PLAIN)
    with store.read() as db:
        assert len(storage.revision_texts(db, [(n, 1) for n in range(article - 700, article + 700)])) == 1
        steps = [(n, 0, 1) for n in range(article - 700, article + 700)]
        assert storage.notes_between(db, steps).keys() == set(steps)
        assert storage.revision_texts(db, []) == {} and storage.notes_between(db, []) == {}


def test_notes_between_two_texts(store: storage.Store, article: int) -> None:
    notes = ["First.", "Dose halved.", None, "Dose halved.", " ", "Telephone number.", "Telephone number."]
    steps = [
        Grade.MATERIAL,
        Grade.MATERIAL,
        Grade.MINOR,
        Grade.MATERIAL,
        Grade.MINOR,
        Grade.MINOR,
        Grade.TYPO,
    ]
    for number, (note, step) in enumerate(zip(notes, steps, strict=True), start=1):
        revise(store, article, number, replace(PLAIN, change=note), step)
    other = Maker(store).guide("chairs")
    revise(store, other, 2, replace(PLAIN, change="Of another guide."))
    wanted = [(1, 7), (2, 7), (4, 6), (6, 7), (4, 5), (7, 7), (7, 3), (0, 1)]
    with store.read() as db:
        found = storage.notes_between(db, [(article, had, now) for had, now in wanted])
    assert [found[article, had, now] for had, now in wanted] == [
        ("Dose halved.", "Telephone number."),
        ("Dose halved.", "Telephone number."),
        ("Telephone number.",),
        (),  # a typo's file still says what the change before it was
        (),
        (),
        (),
        ("First.",),
    ]
