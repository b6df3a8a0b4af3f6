"""A mail's content for the tests of this room, and ways to read a message back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher import text
from publisher.digest import MailChanges, MailContent, MailGuide, Recipient, TemplateFolders
from publisher.model import Image

BUNDLED = Path(__file__).resolve().parents[2] / "templates"
HOME = "https://guides.example/knees/"
WHEN = datetime(2026, 11, 6, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def recipient(name: str, number: int, token: str) -> Recipient:
    links = (f"https://guides.example/-/{what}/{token}" for what in ("unsubscribe", "preferences", "why"))
    return Recipient(name, f"<17.{number}@guides.example>", *links)


ADA = recipient("ada@example.com", 3, "v1.k1.ada")
BEN = recipient("ben@example.org", 4, "v" * 150)

_OLD = (
    "<h2>Going up</h2><p>Take one step at a time. Hold the rail.</p>"
    "<ul><li>Sore leg first.</li><li>Rest on the landing.</li></ul><h2>Going down</h2><p>Slowly.</p>"
)
_NEW = (
    "<h2>Going up</h2><p>Hold the rail. Take two steps at a time.</p>"
    "<ul><li>Good leg first.</li><li>Rest on the landing.</li></ul><h2>Going down</h2><p>Slowly.</p>"
    "<p>Do not carry more than 5 kg.</p>"
)


def changes(old: str = _OLD, new: str = _NEW, *notes: str, **more: str) -> MailChanges:
    """What a mail says of a guide whose text was `old` and is `new`."""
    found = text.diff(old, new)
    return MailChanges(
        notes=notes or ("The rail comes first now.",),
        line=text.diff_summary(found),
        html=text.diff_mail(found),
        text=text.diff_text(found, limit=5),
        url=f"{HOME}stairs-2/history",
        **more,
    )


CHANGES = changes()


def templates(*folders: Path) -> TemplateFolders:
    """The bundled templates, behind `folders`."""
    return TemplateFolders([*folders, BUNDLED])


def guide(number: int = 1, **changes: object) -> MailGuide:
    plain = MailGuide(
        title=f"Stairs with a sore knee, part {number}",
        url=f"{HOME}stairs-{number}",
        summary="Up with the good leg, down with the sore one.",
        publication="Knees",
        new=True,
        image=Image(f"{HOME}stairs.png", "A staircase with a rail", width=1200, height=600),
        minutes=4,
        date=datetime(2026, 11, 3, 9, 0, tzinfo=WHEN.tzinfo),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def content(*guides: MailGuide, **changes: object) -> MailContent:
    plain = MailContent(
        title="Knees: weekly",
        publication="Knees",
        home_url=HOME,
        language="en",
        accent="#1f5f8b",
        occurrence=WHEN,
        sender="Example Guides <news@guides.example>",
        reply_to="owner@guides.example",
        postal_address="Example Guides\n12 Lime Street, Exampleton",
        list_id="weekly.knees.guides.example",
        guides=guides or (guide(1), guide(2, new=False, changes=CHANGES)),
        digest_name="weekly",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def read(message: bytes) -> EmailMessage:
    """The message as the standard library understands it, which must find nothing to complain about."""
    parsed = message_from_bytes(message, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert [part.defects for part in parsed.walk() if part.defects] == []
    return parsed


def body(message: bytes, kind: str) -> str:
    """The "html" or "plain" part, line ends as in the program."""
    part = read(message).get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def check_lines(message: bytes) -> None:
    """What SMTP asks of every line (RFC 5321, 4.5.3.1.6), and what we promise beyond it."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
    for line in message.split(b"\r\n"):
        assert len(line) <= 998
        assert not line.startswith(b".")
        assert not line.startswith(b"From ")
