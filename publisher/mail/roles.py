"""Addresses that are perhaps no person's: those of a role, and throw-away mailboxes. The owner decides."""

from __future__ import annotations

from typing import Literal

_OFFICES = "info marketing sales support abuse noc security"  # RFC 2142, sections 3 and 4
_SERVICES = "postmaster hostmaster usenet news webmaster www uucp ftp"  # section 5
_UNREAD = "noreply no-reply donotreply do-not-reply mailer-daemon"
_ROLES = frozenset(f"{_OFFICES} {_SERVICES} {_UNREAD}".split())
_LIST_ROLE = "-request"  # section 6: whoever runs a mailing list


def unusual(address: str) -> Literal["role", "disposable"] | None:
    """ "role" for the name of an office (RFC 2142, or noreply@), "disposable" for a throw-away mailbox.

    `address` is in its normal form. A domain below one that gives out throw-away mailboxes is one as well.
    Nothing is looked up on the network.
    """
    local, _, domain = address.rpartition("@")
    name = local.partition("+")[0].lower()
    if _gives_out(domain.lower()):
        return "disposable"
    if name in _ROLES or name.endswith(_LIST_ROLE):
        return "role"
    return None


def _gives_out(domain: str) -> bool:
    # Imported here: ten thousand names, which most commands do not need.
    from disposable_email_domains import blocklist

    while "." in domain:
        if domain in blocklist:
            return True
        domain = domain.partition(".")[2]
    return False
