"""What the owner must know: kept while it lasts, told by one mail, never by one a minute.

A thing is mailed once it has lasted for its patience: an owner who is mending a file needs no mail about it.
All that is owed goes into one mail, and the next one comes an hour later at the earliest.
"""

from __future__ import annotations

import email.policy
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from publisher import mail, storage
from publisher.errors import ChannelError
from publisher.model import Channel, DeliveryState, Envelope

# What an alert's key begins with -> how long it lasts before it is worth a mail. None: seen in status only.
PATIENCE: Mapping[str, timedelta | None] = {
    "relay": timedelta(hours=1),
    "source": timedelta(minutes=10),
    "site": timedelta(minutes=10),
    "edition": timedelta(minutes=10),
    "guide": None,
    "hold": timedelta(minutes=10),  # too much changed at once
    "gone": timedelta(hours=1),  # too many files are gone at once
    "stale": timedelta(hours=1),  # guides are past their review date
}
BETWEEN = timedelta(hours=1)
_LAST = "alert_mail"  # the mark of the last mail


def owed(store: storage.Store, now: datetime) -> list[storage.AlertRow]:
    """What the owner should be told by mail now; empty while the last mail is fresh."""
    with store.read() as db:
        last = storage.get_mark(db, _LAST)
        lasting = storage.lasting_alerts(db)
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < BETWEEN:
        return []
    return [each for each in lasting if each.mailed_at is None and _is_old(each, now)]


def _is_old(alert: storage.AlertRow, now: datetime) -> bool:
    patience = PATIENCE[alert.key.partition(":")[0]]
    return patience is not None and now - alert.since >= patience


def tell_owner(
    store: storage.Store,
    channel: Channel,
    *,
    site: str,
    sender: str,
    owner: str,
    over: Collection[str],
    now: datetime,
) -> bool:
    """Mail what is owed to the owner; True if a mail left. A mail that fails is tried again an hour later.

    `over` holds the keys of what has ended by now: a relay that was down can only be told when it is back.
    """
    due = owed(store, now)
    if not due:
        return False
    with store.write() as db:
        storage.set_mark(db, _LAST, now.isoformat())
    envelope = Envelope(
        0, 0, mail.split_address(sender)[1], owner, _message(due, over, site, sender, owner, now)
    )
    try:
        outcomes = list(channel.send([envelope], _NoJournal()))
    except ChannelError:
        return False
    if not outcomes or outcomes[0].state is not DeliveryState.SENT:
        return False
    with store.write() as db:
        storage.mark_mailed(db, [each.key for each in due], now)
    return True


class _NoJournal:
    """A second copy of this mail does no harm: it is to the owner, and says since when."""

    def intent(self, envelope: Envelope) -> None:
        pass


def _message(
    due: Sequence[storage.AlertRow],
    over: Collection[str],
    site: str,
    sender: str,
    owner: str,
    now: datetime,
) -> bytes:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = sender, owner
    first = " ".join(due[0].sentence.split())  # one line, whatever a folder is called
    more = f" (and {len(due) - 1} more)" if len(due) > 1 else ""
    message["Subject"] = f"{site} needs you: {first[:100]}{more}"
    message["Date"] = format_datetime(now)
    domain = mail.split_address(sender)[1].rpartition("@")[2]
    message["Message-ID"] = f"<alert.{int(now.timestamp())}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers, please
    lines = []
    for each in due:
        begin = f"{each.since:%-d %b %Y, %H:%M} UTC"
        when = (
            f"From {begin} to {now:%-d %b %Y, %H:%M} UTC, over now" if each.key in over else f"Since {begin}"
        )
        lines.append(f"{when}: {each.sentence}")
    lines.append("This is told once. `publisher status` shows what lasts.")
    message.set_content("\n\n".join(lines) + "\n")
    return message.as_bytes()
