"""The MIME message: built once per variant, then personalised by joining bytes.

    head  From, Reply-To, Subject, Date, List-Id …   ┐ static bytes, the same for every follower
    To, Message-ID, List-Unsubscribe                 │ ◀ personal
    text/plain     … unsubscribe link …              │ ◀ personal
    text/html      … unsubscribe link …              ┘ ◀ personal

In a quoted-printable body a personal value stands between two soft line ends, so that its length moves no
other line. No line of the message begins with a dot: it may go through SMTP as it is, stuffed or not.
"""

from __future__ import annotations

import hashlib
import html as markup
from dataclasses import dataclass, field
from urllib.parse import urljoin

from publisher.digest import headers, quoted
from publisher.digest.content import MailContent, Recipient

# What can stand in a slot.
_TO, _MESSAGE_ID, _LINK, _HTML_LINK, _TEXT_LINK = range(5)

Piece = str | int  # static text, or one of the slots


@dataclass(frozen=True, slots=True)
class Mail:
    """A variant's mail. `html` and `text` show a sample link where each follower's own goes."""

    subject: str
    html: str
    text: str
    _pieces: tuple[bytes, ...] = field(repr=False)  # b"" in the slots
    _slots: tuple[tuple[int, int], ...] = field(repr=False)  # (index in _pieces, what goes there)

    def personalise(self, to: Recipient) -> bytes:
        """The whole RFC 5322 message for one follower: CRLF line ends, lines of at most 998 octets.

        ASCII, except for an address whose local part is not (RFC 6532; such a message needs SMTPUTF8).
        Raises FollowerError for what is no mail address, PublisherError for a bad Message-ID or link.
        """
        link = headers.link(to.unsubscribe_url)
        text_link = quoted.encode_value(link).encode("ascii")
        safe = "&" not in link and "'" not in link
        values = (
            headers.address(to.address).encode("utf-8"),
            headers.message_id(to.message_id).encode("ascii"),
            link.encode("ascii"),
            text_link if safe else quoted.encode_value(markup.escape(link)).encode("ascii"),
            text_link,
        )
        filled = list(self._pieces)
        for index, value in self._slots:
            filled[index] = values[value]
        return b"".join(filled)


def build(content: MailContent, *, subject: str, html: str, text: str, placeholder: str) -> Mail:
    """The mail of a variant. Both bodies hold `placeholder` wherever a follower's unsubscribe URL goes.

    Raises ContentError when the sender, the reply address, the List-Id or the date cannot be.
    """
    plain = _body(text, placeholder, _TEXT_LINK)
    rich = _body(html, placeholder, _HTML_LINK)
    # "=_" cannot be in quoted-printable text, so the boundary cannot either.
    boundary = "=_" + hashlib.sha256(f"{plain}\0{rich}".encode()).hexdigest()[:32]
    pieces: list[Piece] = [
        *_head(content, subject, boundary),
        *(f"--{boundary}\r\n{_part('plain')}", *plain),
        *(f"\r\n--{boundary}\r\n{_part('html')}", *rich),
        f"\r\n--{boundary}--\r\n",
    ]
    static, slots = _joined(pieces)
    sample = sample_link(content)
    return Mail(
        subject=subject,
        html=html.replace(placeholder, markup.escape(sample)),
        text=text.replace(placeholder, sample),
        _pieces=static,
        _slots=slots,
    )


def sample_link(content: MailContent) -> str:
    """What previews show in place of a follower's unsubscribe URL."""
    return urljoin(content.home_url, "/-/unsubscribe/sample")


def _head(content: MailContent, subject: str, boundary: str) -> list[Piece]:
    """All header fields and the empty line after them. Auto-Submitted has no place in a list's mail."""
    static = (
        headers.mailbox("From", content.sender),
        headers.mailbox("Reply-To", content.reply_to) if content.reply_to else "",
        headers.text("Subject", subject),
        headers.date(content.occurrence),
        headers.list_id(content.title, content.list_id),
        "Precedence: list\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",  # RFC 8058
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n',
        "To: ",
    )
    return [
        "".join(static),
        _TO,
        "\r\nMessage-ID: ",
        _MESSAGE_ID,
        "\r\nList-Unsubscribe: <",
        _LINK,
        ">\r\n\r\n",
    ]


def _part(subtype: str) -> str:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )


def _body(body: str, placeholder: str, slot: int) -> list[Piece]:
    """A body in quoted-printable with a slot, between soft line ends, for each placeholder."""
    first, *others = (quoted.encode(piece) for piece in body.split(placeholder))
    pieces: list[Piece] = [first]
    for other in others:
        pieces += [quoted.SOFT, slot, quoted.SOFT, other]
    return pieces


def _joined(pieces: list[Piece]) -> tuple[tuple[bytes, ...], tuple[tuple[int, int], ...]]:
    """Neighbouring static pieces as one, slots empty, and where they are."""
    static: list[str] = [""]
    slots: list[tuple[int, int]] = []
    for piece in pieces:
        if isinstance(piece, str):
            static[-1] += piece
        else:
            slots.append((len(static), piece))
            static += ["", ""]
    return tuple(piece.encode("utf-8") for piece in static), tuple(slots)
