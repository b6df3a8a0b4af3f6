"""The quick way to check an address gives what the library gives, character for character."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher import mail
from publisher.errors import FollowerError
from publisher.lists import addresses

WORDS = st.text(alphabet=string.ascii_letters + string.digits + "._+-'!#\"@ \\ß٠", min_size=0, max_size=12)
LABELS = st.text(alphabet=string.ascii_letters + string.digits + "-_ü٠", min_size=0, max_size=8)
ENDINGS = st.sampled_from(
    [
        "org",
        "ORG",
        "test",
        "Test",
        "local",
        "localhost",
        "invalid",
        "arpa",
        "onion",
        "example",
        "1a",
        "a1",
        "xn--p1ai",
        "de.",
    ]
)
SPACES = st.sampled_from(["", " ", "\t", "\n", "\u00a0", "\x00"])
LIKELY = st.builds(
    lambda before, local, labels, ending, after: f"{before}{local}@{'.'.join([*labels, ending])}{after}",
    SPACES,
    WORDS | st.sampled_from(["Info", "POSTMASTER", "a" * 64, "a" * 65, "a" * 240]),
    st.lists(LABELS | st.sampled_from(["xn--80ak6aa92e", "ab--c", "a" * 63, "a" * 64]), max_size=4),
    ENDINGS,
    SPACES,
)


def answer(check, text: str) -> str:
    try:
        return str(check(text))
    except FollowerError as error:
        return f"refused: {error.what}"


@given(LIKELY | st.text(max_size=20))
@example("Info@Example.ORG")
@example("a@" + "b." * 125 + "org")
@example("x" * 242 + "@example.org")
@example("x" * 243 + "@example.org")
@example("ada@example.org\x0b")
def test_the_answer_is_the_library_s(text: str) -> None:
    assert answer(addresses.normal_address, text) == answer(mail.normal_address, text)


@pytest.mark.parametrize("text", ["ada@example.org", "Ada.B+x@Mail.Example.ORG", "o'neil@a-b.example"])
def test_plain_addresses_do_not_need_the_library(text: str) -> None:
    assert addresses._PLAIN.fullmatch(text)
