"""Feed and entries as every format gets them: clean, complete, and the same for all.

What a format may rely on afterwards: text holds only allowed characters; URLs are full or ""; times are UTC
to the second; an entry has at least one author, an id, and its change note on top of its content; tags and
authors have no doubles; an image is there only with a full URL.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from publisher.errors import ConfigError
from publisher.formats import _clean as clean
from publisher.model import Author, Entry, Feed, Image

# A table of our own: the standard library's `mimetypes` reads the machine's files, and bytes would differ.
_MIME = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_MIME_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")

# The word before a change note, by language. Elsewhere the date stands alone.
_UPDATED = {
    "da": "Opdateret",
    "de": "Aktualisiert",
    "en": "Updated",
    "es": "Actualizado",
    "fr": "Mis à jour",
    "it": "Aggiornato",
    "nl": "Bijgewerkt",
    "pl": "Zaktualizowano",
    "pt": "Atualizado",
    "sv": "Uppdaterad",
}
_TAG = re.compile(r"<[^>]*(?:>|$)")
_EXCERPT = 240  # characters


def prepare_feed(feed: Feed) -> Feed:
    """The head of a feed, clean. Raises ConfigError when it has no usable home URL."""
    home = clean.link(feed.home_url)
    if not home:
        raise ConfigError(f"{feed.home_url!r} is no web address", advice="Set base_url in publisher.toml.")
    title = clean.line(feed.title) or home
    return replace(
        feed,
        id=clean.identifier(feed.id) or home,
        title=title,
        home_url=home,
        urls={kind: url for kind, value in feed.urls.items() if (url := clean.link(value, home))},
        updated=clean.moment(feed.updated),
        description=clean.line(feed.description),
        language=clean.language(feed.language),
        authors=_authors(feed.authors) or (Author(title),),
        image=_image(feed.image, home),
        rights=clean.line(feed.rights or "") or None,
        hubs=tuple(dict.fromkeys(url for hub in feed.hubs if (url := clean.link(hub)))),
    )


def prepare_entry(entry: Entry, feed: Feed) -> Entry:
    """One entry of `feed` (itself prepared), clean.

    `language` is None when it is the feed's; `canonical` is None when the guide is at home here.
    """
    url = clean.link(entry.url, feed.home_url)
    language = clean.language(entry.language)
    canonical = clean.link(entry.canonical)
    ready = replace(
        entry,
        id=clean.identifier(entry.id) or url or f"{feed.id}#{clean.identifier(entry.slug)}",
        url=url,
        title=clean.line(entry.title),
        html=clean.text(entry.html),
        summary=clean.line(entry.summary) or _excerpt(entry.html),
        published=clean.moment(entry.published),
        updated=clean.moment(entry.updated),
        authors=_authors(entry.authors) or feed.authors,
        tags=tuple(dict.fromkeys(tag for value in entry.tags if (tag := clean.line(value)))),
        image=_image(entry.image, url or feed.home_url),
        language=language if language and language.lower() != feed.language.lower() else None,
        canonical=canonical if canonical and canonical != url else None,
        change=clean.line(entry.change or "") or None,
    )
    return replace(ready, html=_content(ready, feed))


def _content(entry: Entry, feed: Feed) -> str:
    """The guide's HTML, under a paragraph that says what changed if it changed since it was published."""
    if not entry.change or entry.updated <= entry.published:
        return entry.html
    word = _UPDATED.get((entry.language or feed.language).partition("-")[0].lower(), "")
    when = f"{word} {entry.updated.date().isoformat()}".strip()
    note = html.escape(entry.change, quote=False)
    return f'<p dir="auto"><strong>{when}:</strong> {note}</p>\n{entry.html}'


def _excerpt(source: str) -> str:
    """The first words of sanitised HTML as plain text, for a guide that came without a summary."""
    words = clean.line(html.unescape(_TAG.sub(" ", source[: 20 * _EXCERPT])))
    if len(words) <= _EXCERPT:
        return words
    return words[:_EXCERPT].rpartition(" ")[0].rstrip() or words[:_EXCERPT]


def _authors(authors: Iterable[Author]) -> tuple[Author, ...]:
    known: dict[str, Author] = {}
    for author in authors:
        if name := clean.line(author.name):
            person = Author(name, clean.link(author.url) or None, clean.email(author.email) or None)
            known.setdefault(name, person)
    return tuple(known.values())


def _image(image: Image | None, base: str) -> Image | None:
    if image is None or not (url := clean.link(image.url, base)):
        return None
    return Image(
        url=url,
        alt=clean.line(image.alt),
        mime=_mime(image.mime, url),
        length=_natural(image.length),
        width=_natural(image.width),
        height=_natural(image.height),
    )


def _mime(mime: str | None, url: str) -> str | None:
    name = (mime or "").strip().lower()
    if _MIME_NAME.fullmatch(name):
        return name
    return _MIME.get(urlsplit(url).path.rpartition(".")[2].lower())


def _natural(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None
