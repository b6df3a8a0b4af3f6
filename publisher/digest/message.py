"""The MIME message: built once per variant, then personalised by joining bytes.

    head  From, Reply-To, Subject, Date, List-Id …   ┐ static bytes, the same for every follower
    To, Message-ID, List-Unsubscribe                 │ ◀ personal
    text/plain     … links of the follower's own …   │ ◀ personal
    text/html      … links of the follower's own …   ┘ ◀ personal

In a quoted-printable body a personal value stands between two soft line ends, so that its length moves no
other line. No line of the message begins with a dot: it may go through SMTP as it is, stuffed or not.
"""

from __future__ import annotations

import hashlib
import html as markup
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from publisher.digest import headers, quoted
from publisher.digest.content import MailContent, Recipient

# What can stand in a slot: the header's values, then each of LINKS for the plain text, and each for the HTML.
LINKS = ("unsubscribe", "preferences", "why")
_TO, _MESSAGE_ID, _LINK, _TEXT_LINKS = range(4)
_HTML_LINKS = _TEXT_LINKS + len(LINKS)

Piece = str | int  # static text, or one of the slots


@dataclass(frozen=True, slots=True)
class Mail:
    """A variant's mail. `html` and `text` show sample links where each follower's own go."""

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
        links = [headers.link(url) for url in (to.unsubscribe_url, to.preferences_url, to.why_url)]
        texts = [quoted.encode_value(link).encode("ascii") for link in links]
        values = (
            headers.address(to.address).encode("utf-8"),
            headers.message_id(to.message_id).encode("ascii"),
            links[0].encode("ascii"),
            *texts,
            *(_in_html(link, text) for link, text in zip(links, texts, strict=True)),
        )
        filled = list(self._pieces)
        for index, value in self._slots:
            filled[index] = values[value]
        return b"".join(filled)


def build(content: MailContent, *, subject: str, html: str, text: str, placeholder: str) -> Mail:
    """The mail of a variant. Both bodies hold `place(placeholder, …)` wherever a link of the follower's goes.

    Raises ContentError when the sender, the reply address, the List-Id or the date cannot be.
    """
    plain = _body(text, placeholder, _TEXT_LINKS)
    rich = _body(html, placeholder, _HTML_LINKS)
    # "=_" cannot be in quoted-printable text, so the boundary cannot either.
    boundary = "=_" + hashlib.sha256(f"{plain}\0{rich}".encode()).hexdigest()[:32]
    pieces: list[Piece] = [
        *_head(content, subject, boundary),
        *(f"--{boundary}\r\n{_part('plain')}", *plain),
        *(f"\r\n--{boundary}\r\n{_part('html')}", *rich),
        f"\r\n--{boundary}--\r\n",
    ]
    static, slots = _joined(pieces)
    for name in LINKS:
        sample = sample_link(content, name)
        html = html.replace(place(placeholder, name), markup.escape(sample))
        text = text.replace(place(placeholder, name), sample)
    return Mail(subject=subject, html=html, text=text, _pieces=static, _slots=slots)


def place(placeholder: str, name: str) -> str:
    """What stands in a body where the link `name`, one of LINKS, goes. `placeholder` is nowhere else."""
    return f"{placeholder}{LINKS.index(name)}"


def sample_link(content: MailContent, name: str = "unsubscribe") -> str:
    """What previews show in place of a follower's own link `name`, one of LINKS."""
    return urljoin(content.home_url, f"/-/{name}/sample")


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
    """A body in quoted-printable with a slot, between soft line ends, for each place. `slot` is the first."""
    first, *others = re.split(f"{re.escape(placeholder)}([0-{len(LINKS) - 1}])", body)
    pieces: list[Piece] = [quoted.encode(first)]
    for which, other in zip(others[::2], others[1::2], strict=True):
        pieces += [quoted.SOFT, slot + int(which), quoted.SOFT, quoted.encode(other)]
    return pieces


def _in_html(link: str, text: bytes) -> bytes:
    """The link as it stands in HTML, where `text` is how it stands in plain text."""
    if "&" not in link and "'" not in link:
        return text
    return quoted.encode_value(markup.escape(link)).encode("ascii")


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
