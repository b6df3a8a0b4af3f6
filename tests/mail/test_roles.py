"""Addresses that are perhaps no person's."""

from __future__ import annotations

import pytest

from publisher import mail

RFC_2142 = (
    "info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp"
)


@pytest.mark.parametrize("name", [*RFC_2142.split(), "noreply", "no-reply", "donotreply", "hikers-request"])
def test_the_name_of_an_office(name: str) -> None:
    assert mail.unusual(f"{name}@example.org") == "role"
    assert mail.unusual(f"{name.capitalize()}+guides@example.org") == "role"
    assert mail.unusual(f"x{name}x@example.org") is None


@pytest.mark.parametrize("domain", ["mailinator.com", "a.mailinator.com", "a.b.mailinator.com"])
def test_a_throw_away_mailbox(domain: str) -> None:
    assert mail.unusual(f"ada@{domain}") == "disposable"
    assert mail.unusual(f"info@{domain}") == "disposable"


@pytest.mark.parametrize(
    "address", ["ada@example.org", "ada@notmailinator.example", "ada@mailinator.com.example"]
)
def test_a_person(address: str) -> None:
    assert mail.unusual(address) is None


def test_the_list_is_of_domains_as_we_write_them() -> None:
    from disposable_email_domains import blocklist

    assert len(blocklist) > 1000
    assert all(name == name.lower() and name.isascii() for name in blocklist)
