"""One SMTP connection (RFC 5321), and what becomes of each message on it.

MAIL, RCPT, DATA ──▶ text ──▶ before_dot() ──▶ "." ──▶ reply
└ lost, 4xx: DEFERRED; 5xx: BOUNCED at RCPT, else FAILED ┘    └ 2xx SENT, 4xx DEFERRED, 5xx FAILED,
                                                                none or nonsense: UNCERTAIN
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from publisher.errors import ChannelError
from publisher.mail.opening import open_session
from publisher.mail.session import Lost, Session
from publisher.mail.settings import SmtpSettings
from publisher.mail.transaction import Refusal, hand_over, obstacle, unsendable
from publisher.model import DeliveryState, Envelope, Outcome

_AFTER_DOT = {2: DeliveryState.SENT, 4: DeliveryState.DEFERRED, 5: DeliveryState.FAILED}


class SmtpConnection:
    """A connection that is opened when needed, and anew after trouble. For one thread, but for `abort`."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._session: Session | None = None
        self._used = False
        self._aborted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Make sure that there is a usable connection. Raises ChannelError."""
        self._ready()

    def deliver(self, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """Send one message; exactly one outcome, whatever the server does.

        `before_dot` is called when the server was given the whole text but for the line with the final dot
        (and not at all if it does not come to that). If it raises, the connection is closed without the
        dot, the message did not leave, and the exception is raised here.
        """
        fault = unsendable(envelope)
        if fault is not None:
            return _outcome(envelope, DeliveryState.FAILED, fault)
        try:
            session, refusal = self._text(envelope)
        except ChannelError as error:
            return _outcome(envelope, DeliveryState.DEFERRED, str(error))
        if refusal is not None:
            return _outcome(envelope, refusal.state, refusal.words)
        try:
            before_dot()
        except BaseException:
            self._drop()
            raise
        return self._dot(session, envelope)

    def close(self) -> None:
        """Say QUIT and close. Never raises."""
        if self._session is not None:
            self._session.leave()
            self._session = None

    def abort(self) -> None:
        """Cut the line, from any thread: what is under way ends at once, and nothing new is opened."""
        self._aborted = True
        session = self._session
        if session is not None:
            session.cut()

    def _ready(self) -> Session:
        if self._session is not None and self._session.is_quiet() and not self._aborted:
            return self._session
        self._drop()
        if not self._aborted:
            self._session, self._used = open_session(self._settings), False
        if self._aborted or self._session is None:  # asked again: opening takes time
            self._drop()
            raise ChannelError("sending was stopped")
        return self._session

    def _text(self, envelope: Envelope) -> tuple[Session, Refusal | None]:
        """Everything up to the end of the text, on a connection that it leaves usable, or closed."""
        session = self._ready()
        reused, self._used = self._used, True
        refusal = self._offer(session, envelope)
        # Servers that limit the messages of a connection hang up, or say 421, at the next MAIL: not a fault.
        if refusal is not None and reused and refusal.stage == "MAIL" and not refusal.answered:
            session = self._ready()
            self._used = True
            refusal = self._offer(session, envelope)
        return session, refusal

    def _offer(self, session: Session, envelope: Envelope) -> Refusal | None:
        fault = obstacle(session, envelope)
        if fault is not None:
            return Refusal("EHLO", DeliveryState.FAILED, fault, answered=True, resumable=True)
        refusal = hand_over(session, envelope)
        if refusal is not None and not refusal.resumable:
            self._drop()
        return refusal

    def _dot(self, session: Session, envelope: Envelope) -> Outcome:
        try:
            session.write(b".\r\n")
        except Lost as error:
            self._drop()
            words = f"{error}, before the end of the message"
            return _outcome(envelope, DeliveryState.DEFERRED, words)
        try:
            reply = session.reply(self._settings.final_timeout)
        except Lost as error:
            self._drop()
            words = f"{error}, after the end of the message: it may have arrived"
            return _outcome(envelope, DeliveryState.UNCERTAIN, words)
        if reply.kind == 3 or reply.code == 421:
            self._drop()
        return _outcome(envelope, _AFTER_DOT.get(reply.kind, DeliveryState.UNCERTAIN), str(reply))

    def _drop(self) -> None:
        """Close without a word: whatever the server has of an unfinished message is void without its dot."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _outcome(envelope: Envelope, state: DeliveryState, words: str) -> Outcome:
    return Outcome(envelope.edition, envelope.follower, state, words)
