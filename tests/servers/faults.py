"""The words of the test mail server: what can go wrong, and what was accepted."""

from __future__ import annotations

from dataclasses import dataclass, field

STAGES = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "text", "dot", "rset", "quit")


@dataclass(frozen=True, slots=True, eq=False)  # each one counts for itself
class Fault:
    """What goes wrong where, for whom, and how often (None: always).

    `action`: "550 words" (an answer; after 421 the line is closed) · "drop" · "reset" · "silent" · "drip"
    (a byte now and then) · "flood" (an answer without end) · "long" (a line without end) · "raw bytes"
    (escapes as in Python; then the dialogue goes on) · "slow S" (seconds; then as usual). At the dot,
    "accept+" before any of them accounts the message first. `match` (a shell pattern) is compared with the
    connection's number at connect, ehlo and auth, with the sender at mail, else with the recipient.
    """

    stage: str
    action: str
    match: str = "*"
    times: int | None = None

    def __post_init__(self) -> None:
        assert self.stage in STAGES, self.stage

    @classmethod
    def parse(cls, text: str) -> Fault:
        """`stage|action[|match[|times]]`."""
        stage, action, *rest = text.split("|")
        return cls(stage, action, rest[0] if rest else "*", int(rest[1]) if len(rest) > 1 else None)


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted message, as accounted."""

    message_id: str
    recipient: str
    sender: str
    connection: int
    data: bytes = field(repr=False)
