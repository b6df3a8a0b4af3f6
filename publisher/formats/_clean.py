"""Single values made fit for a feed: text, lines, addresses, moments, language tags.

Every function is pure and takes anything of its type: what cannot be repaired comes back empty, so that one
bad value never stops a feed. XML and JSON get the same values, so that the formats agree.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

# XML 1.0 (section 2.2) forbids these, but for the carriage return, which parsers would normalise. A vertical
# tab or form feed stands between words: it becomes a space.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n") + b"\x7f"
_DROPPED = bytes(code for code in _CONTROLS if code not in b"\v\f\r")
_BREAKS = bytes.maketrans(b"\v\f", b"  ")
# C1 controls are allowed but warned about by the W3C validator; U+FFFE and U+FFFF are forbidden. Two patterns
# that begin with a literal: those are searched for at the speed of memchr, an alternative is not.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_NONCHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")

# One repetition, never one inside another: hostile addresses must not make the search exponential.
_CHARACTER = r"[A-Za-z0-9._~!$&'()*+,;=:@/{}-]|%[0-9A-Fa-f]{{2}}"
_PATH, _QUERY = (f"(?:{_CHARACTER.format(also)})*" for also in ("", "?"))
_LABEL = r"[A-Za-z0-9_-]+"
_HTTP = re.compile(
    rf"https?://(?:\[[0-9A-Fa-f:.]+\]|{_LABEL}(?:\.{_LABEL})*\.?)(?::[0-9]{{1,5}})?"
    rf"(?:/{_PATH})?(?:\?{_QUERY})?(?:#{_QUERY})?",
)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_IRIS = {ord(char): f"%{ord(char):02X}" for char in '<>"{}|\\^`'}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+")


def text(value: str) -> str:
    """`value` without characters that XML 1.0 forbids or validators warn of; line ends are \\n."""
    return text_and_bytes(value)[0]


def text_and_bytes(value: str) -> tuple[str, bytes]:
    """The same text, and its UTF-8: content is most of a feed's bytes, and is encoded only once."""
    try:
        data = value.encode("utf-8")
        if _is_clean(data):
            return value, data
    except UnicodeEncodeError:  # a lone surrogate, which is left out
        data = value.encode("utf-8", "ignore")
    data = _cleaned(data)
    return data.decode("utf-8"), data


def _is_clean(data: bytes) -> bool:
    """Nearly all text is, and looking costs a third of cleaning."""
    if len(data.translate(None, _CONTROLS)) != len(data):
        return False
    return data.isascii() or not (
        (b"\xc2" in data and _C1.search(data)) or (b"\xef\xbf" in data and _NONCHARACTER.search(data))
    )


def _cleaned(data: bytes) -> bytes:
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data = data.replace(b"\xc2\x85", b"\n").translate(_BREAKS, _DROPPED)
    return _NONCHARACTER.sub(b"", _C1.sub(b"", data))


def line(value: str) -> str:
    """`value` as one line: clean, each run of white space one space, none at the ends."""
    return " ".join(text(value).split())


def identifier(value: str) -> str:
    """An id exactly as it is, but for what no IRI has: white space and controls go, brackets are encoded.

    RFC 4287, 4.2.6; RFC 3987, 2.2.
    """
    return "".join(text(value).split()).translate(_NOT_IN_IRIS)


def link(value: str | None, base: str = "") -> str:
    """A full http(s) URL in RFC 3986's characters, or "" if `value` cannot be one.

    Relative addresses are resolved against `base`; letters beyond ASCII become punycode in the host and
    percent-encoded elsewhere, as do spaces and stray percent signs. An address with a user name is refused.
    """
    if not value:
        return ""
    if _HTTP.fullmatch(value):
        return value
    try:
        address = _encoded(urljoin(base, text(value).strip()))
    except ValueError:  # urllib's and idna's word for an impossible host or port
        return ""
    return address if _HTTP.fullmatch(address) else ""


def _encoded(address: str) -> str:
    parts = urlsplit(_LONE_PERCENT.sub("%25", address))
    safe = "%!$&'()*+,;=:@/"
    return urlunsplit(
        (
            parts.scheme,
            parts.netloc if parts.netloc.isascii() else _punycode(parts),
            quote(parts.path, safe=safe),
            quote(parts.query, safe=safe + "?"),
            quote(parts.fragment, safe=safe + "?"),
        )
    )


def _punycode(parts: SplitResult) -> str:
    import idna  # seldom needed, and large

    if "@" in parts.netloc or not parts.hostname:
        return ""
    host = idna.encode(parts.hostname, uts46=True).decode("ascii")
    return f"{host}:{parts.port}" if parts.port else host


def email(value: str | None) -> str:
    """A bare mail address, or ""."""
    address = line(value or "")
    return address if _EMAIL.fullmatch(address) else ""


def moment(value: datetime) -> datetime:
    """`value` in UTC to the second, which is all that RSS can tell. A naive time is taken for UTC."""
    value = value.replace(microsecond=0)
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 with an offset that leads out of the calendar
        return value.replace(tzinfo=UTC)


def language(value: str | None) -> str:
    """A tag of RFC 5646 that begins with an ISO 639 code, or "". Underscores are forgiven: en_GB is en-GB."""
    tag = (value or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""
