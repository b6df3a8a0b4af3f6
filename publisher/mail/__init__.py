"""What mail needs: an SMTP client, the built-in inbox, addresses, message ids, when to try again.

The names below are loaded on first use: smtplib and aiosmtpd take longer to import than `publisher --help`
may take altogether.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.mail.addresses import normal_address, split_address
    from publisher.mail.durable import commit_file, stage_file
    from publisher.mail.ids import message_id, parse_message_id
    from publisher.mail.inbox import Inbox, open_inbox
    from publisher.mail.letterbox import InboxMail, InboxMessage, list_inbox, read_inbox
    from publisher.mail.retry import retry_delay
    from publisher.mail.roles import unusual
    from publisher.mail.settings import SmtpSettings
    from publisher.mail.smtp import SmtpConnection
    from publisher.mail.verdict import is_dead

_HOMES = {
    "addresses": ("normal_address", "split_address"),
    "durable": ("commit_file", "stage_file"),
    "ids": ("message_id", "parse_message_id"),
    "inbox": ("Inbox", "open_inbox"),
    "letterbox": ("InboxMail", "InboxMessage", "list_inbox", "read_inbox"),
    "retry": ("retry_delay",),
    "roles": ("unusual",),
    "settings": ("SmtpSettings",),
    "smtp": ("SmtpConnection",),
    "verdict": ("is_dead",),
}

__all__ = [
    "Inbox",
    "InboxMail",
    "InboxMessage",
    "SmtpConnection",
    "SmtpSettings",
    "commit_file",
    "is_dead",
    "list_inbox",
    "message_id",
    "normal_address",
    "open_inbox",
    "parse_message_id",
    "read_inbox",
    "retry_delay",
    "split_address",
    "stage_file",
    "unusual",
]


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"publisher.mail.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
