"""The dialogue with a mail server: replies that are bounded in length, lines and time.

smtplib negotiates TLS and logs in; what it leaves unbounded, the reading of replies, is done here. Each
exchange ends in a `Reply`, or raises `Lost` with a reason.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass

_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})([ -]|$)(.*)", re.DOTALL)
_LONGEST_LINE = 4096  # RFC 5321 section 4.5.3.1.5 says 512; real servers put long links there
_MOST_LINES = 128
_LONGEST_TEXT = 500
_QUIT_PATIENCE = 3.0


class Lost(smtplib.SMTPServerDisconnected):
    """The connection can no longer be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: its code, and its words on one line without control characters."""

    code: int
    text: str

    @property
    def kind(self) -> int:
        """2 yes, 3 go on, 4 not now, 5 never (RFC 5321 section 4.2.1)."""
        return self.code // 100

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip()


class Session(smtplib.SMTP):
    """smtplib's SMTP with replies that always end."""

    _unread = b""

    def getreply(self, patience: float | None = None) -> tuple[int, bytes]:
        """(code, text; lines joined by LF). Raises Lost for silence, a closed line, or what is no reply.

        `patience` (seconds, by default the connection's timeout) is for the whole reply, so that a server
        that drips bytes cannot hold us.
        """
        deadline = time.monotonic() + (self.timeout if patience is None else patience)
        lines: list[bytes] = []
        code = b""
        while len(lines) < _MOST_LINES:
            match = _REPLY_LINE.fullmatch(self._read_line(deadline).rstrip(b"\r\n"))
            if match is None or code not in (b"", match[1]):
                raise self._lose("the server's answer is not SMTP")
            code = match[1]
            lines.append(match[3].strip())
            if match[2] != b"-":
                return int(code), b"\n".join(lines)
        raise self._lose("the server's answer does not end")

    def reply(self, patience: float | None = None) -> Reply:
        """The next reply. Raises Lost."""
        code, text = self.getreply(patience)
        words = "".join(char if char.isprintable() else " " for char in text.decode("utf-8", "replace"))
        return Reply(code, words[:_LONGEST_TEXT])

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the network. Raises Lost; then its last byte did not leave."""
        if self.sock is None:
            raise Lost("there is no connection")
        try:
            self.sock.settimeout(self.timeout)
            self.sock.sendall(data)
        except TimeoutError:
            raise self._lose(f"the server took no data for {self.timeout:g} s") from None
        except (OSError, ValueError) as error:
            raise self._lose(f"the connection was lost ({words(error)})") from None

    def is_quiet(self) -> bool:
        """Whether the line is up and the server said nothing that we have not read."""
        if self._unread or self.sock is None:
            return False
        try:
            self.sock.settimeout(0)
            self._unread = self.sock.recv(_LONGEST_LINE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except (OSError, ValueError):
            return False
        return False  # it spoke out of turn, or hung up

    def forget_extensions(self) -> None:
        """Refuse what was said in clear text before TLS began (RFC 3207 section 4.2)."""
        if self._unread:
            raise self._lose("the server sent more before encryption began than it may")

    def leave(self) -> None:
        """Say goodbye briefly and close. Never raises."""
        with contextlib.suppress(OSError, ValueError):
            if self.sock is not None:
                self.write(b"QUIT\r\n")
                self.getreply(min(self.timeout, _QUIT_PATIENCE))
        self.close()

    def cut(self) -> None:
        """Break the line from another thread, so that whoever waits on it stops waiting. Never raises."""
        line = self.sock
        if line is not None:
            with contextlib.suppress(OSError):
                # SSLSocket.shutdown would take the TLS state away under the reading thread.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _read_line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread:
            if len(self._unread) > _LONGEST_LINE:
                raise self._lose("the server's answer is too long")
            self._unread += self._receive(deadline - time.monotonic())
        line, _, self._unread = self._unread.partition(b"\n")
        if len(line) > _LONGEST_LINE:
            raise self._lose("the server's answer is too long")
        return line

    def _receive(self, patience: float) -> bytes:
        if self.sock is None:
            raise Lost("there is no connection")
        try:
            if patience <= 0:
                raise TimeoutError
            self.sock.settimeout(patience)
            data = self.sock.recv(_LONGEST_LINE)
        except TimeoutError:
            raise self._lose("the server did not answer in time") from None
        except (OSError, ValueError) as error:
            raise self._lose(f"the connection was lost ({words(error)})") from None
        if not data:
            raise self._lose("the server closed the connection")
        return data

    def _lose(self, why: str) -> Lost:
        self.close()
        return Lost(why)


def words(error: Exception) -> str:
    """What an exception says, short, on one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        raw = error.smtp_error
        said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        text = f"{error.smtp_code} {said}"
    else:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "".join(char if char.isprintable() else " " for char in str(text))[:200]
