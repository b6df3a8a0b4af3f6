"""How a segment is written, and what is told when it is not; tags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import follow, storage
from publisher.errors import FollowerError
from tests.making import Maker


def test_words_are_read() -> None:
    text = 'tag:vip tag:"my  friends" publication:knees -cadence:daily Since:2026-01-01 language:de -tag:x'
    found = follow.parse_segment(f"  {text} ")
    assert found == storage.Segment(
        text,
        tags=("vip", "my friends"),
        publications=("knees",),
        languages=("de",),
        since=datetime(2026, 1, 1, tzinfo=UTC),
        without=(("cadence", "daily"), ("tag", "x")),
    )
    assert follow.parse_segment("before:2026-06-01T09:00+02:00").before == datetime(2026, 6, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1 to 500 characters"),
        ("tag:" + "x" * 500, "1 to 500 characters"),
        ("tga:vip", "'tga:vip' begins with a key that there is not. Did you mean tag:?"),
        ("publication:knees colour:red", "There are: tag:, topic:, publication:"),
        ("vip", "'vip' has no key"),
        ("tag", "'tag' has no key. Did you mean tag:?"),
        ("tag:", "says nothing after its colon"),
        ('tag:""', "says nothing after its colon"),
        ('tag:a"b"', "cannot be read"),
        ('tag:"a', "cannot be read"),
        ("since:yesterday", "since:yesterday is no day. Write it like since:2026-01-01"),
        ("since:0001-01-01", "too far away"),
        ("since:2026-01-01 since:2026-02-01", "only once"),
        ("-before:2026-01-01", "without a -"),
        ("tag:x " * 31, "more than 30 words"),
    ],
)
def test_what_is_wrong_is_named(text: str, told: str) -> None:
    with pytest.raises(FollowerError) as caught:
        follow.parse_segment(text)
    assert told in caught.value.sentence()


@given(st.text(max_size=60))
def test_any_text_is_a_segment_or_a_sentence(text: str) -> None:
    try:
        assert follow.parse_segment(text).text == text.strip()
    except FollowerError as error:
        assert error.sentence()


def test_publications_are_checked() -> None:
    segment = follow.parse_segment("publication:knees -publication:hnads")
    with pytest.raises(FollowerError, match=r"no publication 'hnads'\. Did you mean hands"):
        follow.check_publications(segment, ["knees", "hands"])
    follow.check_publications(segment, ["knees", "hnads"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[storage.Store]:
    opened = storage.open_store("sqlite:///tags.db", tmp_path)
    storage.upgrade(opened)
    Maker(opened).people(["ada"])
    yield opened
    opened.close()


def test_tags_come_and_go(store: storage.Store) -> None:
    assert follow.tag(store, "ada@example.org", ["vip", "  my   friends "]) == ["my friends", "vip"]
    assert follow.tag(store, "ada@example.org", ["vip"]) == ["my friends", "vip"]
    assert follow.untag(store, "ada@example.org", ["vip", "other"]) == ["my friends"]
    with pytest.raises(FollowerError, match="nobody with the address"):
        follow.tag(store, "ben@example.org", ["vip"])


@pytest.mark.parametrize("tag", ["", "  ", "a,b", 'a"b', "a;b", "-a", "x" * 61, "a\x00b"])
def test_what_is_no_tag_is_refused(store: storage.Store, tag: str) -> None:
    with pytest.raises(FollowerError, match="is no tag"):
        follow.tag(store, "ada@example.org", ["fine", tag])
    with store.read() as db:
        number = storage.find_follower(db, "mail", "ada@example.org")
        assert number and storage.tags_of(db, number) == []
