"""HTTP/1.1 as uvicorn speaks it, with a short way for what is in memory.

A task, two messages and a dozen checks for each request cost five times as much as the answer to "has it
changed?". What the front has at hand is written while the request is read; all else takes uvicorn's own way.
A client that sends a head without end, or none at all, is not waited for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from publisher.web.kept import FIELDS

if TYPE_CHECKING:
    from publisher.web.sending import Headers

Quick = Callable[[bytes, bytes, "Headers"], tuple[bytes, bytes] | None]
LARGEST_HEAD = 64 * 1024  # bytes; what h11 allows
PATIENCE = 20.0  # seconds for a head that comes in pieces
_SMALL = 64 * 1024  # bytes of a body that are worth copying to save a system call
_LONGEST = 8 * 1024  # bytes of a request for which the short way is tried
# A whole request without a body, in the strictest reading of RFC 9112: whatever else comes, and whatever has
# a field that could mean a body or another protocol, is llhttp's to understand.
_SIMPLE = re.compile(
    rb"(GET|HEAD) (/[!-~]*+) HTTP/1\.1\r\n(?:[-!#$%&'*+.^_`|~0-9A-Za-z]++:[\t -~\x80-\xff]*+\r\n)*+\r\n"
)
_NAMES = b"|".join(re.escape(name) for name in sorted({*FIELDS, b"connection"}))
_FIELD = re.compile(rb"\r\n(%b):[\t ]*([^\r]*)" % _NAMES, re.IGNORECASE)


class QuickProtocol(HttpToolsProtocol):
    """One connection. The application says by `quick` what it has at hand."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._quick: Quick = getattr(self.app, "quick", _nothing)
        self._between = True  # all of the last request has come, and nothing of the next
        self._in_head = False
        self._head = 0  # bytes of the head that came in pieces
        self._heard = 0.0  # when the last request was complete, by the loop's clock
        self._watcher: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._heard = self.loop.time()
        self._watch(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        if self._between and self._answered(data):
            self._heard = self.loop.time()
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # nothing here speaks anything else: it is answered as if it had not been asked for
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
            return
        self._heard = self._heard if self._in_head else self.loop.time()
        if self._in_head:
            self._bound_head(len(data))

    def on_message_begin(self) -> None:
        self._in_head, self._between, self._head = True, False, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    def _answered(self, data: bytes) -> bool:
        """Whether `data` was one whole request, simple enough, and its answer has been written."""
        request = _SIMPLE.fullmatch(data) if len(data) <= _LONGEST else None
        if request is None or not self._is_free():
            return False
        headers = [(name.lower(), value.rstrip(b" \t")) for name, value in _FIELD.findall(data)]
        if any(name == b"connection" and value.lower() != b"keep-alive" for name, value in headers):
            return False
        found = self._quick(request[1], request[2], headers)
        if found is None:
            return False
        self._write(*found)
        return True

    def _is_free(self) -> bool:
        """Whether an answer may go out at once: nothing is before it, and there is room."""
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and not self.transport.is_closing()
        )

    def _bound_head(self, more: int) -> None:
        self._head += more
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def _write(self, head: bytes, body: bytes) -> None:
        defaults = b"".join([b"%b: %b\r\n" % pair for pair in self.server_state.default_headers])  # Date
        if len(body) <= _SMALL:
            self.transport.write(b"".join((head, defaults, b"\r\n", body)))
        else:
            self.transport.write(b"".join((head, defaults, b"\r\n")))
            self.transport.write(body)
        self.server_state.total_requests += 1

    def _watch(self, seconds: float) -> None:
        self._watcher = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Close what is idle, or sends a head too slowly. One timer for all requests."""
        working = self.cycle is not None and not self.cycle.response_complete
        patience = PATIENCE if self._in_head else self.timeout_keep_alive
        left = self._heard + patience - self.loop.time()
        if self.transport.is_closing():
            return
        if left > 0 or working or self.flow.write_paused:
            self._watch(max(left, 1.0))
        else:
            self.transport.close()


def _nothing(_method: bytes, _target: bytes, _headers: Headers) -> None:
    return None
