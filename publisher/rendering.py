"""From a frozen variant to the one message of one follower.

A variant is rendered once, when its first message is due; each follower's few bytes are put into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher import mail, storage, tokens
from publisher.digest import Mail, MailContent, MailGuide, Recipient, TemplateFolders, render
from publisher.errors import StorageError
from publisher.model import DigestSpec, Envelope, Image, Publication

UNSUBSCRIBE = "unsubscribe"  # the purpose of the token in every mail
_KEPT = 64  # rendered variants held at once


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


@dataclass(slots=True)
class Renderer:
    """Renders the variants of one site. Safe to call from several threads: at worst one renders twice."""

    store: storage.Store
    site: SiteWords
    publications: Mapping[str, Publication]
    digests: Mapping[str, DigestSpec]
    keys: tokens.Keys
    templates: Mapping[str | None, TemplateFolders]  # by publication; None: the site's own
    _kept: dict[int, tuple[str, Mail]] = field(default_factory=dict)

    def personal(self, edition: int, variant: int, follower: int, address: str) -> Envelope:
        """The message of one follower. Raises TemplateError, or StorageError for an unknown edition."""
        kept = self._kept.get(variant)
        if kept is None:
            kept = (self._edition(edition).digest, self.render(edition, variant))
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[variant] = kept
        key, rendered = kept
        _, sender = mail.split_address(self.site.sender)
        to = Recipient(
            address=address,
            message_id=mail.message_id(edition, follower, sender.rpartition("@")[2], self.site.instance),
            unsubscribe_url=self.unsubscribe_url(follower, key),
        )
        bounces = self.site.bounce_address or sender
        return Envelope(edition, follower, bounces, address, rendered.personalise(to))

    def unsubscribe_url(self, follower: int, digest: str) -> str:
        """The signed link that ends one digest of one follower (RFC 8058). It never expires."""
        token = tokens.sign(self.keys, UNSUBSCRIBE, f"{follower}~{digest}")
        return f"{self.site.base_url}/-/unsubscribe/{token}"

    def render(self, edition: int, variant: int) -> Mail:
        """A variant as mail, the same bytes for the same content. Raises TemplateError."""
        row = self._edition(edition)
        with self.store.read() as db:
            items = storage.variant_items(db, variant)
        spec = self.digests.get(row.digest)
        if spec is None:
            what = f"the digest {row.digest!r} of edition {edition} is in no feed.toml or publisher.toml"
            raise StorageError(what, advice="Put it back, or cancel the edition.")
        content = mail_content(self.site, spec, self.publications, items, row.occurrence)
        return render(content, self.templates[spec.publication], template=spec.template)

    def _edition(self, edition: int) -> storage.EditionRow:
        with self.store.read() as db:
            row = storage.edition_row(db, edition)
        if row is None:
            raise StorageError(f"there is no edition {edition}", advice="Run `publisher audit`.")
        return row


def mail_content(
    site: SiteWords,
    spec: DigestSpec,
    publications: Mapping[str, Publication],
    items: Sequence[storage.ItemRow],
    occurrence: datetime,
) -> MailContent:
    """What a variant says, in the digest room's words."""
    own = publications.get(spec.publication or "")
    title = own.title if own else site.title
    host = urlsplit(site.base_url).hostname or "localhost"
    return MailContent(
        title=spec.title or f"{title}: {spec.name}",
        publication=title,
        home_url=f"{site.base_url}/{own.slug}/" if own else f"{site.base_url}/",
        language=own.language if own else "en",
        accent=own.accent if own else "#1f5f8b",
        occurrence=occurrence.astimezone(ZoneInfo(spec.zone)),
        sender=site.sender,
        reply_to=site.reply_to,
        postal_address=site.postal_address,
        list_id=".".join((spec.name, own.slug, host) if own else (spec.name, host)),
        guides=tuple(_guide(site, publications, item) for item in items),
        digest_name=spec.name,
    )


def _guide(site: SiteWords, publications: Mapping[str, Publication], item: storage.ItemRow) -> MailGuide:
    article = item.article
    publication = publications.get(article.publication)
    return MailGuide(
        title=article.title,
        url=f"{site.base_url}/{article.publication}/{article.slug}",
        summary=article.summary,
        publication=publication.title if publication else article.publication,
        new=item.new,
        change=None if item.new else article.change,
        image=_image(site, article),
        minutes=article.minutes,
        date=article.published_at if item.new else article.updated_at,
    )


def _image(site: SiteWords, article: storage.StoredArticle) -> Image | None:
    if article.image is None:
        return None
    return storage.absolute_image(article.image, f"{site.base_url}/-/media/{article.publication}/")
