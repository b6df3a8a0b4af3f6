"""From the model's words to what page templates see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from publisher import formats, text
from publisher.model import Author, Change, Entry, Grade, Publication
from publisher.pages import view, words
from publisher.pages.needs import FeedInfo, Term
from publisher.pages.place import Place
from publisher.words import ENGLISH, Words

if TYPE_CHECKING:
    from publisher.mail import InboxMail, InboxMessage

LEAST_SECTIONS = 3  # for a table of contents to be of use
HISTORY = 64 * 1024  # bytes of differences in one history
LONGEST = {"title": 160, "summary": 320, "change": 280}  # characters in a list: a page must stay small
# What opens a feed in a reader, given its address. "feed:" is for programs on the reader's own machine.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A format as people call it, and its media type."""

    name: str
    mime: str


def feed_views(
    urls: Mapping[str, str], kinds: Mapping[str, Kind], place: Place, title: str = ""
) -> tuple[view.FeedView, ...]:
    """One feed in all its formats, in the order of its feed.toml."""
    unknown = Kind("", "")
    return tuple(
        view.FeedView(
            kinds.get(kind, unknown).name or kind.upper(),
            kinds.get(kind, unknown).mime,
            place.local(url),
            url,
            title,
        )
        for kind, url in urls.items()
    )


def readable(urls: Mapping[str, str]) -> dict[str, str]:
    """What feed readers follow: a list of feeds is not for them."""
    return {kind: url for kind, url in urls.items() if kind not in formats.LISTS}


def offer_view(
    info: FeedInfo, publication: str, kinds: Mapping[str, Kind], place: Place, say: Words = ENGLISH
) -> view.OfferView:
    """`publication` is its title, with which that of a tag's or an author's feed begins."""
    name = info.title.removeprefix(f"{publication}: ") if info.what in ("tag", "author") else ""
    return offer(info.what, name, info.title, info.urls, kinds, place, say)


def offer(
    what: str,
    name: str,
    title: str,
    urls: Mapping[str, str],
    kinds: Mapping[str, Kind],
    place: Place,
    say: Words = ENGLISH,
) -> view.OfferView:
    """A feed with all ways to follow it. A tag's or an author's has its page where its feeds lie."""
    feeds = feed_views(readable(urls), kinds, place, title)
    if not feeds:
        return view.OfferView(what, name, title, "", "", (), ())
    address = feeds[0].address
    readers = [view.ReaderView(each, url.format(quote(address, safe=""))) for each, url in READERS]
    readers.append(view.ReaderView(say.gettext("an app on this device"), f"feed:{address}"))
    page = place.local(f"{address.rpartition('/')[0]}/") if what in ("tag", "author") else ""
    return view.OfferView(what, name, title, page, address, feeds, tuple(readers))


def publication_view(
    publication: Publication,
    feeds: tuple[view.FeedView, ...],
    place: Place,
    entries: Iterable[Entry] = (),
    say: Words = ENGLISH,
    *,
    follow: bool = False,
) -> view.PublicationView:
    """A publication and the guides that the page names. `follow`: there is a page that tells how.

    `say` is what the page speaks; guides keep their own language.
    """
    language = words.language_of(publication.language, "en")
    author = publication.author
    return view.PublicationView(
        slug=publication.slug,
        title=publication.title,
        description=publication.description,
        url=place.to(f"{publication.slug}/"),
        address=place.world(f"{publication.slug}/"),
        language=language,
        dir=words.direction(language),
        rights=publication.rights or "",
        author=_author(author, publication, place, linked=False) if author and author.name.strip() else None,
        feeds=feeds,
        follow=place.to(f"-/feeds/{publication.slug}") if follow else "",
        guides=tuple(guide_view(entry, publication, place, say) for entry in entries),
    )


def guide_view(
    entry: Entry,
    publication: Publication,
    place: Place,
    say: Words = ENGLISH,
    *,
    whole: bool = False,
    linked: bool = False,
) -> view.GuideView:
    """A guide for a list, where long words are clipped; or `whole`, with its text, for its own page.

    `linked`: its tags, authors and history have pages.
    """
    zone = words.zone_of(publication)
    published, updated = date_view(entry.published, zone, say), date_view(entry.updated, zone, say)
    later = entry.updated > entry.published and updated.text != published.text
    instead = words.language_of(publication.language, "en")
    language = words.language_of(entry.language or instead, instead)
    title = entry.title.strip() or say.gettext("Untitled guide")
    changed = bool(later or entry.change)
    return view.GuideView(
        title=title if whole else words.clipped(title, LONGEST["title"]),
        url=place.local(entry.url),
        address=entry.url,
        history=history_url(entry, place) if linked and (changed or entry.revision > 1) else "",
        summary=entry.summary if whole else words.clipped(entry.summary, LONGEST["summary"]),
        minutes=max(1, entry.minutes),
        published=published,
        updated=updated if changed else None,
        change=(entry.change or "") if whole else words.clipped(entry.change or "", LONGEST["change"]),
        tags=tuple(_tag(name, publication, place, linked=linked) for name in entry.tags),
        authors=tuple(
            _author(each, publication, place, linked=linked) for each in entry.authors if each.name.strip()
        ),
        picture=_picture(entry, place) if whole else None,
        html=place.localise(entry.html) if whole else Markup(),
        sections=_contents(entry.html) if whole else (),
        language=language,
        dir=words.direction(language),
    )


def history_url(entry: Entry, place: Place) -> str:
    return f"{place.local(entry.url)}/history"


def _contents(html: str) -> tuple[text.Section, ...]:
    """Its headings, when there are enough of them for a table of contents."""
    found = [section for section in text.sections(html) if section.id and section.level <= 3]
    return tuple(found) if len(found) >= LEAST_SECTIONS else ()


def _tag(name: str, publication: Publication, place: Place, *, linked: bool) -> view.TermView:
    return view.TermView(name, term_url("tag", name, publication, place) if linked else "")


def _author(author: Author, publication: Publication, place: Place, *, linked: bool) -> view.AuthorView:
    name = author.name.strip()
    own = author.url if author.url and words.is_web(author.url) else ""
    return view.AuthorView(name, own, term_url("author", name, publication, place) if linked else "")


def term_url(kind: str, name: str, publication: Publication, place: Place) -> str:
    """The page of a tag or an author; "" for a name without a letter or a digit, which has none."""
    slug = text.slugify(name)
    return place.to(f"{publication.slug}/{kind}/{slug}/") if slug else ""


def term_view(term: Term, publication: Publication, place: Place) -> view.TermView:
    return view.TermView(term.name, place.to(f"{publication.slug}/{term.kind}/{term.slug}/"), term.count)


def _picture(entry: Entry, place: Place) -> view.PictureView | None:
    """The guide's picture, unless its text shows the same one."""
    image = entry.image
    if image is None or not words.is_web(image.url) or f'src="{escape(image.url)}"' in entry.html:
        return None
    return view.PictureView(place.local(image.url), image.alt, image.width, image.height)


def change_views(
    changes: Sequence[Change],
    publication: Publication,
    place: Place,
    say: Words = ENGLISH,
    room: int = HISTORY,
) -> tuple[view.ChangeView, ...]:
    """Newest first. The newest difference is shown whatever its size, older ones while `room` lasts."""
    zone = words.zone_of(publication)
    found = []
    for at, change in enumerate(changes):
        before = changes[at + 1] if at + 1 < len(changes) else None
        html = place.localise(change.html) if before else Markup()
        room -= len(html.encode())
        fits = room >= 0 or at == 0
        found.append(
            view.ChangeView(
                id=f"revision-{change.number}",
                first=before is None,
                date=_moment(change, changes, zone, say),
                grade=words.graded(change.grade, say) if before else say.gettext("First published"),
                important=before is not None and change.grade is Grade.MATERIAL,
                note=(change.note or "").strip(),
                brief=change.brief if before else "",
                difference=html if fits else Markup(),
                omitted=not fits,
            )
        )
    return tuple(found)


def _moment(change: Change, among: Sequence[Change], zone: tzinfo, say: Words) -> view.DateView:
    """Its day; of several on one day, the hour as well."""
    date = date_view(change.at, zone, say)
    same = [each for each in among if date_view(each.at, zone, say).text == date.text]
    hour = f", {change.at.astimezone(zone):%H:%M}" if len(same) > 1 else ""
    return view.DateView(date.iso, date.text + hour)


def pager_view(number: int, last: int, place: Place, path: str) -> view.PagerView:
    """Page `number` of `last`, the highest being the newest; pages lie at `path` and their number."""
    newer = place.to(f"{path}{number + 1}") if number < last else ""
    older = place.to(f"{path}{number - 1}") if number > 1 else ""
    return view.PagerView(number, last, newer, older)


def message_view(message: InboxMessage, say: Words = ENGLISH) -> view.MessageView:
    received = message.received.astimezone(UTC)
    return view.MessageView(
        id=message.id,
        subject=message.subject.strip() or say.gettext("(no subject)"),
        sender=message.sender,
        recipient=message.recipient or message.to,
        received=view.DateView(words.iso(received), f"{say.day(received)}, {received:%H:%M} UTC"),
    )


def mail_view(mail: InboxMail) -> view.MailView:
    return view.MailView(
        text=mail.text,
        html=mail.html is not None,
        headers=mail.headers,
        source=mail.raw.decode("utf-8", "backslashreplace"),
    )


def date_view(moment: datetime, zone: tzinfo, say: Words = ENGLISH) -> view.DateView:
    return view.DateView(words.iso(moment), say.day(moment.astimezone(zone)))
