"""Header fields: whatever the value, one field, and the same value when read back."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.digest import headers
from publisher.digest.words import clean, clip
from publisher.errors import ContentError, FollowerError, PublisherError

hard = st.sampled_from([*' \r\n:;,<>@"\\=?é日', "=?utf-8?q?", "?=", "word ", "w" * 90])
anything = st.text(max_size=200) | st.lists(hard, max_size=40).map("".join)


def parsed(field: str) -> list[tuple[str, str]]:
    """All fields of a message with this one and one after it."""
    message = message_from_bytes((field + "X-After: here\r\n\r\nbody").encode("utf-8"), policy=policy.default)
    assert message["X-After"] == "here"
    assert message.get_payload() == "body"
    return [(name, str(value)) for name, value in message.items() if name != "X-After"]


def check_folded(field: str) -> None:
    assert field.endswith("\r\n")
    first, *others = field[:-2].split("\r\n")
    assert all(line.startswith(" ") and line.strip() for line in others), field
    assert all(len(line) <= 78 for line in (first, *others) if "=?" in line), field


@given(anything)
def test_a_subject_is_one_field_and_comes_back(value: str) -> None:
    field = headers.text("Subject", value)
    check_folded(field)
    assert field.isascii()
    [(name, read)] = parsed(field)
    assert name == "Subject"
    assert read == clean(value)


@given(anything)
def test_a_display_name_is_one_field_and_comes_back(value: str) -> None:
    field = headers.mailbox("From", f"{value} <news@guides.example>")
    check_folded(field)
    assert len(parsed(field)) == 1
    message = message_from_bytes(field.encode("ascii") + b"\r\n", policy=policy.default)
    [mailbox] = message["From"].addresses
    assert mailbox.addr_spec == "news@guides.example"
    shown = mailbox.display_name
    if field.startswith("From: =?"):
        # The newer parser leaves a space between two encoded words of a name (RFC 2047, 6.2, says none).
        shown = str(make_header(decode_header(field.removeprefix("From: ").rpartition("<")[0].strip())))
    named = headers._NAMED.fullmatch(f"{value} <news@guides.example>")
    assert named
    assert shown.split() == clip(clean(named["name"]), headers.NAME_LIMIT).split()


@pytest.mark.parametrize(
    ("sender", "field"),
    [
        ("news@guides.example", "From: news@guides.example\r\n"),
        ("Example Guides <news@guides.example>", "From: Example Guides <news@guides.example>\r\n"),
        ('"Guides, Example" <news@guides.example>', 'From: "Guides, Example" <news@guides.example>\r\n'),
        ("Guides, Example <news@guides.example>", 'From: "Guides, Example" <news@guides.example>\r\n'),
        ("Führer <news@guides.example>", "From: =?utf-8?q?F=C3=BChrer?= <news@guides.example>\r\n"),
        ("Guides <news@bücher.example>", "From: Guides <news@xn--bcher-kva.example>\r\n"),
    ],
)
def test_senders_as_people_write_them(sender: str, field: str) -> None:
    assert headers.mailbox("From", sender) == field


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Example Guides",
        "Guides <news>",
        "Guides <a@b.example\r\nBcc: x@y.example>",
        "a@b.example, c@d.example",
    ],
)
def test_a_sender_without_an_address_is_refused_by_name(sender: str) -> None:
    with pytest.raises(ContentError, match="is not a mail address for From"):
        headers.mailbox("From", sender)


def test_a_line_end_in_a_name_does_not_make_a_field() -> None:
    field = headers.mailbox("From", "Guides\r\nBcc: all@guides.example <news@guides.example>")
    assert field == 'From: "Guides Bcc: all@guides.example" <news@guides.example>\r\n'


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "a.b+c=d@mail.b.example", "x'y@localhost", "1@2.example"],
)
def test_plain_addresses_stay_as_they_are(address: str) -> None:
    assert headers.address(address) == address


def test_addresses_beyond_ascii_get_an_ascii_domain() -> None:
    assert headers.address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert headers.address("jürgen@bücher.example") == "jürgen@xn--bcher-kva.example"
    assert headers.address('"ada l"@guides.example') == '"ada l"@guides.example'


@given(anything)
def test_an_address_never_brings_a_line_end(value: str) -> None:
    for text in (value, f"{value}@guides.example", f"ada@guides.example{value}"):
        try:
            result = headers.address(text)
        except FollowerError as error:
            assert "is not a mail address" in str(error)
        else:
            assert "\r" not in result
            assert "\n" not in result
            assert "@" in result


def test_list_ids() -> None:
    assert (
        headers.list_id("Knees", "weekly.knees.guides.example")
        == "List-Id: Knees <weekly.knees.guides.example>\r\n"
    )
    assert headers.list_id("", "weekly.knees.guides.example") == "List-Id: <weekly.knees.guides.example>\r\n"
    assert headers.list_id("", "weekly.bücher.example") == "List-Id: <weekly.xn--bcher-kva.example>\r\n"
    for bad in (
        "weekly",
        "",
        "weekly..example",
        "a b.example",
        "weekly.example>\r\nBcc: x",
        "." * 400,
        "é..b",
    ):
        with pytest.raises(ContentError, match="List-Id"):
            headers.list_id("Knees", bad)


def test_message_ids() -> None:
    assert headers.message_id("<1.2@guides.example>") == "<1.2@guides.example>"
    for bad in (
        "1.2@guides.example",
        "<1.2>",
        "<a b@c>",
        "<a@b>\r\nBcc: x@y.example",
        "<a@b\n>",
        "<ä@b.example>",
        "<a@@b>",
    ):
        with pytest.raises(PublisherError, match="Message-ID"):
            headers.message_id(bad)


def test_links() -> None:
    assert (
        headers.link("http://localhost:8000/-/u/v1.a-b_c~d?x=1&y=%20#z")
        == "http://localhost:8000/-/u/v1.a-b_c~d?x=1&y=%20#z"
    )
    assert (
        headers.link("https://bücher.example/ü?ö=é") == "https://xn--bcher-kva.example/%C3%BC?%C3%B6=%C3%A9"
    )
    for bad in (
        "",
        "javascript:alert(1)",
        "https://a.example/>,<https://b.example",
        "https://a.example/\r\nX: y",
        "https://a b",
        f"https://a.example/{'x' * 999}",
        "https://é[/",
    ):
        with pytest.raises(PublisherError, match="link"):
            headers.link(bad)


def test_a_date_has_its_zone() -> None:
    assert headers.date(datetime(2026, 11, 6, 8, tzinfo=UTC)) == "Date: Fri, 06 Nov 2026 08:00:00 +0000\r\n"
    with pytest.raises(ContentError, match="time zone"):
        headers.date(datetime(2026, 11, 6, 8))
