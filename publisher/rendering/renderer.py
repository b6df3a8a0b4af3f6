"""Variants to mails, and mails to messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from publisher import mail, pictures, storage
from publisher.digest import Mail, Recipient, TemplateFolders, render
from publisher.errors import StorageError
from publisher.model import DigestSpec, Envelope, Publication
from publisher.rendering.changes import Changes
from publisher.rendering.content import Line, SiteWords, mail_content
from publisher.rendering.notices import envelope as notice_envelope
from publisher.tokens import Links
from publisher.words import Catalogues, Words

_KEPT = 64  # rendered variants, editions and languages held at once, of each so many


K = TypeVar("K")
V = TypeVar("V")


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
    _kept: dict[tuple[int, str], Mail] = field(default_factory=dict)  # variant, language
    _editions: dict[int, storage.EditionRow] = field(default_factory=dict)
    _spoken: dict[tuple[str, str], Words] = field(default_factory=dict)  # digest, what the follower chose
    _changes: Changes = field(default_factory=Changes)

    def personal(self, edition: int, row: storage.ClaimedRow) -> Envelope:
        """The message of one follower, in his language if we speak it.

        Raises TemplateError, or StorageError for an unknown edition.
        """
        found = self._editions.get(edition) or self._edition(edition)
        if found.kind == storage.NOTICE:
            return self._notice(found, row)
        _keep(self._editions, edition, found)
        words = self._words(found, row.language)
        rendered = self._kept.get((row.variant, words.tag))
        if rendered is None:
            rendered = self._render(found, row.variant, words)
            _keep(self._kept, (row.variant, words.tag), rendered)
        _, sender = mail.split_address(self.site.sender)
        to = Recipient(
            address=row.address,
            message_id=mail.message_id(edition, row.follower, sender.rpartition("@")[2], self.site.instance),
            unsubscribe_url=self.links.unsubscribe(row.follower, found.digest),
            preferences_url=self.links.preferences(row.follower),
            why_url=self.links.why(edition, row.follower),
        )
        bounces = self.site.bounce_address or sender
        return Envelope(edition, row.follower, bounces, row.address, rendered.personalise(to))

    def _words(self, edition: storage.EditionRow, chosen: str | None) -> Words:
        """What a mail speaks: the language that the follower chose, if it is one of ours; else its own.

        Its own is the publication's, for a digest of the site's the site's. Where both are the same language,
        it is spoken as there ("de-AT").
        """
        key = edition.digest, chosen or ""
        found = self._spoken.get(key)
        if found is None:
            spec = self._spec(edition)
            own = self.publications.get(spec.publication or "")
            usual = own.language if own else self.site.language
            ours = self.catalogues.nearest([chosen]) if chosen else None
            same = ours is None or ours == self.catalogues.nearest([usual])
            found = self.catalogues.words(usual if same else ours)
            _keep(self._spoken, key, found)
        return found

    def _notice(self, edition: storage.EditionRow, row: storage.ClaimedRow) -> Envelope:
        return notice_envelope(
            edition,
            row,
            store=self.store,
            site=self.site,
            publications=self.publications,
            links=self.links,
            catalogues=self.catalogues,
            templates=self.templates,
        )

    def render(self, edition: int, variant: int, language: str | None = None) -> Mail:
        """A variant as mail for whoever chose `language`, the same bytes for the same content.

        Raises TemplateError, or StorageError for an unknown edition.
        """
        row = self._edition(edition)
        return self._render(row, variant, self._words(row, language))

    def _render(self, edition: storage.EditionRow, variant: int, words: Words) -> Mail:
        spec = self._spec(edition)
        content = mail_content(
            self.site,
            spec,
            self.publications,
            self._lines(variant, words),
            edition.occurrence,
            self.copies,
            words,
        )
        return render(content, self.templates[spec.publication], words, template=spec.template)

    def _lines(self, variant: int, words: Words) -> list[Line]:
        with self.store.read() as db:
            items = storage.variant_items(db, variant)
            shown = [(item.article.id, item.article.number) for item in items]
            texts = storage.revision_texts(db, shown)
            changes = self._changes.of(db, items, texts, words)
        return [Line(item, texts[pair], changes.get(pair)) for item, pair in zip(items, shown, strict=True)]

    def _spec(self, edition: storage.EditionRow) -> DigestSpec:
        spec = self.digests.get(edition.digest)
        if spec is None:
            what = (
                f"the digest {edition.digest!r} of edition {edition.id} is in no feed.toml or publisher.toml"
            )
            raise StorageError(what, advice="Put it back, or cancel the edition.")
        return spec

    def _edition(self, edition: int) -> storage.EditionRow:
        with self.store.read() as db:
            row = storage.edition_row(db, edition)
        if row is None:
            raise StorageError(f"there is no edition {edition}", advice="Run `publisher audit`.")
        return row


def _keep(among: dict[K, V], key: K, value: V) -> None:
    if key not in among and len(among) >= _KEPT:
        among.pop(next(iter(among)), None)
    among[key] = value
