"""From a notice in the ledger to the one message of one person.

What `data` of a notice holds, by kind; every one may hold "language" and "zone":

    CONFIRM  publications: [{slug, title, cadence, topics}], page: where the form stood,
             known: whether he follows already
    WELCOME  publications: [{slug, title, cadence}], next: when the first mail is due (ISO 8601) or null
    GOODBYE  publications: [{slug, title}]
    ACCOUNT  nothing
    ADDRESS  address: the new one, to which it goes; old
    MOVED    address: the old one, to which it goes; new

Made anew on each try, from what is frozen in the notice: the bytes are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher import mail, storage
from publisher.digest import NoticeContent, TemplateFolders, render_notice
from publisher.errors import FollowerError, StorageError
from publisher.model import Envelope, Publication
from publisher.rendering.content import SiteWords
from publisher.rendering.phrases import Told
from publisher.rendering.sentences import letter
from publisher.tokens import Links
from publisher.words import Catalogues

_ACCENT = "#1f5f8b"


def envelope(
    edition: storage.EditionRow,
    row: storage.ClaimedRow,
    *,
    store: storage.Store,
    site: SiteWords,
    publications: Mapping[str, Publication],
    links: Links,
    catalogues: Catalogues,
    templates: Mapping[str | None, TemplateFolders],
) -> Envelope:
    """The message of the notice whose number is the edition's cell.

    Raises TemplateError for a broken template or catalogue, StorageError for an unknown notice, and
    FollowerError when there is nobody (any more) to write to: forgotten since, or barred at that address.
    """
    notice, person = _read(store, edition, row)
    address = str(notice.data.get("address") or row.address)
    _check(store, address, row)
    about = _about(notice)
    only = publications.get(about[0]["slug"]) if len(about) == 1 else None
    told = Told(
        words=catalogues.words(_language(notice, row, only, site)),
        notice=notice,
        title=str(about[0].get("title") or about[0]["slug"]) if len(about) == 1 else site.title,
        site=site.title,
        base_url=site.base_url,
        address=address,
        zone=_zone(notice.data.get("zone"), person.zone, only),
        links=links,
        generation=person.generation,
    )
    content = _content(told, site, only)
    _, sender = mail.split_address(site.sender)
    identity = mail.message_id(edition.id, row.follower, sender.rpartition("@")[2], site.instance)
    folders = templates.get(only.slug if only else None) or templates[None]
    data = render_notice(content, folders, address=address, message_id=identity).data
    return Envelope(edition.id, row.follower, site.bounce_address or sender, address, data)


def _read(
    store: storage.Store, edition: storage.EditionRow, row: storage.ClaimedRow
) -> tuple[storage.NoticeRow, storage.Person]:
    with store.read() as db:
        notice = storage.notice_row(db, int(edition.cell)) if edition.cell.isdecimal() else None
        person = storage.person(db, row.follower)
    if notice is None or person is None:
        what = f"edition {edition.id} has no notice {edition.cell!r}"
        raise StorageError(what, advice="Run `publisher audit`.")
    return notice, person


def _check(store: storage.Store, address: str, row: storage.ClaimedRow) -> None:
    """The follower's own address was looked at when the row was claimed; another one is looked at here."""
    if row.address.startswith("erased:"):
        raise FollowerError("This person was forgotten before the mail left")
    if address == row.address:
        return
    with store.read() as db:
        reason = storage.suppressed(db, address)
    if reason is not None:
        raise FollowerError(f"This address must not be mailed: {reason}")


def _content(told: Told, site: SiteWords, only: Publication | None) -> NoticeContent:
    try:
        said = letter(told)
    except KeyError:
        raise FollowerError("What this notice was about was forgotten before the mail left") from None
    return NoticeContent(
        kind=told.notice.kind.value,
        subject=said.subject,
        heading=said.heading,
        title=only.title if only else site.title,
        home_url=f"{site.base_url}/{only.slug}/" if only else f"{site.base_url}/",
        paragraphs=said.paragraphs,
        foot=said.foot,
        language=told.words.tag,
        dir=told.words.direction,
        date=told.words.weekday(told.local(told.notice.at)),
        accent=only.accent if only else _ACCENT,
        sender=site.sender,
        reply_to=site.reply_to,
        postal_address=site.postal_address,
        occurrence=told.notice.at,
        items=said.items,
        button=said.button,
        small=said.small,
        links=said.links,
    )


def _about(notice: storage.NoticeRow) -> list[Mapping[str, str]]:
    """The publications that it is about."""
    return list(notice.data.get("publications") or ())


def _language(
    notice: storage.NoticeRow, row: storage.ClaimedRow, only: Publication | None, site: SiteWords
) -> str:
    """What was chosen in the form, else by the follower, else the publication's, else the site's."""
    chosen = notice.data.get("language")
    return (str(chosen) if chosen else row.language) or (only.language if only else site.language)


def _zone(asked: object, his: str | None, only: Publication | None) -> str:
    """The first of these that there is."""
    digests = only.digests if only else ()
    for name in (asked, his, *(each.zone for each in digests)):
        try:
            if name:
                return ZoneInfo(str(name)).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"
