"""E-mail addresses: one normal form for storage and comparison, one sentence for what is none.

An address that passed here holds no control character, no space and no angle bracket, so it can stand in a
header or an SMTP command as it is.
"""

from __future__ import annotations

import re
import unicodedata

from publisher.errors import FollowerError

_LONGEST = 320
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


def normal_address(text: str) -> str:
    """`text` in the form that we store: in lower case, its domain in ASCII (IDNA).

    RFC 5321 lets a server tell `Ada@` from `ada@`; no provider of note does, and who leaves as the one must
    not be mailed as the other.

    Addresses that cannot be reached from the internet (no dot in the domain, `.local`, `.invalid`) are
    refused; `.example` and `.test` are accepted. Nothing is looked up. Raises FollowerError.
    """
    return _normal(text, anywhere=True)


def split_address(text: str) -> tuple[str, str]:
    """`"Name <a@b.example>"` or `"a@b.example"` as (name, address); the name may be empty.

    Made for an owner's own sender address, so a local one like `news@localhost` is accepted here.
    Raises FollowerError.
    """
    if len(text) > _LONGEST * 2 or _has_control(text.strip()):
        raise _refusal(text, "it must be one short line")
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        return "", _local(text)
    return _unquoted(named["name"].strip()), _local(named["address"])


def _local(text: str) -> str:
    """`normal_address`, but for domains of the local network, and for `localhost`."""
    local, at, domain = text.strip().rpartition("@")
    if domain.lower() != "localhost":
        return _normal(text, anywhere=False)
    # The library knows no address at localhost: the part before it is checked at a stand-in.
    return _normal(f"{local}{at}localhost.test", anywhere=False).removesuffix(".test")


def _normal(text: str, *, anywhere: bool) -> str:
    # Imported here: it takes 0.1 s, and most commands check no address.
    from email_validator import EmailNotValidError, validate_email

    address = text.strip()
    if not address:
        raise FollowerError("An e-mail address is missing", advice="Write it like ada@example.org.")
    if len(address) > _LONGEST:
        raise _refusal(address, "it is too long")
    if _has_control(address):
        raise _refusal(address, "it holds a control character")
    try:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=anywhere, test_environment=True
        )
    except EmailNotValidError as error:
        raise _refusal(address, str(error)) from None
    except (ValueError, IndexError) as error:  # what IDNA decoding of hostile labels can still raise
        raise _refusal(address, "its domain cannot be understood") from error
    local = found.local_part.lower() if anywhere else found.local_part
    return f"{local}@{found.ascii_domain or found.domain}"


def _unquoted(name: str) -> str:
    if len(name) >= 2 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _has_control(text: str) -> bool:
    return any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)


def _refusal(text: str, reason: str) -> FollowerError:
    shown = "".join(char if char.isprintable() else "�" for char in text.strip()[:80])
    return FollowerError(
        f"“{shown}” is not an e-mail address that we can write to: {reason.rstrip('.')}",
        advice="Write it like ada@example.org.",
    )
