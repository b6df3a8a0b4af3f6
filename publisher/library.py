"""What the public may read, taken from storage: entries, feeds, and the files that they need.

Nothing here knows of guides that are not released: every query asks for the public revision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from publisher import formats, storage
from publisher.model import Entry, Feed, Publication

# Our own sanitiser wrote this markup: attributes are always quoted, so that a pattern can read them.
_LINK = re.compile(r'(<[a-z][^<>]*?\s)(src|href|poster)="([^"]*)"')
# What a guide may bring along. A link in a guide can name any file of its folder: settings stay private.
_SHOWN = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".pdf", ".mp3", ".m4a"}
    | {".ogg", ".mp4", ".webm", ".vtt", ".csv", ".ics", ".zip"}
)
_NO_ENTRY = datetime(2026, 1, 1, tzinfo=UTC)  # when an empty feed was "updated": the same at every build


@dataclass(frozen=True, slots=True)
class Shelf:
    """One publication as the public sees it: its feed's head and its entries, newest first."""

    publication: Publication
    feed: Feed
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the built site: its path below the output folder, and its bytes."""

    path: str
    mime: str
    body: bytes


def shelf(
    store: storage.Store, publication: Publication, *, base_url: str, authority: str, limit: int | None = None
) -> Shelf:
    """The newest `limit` public guides of a publication (None: all)."""
    with store.read() as db:
        articles = storage.public_articles(db, publication.slug, limit)
    entries = tuple(entry(article, publication, base_url) for article in articles)
    return Shelf(publication, feed_head(publication, entries, base_url, authority), entries)


def guide(store: storage.Store, publication: Publication, slug: str, *, base_url: str) -> Entry | None:
    """One public guide by its address."""
    with store.read() as db:
        article = storage.public_article(db, publication.slug, slug)
    return None if article is None else entry(article, publication, base_url)


def entry(article: storage.StoredArticle, publication: Publication, base_url: str) -> Entry:
    """A stored guide as formats and pages see it: every URL absolute."""
    media = f"{base_url}/-/media/{publication.slug}/"
    return Entry(
        id=article.public_id,
        slug=article.slug,
        url=f"{base_url}/{publication.slug}/{article.slug}",
        title=article.title,
        html=absolute(article.html, f"{base_url}/{publication.slug}/", media),
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
    )


def absolute(html: str, pages: str, media: str) -> str:
    """Make the URLs of our own sanitised XHTML absolute: bare words are guides, paths are files."""

    def mend(match: re.Match[str]) -> str:
        start, name, value = match.groups()
        url = unescape(value)
        if not url or url.startswith("#") or urlsplit(url).scheme:
            return match[0]
        base = pages if name == "href" and re.fullmatch(r"[^/.?#]+(#.*)?", url) else media
        mended = escape(urljoin(base, url), {'"': "&quot;"})
        return f'{start}{name}="{mended}"'

    previous = None
    while previous != html:  # an <img> can carry two of them
        previous, html = html, _LINK.sub(mend, html)
    return html


def feed_head(publication: Publication, entries: Sequence[Entry], base_url: str, authority: str) -> Feed:
    """The head of a publication's main feed."""
    home = f"{base_url}/{publication.slug}/"
    urls = {kind: f"{home}feed.{formats.open_format(kind).suffix}" for kind in publication.formats}
    return Feed(
        id=f"tag:{authority}:{publication.slug}",
        title=publication.title,
        home_url=home,
        urls=urls,
        updated=max((each.updated for each in entries), default=_NO_ENTRY),
        description=publication.description,
        language=publication.language,
        authors=(publication.author,) if publication.author else (),
        rights=publication.rights,
    )


def feeds(shelf_: Shelf) -> Iterator[Document]:
    """The main feed in every format of its publication, the newest entries only."""
    publication = shelf_.publication
    for kind in publication.formats:
        writer = formats.open_format(kind)
        body = writer.write(shelf_.feed, shelf_.entries[: publication.entries])
        yield Document(f"{publication.slug}/feed.{writer.suffix}", writer.mime, body)


def media(shelf_: Shelf, base_url: str) -> Iterator[tuple[str, Path]]:
    """(path below the output folder, file) of the pictures that public guides of a publication show."""
    prefix = f"{base_url}/-/media/{shelf_.publication.slug}/"
    wanted = set()
    for each in shelf_.entries:
        wanted |= {unescape(match[3]) for match in _LINK.finditer(each.html)}
        wanted |= {each.image.url} if each.image else set()
    for url in sorted(wanted):
        if url.startswith(prefix) and (path := media_file(shelf_.publication, url.removeprefix(prefix))):
            yield f"-/media/{shelf_.publication.slug}/{unquote(url.removeprefix(prefix))}", path


def media_file(publication: Publication, quoted: str) -> Path | None:
    """The file behind a media URL, if it lies inside the publication's folder and a guide may show it."""
    relative = PurePosixPath(unquote(quoted))
    if relative.suffix.lower() not in _SHOWN:
        return None
    if relative.is_absolute() or any(part.startswith(".") for part in relative.parts):
        return None
    folder = Path(publication.folder).resolve()
    try:
        path = (folder / relative).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a link to itself; a name that no file can have
        return None
