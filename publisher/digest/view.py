"""What templates see: MailContent as clean plain text. The names are documented in templates/README.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from publisher.digest import colour
from publisher.digest.changes import checked
from publisher.digest.content import MailChanges, MailContent, MailGuide
from publisher.digest.message import LINKS, place
from publisher.digest.words import clean, clean_line, clip, in_mail_order, preheader, subject
from publisher.errors import ContentError
from publisher.model import Image
from publisher.words import Words

TITLE_LIMIT, SUMMARY_LIMIT, NOTE_LIMIT, ALT_LIMIT = 240, 480, 600, 240  # characters
NOTES, LINES_LIMIT = 10, 12_000  # notes of one guide; characters of what changed, in the plain text
URL_LIMIT = 2000

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = re.compile(
    r"(?:(?:ar|arc|ckb|dv|fa|he|iw|ks|nqo|pnb|prs|ps|sd|syr|ug|ur|yi)(?!-(?:Latn|Cyrl|Deva)\b)"
    r"|[a-z]+-(?:Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa))(?:-.*)?",
    re.IGNORECASE,
)
_WIDTH = 592  # of the column, pixels; a picture that is upright gets no higher than that, either
_JPEG = (".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class PictureView:
    url: str
    alt: str
    width: int  # pixels, at most the column's
    height: int | None  # None: unknown
    srcset: str  # the same for screens with more pixels, or ""
    clear: bool  # one may see through it: what is drawn in black needs paper behind it by night


@dataclass(frozen=True, slots=True)
class ChangesView:
    notes: tuple[str, ...]
    formerly: str
    line: str
    html: str  # marked as safe, or "": there is nothing to show, or no room for it
    text: str
    url: str

    def __bool__(self) -> bool:
        return bool(self.notes or self.formerly or self.line or self.html or self.text)


@dataclass(frozen=True, slots=True)
class GuideView:
    title: str
    url: str
    summary: str
    publication: str
    new: bool
    changes: ChangesView
    image: PictureView | None
    minutes: int
    date: str  # "3 November 2026", or ""
    language: str
    full: bool = True  # False: only its headline is shown


@dataclass(frozen=True, slots=True)
class View:
    """A mail before it is set: its subject, its guides in mail order, and the variables beside them."""

    subject: str
    guides: tuple[GuideView, ...]
    others: Mapping[str, object]

    @property
    def steps(self) -> int:
        """How many things more than headlines there are to show: guides in full, and what changed in them."""
        return len(self.guides) + sum(bool(guide.changes.html) for guide in self.guides)

    def variables(self, steps: int | None = None) -> dict[str, object]:
        """What templates are given, with the first so many of these things (None: all)."""
        left = self.steps if steps is None else steps
        shown, left = (
            [replace(guide, full=at < left) for at, guide in enumerate(self.guides)],
            left - len(self.guides),
        )
        for at, guide in enumerate(shown):
            if guide.changes.html:
                if left <= 0:
                    shown[at] = replace(guide, changes=replace(guide.changes, html=""))
                left -= 1
        return {**self.others, "guides": tuple(shown)}


def view(content: MailContent, placeholder: str, words: Words) -> View:
    """The view of `content`, which speaks `words`; ContentError when it says nothing."""
    if not content.guides:
        raise ContentError("A mail needs at least one guide")
    guides = tuple(_guide(guide, content, words) for guide in in_mail_order(content.guides))
    titles, first = [guide.title for guide in guides], guides[0]
    name = "" if content.digest_name == "each" else clean(content.digest_name)
    others: dict[str, object] = {
        "_": words.gettext,
        "ngettext": words.ngettext,
        "accent": colour.readable(content.accent, colour.PAPER),
        "accent_dark": colour.readable(content.accent, colour.NIGHT, colour.CONTRAST_AT_NIGHT),
        "date": words.weekday(content.occurrence),
        "digest_name": name,
        "home_url": _link(content.home_url, content.home_url),
        "mail": words.mail(name),
        "postal_address": _lines(content.postal_address or ""),
        "preheader": preheader(titles, " ".join(first.changes.notes) or first.summary),
        "publication_language": _language(content.language) or words.tag,
        "publication": clip(clean(content.publication), TITLE_LIMIT),
        "title": clip(clean(content.title), TITLE_LIMIT),
        **{f"{name}_url": place(placeholder, name) for name in LINKS},
        "language": words.tag,
        **_direction(_language(content.language) or words.tag),
    }
    return View(subject(titles, words, updates=not first.new), guides, others)


def is_language(tag: str) -> bool:
    """Whether it looks like a language tag (BCP 47), so that HTML can carry it."""
    return bool(_LANGUAGE.fullmatch(tag))


def _language(tag: str) -> str:
    return tag if is_language(tag) else ""


def _direction(language: str) -> dict[str, object]:
    """The sides that lines start and end on: the content's, for there is more of it than of our words."""
    rtl = bool(_RIGHT_TO_LEFT.fullmatch(language))
    start, end = ("right", "left") if rtl else ("left", "right")
    return {"dir": "rtl" if rtl else "ltr", "start": start, "end": end}


def _guide(guide: MailGuide, content: MailContent, words: Words) -> GuideView:
    return GuideView(
        title=clip(clean(guide.title), TITLE_LIMIT) or words.gettext("Untitled guide"),
        url=_link(guide.url, content.home_url),
        summary=clip(clean(guide.summary), SUMMARY_LIMIT),
        publication=clip(clean(guide.publication), TITLE_LIMIT),
        new=guide.new,
        changes=_changes(MailChanges() if guide.new else guide.changes),
        image=_picture(guide, content.home_url),
        minutes=max(1, guide.minutes),
        date="" if guide.date is None else words.day(guide.date.astimezone(content.occurrence.tzinfo)),
        language=_language(guide.language) or _language(content.language) or words.tag,
    )


def _changes(changes: MailChanges) -> ChangesView:
    notes = (clip(clean(note), NOTE_LIMIT) for note in changes.notes[-NOTES:])
    text = "\n".join(clean_line(line) for line in changes.text.splitlines())
    return ChangesView(
        notes=tuple(note for note in notes if note),
        formerly=clip(clean(changes.formerly), TITLE_LIMIT),
        line=clip(clean(changes.line), TITLE_LIMIT),
        html=checked(changes.html),
        text=text if len(text) <= LINES_LIMIT else "",
        url=_link(changes.url, ""),
    )


def _picture(guide: MailGuide, home_url: str) -> PictureView | None:
    """The picture, if its address is one that a mail program may load; a mail is whole without it."""
    image = guide.image
    if image is None or (url := _picture_url(image, home_url)) is None:
        return None
    alt = clip(clean(image.alt), ALT_LIMIT)
    width, height = _size(image)
    sharp = guide.sharp and _picture_url(guide.sharp, home_url)
    more = (guide.sharp.width or 0) / width if sharp and guide.sharp else 0
    srcset = f"{_in_list(url)} 1x, {_in_list(sharp)} {more:.3g}x" if sharp and more > 1 else ""
    return PictureView(url, alt, width, height, srcset, _may_be_clear(image, url))


def _may_be_clear(image: Image, url: str) -> bool:
    """Whether one may see through it: only a JPEG surely has no holes."""
    return image.mime != "image/jpeg" if image.mime else not urlsplit(url).path.lower().endswith(_JPEG)


def _size(image: Image) -> tuple[int, int | None]:
    """How large it is shown. Its height is told only if its width is known, too."""
    width = min(image.width, _WIDTH) if image.width and image.width > 0 else _WIDTH
    if not (image.width and image.height and image.width > 0 and image.height > 0):
        return width, None
    width = min(width, max(1, round(_WIDTH * image.width / image.height)))
    return width, max(1, round(width * image.height / image.width))


def _picture_url(image: Image, home_url: str) -> str | None:
    base = home_url if home_url.endswith("/") else home_url + "/"
    try:
        url = urljoin(base, clean(image.url))
    except ValueError:
        return None
    return url if _usable(url) else None


def _in_list(url: str) -> str:
    """An address between others: no space, and no comma at its end."""
    return url.replace(" ", "%20").replace(",", "%2C")


def _link(url: str, instead: str) -> str:
    """An http(s) address as it is; for anything else (javascript:, data:) `instead`."""
    tidy = clean(url).replace(" ", "%20")
    return tidy if _usable(tidy) else clean(instead).replace(" ", "%20")


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.netloc) and len(url) <= URL_LIMIT


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for part in text.splitlines() if (line := clean(part)))
