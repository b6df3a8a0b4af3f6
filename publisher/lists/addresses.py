"""Addresses by the million: the same answers as `mail.normal_address`, sooner where the answer is plain."""

from __future__ import annotations

import functools
import re

from publisher import mail
from publisher.errors import FollowerError

_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+([A-Za-z]{{2,63}}))", re.ASCII)
_LONGEST = 254  # RFC 5321 4.5.3.1.3, as the library counts


def normal_address(text: str) -> str:
    """What `mail.normal_address` gives for `text`, character for character. Raises FollowerError as it does.

    Plain ASCII addresses are decided here: a dot-atom (RFC 5322 3.2.3) at a host name (RFC 1123 2.1) below an
    ordinary top-level domain, without `--`, which would be Punycode. All else goes to the library.
    """
    address = text.strip()
    plain = _PLAIN.fullmatch(address)
    if plain is None or len(address) > _LONGEST or "--" in plain[2]:
        return mail.normal_address(text)
    if plain[3].lower() in _reserved():
        return mail.normal_address(text)
    return address.lower()


def refused(text: str) -> str:
    """Why `text` is no address, as half a sentence; empty if it is one."""
    try:
        normal_address(text)
    except FollowerError as error:
        return error.what
    return ""


@functools.cache
def _reserved() -> frozenset[str]:
    """Top-level domains that the library treats in a way of its own."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    return frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
