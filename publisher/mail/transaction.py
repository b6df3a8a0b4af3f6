"""One mail transaction up to the end of the text: what may be sent, the commands, and an early no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.mail.session import Lost, Reply, Session
from publisher.model import DeliveryState, Envelope

_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\x9f<>\ud800-\udfff]{1,320}")
_STAGES = (("MAIL", 2), ("RCPT", 2), ("DATA", 3))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message did not get as far as its final dot.

    `answered`: the server refused this message, rather than hung up or said 421. `resumable`: the
    connection is ready for the next message.
    """

    stage: str
    state: DeliveryState
    words: str
    answered: bool
    resumable: bool


def unsendable(envelope: Envelope) -> str | None:
    """Why no server may be given this envelope, or None. Lone CR or LF are how mails are smuggled."""
    for address in (envelope.sender, envelope.recipient):
        if not _ADDRESS.fullmatch(address) and not (address == "" and address is envelope.sender):
            return "an address of this message cannot be used in SMTP"
    data = envelope.data
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
        return "the message has line ends that are not CRLF"
    return None


def obstacle(session: Session, envelope: Envelope) -> str | None:
    """Why this server cannot be given this envelope, or None: it lacks an extension that is needed."""
    if not (envelope.sender + envelope.recipient).isascii() and not session.has_extn("smtputf8"):
        return "the mail server cannot handle addresses beyond ASCII (it offers no SMTPUTF8)"
    if not envelope.data.isascii() and not session.has_extn("8bitmime"):
        return "the mail server cannot handle 8-bit text (it offers no 8BITMIME)"
    limit = session.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit[:18]) < len(envelope.data):
        return f"the message has {len(envelope.data)} bytes, the mail server takes at most {limit}"
    return None


def hand_over(session: Session, envelope: Envelope) -> Refusal | None:
    """Give the server everything but the final dot; None if it took it."""
    refusal = _announce(session, envelope)
    if refusal is not None:
        return refusal
    try:
        session.write(_stuffed(envelope.data))
        if session.is_quiet():
            return None
        reply = session.reply()
    except Lost as error:
        return _hung_up("text", error)
    # It spoke before the end of the message: whatever it says next could be taken for the dot's reply.
    state = DeliveryState.FAILED if reply.kind == 5 else DeliveryState.DEFERRED
    return Refusal("text", state, f"{reply} (before the end of the message)", answered=True, resumable=False)


def _announce(session: Session, envelope: Envelope) -> Refusal | None:
    """MAIL, RCPT and DATA, in one go where the server offers PIPELINING (RFC 2920)."""
    commands = _commands(session, envelope)
    pipelining = session.has_extn("pipelining")
    for index, (stage, wanted) in enumerate(_STAGES):
        try:
            if not pipelining:
                session.write(commands[index])
            elif index == 0:
                session.write(b"".join(commands))
            reply = session.reply()
        except Lost as error:
            return _hung_up(stage, error)
        if reply.kind != wanted:
            unread = len(_STAGES) - 1 - index if pipelining else 0
            return _refused(session, stage, reply, unread)
    return None


def _commands(session: Session, envelope: Envelope) -> list[bytes]:
    mail = f"MAIL FROM:<{envelope.sender}>"
    if session.has_extn("size"):
        mail += f" SIZE={len(envelope.data)}"
    if not envelope.data.isascii():
        mail += " BODY=8BITMIME"
    if not (envelope.sender + envelope.recipient).isascii():
        mail += " SMTPUTF8"
    return [f"{mail}\r\n".encode(), f"RCPT TO:<{envelope.recipient}>\r\n".encode(), b"DATA\r\n"]


def _refused(session: Session, stage: str, reply: Reply, unread: int) -> Refusal:
    """The refusal that `reply` means; `unread` replies to pipelined commands are still to come."""
    hangs_up = reply.code == 421
    state, words = DeliveryState.DEFERRED, str(reply)
    if reply.kind == 5:
        state = DeliveryState.BOUNCED if stage == "RCPT" else DeliveryState.FAILED
    elif reply.kind != 4:
        words = f"{reply} (not an answer to {stage})"
    resumable = reply.kind in (4, 5) and not hangs_up and _start_over(session, unread)
    return Refusal(stage, state, words, answered=not hangs_up, resumable=resumable)


def _start_over(session: Session, unread: int) -> bool:
    """Bring the dialogue back to where the next MAIL can come; False if that is not possible."""
    try:
        for _ in range(unread):
            if session.reply().kind == 3:
                return False  # it waits for a text that has no receiver
        session.write(b"RSET\r\n")
        return session.reply().kind == 2
    except Lost:
        return False


def _hung_up(stage: str, error: Lost) -> Refusal:
    words = f"{error}, at {stage}, before the end of the message"
    return Refusal(stage, DeliveryState.DEFERRED, words, answered=False, resumable=False)


def _stuffed(data: bytes) -> bytes:
    """`data` as the text of DATA (RFC 5321 section 4.5.2): dots doubled at line starts, CRLF at the end."""
    text = data.replace(b"\r\n.", b"\r\n..")
    if text.startswith(b"."):
        text = b"." + text
    return text if text.endswith(b"\r\n") or not text else text + b"\r\n"
