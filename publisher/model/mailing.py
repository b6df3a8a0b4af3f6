"""How what was decided travels: the states of editions and deliveries, envelopes and outcomes."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class EditionState(enum.IntEnum):
    PLANNED = 0
    HELD = 1
    RUNNING = 2
    PAUSED = 3
    DONE = 4
    CANCELLED = 5


class DeliveryState(enum.IntEnum):
    """A delivery's life. SENDING is a claimed row whose intent record is written: bytes may have left.

    PLANNED ─▶ CLAIMED ─▶ SENDING ─▶ SENT
       ▲          │          ├─────▶ DEFERRED ─▶ PLANNED (in a new batch, when due)
       └──────────┘          ├─────▶ BOUNCED, FAILED
      (died before           └─────▶ UNCERTAIN (died, or the line fell, after the final dot)
       the intent)
    PLANNED ─▶ SUPPRESSED, CANCELLED, EXPIRED
    """

    PLANNED = 0
    CLAIMED = 1
    SENDING = 2
    SENT = 3
    DEFERRED = 4
    BOUNCED = 5
    FAILED = 6
    SUPPRESSED = 7
    CANCELLED = 8
    EXPIRED = 9
    UNCERTAIN = 10


class NoticeKind(enum.Enum):
    """A mail to one person about his own following. It looks at suppression, never at consent."""

    CONFIRM = "confirm"  # somebody asked to follow with this address: was it you?
    WELCOME = "welcome"  # he has confirmed: what comes when
    GOODBYE = "goodbye"  # he has stopped the last mail: the way back
    ACCOUNT = "account"  # he asked for his data, another address, to be forgotten, or the whole story
    ADDRESS = "address"  # to the new address: is it yours?
    MOVED = "moved"  # to the old address: mail goes elsewhere from now on


# Deliveries in these states count as "the follower had it" (or will have): DESIGN, promise 1 and 2.
HAD_STATES = (
    DeliveryState.PLANNED,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.UNCERTAIN,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way. `data` is the whole message, CRLF line ends, not dot-stuffed."""

    edition: int
    follower: int
    sender: str  # MAIL FROM
    recipient: str  # RCPT TO
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope. `reply` is the other side's own words, for the ledger."""

    edition: int
    follower: int
    state: DeliveryState
    reply: str = ""


class Journal(Protocol):
    """Written between the last byte of a message and its final dot; durable when it returns."""

    def intent(self, envelope: Envelope) -> None: ...


class Channel(Protocol):
    """How a delivery travels."""

    def send(self, envelopes: Iterable[Envelope], journal: Journal) -> Iterator[Outcome]:
        """Send what `envelopes` yields, one outcome each, in any order.

        `journal.intent` is called once per envelope, before the byte that could make the other side keep
        it. An envelope whose intent was not called did not leave. Raises ChannelError when nothing can be
        sent at all; the envelopes taken but not answered by then did not leave.
        """
        ...
