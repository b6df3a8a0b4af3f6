from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import ConfigError, TokenError
from publisher.tokens import Claims, Keys, sign, verify

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = Keys.new(bytes(range(32)), "k1")
ids = st.text(string.ascii_letters + string.digits + "_:~-", min_size=1, max_size=128)
purposes = st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True)
generations = st.integers(0, 10**18 - 1)


@given(purposes, ids, generations, st.none() | st.integers(1, 10**6))
def test_what_is_signed_is_verified(purpose, id, generation, seconds):
    expires = None if seconds is None else NOW + timedelta(seconds=seconds)
    token = sign(KEYS, purpose, id, generation, expires)
    assert verify(KEYS, token, purpose, NOW) == Claims(id, generation)
    assert len(token) <= 256
    assert set(token) <= set(string.ascii_letters + string.digits + "_:~-.")  # fits a URL's path as it is


def test_the_shape_is_as_documented():
    token = sign(KEYS, "unsubscribe", "f17:weekly", 3)
    assert token.startswith("v1.k1.unsubscribe.f17:weekly.3.")
    assert sign(KEYS, "confirm", "f17", 3, 1_800_000_000).startswith("v1.k1.confirm.f17.3-1800000000.")
    assert sign(KEYS, "unsubscribe", "f17:weekly", 3) == token


EXAMPLES = (sign(KEYS, "unsubscribe", "f17:weekly~a", 3), sign(KEYS, "confirm", "f17", 0, 2_000_000_000))


@pytest.mark.parametrize("token", EXAMPLES)
def test_any_other_character_anywhere_is_refused(token):
    purpose = token.split(".")[2]
    for place in range(len(token)):
        for char in string.printable + "é\u212a\0":
            if char != token[place]:
                with pytest.raises(TokenError):
                    verify(KEYS, token[:place] + char + token[place + 1 :], purpose, NOW)


@given(st.sampled_from(EXAMPLES), st.data())
def test_a_character_less_or_more_is_refused(token, data):
    purpose = token.split(".")[2]
    place = data.draw(st.integers(0, len(token)))
    for changed in (
        token[:place] + token[place + 1 :],
        token[:place] + data.draw(st.characters()) + token[place:],
    ):
        if changed != token:
            with pytest.raises(TokenError):
                verify(KEYS, changed, purpose, NOW)


@given(st.text() | st.from_regex(r"v1\.k1\.confirm\.[a-z]+\.[0-9]+\.[A-Za-z0-9_-]{27}", fullmatch=True))
def test_what_we_did_not_sign_is_refused_with_a_sentence(token):
    with pytest.raises(TokenError) as caught:
        verify(KEYS, token, "confirm", NOW)
    assert str(caught.value) == (
        "This link is not complete, or not one of ours. Please open it again from the mail, or copy all of it."
    )


@given(purposes, purposes, ids)
def test_a_token_is_for_one_purpose(one, other, id):
    token = sign(KEYS, one, id)
    if one != other:
        with pytest.raises(TokenError):
            verify(KEYS, token, other, NOW)
        with pytest.raises(TokenError):
            verify(KEYS, token.replace(f".{one}.", f".{other}.", 1), other, NOW)


def test_a_token_expires_at_its_time():
    token = sign(KEYS, "confirm", "f1", 2, NOW)
    assert verify(KEYS, token, "confirm", NOW - timedelta(seconds=1)) == Claims("f1", 2)
    assert verify(KEYS, token, "confirm", int(NOW.timestamp()) - 1) == Claims("f1", 2)
    for late in (NOW, NOW + timedelta(days=400)):
        with pytest.raises(TokenError, match="This link has expired"):
            verify(KEYS, token, "confirm", late)
    forever = sign(KEYS, "unsubscribe", "f1", 2)
    assert verify(KEYS, forever, "unsubscribe", NOW + timedelta(days=36500)) == Claims("f1", 2)
    assert sign(KEYS, "confirm", "f1", 2, int(NOW.timestamp())) == token


@given(st.binary(min_size=32, max_size=64))
def test_old_keys_keep_verifying_and_dropped_ones_do_not(secret):
    old = sign(KEYS, "confirm", "f1")
    rotated = KEYS.rotated(secret, "k2")
    new = sign(rotated, "confirm", "f1")
    assert new.startswith("v1.k2.")
    assert verify(rotated, old, "confirm", NOW) == verify(rotated, new, "confirm", NOW) == Claims("f1", 0)
    for token, keys in ((new, KEYS), (old, Keys.new(secret, "k2"))):
        with pytest.raises(TokenError):
            verify(keys, token, "confirm", NOW)


@given(st.lists(st.binary(min_size=32, max_size=80), min_size=1, max_size=5))
def test_keys_are_read_as_they_were_written(secrets):
    keys = Keys(tuple((f"k{number}", secret) for number, secret in enumerate(secrets)))
    assert Keys.load(keys.dump()) == keys
    assert Keys.load(f"# comment\n\n  {keys.dump()}") == keys


@pytest.mark.parametrize(
    "text",
    ["", "# nothing", "k1", "k1 a b", "k1 !!!!", "k1 c2hvcnQ=", "k.1 " + "A" * 44, KEYS.dump() * 2, "k" * 17 + " " + "A" * 44],
)  # fmt: skip
def test_broken_key_files_are_told_without_showing_secrets(text):
    with pytest.raises(ConfigError) as caught:
        Keys.load(text)
    assert "c2hvcnQ" not in str(caught.value)


def test_secrets_are_not_shown():
    keys = Keys.new(b"correct horse battery staple 1234", "k1")
    assert "horse" not in repr(keys)


@pytest.mark.parametrize(
    ("purpose", "id", "generation"),
    [("", "a", 0), ("a.b", "a", 0), ("A", "a", 0), ("a", "", 0), ("a", "a.b", 0), ("a", "ä", 0), ("a", "a\n", 0),
     ("a", "x" * 129, 0), ("a", "a", -1), ("a", "a", 10**18)],
)  # fmt: skip
def test_what_cannot_be_signed(purpose, id, generation):
    with pytest.raises(TokenError):
        sign(KEYS, purpose, id, generation)


def test_refusing_is_cheap_whatever_the_length():
    huge = ("." * 1_000_000, "v1.k1.confirm." + "a" * 10_000_000, EXAMPLES[1] + "A" * 5_000_000)
    for _ in range(2000):  # looking at every character of these would take minutes
        for token in huge:
            with pytest.raises(TokenError):
                verify(KEYS, token, "confirm", NOW)
