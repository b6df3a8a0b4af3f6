"""The MIME message: the standards' fields, the same bytes for the same content, and only personal bytes personal."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.digest import Mail, Recipient, render
from publisher.digest.message import LINKS, build, place, sample_link
from publisher.errors import ContentError, FollowerError, PublisherError
from tests.digest.samples import ADA, BEN, body, check_lines, content, read, recipient, templates

SLOT = "THE-PLACE"
text_around = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))
    | st.sampled_from([".", "..", "From ", "\n", " \n", "=", "--=_", "&", "a" * 80]),
    min_size=1,
    max_size=8,
)
urls = st.text(st.sampled_from("abcXYZ019.-_~/=&'?%"), max_size=250).map("https://guides.example/".__add__)


def made(html: str, text: str) -> Mail:
    return build(content(), subject="Knees", html=html, text=text, placeholder=SLOT)


@settings(max_examples=50)
@given(text_around, text_around, urls, st.sampled_from(LINKS))
def test_both_bodies_come_back_with_the_link_in_place(
    html: list[str], text: list[str], url: str, name: str
) -> None:
    slot = place(SLOT, name)
    links = {"unsubscribe_url": url, f"{name}_url": url}
    message = made(slot.join(html), slot.join(text)).personalise(replace(ADA, **links))
    check_lines(message)
    head, _, rest = message.partition(b"\r\n\r\n")
    assert all(len(line) <= 76 for line in rest.split(b"\r\n"))
    assert body(message, "plain") == url.join(text)
    assert body(message, "html") == url.replace("&", "&amp;").replace("'", "&#x27;").join(html)
    assert f"List-Unsubscribe: <{url}>".encode() in head.split(b"\r\n")


def test_the_fields_that_a_mailing_needs() -> None:
    message = read(render(content(), templates()).personalise(ADA))
    assert dict(message.items()) | {"Content-Type": ""} == {
        "From": "Example Guides <news@guides.example>",
        "Reply-To": "owner@guides.example",
        "Subject": "Stairs with a sore knee, part 1 and 1 more",
        "Date": "Fri, 06 Nov 2026 08:00:00 +0100",
        "List-Id": '"Knees: weekly" <weekly.knees.guides.example>',
        "Precedence": "list",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Unsubscribe": f"<{ADA.unsubscribe_url}>",
        "MIME-Version": "1.0",
        "To": "ada@example.com",
        "Message-ID": "<17.3@guides.example>",
        "Content-Type": "",
    }
    assert message.get_content_type() == "multipart/alternative"
    kinds = [(part.get_content_type(), part.get_content_charset()) for part in message.iter_parts()]
    assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")]  # the last one is the best, RFC 2046


def test_no_reply_to_is_no_field() -> None:
    assert read(render(content(reply_to=None), templates()).personalise(ADA))["Reply-To"] is None


def test_the_message_holds_what_the_preview_shows() -> None:
    mail = render(content(), templates())
    for to in (ADA, BEN):
        message = mail.personalise(to)
        check_lines(message)
        html, text = mail.html, mail.text
        for name in LINKS:
            sample, own = sample_link(content(), name), getattr(to, f"{name}_url")
            assert sample in html and sample in text
            html, text = html.replace(sample, own), text.replace(sample, own)
        assert body(message, "html") == html
        assert body(message, "plain") == text


def test_two_followers_differ_only_in_what_is_theirs() -> None:
    mail = render(content(), templates())
    other = recipient("eva@example.com", 9, "v1.k1.eva")
    one, two = mail.personalise(ADA).split(b"\r\n"), mail.personalise(other).split(b"\r\n")
    differing = {line.replace(b"eva", b"ada").replace(b"17.9", b"17.3") for line in two} - set(one)
    assert len(one) == len(two)
    assert differing == set()
    assert sum(a != b for a, b in zip(one, two, strict=True)) == 3 + 2 * len(LINKS)


def test_a_mail_does_not_change() -> None:
    mail = render(content(), templates())
    with pytest.raises(FrozenInstanceError):
        mail.subject = "other"  # type: ignore[misc]
    assert mail.personalise(ADA) == mail.personalise(ADA)


SCRIPT = """
import hashlib
from publisher.digest import render
from tests.digest.samples import ADA, content, templates
print(hashlib.sha256(render(content(), templates()).personalise(ADA)).hexdigest())
"""


def test_the_same_content_makes_the_same_bytes_in_any_process() -> None:
    def run(seed: str) -> str:
        command = [sys.executable, "-c", SCRIPT]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(path for path in sys.path if path)}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    first = run("1")
    assert len(first.strip()) == 64
    assert run("2") == first


def test_other_content_makes_another_boundary() -> None:
    boundaries = {
        read(render(content(title=title), templates()).personalise(ADA)).get_boundary()
        for title in ("One", "Two")
    }
    assert len(boundaries) == 2


@pytest.mark.parametrize(
    ("recipient", "error"),
    [
        (replace(ADA, address="ada@example.com\r\nBcc: all@example.com"), FollowerError),
        (replace(ADA, address="ada"), FollowerError),
        (replace(ADA, address="a@b.example, c@d.example"), FollowerError),
        (replace(ADA, message_id="<a@b>\r\nBcc: x@y.example"), PublisherError),
        (replace(ADA, unsubscribe_url="https://a.example/\r\nBcc: x@y.example"), PublisherError),
        (replace(ADA, unsubscribe_url="javascript:alert(1)"), PublisherError),
        (replace(ADA, preferences_url="javascript:alert(1)"), PublisherError),
        (replace(ADA, why_url="https://a.example/\r\n.\r\n"), PublisherError),
    ],
)
def test_nothing_personal_can_make_a_field(recipient: Recipient, error: type[Exception]) -> None:
    mail = made(place(SLOT, "why"), place(SLOT, "why"))
    assert mail.personalise(ADA)
    with pytest.raises(error):
        mail.personalise(recipient)


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "Guides\r\nBcc: x@y.example <news@guides.example>"},
        {"title": "Knees\r\nBcc: x@y.example"},
        {"publication": "Knees\r\n\r\nbody"},
        {"digest_name": "weekly\r\nBcc: x@y.example"},
        {"postal_address": "Street\r\nBcc: x@y.example\r\n.\r\n"},
    ],
)
def test_nothing_of_the_owners_can_make_a_field(changes: dict[str, object]) -> None:
    message = render(content(**changes), templates()).personalise(ADA)
    check_lines(message)
    parsed = read(message)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "ada@example.com"
    assert len(list(parsed.iter_parts())) == 2


@pytest.mark.parametrize(
    "changes", [{"reply_to": "nobody"}, {"sender": ""}, {"list_id": "x"}, {"guides": ()}]
)
def test_content_that_cannot_be_a_mail_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ContentError):
        render(content(**changes), templates())


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ContentError, match="time zone"):
        render(content(occurrence=content().occurrence.replace(tzinfo=None)), templates())


def test_an_address_beyond_ascii_is_sent_as_it_is_written() -> None:
    message = made("", "").personalise(replace(ADA, address="jürgen@bücher.example"))
    assert read(message)["To"] == "jürgen@xn--bcher-kva.example"
