"""A stored guide as formats and pages see it: every URL absolute, the files that go with it named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

from publisher import storage
from publisher.library.media import ENCLOSED, media_file
from publisher.model import Enclosure, Entry, Publication

# Our own sanitiser wrote this markup: attributes are always quoted, so that a pattern can read them.
_LINK = re.compile(r'(<[a-z][^<>]*?\s)(src|href|poster)="([^"]*)"')
_BARE = re.compile(r"[^/.?#]+(#.*)?")
_TAG = re.compile(r'<[a-z](?:[^<>"]|"[^"]*")*>')
_VALUE = re.compile(r'\s(?:src|href|poster)="([^"]*)"')


def entry(article: storage.StoredArticle, publication: Publication, base_url: str) -> Entry:
    """A stored guide as formats and pages see it: every URL absolute."""
    media = f"{base_url}/-/media/{publication.slug}/"
    html = absolute(article.html, f"{base_url}/{publication.slug}/", media)
    return Entry(
        id=article.public_id,
        slug=article.slug,
        url=f"{base_url}/{publication.slug}/{article.slug}",
        title=article.title,
        html=html,
        summary=article.summary,
        published=article.published_at,
        updated=article.updated_at,
        authors=article.authors or ((publication.author,) if publication.author else ()),
        tags=article.tags,
        image=storage.absolute_image(article.image, media) if article.image else None,
        language=article.language or publication.language,
        canonical=article.canonical,
        change=article.change,
        revision=article.number,
        minutes=article.minutes,
        enclosures=tuple(_enclosures(html, publication, media)),
    )


def absolute(html: str, pages: str, media: str) -> str:
    """Make the URLs of our own sanitised XHTML absolute: bare words are guides, paths are files."""

    def mend(match: re.Match[str]) -> str:
        start, name, value = match.groups()
        url = unescape(value)
        if not url or url.startswith("#") or urlsplit(url).scheme:
            return match[0]
        base = pages if name == "href" and _BARE.fullmatch(url) else media
        mended = escape(urljoin(base, url), {'"': "&quot;"})
        return f'{start}{name}="{mended}"'

    previous = None
    while previous != html:  # an <img> can carry two of them
        previous, html = html, _LINK.sub(mend, html)
    return html


def links(html: str) -> Iterator[str]:
    """Every URL that sanitised XHTML names, in its order."""
    return (unescape(value) for tag in _TAG.findall(html) for value in _VALUE.findall(tag))


def _enclosures(html: str, publication: Publication, media: str) -> Iterator[Enclosure]:
    """Sound, films and documents of the publication that the guide plays or links to."""
    for place in dict.fromkeys(url.partition("#")[0].partition("?")[0] for url in links(html)):
        mime = ENCLOSED.get(place.rpartition(".")[2].lower())
        if mime is None or not place.startswith(media):
            continue
        if path := media_file(publication, place.removeprefix(media)):
            try:
                yield Enclosure(place, mime, path.stat().st_size)
            except OSError:  # gone since it was looked for
                continue
