"""Reading what the built-in inbox stored. The mails are anyone's, so every kind of brokenness is put up with.

A mail's id is its file name without `.eml`: the time of its arrival and a number, so ids sort by age.
"""

from __future__ import annotations

import email
import email.errors
import email.header
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

from publisher.errors import ContentError

_ID = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9]{6,12}", re.ASCII)
_TIME = "%Y%m%dT%H%M%S%f"
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One line of the inbox's list. `recipient` is whom the mail was really delivered to (RCPT TO)."""

    id: str
    received: datetime
    sender: str  # the From header
    to: str  # the To header
    recipient: str
    subject: str


@dataclass(frozen=True, slots=True)
class InboxMail:
    """One mail, opened. `text` and `html` are its first parts of these kinds, decoded; unsanitised."""

    message: InboxMessage
    headers: tuple[tuple[str, str], ...]  # decoded, in the mail's order
    text: str | None
    html: str | None
    raw: bytes


def mail_name(received: datetime, number: int) -> str:
    """The id of the `number`-th mail, received at the aware time `received`."""
    return f"{received.astimezone(UTC).strftime(_TIME)}Z-{number:06d}"


def list_inbox(folder: Path, *, limit: int | None = None, before: str | None = None) -> list[InboxMessage]:
    """The mails in `folder`, newest first: at most `limit`, and only those older than the id `before`.

    Only heads are read, and only of the mails that are returned.
    """
    messages: list[InboxMessage] = []
    for name in sorted(_ids(folder), reverse=True):
        if limit is not None and len(messages) >= limit:
            break
        if before is None or name < before:
            try:
                with _path(folder, name).open("rb") as file:
                    head = file.read(_LONGEST_HEAD)
                messages.append(_message(name, email.message_from_bytes(_head_of(head))))
            except (OSError, ValueError):  # deleted meanwhile; or a file of somebody else
                continue
    return messages


def read_inbox(folder: Path, id: str) -> InboxMail:
    """The mail with this id. Raises ContentError if there is none; any text may be asked for safely."""
    try:
        raw = _path(folder, id).read_bytes()
        head = email.message_from_bytes(_head_of(raw))
        message = _message(id, head)
    except (OSError, ValueError):
        raise _absent() from None
    headers = tuple((name, _decoded(value)) for name, value in head.raw_items())
    try:
        text, html = _parts(email.message_from_bytes(raw))
    except RecursionError:  # hundreds of parts within parts
        text = html = None
    return InboxMail(message, headers, text, html, raw)


def _ids(folder: Path) -> Iterator[str]:
    new = folder / "new"
    if new.is_dir():
        yield from (path.stem for path in new.glob("*.eml") if _ID.fullmatch(path.stem))


def _path(folder: Path, id: str) -> Path:
    """The mail's file: an id is digits in a fixed shape, so it cannot lead out of the folder."""
    if not _ID.fullmatch(id):
        raise _absent()
    return folder / "new" / f"{id}.eml"


def _absent() -> ContentError:
    return ContentError("There is no such mail in the inbox")


def _head_of(data: bytes) -> bytes:
    end = re.search(rb"\r?\n\r?\n", data)
    return data[: end.end()] if end else data


def _message(id: str, head: Message) -> InboxMessage:
    received = datetime.strptime(id.partition("Z-")[0], _TIME).replace(tzinfo=UTC)
    found: dict[str, str] = {}
    for name, value in head.raw_items():
        found.setdefault(name.lower(), _decoded(value))
    return InboxMessage(
        id,
        received,
        found.get("from", ""),
        found.get("to", ""),
        found.get("delivered-to", ""),
        found.get("subject", ""),
    )


def _decoded(value: object) -> str:
    """A header's value as a person reads it: encoded words decoded, on one line."""
    # Bytes beyond ASCII come as lone surrogates from the parser.
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = re.sub(r"[\r\n]+[ \t]*", " ", text)
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, ValueError, email.errors.MessageError):  # unknown charset, broken base64
        return text


def _parts(mail: Message) -> tuple[str | None, str | None]:
    """The first text/plain and the first text/html part that is not an attachment."""
    found: dict[str, str] = {}
    for part in mail.walk():
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and kind not in found and not _is_attached(part):
            found[kind] = _content(part)
    return found.get("text/plain"), found.get("text/html")


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        text = data.decode(str(part.get_content_charset("utf-8")), "replace")
    except (LookupError, ValueError):  # a charset that does not exist, or is no charset
        text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")
