from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail import message_id, parse_message_id


def test_an_id_is_the_same_on_every_retry():
    first = message_id(12, 345, "guides.example", "instance-1")
    assert first == message_id(12, 345, "guides.example", "instance-1")
    assert first.startswith("<e12.f345.")
    assert first.endswith("@guides.example>")


@given(st.integers(0, 2**59), st.integers(0, 2**59), st.text())
def test_what_is_written_is_read_back(edition, follower, instance):
    written = message_id(edition, follower, "guides.example", instance)
    assert parse_message_id(written, instance) == (edition, follower)
    assert parse_message_id(f" {written.strip('<>')}\r\n", instance) == (edition, follower)
    assert parse_message_id(written, instance + "x") is None


@pytest.mark.parametrize(
    "text",
    ["", "<>", "<x@y.example>", "<e1.f2.zz@y.example>", "<e1.f2.0123456789@a b>", "<e١.f2.0123456789@y>"],
)
def test_what_is_not_ours(text):
    assert parse_message_id(text, "instance") is None


@given(st.text())
def test_any_text_can_be_asked(text):
    assert parse_message_id(text, "instance") is None
