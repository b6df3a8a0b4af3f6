"""What templates see: MailContent as clean plain text. The names are documented in templates/README.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from publisher.digest import colour, words
from publisher.digest.content import MailContent, MailGuide
from publisher.errors import ContentError
from publisher.model import Image

TITLE_LIMIT, SUMMARY_LIMIT, CHANGE_LIMIT, ALT_LIMIT = 240, 480, 600, 240  # characters
URL_LIMIT = 2000

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = re.compile(
    r"(?:(?:ar|arc|ckb|dv|fa|he|iw|ks|nqo|pnb|prs|ps|sd|syr|ug|ur|yi)(?!-(?:Latn|Cyrl|Deva)\b)"
    r"|[a-z]+-(?:Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa))(?:-.*)?",
    re.IGNORECASE,
)
_WIDTH = 592  # of the column, pixels


@dataclass(frozen=True, slots=True)
class PictureView:
    url: str
    alt: str
    width: int  # pixels, at most the column's


@dataclass(frozen=True, slots=True)
class GuideView:
    title: str
    url: str
    summary: str
    publication: str
    new: bool
    change: str  # "" if there is no note
    image: PictureView | None
    minutes: int
    date: str  # "3 November 2026", or ""
    full: bool = True  # False: only its headline is shown


@dataclass(frozen=True, slots=True)
class View:
    """A mail before it is set: its subject, its guides in mail order, and the variables beside them."""

    subject: str
    guides: tuple[GuideView, ...]
    others: Mapping[str, object]

    def variables(self, full: int | None = None) -> dict[str, object]:
        """What templates are given, with the first `full` guides in full (None: all)."""
        cut = len(self.guides) if full is None else full
        headlines = (replace(guide, full=False) for guide in self.guides[cut:])
        return {**self.others, "guides": (*self.guides[:cut], *headlines)}


def view(content: MailContent, placeholder: str) -> View:
    """The view of `content`; ContentError when it says nothing."""
    if not content.guides:
        raise ContentError("A mail needs at least one guide")
    guides = tuple(_guide(guide, content) for guide in words.in_mail_order(content.guides))
    titles, first = [guide.title for guide in guides], guides[0]
    others: dict[str, object] = {
        "accent": colour.readable(content.accent, colour.PAPER),
        "accent_dark": colour.readable(content.accent, colour.NIGHT, colour.CONTRAST_AT_NIGHT),
        "date": words.weekday(content.occurrence),
        "digest_name": "" if content.digest_name == "each" else words.clean(content.digest_name),
        "home_url": _link(content.home_url, content.home_url),
        "postal_address": _lines(content.postal_address or ""),
        "preheader": words.preheader(titles, first.summary if first.new else first.change or first.summary),
        "publication": words.clip(words.clean(content.publication), TITLE_LIMIT),
        "title": words.clip(words.clean(content.title), TITLE_LIMIT),
        "unsubscribe_url": placeholder,
        **_direction(content.language),
    }
    return View(words.subject(titles, updates=not first.new), guides, others)


def _direction(tag: str) -> dict[str, object]:
    """The language, and the sides that its lines start and end on."""
    language = tag if _LANGUAGE.fullmatch(tag) else "und"
    rtl = bool(_RIGHT_TO_LEFT.fullmatch(language))
    start, end = ("right", "left") if rtl else ("left", "right")
    return {"language": language, "dir": "rtl" if rtl else "ltr", "start": start, "end": end}


def _guide(guide: MailGuide, content: MailContent) -> GuideView:
    return GuideView(
        title=words.clip(words.clean(guide.title), TITLE_LIMIT) or "Untitled guide",
        url=_link(guide.url, content.home_url),
        summary=words.clip(words.clean(guide.summary), SUMMARY_LIMIT),
        publication=words.clip(words.clean(guide.publication), TITLE_LIMIT),
        new=guide.new,
        change="" if guide.new else words.clip(words.clean(guide.change or ""), CHANGE_LIMIT),
        image=_picture(guide.image, content.home_url),
        minutes=max(1, guide.minutes),
        date="" if guide.date is None else words.day(guide.date.astimezone(content.occurrence.tzinfo)),
    )


def _picture(image: Image | None, home_url: str) -> PictureView | None:
    """The picture, if its address is one that a mail program may load; a mail is whole without it."""
    if image is None:
        return None
    base = home_url if home_url.endswith("/") else home_url + "/"
    try:
        url = urljoin(base, words.clean(image.url))
    except ValueError:
        return None
    if not _usable(url):
        return None
    alt = words.clip(words.clean(image.alt), ALT_LIMIT)
    return PictureView(url, alt, min(image.width or _WIDTH, _WIDTH) if (image.width or 1) > 0 else _WIDTH)


def _link(url: str, instead: str) -> str:
    """An http(s) address as it is; for anything else (javascript:, data:) the way to the publication."""
    tidy = words.clean(url).replace(" ", "%20")
    return tidy if _usable(tidy) else words.clean(instead).replace(" ", "%20")


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.netloc) and len(url) <= URL_LIMIT


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for part in text.splitlines() if (line := words.clean(part)))
