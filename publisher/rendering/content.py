"""What a variant says, in the digest room's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher import pictures, storage
from publisher.digest import MailChanges, MailContent, MailGuide
from publisher.model import DigestSpec, Publication
from publisher.rendering.picturing import Pictured, picture
from publisher.words import ENGLISH, Words


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What every mail of a site says about the site."""

    title: str
    base_url: str
    sender: str
    reply_to: str | None
    bounce_address: str | None
    postal_address: str | None
    instance: str
    language: str = "en"  # where neither the reader nor a publication says another


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a variant with its text as it was frozen, and what changed for those who had another."""

    item: storage.ItemRow
    text: storage.RevisionText
    changes: MailChanges | None  # None: nobody had another one, as far as we know


def mail_content(
    site: SiteWords,
    spec: DigestSpec,
    publications: Mapping[str, Publication],
    lines: Sequence[Line],
    occurrence: datetime,
    copies: pictures.Cache | None = None,
    words: Words = ENGLISH,
) -> MailContent:
    """The content of a variant's mail: nothing in it depends on what became of its guides since.

    The site's own digests are laid out for `words`, a publication's for the language that it is written in.
    """
    own = publications.get(spec.publication or "")
    title = own.title if own else site.title
    host = urlsplit(site.base_url).hostname or "localhost"
    return MailContent(
        title=spec.title or f"{title}: {spec.name}",
        publication=title,
        home_url=f"{site.base_url}/{own.slug}/" if own else f"{site.base_url}/",
        language=own.language if own else words.tag,
        accent=own.accent if own else "#1f5f8b",
        occurrence=occurrence.astimezone(ZoneInfo(spec.zone)),
        sender=site.sender,
        reply_to=site.reply_to,
        postal_address=site.postal_address,
        list_id=".".join((spec.name, own.slug, host) if own else (spec.name, host)),
        guides=tuple(_guide(site, publications, line, copies) for line in lines),
        digest_name=spec.name,
    )


def _guide(
    site: SiteWords, publications: Mapping[str, Publication], line: Line, copies: pictures.Cache | None
) -> MailGuide:
    article, new = line.item.article, line.item.new
    publication = publications.get(article.publication)
    url = f"{site.base_url}/{article.publication}/{article.slug}"
    shown = Pictured()
    if line.text.image:
        folder = publication.folder if publication else None
        shown = picture(line.text.image, site.base_url, article.publication, folder, copies)
    changes = line.changes or MailChanges(notes=(line.text.change,) if line.text.change else ())
    return MailGuide(
        title=line.text.title,
        url=url,
        summary=article.summary,
        publication=publication.title if publication else article.publication,
        new=new,
        changes=MailChanges() if new else replace(changes, url=f"{url}/history"),
        image=shown.image,
        sharp=shown.sharp,
        minutes=article.minutes,
        language=publication.language if publication else "",
        date=article.published_at if new else line.text.updated or article.updated_at,
    )
