"""One follower, one guide: each reason for being told or not, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publisher import follow, life, storage, trace
from publisher.errors import FollowerError
from publisher.model import DeliveryState, Grade, NoticeKind
from publisher.trace import Fate
from tests.making import DAY, HOUR, weekly
from tests.trace.world import ADA, KEYS, KNEES, World, start

WEEK = 7 * DAY


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[World]:
    """For what asks the database in its own way."""
    store = storage.open_store(database_url, tmp_path)
    yield start(store)
    store.close()


@pytest.fixture
def world(blank: Path, tmp_path: Path) -> Iterator[World]:
    """For what is decided from rows, however they came."""
    (tmp_path / "blank.db").write_bytes(blank.read_bytes())
    store = storage.open_store("sqlite:///blank.db", tmp_path)
    yield World(store)
    store.close()


def test_what_was_sent_is_told_with_its_edition(either: World) -> None:
    world = either
    guide = world.maker.guide("stairs")
    world.join()
    world.now += HOUR
    world.maker.revise(guide, 1, world.now)
    world.week()
    verdict = world.verdict(guide, 1)
    assert (verdict.fate, verdict.state) == (Fate.TOLD, DeliveryState.SENT)
    assert verdict.mailing is not None
    assert verdict.mailing.digest == "-:weekly"
    (mail,) = world.story().mails
    assert mail.message_id.startswith(f"<e{mail.mailing.id}.f1.")
    assert [(line.row.slug, line.row.had, line.row.now, line.grade) for line in mail.lines] == [
        ("stairs", None, 1, None)
    ]


def test_changes_are_told_by_their_grade(either: World) -> None:
    world = either
    guide = world.maker.guide("stairs")
    world.join()
    world.maker.revise(guide, 1, world.now + HOUR)
    world.week()
    world.maker.revise(guide, 2, world.now, grade=Grade.MINOR)
    world.week()
    world.maker.revise(guide, 3, world.now)
    world.maker.revise(guide, 4, world.now + HOUR, grade=Grade.TYPO)
    world.week()
    assert world.fates(guide) == {1: Fate.TOLD, 2: Fate.GRADE, 3: Fate.FOLDED, 4: Fate.TOLD}
    verdict = world.verdict(guide, 2)
    assert (verdict.had, verdict.now, verdict.grade) == (1, 2, Grade.MINOR)
    found = world.story(guide).guide
    assert found is not None
    reached = {each.number: each.reached for each in found.revisions}
    assert reached[2] is not None
    assert reached[2].id == (world.verdict(guide, 4).mailing or reached[2]).id
    (last, *_) = world.story().mails
    assert [(line.row.had, line.row.now, line.grade) for line in last.lines] == [(1, 4, Grade.MATERIAL)]


def test_topics_that_were_not_chosen(world: World) -> None:
    guide = world.maker.guide("stairs", tags=("walking",))
    world.join(topics=("hands",))
    world.maker.revise(guide, 1, world.now + HOUR)
    world.week()
    verdict = world.verdict(guide, 1)
    assert (verdict.fate, verdict.detail) == (Fate.TOPIC, "hands")


def test_what_was_told_before_he_came_and_after_he_left(world: World) -> None:
    first, second = world.maker.guide("first"), world.maker.guide("second")
    other = world.join(address="other@example.org")
    world.maker.revise(first, 1, world.now)
    world.week()
    world.join()
    with world.store.write() as db:
        number = storage.find_follower(db, "mail", ADA)
        assert number is not None
        assert number != other
    assert world.verdict(first, 1).fate is Fate.LATER
    world.now += HOUR
    follow.remove(world.store, ADA, None, world.now)
    world.maker.revise(second, 1, world.now + HOUR)
    world.week()
    verdict = world.verdict(second, 1)
    assert (verdict.fate, verdict.at) == (Fate.LEFT, world.story().events[0].at)


def test_never_followed_and_not_public(world: World) -> None:
    guide = world.maker.guide("stairs")
    with world.store.write() as db:
        storage.add_follower(db, "mail", ADA, world.now)
    world.maker.revise(guide, 1, world.now)
    assert world.fates(guide) == {1: Fate.NEVER}
    world.join()
    quiet = world.maker.guide("quiet")
    world.maker.revise(quiet, 1, world.now, archived=True)
    assert world.fates(quiet) == {1: Fate.QUIET}


def test_a_pause_keeps_it_for_the_first_mail_after(world: World) -> None:
    guide = world.maker.guide("stairs")
    number = world.join()
    world.now += HOUR
    follow.pause(world.store, number, f"{world.now + 10 * DAY:%Y-%m-%d}", zone="UTC", now=world.now)
    world.maker.revise(guide, 1, world.now + HOUR)
    world.week()
    assert world.verdict(guide, 1).fate in (Fate.PAUSED, Fate.NEXT)
    (coming,) = world.story().coming
    world.week()
    world.week()
    assert world.verdict(guide, 1).fate is Fate.TOLD
    assert coming.at is not None


def test_what_he_is_barred_from_hearing(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.join()
    world.maker.revise(guide, 1, world.now + HOUR)
    life.withdraw(world.store, KNEES, "stairs", world.now + 2 * HOUR)
    world.week()
    verdict = world.verdict(guide, 1)
    assert (verdict.fate, verdict.detail) == (Fate.BARRED, "it was withdrawn")
    life.restore(world.store, KNEES, "stairs")
    assert world.verdict(guide, 1).fate is Fate.POSTPONED
    world.week()
    assert world.verdict(guide, 1).fate is Fate.TOLD


def test_a_review_that_was_due_then_and_is_done_now(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.publications = (replace(KNEES, review_after=timedelta(days=2)),)
    world.join()
    world.maker.revise(guide, 1, world.now)
    world.week()
    assert world.verdict(guide, 1).fate is Fate.BARRED
    life.review(world.store, KNEES, "stairs", world.now, None)
    verdict = world.verdict(guide, 1)
    assert verdict.fate in (Fate.BARRED, Fate.POSTPONED)
    assert verdict.mailing is not None


def test_a_cadence_that_nobody_mails_at(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.join("monthly")
    world.maker.revise(guide, 1, world.now + HOUR)
    world.week()
    assert world.fates(guide) == {1: Fate.NO_DIGEST}
    (coming,) = world.story().coming
    assert (coming.reason, coming.at) == (Fate.NO_DIGEST, None)


@pytest.mark.parametrize("state", [DeliveryState.BOUNCED, DeliveryState.UNCERTAIN, DeliveryState.FAILED])
def test_what_became_of_it_is_told_in_the_servers_words(world: World, state: DeliveryState) -> None:
    guide = world.maker.guide("stairs")
    world.join()
    world.maker.revise(guide, 1, world.now + HOUR)
    world.now = world.now + 5 * DAY
    world.freeze()
    world.send(state, "550 no")
    assert world.verdict(guide, 1).state is state
    (mail,) = world.story().mails
    assert [(each.number, each.reply) for each in mail.attempts] == [(1, "550 no")]


def test_a_block_beats_it_at_the_last_moment(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.join()
    world.maker.revise(guide, 1, world.now + HOUR)
    follow.block(world.store, ADA, "he asked", world.now)
    world.week()
    assert world.verdict(guide, 1).state is DeliveryState.SUPPRESSED
    (row,) = world.story().suppressions
    assert (row.reason, row.note) == ("owner", "he asked")


def test_the_next_mail_is_what_comes(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.join()
    world.maker.revise(guide, 1, world.now)
    (coming,) = world.story().coming
    assert [line.row.slug for line in coming.lines] == ["stairs"]
    assert (world.verdict(guide, 1).fate, world.verdict(guide, 1).at) == (Fate.NEXT, coming.at)
    assert coming.at == weekly(None).schedule.next(world.now)


def test_only_the_latest_mails_unless_all_are_asked_for(either: World) -> None:
    world = either
    world.join("daily")
    for number in range(5):
        guide = world.maker.guide(f"guide-{number}")
        world.maker.revise(guide, 1, world.now)
        world.now += DAY
        world.freeze()
        world.send()
    few = world.story(limit=2)
    assert (len(few.mails), few.more) == (2, 3)
    assert [each.mailing.id for each in few.mails] == sorted((e.mailing.id for e in few.mails), reverse=True)
    assert len(world.story(limit=None).mails) == 5


def test_notices_are_told_with_what_became_of_them(either: World) -> None:
    world = either
    number = world.join()
    with world.store.write() as db:
        notice = storage.add_notice(db, number, NoticeKind.CONFIRM, {}, world.now, world.now + DAY)
        storage.use_notice(db, notice, world.now + HOUR)
        storage.add_notice(db, number, NoticeKind.GOODBYE, {}, world.now, suppressed=True)
    last, first = world.story().notices
    assert (first.kind, first.used_at) == (NoticeKind.CONFIRM, world.now + HOUR)
    assert first.state is DeliveryState.PLANNED
    assert (last.kind, last.state) == (NoticeKind.GOODBYE, DeliveryState.SUPPRESSED)
    assert world.story().mails == ()  # a notice is an edition, and no mailing
    assert first.edition is not None
    found = trace.delivery_story(world.store, first.edition, number, world.rules, world.now)
    assert found is not None
    assert found.notice == first


def test_who_is_unknown_and_who_was_forgotten(either: World) -> None:
    world = either
    assert world.story().person is None
    number = world.join()
    follow.erase(world.store, number, KEYS, world.now)
    gone = world.story()
    assert gone.person is None
    assert [each.reason for each in gone.suppressions] == ["erased"]
    with world.store.read() as db:
        left = trace.story_of(db, number, world.rules, world.now)
    assert (left.erased, left.address, left.follows) == (True, "", ())
    assert ADA not in repr(left)
    with pytest.raises(FollowerError):
        trace.story(world.store, "nobody", KEYS, world.rules, world.now)


def test_one_delivery_with_what_was_left_out(either: World) -> None:
    world = either
    told, left = world.maker.guide("told", tags=("hands",)), world.maker.guide("left")
    number = world.join(topics=("hands",))
    for guide in (told, left):
        world.maker.revise(guide, 1, world.now + HOUR)
    world.week()
    (mail,) = world.story().mails
    found = trace.delivery_story(world.store, mail.mailing.id, number, world.rules, world.now)
    assert found is not None
    assert [each.publication for each in found.follows] == ["knees"]
    assert [(each.slug, each.verdict.fate) for each in found.left_out] == [("left", Fate.TOPIC)]
    assert trace.delivery_story(world.store, mail.mailing.id, number + 1, world.rules, world.now) is None
    assert trace.delivery_story(world.store, 4711, number, world.rules, world.now) is None
