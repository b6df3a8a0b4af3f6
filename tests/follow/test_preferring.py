"""What a follower changes himself: only what he changed counts, all of it or nothing, and it is written down."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher import follow, storage
from tests.follow.persons import HANDS, KEYS, KNEES, NOW, OFFER, add, counts, events, notices, rows

LATER = NOW + timedelta(hours=1)
Desired, Chosen = follow.Desired, follow.Chosen


def save(store: storage.Store, follower: int, *chosen: follow.Chosen, **profile: str) -> follow.Outcome:
    outcome = follow.prefer(store, follower, Desired(chosen, profile), OFFER, now=LATER)
    assert outcome is not None
    return outcome


def told(outcome: follow.Outcome) -> list[tuple[str, str, str]]:
    return [(each.what, each.publication, each.now) for each in outcome.changes]


def shown(store: storage.Store, follower: int, slug: str) -> str:
    """What a form that is opened now keeps of a publication."""
    have = follow.preferences(store, follower, NOW)
    assert have is not None
    return follow.stamp_of(have.follows.get(slug))


def test_another_cadence_and_topics_are_saved_with_what_was_before(store: storage.Store) -> None:
    ana = add(store, topics=("rest",))
    outcome = save(store, ana, Chosen("knees", "daily", ("walking",)))
    assert told(outcome) == [("cadence", "knees", "daily"), ("topics", "knees", "walking")]
    assert rows(store, ana) == {"knees": ("active", "daily", ("walking",))}
    last = events(store, ana)[-1]
    assert (last.kind, last.publication, last.at) == ("changed", "knees", LATER)
    assert last.evidence == {
        "how": "preferences page",
        "cadence": "daily",
        "topics": ["walking"],
        "before": {"cadence": "weekly", "topics": ["rest"]},
    }


def test_who_changes_how_he_follows_has_followed_since_he_began(store: storage.Store) -> None:
    ana = add(store)
    save(store, ana, Chosen("knees", "daily"))
    with store.read() as db:
        assert storage.follows_of(db, ana)[0].since == NOW


def test_adding_is_consent_and_stopping_is_not_the_end(store: storage.Store) -> None:
    ana = add(store)
    assert told(save(store, ana, Chosen("hands", "weekly"))) == [("added", "hands", "weekly")]
    assert counts(store) == {"hands": 1, "knees": 1}
    outcome = save(store, ana, Chosen("knees", ""), Chosen("hands", ""))
    assert (told(outcome), outcome.last) == ([("left", "knees", ""), ("left", "hands", "")], True)
    assert counts(store) == {"hands": 0, "knees": 0}
    assert told(save(store, ana, Chosen("knees", "weekly"))) == [("returned", "knees", "weekly")]
    kinds = [(each.kind, each.evidence.get("how")) for each in events(store, ana)][1:]
    how = "preferences page"
    assert kinds == [("added", how), ("left", how), ("left", how), ("returned", how)]


def test_nothing_is_written_where_nothing_differs(store: storage.Store) -> None:
    ana = add(store, topics=("walking", "rest"))
    same = Chosen("knees", "weekly", ("rest", "walking"))
    assert told(save(store, ana, same, Chosen("hands", ""), zone="", hour="", language="")) == []
    assert len(events(store, ana)) == 1


def test_the_profile(store: storage.Store) -> None:
    ana = add(store)
    outcome = save(store, ana, zone="Asia/Tokyo", hour="0", language="de")
    assert told(outcome) == [("zone", "", "Asia/Tokyo"), ("hour", "", "0"), ("language", "", "de")]
    person = outcome.preferences.person
    assert (person.zone, person.hour, person.language) == ("Asia/Tokyo", 0, "de")
    last = events(store, ana)[-1]
    assert (last.kind, last.publication) == ("preferences", None)
    assert last.evidence["before"] == {"zone": None, "hour": None, "language": None}
    cleared = save(store, ana, zone="", hour="", language="").preferences.person
    assert (cleared.zone, cleared.hour, cleared.language) == (None, None, None)


def test_two_open_pages_undo_nothing_of_each_other(store: storage.Store) -> None:
    ana = add(store)
    was = shown(store, ana, "knees")
    first = Desired((Chosen("knees", "daily", (), was),), {"zone": ""}, {"zone": ""})
    second = Desired((Chosen("knees", "weekly", (), was),), {"zone": "Asia/Tokyo"}, {"zone": ""})
    third = Desired((Chosen("knees", "weekly", ("rest",), was),), {"zone": ""}, {"zone": ""})
    for each in (first, second):
        follow.prefer(store, ana, each, OFFER, now=LATER)
    have = follow.preferences(store, ana, LATER)
    assert have is not None
    assert (have.follows["knees"].cadence, have.person.zone) == ("daily", "Asia/Tokyo")
    follow.prefer(store, ana, third, OFFER, now=LATER)  # what was really changed wins, the rest stays
    assert rows(store, ana)["knees"] == ("active", "weekly", ("rest",))


def test_what_was_ended_meanwhile_stays_ended(store: storage.Store) -> None:
    """The page lay open, he pressed "stop" in a mail, and then saved another language on the page."""
    ana = add(store)
    was = shown(store, ana, "knees")
    follow.leave_all(store, ana, evidence="one-click", now=NOW)
    form = Desired((Chosen("knees", "weekly", (), was),), {"language": "de"}, {"language": ""})
    outcome = follow.prefer(store, ana, form, OFFER, now=LATER)
    assert outcome is not None
    assert told(outcome) == [("language", "", "de")]
    assert rows(store, ana)["knees"][0] == "ended"


def test_two_who_save_at_once_count_every_follower_once(store: storage.Store) -> None:
    ana = add(store)
    barrier = threading.Barrier(4)

    def press() -> None:
        barrier.wait()
        save(store, ana, Chosen("knees", ""), Chosen("hands", "weekly"))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counts(store) == {"hands": 1, "knees": 0}
    assert [each.kind for each in events(store, ana)].count("left") == 1


@pytest.mark.parametrize(
    ("chosen", "slip"),
    [
        (Chosen("elbows", "weekly"), ("publication", "elbows", "")),
        (Chosen("elbows", ""), None),
        (Chosen("knees", "hourly"), ("cadence", "knees", "hourly")),
        (Chosen("hands", "daily"), ("cadence", "hands", "daily")),
        (Chosen("knees", "daily", ("elbows",)), ("topic", "knees", "elbows")),
        (Chosen("knees", "daily", ("walking,rest",)), ("topic", "knees", "walking,rest")),
        (Chosen("hands", "weekly", ("anything",)), ("topic", "hands", "anything")),
        (Chosen("knees", "\x00"), ("cadence", "knees", "\x00")),
    ],
)
def test_what_is_not_on_offer_is_refused_and_nothing_saved(
    store: storage.Store, chosen: follow.Chosen, slip: tuple[str, str, str] | None
) -> None:
    ana = add(store)
    before = rows(store, ana)
    outcome = save(store, ana, chosen, language="de")
    if slip is None:  # he does not follow it, and wants not to
        assert told(outcome) == [("language", "", "de")]
    else:
        assert [(each.field, each.publication, each.value) for each in outcome.slips] == [slip]
        assert outcome.preferences.person.language is None
        assert len(events(store, ana)) == 1
    assert rows(store, ana) == before


HOSTILE = {
    "zone": ("Mars/Phobos", "../../etc/passwd", "localtime", "Europe", "\x00", "E" * 9999),
    "hour": ("24", "-1", "8.5", "08", "٣", "eight", "1" * 5000),
    "language": ("fr", "xx", "<script>", "d" * 9999),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_profile_that_cannot_be(store: storage.Store, name: str) -> None:
    ana = add(store)
    for value in HOSTILE[name]:
        outcome = save(store, ana, Chosen("knees", "daily"), **{name: value})
        assert [(each.field, each.value) for each in outcome.slips] == [(name, value)]
    assert rows(store, ana)["knees"][1] == "weekly"
    assert len(events(store, ana)) == 1


def test_what_the_owner_took_away_can_be_kept_or_stopped(store: storage.Store) -> None:
    ana = add(store, topics=("rest",))
    less = replace(OFFER, publications=(replace(KNEES, topics=("walking",)),), cadences={"knees": ("daily",)})
    for chosen, after in (
        (Chosen("knees", "weekly", ("rest", "walking")), ("active", "weekly", ("rest", "walking"))),
        (Chosen("knees", "daily", ("rest",)), ("active", "daily", ("rest",))),
        (Chosen("knees", ""), ("ended", "daily", ("rest",))),
    ):
        outcome = follow.prefer(store, ana, Desired((chosen,)), less, now=LATER)
        assert outcome is not None
        assert outcome.slips == ()
        assert rows(store, ana)["knees"] == after
    back = follow.prefer(store, ana, Desired((Chosen("knees", "weekly"),)), less, now=LATER)
    assert back is not None
    assert [each.field for each in back.slips] == ["cadence"]


def test_a_publication_that_is_away_can_be_left(store: storage.Store) -> None:
    ana = add(store)
    nothing = follow.Offer((), {}, ("en",))
    outcome = follow.prefer(store, ana, Desired((Chosen("knees", ""),)), nothing, now=LATER)
    assert outcome is not None
    assert told(outcome) == [("left", "knees", "")]


def test_nothing_new_for_an_address_that_must_not_be_mailed(store: storage.Store) -> None:
    ana = add(store)
    follow.block(store, "ana@example.org", "asked us to", NOW)
    assert [each.field for each in save(store, ana, Chosen("hands", "weekly")).slips] == ["barred"]
    assert told(save(store, ana, Chosen("knees", ""))) == [("left", "knees", "")]  # leaving is always right


def test_nobody_is_there(store: storage.Store) -> None:
    ana = add(store)
    follow.erase(store, ana, KEYS, NOW)
    for number in (ana, 4711):
        assert follow.preferences(store, number, NOW) is None
        assert follow.prefer(store, number, Desired((Chosen("knees", "daily"),)), OFFER, now=NOW) is None
        assert follow.pause(store, number, "2026-12-01", zone="UTC", now=NOW) is None
        assert follow.resume(store, number, NOW) is None
        assert follow.renew_feeds(store, number, NOW) is None
    assert counts(store) == {"knees": 0}


# ------------------------------------------------------------------------------------------- pauses


def end(store: storage.Store, follower: int, day: str, zone: str = "Europe/Berlin") -> datetime | None:
    outcome = follow.pause(store, follower, day, zone=zone, now=NOW)
    assert outcome is not None
    return outcome.preferences.paused_until if not outcome.slips else None


def test_a_pause_ends_when_that_day_begins_where_he_lives(store: storage.Store) -> None:
    ana = add(store, publications=(KNEES, HANDS))
    assert end(store, ana, "2026-12-01") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    save(store, ana, zone="Asia/Tokyo")
    have = follow.preferences(store, ana, NOW)
    assert have is not None
    assert have.paused_until == datetime(2026, 11, 30, 15, tzinfo=UTC)  # the same day, there
    assert end(store, ana, "2026-12-01") == have.paused_until
    kinds = [each.kind for each in events(store, ana)]
    assert kinds == ["added", "added", "paused", "preferences"]
    resumed = follow.resume(store, ana, NOW)
    assert resumed is not None
    assert [each.what for each in resumed.changes] == ["resumed"]
    assert {row.paused_until for row in resumed.preferences.follows.values()} == {None}
    assert events(store, ana)[-1].kind == "resumed"


def test_what_is_added_during_a_pause_waits_too(store: storage.Store) -> None:
    ana = add(store)
    until = end(store, ana, "2026-12-01")
    outcome = save(store, ana, Chosen("hands", "weekly"))
    assert {row.paused_until for row in outcome.preferences.follows.values()} == {until}


def test_a_pause_that_is_over_is_none(store: storage.Store) -> None:
    ana = add(store)
    end(store, ana, "2026-11-06")
    have = follow.preferences(store, ana, NOW + timedelta(days=2))
    assert have is not None
    assert have.paused_until is None


NO_DAYS = (
    *("", "2026-11-04", "2026-11-03", "0001-01-01", "9999-12-31", "2027-11-06", "2026-02-30"),
    *(
        "tomorrow",
        "2026-12-1",
        "20261201",
        "2026-W49-2",
        "2026-12-01T00:00",
        "٢٠٢٦-١٢-٠١",
        "\x00",
        "1" * 9999,
    ),
)


def test_a_pause_that_cannot_be(store: storage.Store) -> None:
    ana = add(store)
    for day in NO_DAYS:
        assert end(store, ana, day) is None, day
    assert [each.kind for each in events(store, ana)] == ["added"]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Africa/Cairo", "2027-04-30", datetime(2027, 4, 29, 22, tzinfo=UTC)),  # there is no midnight
        ("Pacific/Kiritimati", "2026-11-06", datetime(2026, 11, 5, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", "2026-11-05", datetime(2026, 11, 5, 11, tzinfo=UTC)),
    ],
)
def test_the_beginning_of_a_day_in_strange_places(
    store: storage.Store, zone: str, day: str, begins: datetime
) -> None:
    ana = add(store)
    save(store, ana, zone=zone)
    assert end(store, ana, day) == begins


def test_new_addresses_for_the_private_feeds(store: storage.Store) -> None:
    ana = add(store)
    for generation in (1, 2):
        outcome = follow.renew_feeds(store, ana, NOW)
        assert outcome is not None
        assert outcome.preferences.person.generation == generation
    assert [each.kind for each in events(store, ana)][1:] == ["preferences", "preferences"]


def test_a_goodbye_when_all_has_ended_and_nothing_begins(store: storage.Store) -> None:
    ana = add(store)

    def press(*chosen: follow.Chosen) -> None:
        follow.prefer(store, ana, Desired(chosen), OFFER, now=LATER, goodbye=True)

    press(Chosen("knees", ""), Chosen("hands", "weekly"))
    assert notices(store, ana) == []
    press(Chosen("hands", ""))
    press(Chosen("hands", ""))
    assert [each.kind for each in notices(store, ana)] == ["goodbye"]
