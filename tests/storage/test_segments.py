"""Segments and lists agree with a plain reading of the same people in Python, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from publisher import storage
from publisher.errors import FollowerError
from publisher.follow import parse_segment
from publisher.storage import Filters, FollowState
from tests.making import NOON

PEOPLE = 66
HOUR = timedelta(hours=1)


@pytest.fixture
def people(store: storage.Store) -> list[dict[str, Any]]:
    """Followers of every mixture; what is known of each."""
    known = []
    with store.write() as db:
        pubs = {slug: storage.publication_id(db, slug) for slug in ("knees", "hands", "feet")}
        for number in range(PEOPLE):
            address = f"{'abcdefgh'[number % 8]}{number}@{'xy'[number % 2]}.example.org"
            who = storage.add_follower(db, "mail", address, NOON)
            language = ("de", "de-AT", "en", None)[number % 4]
            storage.set_profile(db, who, language=language)
            tags = [name for name, step in (("vip", 11), ("my friends", 3)) if number % step == 0]
            storage.add_tags(db, who, tags)
            each = {"id": who, "address": address, "language": language, "tags": tags, "follows": []}
            for at, slug in enumerate(pubs):
                if (number + at) % 3 != 1:
                    one = {
                        "cadence": ("weekly", "daily")[(number // 2 + at) % 2],
                        "topics": ("", "stairs", "ferns,stairs")[(number // 3) % 3],
                        "state": FollowState((number // 5 + at) % 3),
                        "now": NOON + number % 7 * HOUR,
                    }
                    storage.set_follow(db, who, pubs[slug], **one)
                    each["follows"].append({"slug": slug, **one})
            known.append(each)
    return known


def active(each: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in each["follows"] if one["state"] == FollowState.ACTIVE]


SEGMENTS = {
    "tag:vip": lambda p: "vip" in p["tags"] and active(p),
    'tag:vip tag:"my friends"': lambda p: p["tags"] and active(p),
    "-tag:vip publication:knees": lambda p: (
        "vip" not in p["tags"] and any(f["slug"] == "knees" for f in active(p))
    ),
    "publication:knees cadence:weekly": lambda p: any(
        f["slug"] == "knees" and f["cadence"] == "weekly" for f in active(p)
    ),
    "publication:knees publication:hands -publication:feet": lambda p: (
        any(f["slug"] in ("knees", "hands") for f in active(p))
        and not any(f["slug"] == "feet" for f in active(p))
    ),
    "cadence:daily -cadence:weekly": lambda p: (
        any(f["cadence"] == "daily" for f in active(p))
        and not any(f["cadence"] == "weekly" for f in active(p))
    ),
    "topic:ferns": lambda p: any("ferns" in f["topics"].split(",") for f in active(p)),
    "-topic:ferns language:en": lambda p: (
        active(p) and p["language"] == "en" and not any("ferns" in f["topics"].split(",") for f in active(p))
    ),
    "language:de -language:de-at": lambda p: active(p) and p["language"] == "de",
    "language:de": lambda p: active(p) and p["language"] in ("de", "de-AT"),
    "since:2026-11-02T14:00 before:2026-11-02T16:00": lambda p: any(
        NOON + 2 * HOUR <= f["now"] < NOON + 4 * HOUR for f in active(p)
    ),
    "publication:nowhere": lambda p: False,
    "cadence:yearly": lambda p: False,
}


def test_a_segment_is_whom_it_describes(store: storage.Store, people: list[dict[str, Any]]) -> None:
    with store.read() as db:
        for who, belongs in SEGMENTS.items():
            expected = [each["id"] for each in people if belongs(each)]
            segment = parse_segment(who)
            assert storage.segment_size(db, segment) == len(expected), who
            assert storage.segment_members(db, segment, limit=PEOPLE) == expected, who
            paged: list[int] = []
            while some := storage.segment_members(db, segment, paged[-1] if paged else 0, 7):
                paged += some
            assert paged == expected, who
            assert expected or "nowhere" in who or "yearly" in who, who


def fits(each: dict[str, Any], one: dict[str, Any], wanted: Filters) -> bool:
    return all(
        (
            wanted.publication in (None, one["slug"]),
            wanted.cadence in (None, one["cadence"]),
            wanted.state in (None, one["state"]),
            wanted.topic is None or wanted.topic in one["topics"].split(","),
            wanted.tag is None or wanted.tag in each["tags"],
            wanted.since is None or one["now"] >= wanted.since,
            wanted.before is None or one["now"] < wanted.before,
            wanted.address in (None, each["address"]),
            wanted.begins is None or each["address"].startswith(wanted.begins),
            wanted.domain is None or each["address"].endswith("@" + wanted.domain),
            wanted.segment is None or bool(SEGMENTS[wanted.segment.text](each)),
        )
    )


def combinations() -> Iterator[Filters]:
    pairs = product((None, "knees", "nowhere"), (None, "weekly"), (None, *FollowState))
    more: list[dict[str, Any]] = [
        {},
        {"topic": "ferns"},
        {"tag": "vip"},
        {"since": NOON + 2 * HOUR},
        {"before": NOON + HOUR, "tag": "my friends"},
        {"since": NOON + HOUR, "before": NOON + 5 * HOUR, "topic": "stairs"},
        {"begins": "b1"},
        {"begins": "a", "tag": "vip"},
        {"domain": "x.example.org"},
        {"address": "a0@x.example.org"},
        {"address": "nobody@x.example.org"},
        {"segment": parse_segment("tag:vip")},
        {"segment": parse_segment("cadence:daily -cadence:weekly"), "since": NOON + HOUR},
    ]
    for (publication, cadence, state), other in product(pairs, more):
        yield Filters(publication, cadence, state, **other)


def test_every_combination_of_filters_lists_what_it_says(
    store: storage.Store, people: list[dict[str, Any]]
) -> None:
    found_some = 0
    with store.read() as db:
        for wanted in list(combinations())[::8]:
            expected = sorted(
                (each["address"], one["slug"])
                for each in people
                for one in each["follows"]
                if fits(each, one, wanted)
            )
            rows = list(storage.list_all(db, wanted, page=1000))
            paged = list(storage.list_all(db, wanted, page=9))
            assert sorted((row.endpoint, row.publication) for row in rows) == expected, wanted
            assert paged == rows, wanted
            found_some += bool(expected)
    assert found_some > 10


def test_a_page_looks_at_no_more_than_a_window(store: storage.Store, people: list[dict[str, Any]]) -> None:
    """With a window smaller than what there is: pages are short, even empty, and nothing is lost."""
    with store.read() as db:
        for wanted in list(combinations())[::29]:
            expected = sorted(
                (each["address"], one["slug"])
                for each in people
                for one in each["follows"]
                if fits(each, one, wanted)
            )
            rows = list(storage.list_all(db, wanted, page=4, window=9))
            assert sorted((row.endpoint, row.publication) for row in rows) == expected, wanted
        rare = Filters(topic="nowhere")
        page = storage.list_page(db, rare, limit=2, window=5)
        assert page.rows == [] and page.after is not None


def test_a_place_that_no_page_gave_is_refused(store: storage.Store) -> None:
    with store.read() as db:
        for after in ("x", "1", "1.x", "1.2.3", "-1.2", "1.2.", "٣.1", "9" * 40 + ".1"):
            with pytest.raises(FollowerError, match="no place in this list"):
                storage.list_page(db, Filters(), after)


def test_places_belong_to_their_list(store: storage.Store, people: list[dict[str, Any]]) -> None:
    with store.read() as db:
        place = storage.list_page(db, Filters(since=NOON), limit=3).after
        assert place is not None
        with pytest.raises(FollowerError, match="same filters"):
            storage.list_page(db, Filters(), place)
        with pytest.raises(FollowerError, match="same filters"):
            storage.list_page(db, Filters(since=NOON), "1.2.tomorrow")


def test_cadences_in_use_are_found_without_counting(
    store: storage.Store, people: list[dict[str, Any]]
) -> None:
    expected = {(one["slug"], one["cadence"]) for each in people for one in active(each)}
    with store.write() as db:
        assert storage.cadences_in_use(db) == expected
        counted = storage.follower_counts(db)
        assert {key: storage.cadence_size(db, *key) for key in expected} == counted
        assert storage.cadence_size(db, "nowhere", "weekly") == 0
        pub = storage.publication_id(db, "knees")
        storage.set_follow(
            db, people[0]["id"], pub, cadence="yearly", topics="", state=FollowState.ENDED, now=NOON
        )
        assert storage.cadences_in_use(db) - {("knees", "weekly"), ("knees", "daily")} == {
            pair for pair in expected if pair[0] != "knees"
        }
        assert storage.cadences_of(db)[pub] == ["daily", "weekly", "yearly"]
