"""The built-in inbox: an SMTP server on the loopback interface that keeps every mail as a file.

For demonstrations and for trying things out. It answers 250 only when the mail is on the disk.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import ChannelError
from publisher.mail.durable import commit_file, stage_file
from publisher.mail.letterbox import mail_name

if TYPE_CHECKING:
    import aiosmtpd.smtp

HOST = "127.0.0.1"
LARGEST = 25 * 1024 * 1024  # bytes of one mail

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where the built-in inbox listens, and the folder that `list_inbox` and `read_inbox` take."""

    host: str
    port: int
    folder: Path


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_inbox(folder: Path, port: int = 0, now: Callable[[], datetime] = _utc_now) -> Iterator[Inbox]:
    """Listen on 127.0.0.1 (`port` 0: a free one) and store mail in `folder`/new until the block ends.

    `now` dates what arrives. Raises ChannelError when the folder or the port cannot be used.
    """
    # Imported here: asyncio and aiosmtpd take 0.2 s.
    from publisher.mail.listener import Listener

    try:
        for name in ("new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChannelError(
            f"the inbox cannot be kept there ({error.strerror})", where=str(folder), advice="Check its owner."
        ) from None
    listener = Listener(_Keeper(folder, now), _bound(port), LARGEST)
    listener.start()
    try:
        yield Inbox(HOST, listener.port, folder)
    finally:
        listener.stop()


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise ChannelError(
            f"The inbox cannot listen on port {port} ({error.strerror})",
            advice="Is another publisher running? Choose another port, or 0 for any free one.",
        ) from None


class _Keeper:
    """aiosmtpd's handler: stores a mail, then says yes."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder, self._now, self._count = folder, now, 0

    async def handle_DATA(
        self, _server: aiosmtpd.smtp.SMTP, _session: aiosmtpd.smtp.Session, envelope: aiosmtpd.smtp.Envelope
    ) -> str:
        """The reply to the final dot."""
        try:
            name = self._store(_traced(envelope))
        except OSError as error:
            _log.warning("The built-in inbox could not store a mail: %s", error.strerror)
            return "452 4.3.1 The inbox has no room for this mail"
        return f"250 2.0.0 Stored as {name}"

    def _store(self, data: bytes) -> str:
        # One thread runs all handlers, so the first free number stays free until it is taken.
        while True:
            name = mail_name(self._now(), self._count)
            path = self._folder / "new" / f"{name}.eml"
            self._count += 1
            if not path.exists():
                break
        staged = self._folder / "tmp" / path.name
        stage_file(staged, data)
        commit_file(staged, path)
        return name


def _traced(envelope: aiosmtpd.smtp.Envelope) -> bytes:
    """The mail with what final delivery adds (RFC 5321 section 4.4): from whom and for whom it really was."""
    lines = [("Return-Path", f"<{envelope.mail_from or ''}>")]
    lines += [("Delivered-To", recipient) for recipient in envelope.rcpt_tos]
    trace = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in lines)
    content = envelope.original_content or b""
    return trace.encode("utf-8", "replace") + content


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:500]
