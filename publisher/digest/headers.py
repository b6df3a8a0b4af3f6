"""Header fields of a mail: checked, encoded, folded (RFC 5322, 2047, 2919). No value can end its line."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote

from publisher.digest.words import clean, clip
from publisher.errors import ContentError, FollowerError, PublisherError

NAME_LIMIT = 120  # characters of a display name
WORD_LIMIT = 70  # a longer word goes into encoded words, so that the line can be folded

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
_NAMED = re.compile(r'\s*"?(?P<name>.*?)"?\s*<(?P<address>[^<>]*)>\s*', re.DOTALL)
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,125}@[!-;=?A-~]{1,125}>")  # printable ASCII, no "<", ">", "@" within
_LIST_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)+")
_URL = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[!#-;=?-\[\]_a-z~%]{1,900}")  # IGNORECASE costs four times that
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def text(name: str, value: str) -> str:
    """An unstructured field, such as Subject: plain if it can be, else in encoded words; CRLF at its end."""
    return f"{name}: {_words(name, clean(value))}\r\n"


def mailbox(name: str, value: str) -> str:
    """A field with one mailbox, "Name <address>" or "address". ContentError when it has no usable address."""
    named = _NAMED.fullmatch(value)
    try:
        where = address(named["address"].strip() if named else value.strip())
    except FollowerError as error:
        raise ContentError(
            f"“{clip(clean(value), 80)}” is not a mail address for {name}",
            advice='Write it as "Example Guides <news@guides.example>".',
        ) from error
    phrase = _phrase(name, named["name"] if named else "")
    return f"{name}: {_with_phrase(phrase, where)}\r\n" if phrase else f"{name}: {where}\r\n"


def list_id(title: str, value: str) -> str:
    """List-Id (RFC 2919). A host name with letters outside ASCII is written in its ASCII form."""
    ascii_id = value if value.isascii() else _ascii_host(value)
    if not _LIST_ID.fullmatch(ascii_id) or len(ascii_id) > 255:
        raise ContentError(f"“{clip(clean(value), 80)}” cannot be a List-Id (RFC 2919)")
    phrase = _phrase("List-Id", title)
    return f"List-Id: {_with_phrase(phrase, ascii_id) if phrase else f'<{ascii_id}>'}\r\n"


def date(moment: datetime) -> str:
    """Date, from the content, with the offset of its zone."""
    if moment.tzinfo is None:
        raise ContentError("The occurrence of a mail needs a time zone")
    return f"Date: {format_datetime(moment)}\r\n"


def address(value: str) -> str:
    """The address as it goes on the wire: its domain in ASCII. FollowerError when it is not one."""
    if _ADDRESS.fullmatch(value) and ".." not in value and "@." not in value:
        return value
    from email_validator import EmailNotValidError, validate_email

    try:
        known = validate_email(
            value, check_deliverability=False, allow_quoted_local=True, globally_deliverable=False
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise FollowerError(f"“{clip(clean(value), 80)}” is not a mail address") from error
    return known.ascii_email or f"{known.local_part}@{known.ascii_domain}"


def message_id(value: str) -> str:
    """A Message-ID with its angle brackets, as it is."""
    if not _MESSAGE_ID.fullmatch(value):
        raise PublisherError(f"“{clip(clean(value), 80)}” cannot be a Message-ID (RFC 5322)")
    return value


def link(value: str) -> str:
    """An http(s) URL that can stand between angle brackets in a field: ASCII, at most 900 characters."""
    ascii_url = value if value.isascii() else _ascii_url(value)
    if not _URL.fullmatch(ascii_url):
        raise PublisherError(f"“{clip(clean(value), 80)}” cannot be a link in a mail's header")
    return ascii_url


def _words(name: str, value: str) -> str:
    if value.isascii() and "=?" not in value and all(len(word) < WORD_LIMIT for word in value.split(" ")):
        return Header(value, "us-ascii", maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return Header(value, "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")


def _phrase(name: str, value: str) -> str:
    """A display name: atoms as they are, other ASCII quoted, all else in encoded words."""
    shown = clip(clean(value), NAME_LIMIT)
    if not shown.isascii() or "=?" in shown:
        return Header(shown, "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return shown if _ATOMS.fullmatch(shown) else f'"{quote(shown)}"'


def _with_phrase(phrase: str, where: str) -> str:
    """A display name and what it names, on a second line if they are long."""
    gap = " " if len(phrase) + len(where) <= 60 else "\r\n "
    return f"{phrase}{gap}<{where}>"


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _ascii_url(value: str) -> str:
    from urllib.parse import quote as percent
    from urllib.parse import urlsplit, urlunsplit

    try:
        parts = urlsplit(value)
        host = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.netloc)
    except ValueError:
        return ""
    safe = "/?#[]!$&'()*+,;=:@%~-._"
    rest = (percent(part, safe=safe) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, *rest)) if host else ""
