from __future__ import annotations

import email.message
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import FollowerError
from publisher.mail import normal_address, split_address


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+guides@Example.ORG \n", "ada.lovelace+guides@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("jörg@example.org", "jörg@example.org"),
        ("o'hara_%x@sub.example.co.uk", "o'hara_%x@sub.example.co.uk"),
        ("ADA@example.org", "ada@example.org"),  # whoever leaves as the one is not mailed as the other
        ("JÖRG@example.org", "jörg@example.org"),
        ("ada@followers.test", "ada@followers.test"),
    ],
)
def test_the_normal_form(text, normal):
    assert normal_address(text) == normal
    assert normal_address(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "a b@example.org",
        "ada@exa mple.org",
        "ada@example.org, bob@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: bob@example.org",
        "ada\x00@example.org",
        "ada\u2028@example.org",
        "ada@localhost",
        "ada@printer.local",
        "ada@[127.0.0.1]",
        '"a b"@example.org',
        "ada@-example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada\ud800@example.org",
        "ada@xn--\u0301.example",
        "ada@" + "x" * 400 + ".example",
        "a" * 1_000_000,
    ],
)
def test_what_is_no_address_is_told_in_one_sentence(text):
    with pytest.raises(FollowerError) as caught:
        normal_address(text)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert len(sentence) < 400
    assert sentence.endswith("Write it like ada@example.org.")


@given(st.text(max_size=60) | st.from_regex(r"\S{1,20}@\S{1,20}\.\S{1,8}", fullmatch=True))
def test_any_text_is_an_address_fit_for_a_header_or_refused(text):
    try:
        address = normal_address(text)
    except FollowerError:
        return
    assert normal_address(address) == address
    assert address.isprintable()
    assert not set(address) & set(" <>\r\n\t,;")
    assert address.rpartition("@")[2] == address.rpartition("@")[2].lower()
    assert address.rpartition("@")[2].isascii()


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Example Guides <news@guides.example>", "Example Guides", "news@guides.example"),
        ("Guides, Inc. <Ada@Guides.Example>", "Guides, Inc.", "Ada@guides.example"),
        ('"Say \\"hi\\", Inc." <news@guides.example>', 'Say "hi", Inc.', "news@guides.example"),
        ("Ratgeber für Gäste <news@gäste.example>", "Ratgeber für Gäste", "news@xn--gste-loa.example"),
        ("<news@guides.example>", "", "news@guides.example"),
        ("news@guides.example", "", "news@guides.example"),
        ("Publisher <publisher@localhost>", "Publisher", "publisher@localhost"),
    ],
)
def test_name_and_address(text, name, address):
    assert split_address(text) == (name, address)
    message = email.message.EmailMessage(policy=email.policy.SMTPUTF8)
    message["From"] = email.headerregistry.Address(name, addr_spec=address)  # fits a header


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Guides",
        "Guides <>",
        "Guides <news>",
        "A <a@b.example> B",
        "A\r\nBcc: x <a@b.example>",
        "x" * 10_000,
    ],
)
def test_no_sender(text):
    with pytest.raises(FollowerError):
        split_address(text)
