"""One entry as every format gets it: clean, complete, and the same for all.

What a format may rely on afterwards: text holds only allowed characters; URLs are full or ""; times are UTC
to the second; an entry has at least one author, an id and a summary, and its change note on top of its
content (or of its summary, where that is all there is); tags, authors and files have no doubles.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from publisher.formats import _clean as clean
from publisher.formats import _parts as parts
from publisher.formats._head import Basis
from publisher.model import Entry

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
# Our own sanitiser wrote this markup: attributes are always quoted, and hold no < or >.
_INSIDE = re.compile(r'(<a(?: [^<>]*)? href=")#')
_TAG = re.compile(r"<[^>]*(?:>|$)")
_EXCERPT = 240  # characters


class Ready(NamedTuple):
    """An entry, clean, and the UTF-8 of its `html`."""

    entry: Entry
    content: bytes


def prepare_entry(entry: Entry, feed: Basis) -> Ready:
    """One entry of a feed, clean.

    `language` is None when it is the feed's; `canonical` is None when the guide is at home here. `html` is ""
    for an entry of which only the summary is to be told. `summary` is told, or the content's first words, or
    the title, or the address: every format needs something to show.
    """
    url = clean.link(entry.url, feed.home_url)
    id = clean.identifier(entry.id) or url or f"{feed.id}#{clean.identifier(entry.slug)}"
    title = clean.line(entry.title)
    language = clean.language(entry.language)
    text, data = clean.text_and_bytes(_at_home(entry.html, url))
    text, data = ("", b"") if text.isspace() else (text, data)
    summary = clean.line(entry.summary) or _excerpt(text) or title or url or id
    published, updated = clean.moment(entry.published), clean.moment(entry.updated)
    change = clean.line(entry.change or "") if updated > published else ""
    if change:
        when = _when(updated.date().isoformat(), language or feed.language)
        if text:
            note = f'<p dir="auto"><strong>{when}</strong> {html.escape(change, quote=False)}</p>\n'
            text, data = note + text, note.encode() + data
        else:
            summary = f"{when} {_sentence(change)} {summary}"
    image, enclosures = parts.files(entry.image, entry.enclosures, url or feed.home_url)
    ready = Entry(  # built anew and not replaced: that takes twice as long, and there are many
        id=id,
        slug=entry.slug,
        url=url,
        title=title,
        html=text,
        summary=summary,
        published=published,
        updated=updated,
        authors=parts.authors(entry.authors) or feed.authors,
        tags=tuple(dict.fromkeys(tag for value in entry.tags if (tag := clean.line(value)))),
        image=image,
        language=language if language and language.lower() != feed.language.lower() else None,
        canonical=_elsewhere(entry.canonical, url),
        change=change or None,
        enclosures=enclosures,
    )
    return Ready(ready, data)


def shorten(words: str, most: int) -> str:
    """The first whole words of one line of text, `most` characters at most."""
    if len(words) <= most:
        return words
    return words[:most].rpartition(" ")[0].rstrip() or words[:most]


def _at_home(content: str, url: str) -> str:
    """Links from one place of a guide to another, made full: a reader shows it under another address."""
    if not url or 'href="#' not in content:
        return content
    return _INSIDE.sub(rf"\g<1>{html.escape(url)}#", content)


def _elsewhere(canonical: str | None, url: str) -> str | None:
    address = clean.link(canonical)
    return address if address and address != url else None


def _when(date: str, language: str) -> str:
    """`Updated 2026-03-01:` in the guide's language."""
    return f"{_UPDATED.get(language.partition('-')[0].lower(), '')} {date}:".strip()


def _sentence(note: str) -> str:
    return f"{note}." if note[-1].isalnum() else note


def _excerpt(source: str) -> str:
    """The first words of sanitised HTML as plain text, for a guide that came without a summary."""
    words = ""
    for share in (4, 20):  # mostly words, or mostly tags
        words = clean.line(html.unescape(_TAG.sub(" ", source[: share * _EXCERPT])))
        if len(words) > _EXCERPT or len(source) <= share * _EXCERPT:
            break
    return shorten(words, _EXCERPT)
