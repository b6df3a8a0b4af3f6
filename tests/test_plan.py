"""The planner's decisions, as pure functions of data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import plan
from publisher.model import Candidate, DigestSpec, DigestView, Grade, Group, Pair, Released
from publisher.schedules import open_schedule
from tests.making import DAY, HOUR, NOON, weekly

FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin


def guide(number: int, *releases: tuple[int, datetime | None], grade: Grade = Grade.MATERIAL) -> Candidate:
    """A guide of "knees"; every pair of its revisions has the same grade."""
    numbers = [each for each, _ in releases]
    grades = {(had, now): grade for had in range(1, 10) for now in numbers if had < now}
    return Candidate(
        number, "knees", frozenset({"walking"}), tuple(Released(*each) for each in releases), grades
    )


def group(size: int = 1, topics: frozenset[str] = frozenset(), **had: int) -> Group:
    known = {int(name[1:]): revision for name, revision in had.items()}
    return Group((repr(sorted(known.items())), str(topics)), (("knees", topics),), known, size)


def view(
    *candidates: Candidate, groups: tuple[Group, ...] = (group(3),), since: datetime = NOON
) -> DigestView:
    return DigestView(weekly(), since, candidates, groups)


def test_nothing_is_due_while_the_window_is_open() -> None:
    assert plan.due(view(guide(1, (1, NOON))), FRIDAY - timedelta(microseconds=1)) is None


def test_a_new_guide_is_in_the_edition_that_ends_its_window() -> None:
    planned = plan.due(view(guide(1, (1, NOON))), FRIDAY)
    assert planned is not None
    assert (planned.occurrence, planned.window_start, planned.window_end) == (FRIDAY, NOON, FRIDAY)
    assert [variant.pairs for variant in planned.variants] == [(Pair(1, None, 1, new=True),)]
    assert planned.audience == 3


def test_the_end_of_a_window_belongs_to_the_next_one() -> None:
    planned = plan.due(view(guide(1, (1, FRIDAY))), FRIDAY)
    assert planned is not None and planned.variants == ()
    assert planned.unaddressed == 3


def test_missed_occurrences_are_one_edition() -> None:
    planned = plan.due(view(guide(1, (1, NOON)), guide(2, (1, FRIDAY + DAY))), FRIDAY + timedelta(days=15))
    assert planned is not None
    assert planned.occurrence == FRIDAY + timedelta(days=14)
    assert planned.articles == (2, 1)


def test_a_later_revision_is_told_as_updated() -> None:
    planned = plan.due(view(guide(1, (1, None), (2, NOON + HOUR))), FRIDAY)
    assert planned is not None
    assert planned.variants[0].pairs == (Pair(1, 1, 2, new=False),)


def test_two_revisions_in_one_window_are_told_once_against_what_was_had() -> None:
    candidate = guide(1, (1, NOON - DAY), (2, NOON), (3, NOON + HOUR))
    planned = plan.due(view(candidate, groups=(group(2, a1=1), group(5))), FRIDAY)
    assert planned is not None
    assert [variant.pairs for variant in planned.variants] == [(Pair(1, 1, 3, new=False),)]
    assert planned.audience == 7


def test_a_guide_first_released_in_the_window_is_new_even_after_its_own_revision() -> None:
    planned = plan.due(view(guide(1, (1, NOON), (2, NOON + HOUR))), FRIDAY)
    assert planned is not None
    assert planned.variants[0].pairs == (Pair(1, None, 2, new=True),)


@pytest.mark.parametrize("grade", [Grade.NONE, Grade.TYPO, Grade.MINOR])
def test_what_is_not_material_is_left_out_with_the_reason(grade: Grade) -> None:
    planned = plan.due(view(guide(1, (1, None), (2, NOON), grade=grade)), FRIDAY)
    assert planned is not None and planned.variants == ()
    assert grade.name.lower() in planned.excluded[0].reason


def test_nobody_hears_again_of_a_revision_that_he_had() -> None:
    planned = plan.due(view(guide(1, (1, NOON)), groups=(group(4, a1=1), group(1))), FRIDAY)
    assert planned is not None
    assert (planned.audience, planned.unaddressed) == (1, 4)


def test_groups_that_had_different_revisions_get_different_variants() -> None:
    candidate = guide(1, (1, None), (2, None), (3, NOON))
    planned = plan.due(view(candidate, groups=(group(2, a1=1), group(3, a1=2))), FRIDAY)
    assert planned is not None
    assert [(variant.pairs[0].had, variant.size) for variant in planned.variants] == [(1, 2), (2, 3)]


def test_topics_choose_guides() -> None:
    groups = (group(1, frozenset({"walking"})), group(2, frozenset({"sleep"})))
    planned = plan.due(view(guide(1, (1, NOON)), groups=groups), FRIDAY)
    assert planned is not None
    assert (planned.audience, planned.unaddressed) == (1, 2)


def test_new_guides_come_before_updated_ones_the_latest_first() -> None:
    candidates = (guide(1, (1, NOON)), guide(2, (1, None), (2, NOON + DAY)), guide(3, (1, NOON + HOUR)))
    planned = plan.due(view(*candidates), FRIDAY)
    assert planned is not None and planned.articles == (3, 1, 2)


def test_a_forecast_assumes_that_deliveries_succeed() -> None:
    candidate = guide(1, (1, NOON), (2, FRIDAY + DAY))
    first, second, third = plan.forecast([view(candidate)], NOON, limit=3)
    assert first.variants[0].pairs == (Pair(1, None, 1, new=True),)
    assert second.variants[0].pairs == (Pair(1, 1, 2, new=False),)
    assert third.variants == ()


def test_a_forecast_begins_with_what_is_due_already() -> None:
    planned = plan.forecast([view(guide(1, (1, NOON)))], FRIDAY + HOUR, limit=1)
    assert planned[0].occurrence == FRIDAY


def test_a_forecast_ends_where_it_is_told() -> None:
    planned = plan.forecast([view()], NOON, until=FRIDAY + timedelta(days=7))
    assert [each.occurrence for each in planned] == [FRIDAY, FRIDAY + timedelta(days=7)]


def waiting(
    article: int, wanted: datetime | None = None, held: bool = False, at: datetime = NOON
) -> plan.Waiting:
    return plan.Waiting(article, 1, wanted, held, at)


def test_a_set_time_releases_and_a_held_guide_waits() -> None:
    queue = [waiting(1, NOON + HOUR), waiting(2, NOON, held=True), waiting(3, NOON + DAY)]
    assert plan.releases_due(queue, None, None, NOON + 2 * HOUR) == [(queue[0], NOON + HOUR)]


def test_one_guide_per_slot_in_the_order_of_the_queue() -> None:
    slots = open_schedule({"kind": "cron", "at": "0 9 * * *"}, where="test")
    queue = [waiting(1), waiting(2), waiting(3)]
    due = plan.releases_due(queue, slots, None, NOON + 2 * DAY)
    assert [(each.article, at.day, at.hour) for each, at in due] == [(1, 3, 9), (2, 4, 9)]


def test_a_slot_is_given_once() -> None:
    slots = open_schedule({"kind": "cron", "at": "0 9 * * *"}, where="test")
    used = datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert plan.releases_due([waiting(2)], slots, used, used + HOUR) == []


MOMENTS = st.integers(0, 60 * 24 * 20).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(
    releases=st.lists(MOMENTS, min_size=1, max_size=8),
    looks=st.lists(MOMENTS, max_size=12),
    at=st.sampled_from(["0 8 * * FRI", "30 2 * * *", "0 */7 * * *", "0 0 1 * *"]),
)
def test_every_release_is_told_exactly_once_however_often_the_planner_looks(
    releases: list[datetime], looks: list[datetime], at: str
) -> None:
    """Time is partitioned: windows join without gap or overlap, and each guide is new in one of them."""
    digest = DigestSpec("knees:x", "x", "knees", open_schedule({"kind": "cron", "at": at}, where="t"), at)
    candidates = tuple(guide(place, (1, moment)) for place, moment in enumerate(releases))
    current = DigestView(digest, NOON, candidates, (group(1),))
    planned = []
    for look in [*sorted(looks), NOON + timedelta(days=50)]:
        if each := plan.due(current, look):
            planned.append(each)
            current = plan._after(current, each)
    assert all(first.window_end == second.window_start for first, second in pairwise(planned))
    told = [pair.article for each in planned for variant in each.variants for pair in variant.pairs]
    assert sorted(told) == list(range(len(releases)))
