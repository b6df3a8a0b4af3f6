"""Small messages for tests of what carries them."""

from __future__ import annotations

from publisher.model import Envelope


def envelope(
    follower: int = 1,
    recipient: str | None = None,
    *,
    text: str = "Hello.\r\n",
    sender: str = "news@guides.example",
) -> Envelope:
    """A message of edition 7 to `follower`, whose Message-ID is `<e7.f{follower}@guides.example>`."""
    to = f"f{follower}@followers.example" if recipient is None else recipient
    head = f"From: <{sender}>\r\nTo: <follower{follower}@followers.example>\r\nSubject: Guides\r\n"
    data = f"{head}Message-ID: {message_name(follower)}\r\n\r\n{text}".encode()
    return Envelope(edition=7, follower=follower, sender=sender, recipient=to, data=data)


def message_name(follower: int) -> str:
    """The Message-ID of `envelope(follower)`."""
    return f"<e7.f{follower}@guides.example>"
