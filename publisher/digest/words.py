"""Text from outside made safe to set in a line, and what is made of it: subject and preheader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from publisher.digest.content import MailGuide
from publisher.words import Words

SUBJECT_LIMIT = 120  # characters; phones show 40, desktops about 90
PREHEADER_LIMIT = 160

# Line ends and tabs become one space. No-break spaces stay: French sets them before a colon.
_BLANK = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
# Controls, embeddings and isolates that would turn the rest of the line around, half characters, and what
# XML cannot hold. The marks U+200E and U+200F stay: right-to-left texts need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_JOINERS = "\u200d\ufe0e\ufe0f"


def clean(text: str) -> str:
    """`text` as one line of printable characters, with single spaces between words."""
    return _BLANK.sub(" ", _UNPRINTABLE.sub("", text)).strip(" ")


def clean_line(line: str) -> str:
    """A line of a text that is set in lines: the spaces that it begins with stay."""
    words = clean(line)
    return " " * (len(line) - len(line.lstrip(" "))) + words if words else ""


def clip(text: str, limit: int) -> str:
    """`text`, or its beginning and "…" if it has more than `limit` characters; between words if possible."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 1 and (
        unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS
    ):
        end -= 1  # not between a letter and its accent, nor inside a composed emoji
    space = text.rfind(" ", end // 2, end + 1)
    return text[: space if space > 0 else end].rstrip(" ,;:–—-") + "…"


def in_mail_order(guides: Sequence[MailGuide]) -> tuple[MailGuide, ...]:
    """New guides first, then updated ones, each in the order given."""
    return (*(guide for guide in guides if guide.new), *(guide for guide in guides if not guide.new))


def subject(titles: Sequence[str], words: Words, *, updates: bool) -> str:
    """What the mail is called in an inbox, at most `SUBJECT_LIMIT` characters.

    `titles` are clean and in mail order, at least one; `updates` says that none of the guides is new.
    """
    first, others = titles[0], len(titles) - 1

    def said(title: str) -> str:
        return _updated(title, others, words) if updates else _new(title, others, words)

    return clip(said(clip(first, max(1, SUBJECT_LIMIT - len(said(""))))), SUBJECT_LIMIT)


def _new(title: str, others: int, words: Words) -> str:
    if not others:
        return title
    if _ends_open(title):
        return words.ngettext("%(title)s and %(num)s more", "%(title)s and %(num)s more", others, title=title)
    return words.ngettext("%(title)s – and %(num)s more", "%(title)s – and %(num)s more", others, title=title)


def _updated(title: str, others: int, words: Words) -> str:
    if not others:
        return words.gettext("Updated: %(title)s", title=title)
    if _ends_open(title):
        return words.ngettext(
            "Updated: %(title)s and %(num)s more", "Updated: %(title)s and %(num)s more", others, title=title
        )
    return words.ngettext(
        "Updated: %(title)s – and %(num)s more", "Updated: %(title)s – and %(num)s more", others, title=title
    )


def _ends_open(title: str) -> bool:
    """Whether a sentence can go on after it: not after "How long to rest?" """
    return title[-1:].isalnum()


def preheader(titles: Sequence[str], summary: str) -> str:
    """The line that inboxes show after the subject: what the subject has not said yet.

    Of a single guide its summary; of several the headlines after the first, which the subject names.
    """
    return clip(" · ".join(titles[1:]) or summary or titles[0], PREHEADER_LIMIT)
