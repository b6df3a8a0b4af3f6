"""The `smtp` channel: several connections at once, each with one message under way.

Each connection has a thread of its own; everything that belongs to the caller runs in the caller's thread:
the envelopes are drawn, the journal is written and the outcomes are handed over there, so that neither
needs to be thread-safe. A connection gets its next envelope only after the caller took the outcome of its
last one and came back: when a process dies, at most one message per connection is in doubt.

    caller's thread                      a connection's thread
    next(envelopes)     ──Envelope──▶    MAIL, RCPT, DATA, text
    journal.intent      ◀──Intent────
                        ──go / no──▶     "." and its reply
    yield               ◀──Outcome───

Keys:

    host           the server's name or address
    port           its port
    security       "none", "starttls" or "tls"
    username       who logs in
    password       and with what
    connections    how many send at the same time
    timeout        seconds to wait for each answer
    final_timeout  seconds to wait for the last answer of a mail
    helo           the name by which we greet the server
    ca_file        certificates (PEM) to trust besides the system's
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from publisher.errors import ChannelError
from publisher.mail import SmtpConnection, SmtpSettings
from publisher.model import DeliveryState, Envelope, Journal, Outcome

_FAREWELL = 5.0  # seconds that a thread whose line was cut gets to end


class SmtpChannel:
    """Sends through one mail server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    @classmethod
    def from_options(cls, options: Mapping[str, object]) -> Self:
        """The keys are the fields of `SmtpSettings`. Raises ConfigError."""
        return cls(SmtpSettings.from_options(options))

    def send(self, envelopes: Iterable[Envelope], journal: Journal) -> Iterator[Outcome]:
        """See `publisher.model.Channel`. Raises ChannelError when no connection can be opened (any more).

        When drawing an envelope or `journal.intent` raises, no further dot is sent, the messages under way
        are brought to their outcomes (DEFERRED if they had no dot yet), and then the exception is raised.
        When the caller closes the generator, the lines are cut: no further dot is sent either, but the
        outcome of a message whose dot has left is lost.
        """
        crew = _Crew(self._settings)
        try:
            yield from crew.work(iter(envelopes), journal)
        finally:
            crew.dismiss()


@dataclass(frozen=True, slots=True)
class _Ready:
    """This worker is connected, and free."""

    worker: _Worker


@dataclass(frozen=True, slots=True)
class _Intent:
    """This worker is about to send the dot of this envelope, and waits for leave."""

    worker: _Worker
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class _Gone:
    """A worker has ended; `error` says why, unless it was told to."""

    error: Exception | None


_Event = _Ready | _Intent | Outcome | _Gone


class _Withheld(Exception):
    """Carries "no" through SmtpConnection.deliver, which then closes without the dot."""


class _Worker(threading.Thread):
    """One connection. `inbox` holds the next envelope (None: go home), or the answer to an intent."""

    def __init__(self, settings: SmtpSettings, events: queue.SimpleQueue[_Event]) -> None:
        super().__init__(name="smtp", daemon=True)
        self.connection = SmtpConnection(settings)
        self.inbox: queue.SimpleQueue[Envelope | bool | None] = queue.SimpleQueue()
        self._events = events

    def run(self) -> None:
        error: Exception | None = None
        try:
            with self.connection:
                self._rounds()
        except Exception as caught:  # noqa: BLE001  (whatever it is, it is raised in the caller's thread)
            error = caught
        self._events.put(_Gone(error))

    def _rounds(self) -> None:
        while True:
            self.connection.open()
            self._events.put(_Ready(self))
            envelope = self.inbox.get()
            if not isinstance(envelope, Envelope):
                return
            try:
                outcome = self.connection.deliver(envelope, partial(self._ask, envelope))
            except _Withheld:
                words = "sending was stopped before the end of this message"
                outcome = Outcome(envelope.edition, envelope.follower, DeliveryState.DEFERRED, words)
            self._events.put(outcome)

    def _ask(self, envelope: Envelope) -> None:
        self._events.put(_Intent(self, envelope))
        if self.inbox.get() is not True:
            raise _Withheld


@dataclass(slots=True)
class _Crew:
    """The workers of one `send`, and the caller's side of the talk with them."""

    settings: SmtpSettings
    events: queue.SimpleQueue[_Event] = field(default_factory=queue.SimpleQueue)
    workers: list[_Worker] = field(default_factory=list)
    present: int = 0
    finished: bool = False  # no envelope will be drawn any more
    fault: BaseException | None = None  # raised by the caller's own code
    trouble: ChannelError | None = None  # why a connection was given up

    def work(self, envelopes: Iterator[Envelope], journal: Journal) -> Iterator[Outcome]:
        """Serve the workers until all have gone."""
        self._hire()
        while self.present:
            match self.events.get():
                case _Ready(worker):
                    envelope = self._draw(envelopes)
                    worker.inbox.put(envelope)
                    if envelope is not None and len(self.workers) < self.settings.connections:
                        self._hire()  # one by one: a single mail needs no four connections
                case _Intent(worker, envelope):
                    worker.inbox.put(self._may_go(envelope, journal))
                case _Gone(error):
                    self._note(error)
                case outcome:
                    yield outcome
        if self.fault is not None:
            raise self.fault
        if not self.finished and self.trouble is not None:
            raise self.trouble

    def dismiss(self) -> None:
        """Make sure that no worker sends or waits any more."""
        if not self.present:
            return
        for worker in self.workers:
            worker.inbox.put(None)
            worker.connection.abort()
        for worker in self.workers:
            worker.join(_FAREWELL)

    def _hire(self) -> None:
        worker = _Worker(self.settings, self.events)
        worker.start()
        self.workers.append(worker)
        self.present += 1

    def _draw(self, envelopes: Iterator[Envelope]) -> Envelope | None:
        if self.finished or self.fault is not None:
            return None
        try:
            return next(envelopes)
        except StopIteration:
            self.finished = True
        except Exception as error:  # noqa: BLE001  (raised again when the messages under way are settled)
            self.fault = error
        return None

    def _may_go(self, envelope: Envelope, journal: Journal) -> bool:
        if self.fault is not None:
            return False
        try:
            journal.intent(envelope)
        except Exception as error:  # noqa: BLE001  (raised again when the messages under way are settled)
            self.fault = error
            return False
        return True

    def _note(self, error: Exception | None) -> None:
        self.present -= 1
        if isinstance(error, ChannelError):
            self.trouble = self.trouble or error
        elif error is not None:
            self.fault = self.fault or error
