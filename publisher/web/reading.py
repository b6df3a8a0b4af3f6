"""What the public reads: the site, publications, guides, feeds, and the files in them."""

from __future__ import annotations

import re
from urllib.parse import quote

from publisher import formats, library
from publisher.model import Publication
from publisher.pages import LATEST
from publisher.web.answers import CHECK, Answer, Asked, conditional, moved, page
from publisher.web.door import Door, MadeFeed, NothingHereError
from publisher.web.headers import policy

# What a browser may show by itself; whatever else a guide brings along is for keeping.
SHOWN = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
# A drawing opened by itself is a document: it may style itself and do nothing else.
_MEDIA_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
)
_QUARTER = "public, max-age=900"


def site(door: Door, asked: Asked) -> Answer:
    """The site's first page."""
    shelves = [_shelf(door, each, LATEST) for each in door.site.publications]
    return conditional(asked, page(door.pages.site_index(shelves, asked.root)))


def publication(door: Door, asked: Asked) -> Answer:
    """A publication's page; its address ends with a slash, so that feeds and guides lie below it."""
    found = door.publication(asked.given["publication"])
    if not asked.has_slash:
        return moved(f"./{found.slug}/", asked.query)
    text = door.pages.publication(_shelf(door, found), asked.root)
    return conditional(asked, _reading_page(door, text))


def guide(door: Door, asked: Asked) -> Answer:
    """A guide's page. Guides that are not released do not exist here."""
    found = door.publication(asked.given["publication"])
    settings = door.site.settings
    entry = library.guide(door.site.store, found, asked.given["guide"], base_url=settings.base_url)
    if entry is None:
        raise NothingHereError
    if asked.has_slash:
        return moved(f"../{quote(entry.slug)}", asked.query)
    head = library.feed_head(found, (entry,), settings.base_url, settings.id_authority)
    return conditional(asked, _reading_page(door, door.pages.guide(found, head, entry, asked.root)))


def feed(door: Door, asked: Asked) -> Answer:
    """A feed, byte for byte the same as the one that `publisher build` writes.

    What is public is read for each request, so that an answer is never old; the feed is written again only
    when that, or the publication, has changed.
    """
    found = door.publication(asked.given["publication"])
    kind = _kind(found, asked.path)
    shelf = _shelf(door, found, found.entries)
    key = f"{found.slug}/{kind}"
    made = door.feeds.get(key)
    if made is None or made.publication != found or made.entries != shelf.entries:
        body = formats.open_format(kind).write(shelf.feed, shelf.entries)
        made = door.feeds[key] = MadeFeed(found, shelf.entries, body)
    # Feeds are public, carry no cookies, and are read by programs on other sites' pages, too.
    headers = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
    mime = f"{formats.open_format(kind).mime}; charset=utf-8"
    answer = Answer(made.body, mime, headers={"cache-control": CHECK, **headers})
    return conditional(asked, answer, shelf.feed.updated)


def _kind(publication: Publication, path: str) -> str:
    """The format that the address asks for, if the publication is written in it."""
    suffix = path.rpartition(".")[2]
    for kind in publication.formats:
        if formats.open_format(kind).suffix == suffix:
            return kind
    raise NothingHereError


def media(door: Door, asked: Asked) -> Answer:
    """A picture or a file that a public guide shows; of all else in its folder nothing is known here."""
    found = door.publication(asked.given["publication"])
    name = asked.given["path"].strip("/")
    path = library.media_file(found, quote(name))
    if path is None or not _is_shown(door, found, name):
        raise NothingHereError
    try:
        body = path.read_bytes()
    except OSError:
        raise NothingHereError from None
    headers = {
        "cache-control": _QUARTER,
        "content-security-policy": _MEDIA_POLICY,
        "cross-origin-resource-policy": "cross-origin",  # mails and feed readers show them
    }
    mime = SHOWN.get(path.suffix.lower())
    if mime is None:
        headers["content-disposition"] = "attachment"
    return conditional(asked, Answer(body, mime or "application/octet-stream", headers=headers))


def _is_shown(door: Door, publication: Publication, name: str) -> bool:
    """Whether a public guide shows it, or did: mails that were sent go on showing it."""
    known = door.shown.get(publication.slug, frozenset())
    wanted = f"-/media/{publication.slug}/{name}"
    if wanted not in known:
        shown = library.media(_shelf(door, publication), door.site.settings.base_url)
        known |= {path for path, _ in shown}
        door.shown[publication.slug] = known
    return wanted in known


def _shelf(door: Door, publication: Publication, limit: int | None = None) -> library.Shelf:
    settings = door.site.settings
    return library.shelf(
        door.site.store,
        publication,
        base_url=settings.base_url,
        authority=settings.id_authority,
        limit=limit,
    )


def _reading_page(door: Door, text: str) -> Answer:
    """A page with guides in it: their pictures and sounds may come from elsewhere, nothing else may."""
    elsewhere = "'self' https:" if door.site.settings.base_url.startswith("https:") else "'self' https: http:"
    rules = policy(img_src=elsewhere, media_src=elsewhere)
    return page(text).with_headers(content_security_policy=rules)


def feed_paths() -> list[str]:
    """`/{publication}/feed.atom` and so on, one for each format that there is."""
    suffixes = {formats.open_format(kind).suffix for kind in formats.KINDS}
    return [
        f"/{{publication:str}}/feed.{suffix}" for suffix in sorted(suffixes) if re.fullmatch(r"\w+", suffix)
    ]
