"""A notice: one mail to one person about his own following. Its words are given; here they are set.

content ─▶ notice.mjml ─▶ check ─▶ MRML ─▶ inlined HTML ─┐
      └──▶ notice.txt ────────────────────────────────────┴─▶ MIME ─▶ Notice

`email/notice-<kind>.mjml` and `.txt` come before `notice.mjml` and `.txt`, wherever they lie.

A notice belongs to no list: it has no List-Id, no Precedence, and no List-Unsubscribe (RFC 2369, RFC 8058).
What one click would end is one digest; a confirm mail has none yet, a goodbye none any more, and after a
welcome there may be several: its own links say better which. Auto-Submitted (RFC 3834) asks the absent not
to answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from publisher.digest import colour, headers, quoted, words
from publisher.digest.compose import compiled
from publisher.digest.templates import TemplateFolders, path_of

TITLE_LIMIT, TEXT_LIMIT, LABEL_LIMIT, ITEM_LIMIT = 240, 900, 120, 50  # characters; and how many items
SUBJECT_LIMIT, PREHEADER_LIMIT, URL_LIMIT = 120, 160, 2000


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """A link with its words. One whose `url` is not http(s) is left out."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One publication that the notice is about, and what of it comes. `url` may be empty."""

    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """All that a notice says, in the reader's language, as plain text. Equal contents make equal bytes."""

    kind: str  # "confirm": which template is preferred
    subject: str
    heading: str
    title: str  # who writes: the publication's title, or the site's
    home_url: str
    paragraphs: tuple[str, ...]
    foot: str  # why it came
    language: str  # BCP 47
    dir: str  # "ltr" or "rtl"
    date: str  # "Friday, 6 November 2026", in the reader's zone
    accent: str  # #rgb or #rrggbb
    sender: str  # "Example Guides <news@guides.example>"
    reply_to: str | None
    postal_address: str | None  # may have several lines
    occurrence: datetime  # aware: the Date header
    items: tuple[NoticeItem, ...] = ()
    button: NoticeLink | None = None
    small: tuple[str, ...] = ()  # below the button
    links: tuple[NoticeLink, ...] = ()  # other ways on


@dataclass(frozen=True, slots=True)
class Notice:
    """The finished mail. `data` is the whole message (RFC 5322), CRLF line ends, not dot-stuffed."""

    subject: str
    html: str
    text: str
    data: bytes


def render_notice(
    content: NoticeContent, templates: TemplateFolders, *, address: str, message_id: str
) -> Notice:
    """The notice for whoever reads mail at `address`; `message_id` with its angle brackets.

    Raises TemplateError when a template is missing or broken; ContentError when the sender, the reply address
    or the time cannot be; FollowerError for what is no mail address.
    """
    given = variables(content)
    html = compiled(templates, _path(templates, content.kind, "mjml"), given)
    text = templates.render(_path(templates, content.kind, "txt"), given)
    subject = words.clip(words.clean(content.subject), SUBJECT_LIMIT)
    plain, rich = quoted.encode(text), quoted.encode(html)
    # "=_" cannot be in quoted-printable text, so the boundary cannot either.
    boundary = "=_" + hashlib.sha256(f"{plain}\0{rich}".encode()).hexdigest()[:32]
    message = (
        _head(content, subject, address, message_id, boundary),
        f"--{boundary}\r\n{_PART.format('plain')}{plain}",
        f"\r\n--{boundary}\r\n{_PART.format('html')}{rich}\r\n--{boundary}--\r\n",
    )
    return Notice(subject, html, text, "".join(message).encode())


_PART = "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


def _head(content: NoticeContent, subject: str, address: str, message_id: str, boundary: str) -> str:
    """All header fields and the empty line after them."""
    return "".join(
        (
            headers.mailbox("From", content.sender),
            headers.mailbox("Reply-To", content.reply_to) if content.reply_to else "",
            f"To: {headers.address(address)}\r\n",
            headers.text("Subject", subject),
            headers.date(content.occurrence),
            f"Message-ID: {headers.message_id(message_id)}\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "MIME-Version: 1.0\r\n",
            f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n',
        )
    )


def _path(templates: TemplateFolders, kind: str, suffix: str) -> str:
    """The template of this kind alone if somebody wrote one, else the one of all kinds."""
    own = path_of(f"notice-{kind}", suffix)
    written = any((folder / own).is_file() for folder in templates.folders)
    return own if written else path_of("notice", suffix)


def variables(content: NoticeContent) -> dict[str, object]:
    """What templates see, all of it clean plain text. The names are documented in templates/README.md."""
    rtl = content.dir == "rtl"
    paragraphs = _texts(content.paragraphs)
    return {
        "accent": colour.readable(content.accent, colour.PAPER),
        "accent_dark": colour.readable(content.accent, colour.NIGHT, colour.CONTRAST_AT_NIGHT),
        "button": _link(content.button),
        "date": words.clean(content.date),
        "dir": "rtl" if rtl else "ltr",
        "end": "left" if rtl else "right",
        "foot": _text(content.foot),
        "heading": _title(content.heading),
        "home_url": _url(content.home_url),
        "items": tuple(
            NoticeItem(_title(each.title), _text(each.detail), _url(each.url))
            for each in content.items[:ITEM_LIMIT]
        ),
        "kind": content.kind,
        "language": content.language,
        "links": tuple(link for each in content.links if (link := _link(each))),
        "paragraphs": paragraphs,
        "postal_address": _texts(tuple((content.postal_address or "").splitlines())),
        "preheader": words.clip(" ".join(paragraphs), PREHEADER_LIMIT),
        "small": _texts(content.small),
        "start": "right" if rtl else "left",
        "title": _title(content.title),
    }


def _title(text: str) -> str:
    return words.clip(words.clean(text), TITLE_LIMIT)


def _text(text: str) -> str:
    return words.clip(words.clean(text), TEXT_LIMIT)


def _texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean for each in texts if (clean := _text(each)))


def _link(link: NoticeLink | None) -> NoticeLink | None:
    if link is None or not (url := _url(link.url)):
        return None
    return NoticeLink(words.clip(words.clean(link.label), LABEL_LIMIT), url)


def _url(url: str) -> str:
    """An http(s) address as it may stand in an href; "" for anything else (javascript:, data:)."""
    tidy = words.clean(url).replace(" ", "%20")
    try:
        parts = urlsplit(tidy)
    except ValueError:
        return ""
    usable = parts.scheme.lower() in ("http", "https") and parts.netloc and len(tidy) <= URL_LIMIT
    return tidy if usable else ""
