"""The signed links in our mails: `v1.<key id>.<purpose>.<id>.<generation>.<HMAC>`.

A token says "the bearer may do <purpose> to <id>"; it is checked without a database. `generation` lets the
owner of the id void older tokens (a private feed link that leaked). A token that expires carries the Unix
time from which it is void in that same field, as `<generation>-<time>`, inside the signed part. The HMAC is
HMAC-SHA256 over everything before its dot, cut to 20 bytes (RFC 2104 section 5), in base64url unpadded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from publisher.errors import ConfigError, TokenError

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)
_PURPOSE = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_:~-]{1,128}", re.ASCII)
_GENERATION = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,12}))?", re.ASCII)
_LONGEST = 256
_MAC_BYTES = 20
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token is about."""

    id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Named secrets: the first signs, all verify. Rotate by putting a new one in front."""

    pairs: tuple[tuple[str, bytes], ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.pairs:
            raise ConfigError("there is no key to sign links with")
        seen: set[str] = set()
        for key_id, secret in self.pairs:
            if not _KEY_ID.fullmatch(key_id) or key_id in seen:
                raise ConfigError(
                    f"the key id {key_id[:40]!r} is there twice, or not 1-16 of A-Z a-z 0-9 _ -"
                )
            if len(secret) < _SECRET_BYTES:
                raise ConfigError(f"the secret of key {key_id!r} is shorter than {_SECRET_BYTES} bytes")
            seen.add(key_id)

    @classmethod
    def new(cls, random_bytes: bytes, key_id: str) -> Self:
        """One key; `random_bytes` are at least 32 bytes from the system's secure source."""
        return cls(((key_id, random_bytes),))

    @classmethod
    def load(cls, text: str) -> Self:
        """Keys from lines of `keyid base64secret`, the signing one first; `#` begins a comment line.

        Raises ConfigError, which names the line but never shows a secret.
        """
        pairs: list[tuple[str, bytes]] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                key_id, encoded = line.split()
                pairs.append((key_id, base64.b64decode(encoded, validate=True)))
            except (ValueError, binascii.Error):
                raise ConfigError(
                    "a key is written as its id, a space, and the secret in base64", where=f"line {number}"
                ) from None
        return cls(tuple(pairs))

    def dump(self) -> str:
        """What `load` reads."""
        return "".join(f"{key_id} {base64.b64encode(secret).decode()}\n" for key_id, secret in self.pairs)

    def rotated(self, random_bytes: bytes, key_id: str) -> Self:
        """The same keys behind a new signing one."""
        return type(self)(((key_id, random_bytes), *self.pairs))


def sign(
    keys: Keys, purpose: str, id: str, generation: int = 0, expires: int | datetime | None = None
) -> str:
    """A token for `purpose` and `id`; `expires` is an aware time or Unix seconds, None for never.

    Raises TokenError when a part is not of the form that a token can hold.
    """
    number = str(generation) if expires is None else f"{generation}-{_seconds(expires)}"
    if not (_PURPOSE.fullmatch(purpose) and _ID.fullmatch(id) and _GENERATION.fullmatch(number)):
        raise TokenError("a link cannot be made of these parts", where=f"{purpose}.{id}.{number}"[:200])
    key_id, secret = keys.pairs[0]
    signed = f"v1.{key_id}.{purpose}.{id}.{number}"
    return f"{signed}.{_mac(secret, signed)}"


def verify(keys: Keys, token: str, purpose: str, now: int | datetime) -> Claims:
    """What `token` is about, if one of `keys` signed it for `purpose` and it has not expired at `now`.

    Raises TokenError with a sentence for whoever followed the link. Bad tokens of any length are refused
    after one HMAC at most.
    """
    if len(token) > _LONGEST or not token.isascii():
        raise _broken()
    signed, _, mac = token.rpartition(".")
    parts = signed.split(".")
    if len(parts) != 5:
        raise _broken()
    version, key_id, named, id, number = parts
    secret = dict(keys.pairs).get(key_id)
    if version != "v1" or secret is None or named != purpose:
        raise _broken()
    # The texts are compared, not the decoded bytes: base64 has several texts for the same bytes.
    if not hmac.compare_digest(_mac(secret, signed).encode(), mac.encode()):
        raise _broken()
    match = _GENERATION.fullmatch(number)
    if match is None or not _ID.fullmatch(id):
        raise _broken()
    if match[2] is not None and _seconds(now) >= int(match[2]):
        raise TokenError("This link has expired", advice="Please ask for a new one.")
    return Claims(id, int(match[1]))


def fingerprints(keys: Keys, endpoint: str) -> tuple[str, ...]:
    """What is kept of an address that was erased, under each of the keys: the first is the one to keep.

    HMAC-SHA256: whoever has the database but no key cannot try addresses. Capitals make no other person.
    """
    said = b"erased\0" + endpoint.lower().encode("utf-8", "surrogatepass")
    return tuple(f"hmac:{hmac.digest(secret, said, hashlib.sha256).hex()}" for _, secret in keys.pairs)


def _mac(secret: bytes, signed: str) -> str:
    digest = hmac.digest(secret, signed.encode("ascii"), hashlib.sha256)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _seconds(moment: int | datetime) -> int:
    return int(moment.timestamp()) if isinstance(moment, datetime) else moment


def _broken() -> TokenError:
    return TokenError(
        "This link is not complete, or not one of ours",
        advice="Please open it again from the mail, or copy all of it.",
    )
