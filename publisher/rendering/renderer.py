"""Variants to mails, and mails to messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher import mail, pictures, storage
from publisher.digest import Mail, Recipient, TemplateFolders, render
from publisher.errors import StorageError
from publisher.model import DigestSpec, Envelope, Publication
from publisher.rendering.changes import Changes
from publisher.rendering.content import Line, SiteWords, mail_content
from publisher.tokens import Links
from publisher.words import Catalogues

_KEPT = 64  # rendered variants held at once


@dataclass(slots=True)
class Renderer:
    """Renders the variants of one site. Safe to call from several threads: at worst one renders twice.

    Without `copies` mails show the originals of pictures.
    """

    store: storage.Store
    site: SiteWords
    publications: Mapping[str, Publication]
    digests: Mapping[str, DigestSpec]
    links: Links
    catalogues: Catalogues
    templates: Mapping[str | None, TemplateFolders]  # by publication; None: the site's own
    copies: pictures.Cache | None = None
    _kept: dict[int, tuple[str, Mail]] = field(default_factory=dict)
    _changes: Changes = field(default_factory=Changes)

    def personal(self, edition: int, row: storage.ClaimedRow) -> Envelope:
        """The message of one follower. Raises TemplateError, or StorageError for an unknown edition."""
        kept = self._kept.get(row.variant)
        if kept is None:
            kept = (self._edition(edition).digest, self.render(edition, row.variant))
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[row.variant] = kept
        key, rendered = kept
        _, sender = mail.split_address(self.site.sender)
        to = Recipient(
            address=row.address,
            message_id=mail.message_id(edition, row.follower, sender.rpartition("@")[2], self.site.instance),
            unsubscribe_url=self.links.unsubscribe(row.follower, key),
            preferences_url=self.links.preferences(row.follower),
            why_url=self.links.why(edition, row.follower),
        )
        bounces = self.site.bounce_address or sender
        return Envelope(edition, row.follower, bounces, row.address, rendered.personalise(to))

    def render(self, edition: int, variant: int) -> Mail:
        """A variant as mail, the same bytes for the same content. Raises TemplateError."""
        row = self._edition(edition)
        spec = self.digests.get(row.digest)
        if spec is None:
            what = f"the digest {row.digest!r} of edition {edition} is in no feed.toml or publisher.toml"
            raise StorageError(what, advice="Put it back, or cancel the edition.")
        lines = self._lines(variant)
        content = mail_content(self.site, spec, self.publications, lines, row.occurrence, self.copies)
        return render(content, self.templates[spec.publication], template=spec.template)

    def _lines(self, variant: int) -> list[Line]:
        with self.store.read() as db:
            items = storage.variant_items(db, variant)
            shown = [(item.article.id, item.article.number) for item in items]
            texts = storage.revision_texts(db, shown)
            changes = self._changes.of(db, items, texts)
        return [Line(item, texts[pair], changes.get(pair)) for item, pair in zip(items, shown, strict=True)]

    def _edition(self, edition: int) -> storage.EditionRow:
        with self.store.read() as db:
            row = storage.edition_row(db, edition)
        if row is None:
            raise StorageError(f"there is no edition {edition}", advice="Run `publisher audit`.")
        return row
