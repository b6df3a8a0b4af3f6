"""What people read: the site, publications, guides and their histories, tags, authors, lists of feeds.

Each page is made from what is public and nothing else: whatever is not, does not exist here.
"""

from __future__ import annotations

from urllib.parse import quote

from publisher.model import Entry, Publication
from publisher.pages import LATEST, LISTED, ordinals, pages_of
from publisher.web.answers import Answer, Asked, moved, page, private
from publisher.web.door import Door, NothingHereError
from publisher.web.headers import policy


def site(door: Door, asked: Asked) -> Answer:
    """The site's first page."""
    shelves = [door.catalogue.shelf(each, LATEST) for each in door.site.publications]
    return page(door.pages.site_index(shelves, asked.root, infos=door.catalogue.site_feeds()))


def publication(door: Door, asked: Asked) -> Answer:
    """A publication's page; its address ends with a slash, so that feeds and guides lie below it."""
    found = door.publication(asked.given["publication"])
    infos, terms = door.catalogue.feeds(found), door.catalogue.terms(found)
    shelf = door.catalogue.shelf(found, LISTED + 1)  # one more than is shown: there is a list of all, then
    return _with_guides(door, door.pages.publication(shelf, asked.root, infos=infos, terms=terms))


def guide(door: Door, asked: Asked) -> Answer:
    """A guide's page. Guides that are not released do not exist here; those withdrawn are gone (410)."""
    found = door.publication(asked.given["publication"])
    entry = _entry(door, found, asked)
    if isinstance(entry, Answer):
        return entry
    feed = door.catalogue.shelf(found, 1).feed
    infos = door.catalogue.feeds(found)
    newer, older = door.catalogue.neighbours(found, entry.slug)
    text = door.pages.guide(found, feed, entry, asked.root, infos=infos, newer=newer, older=older)
    return _with_guides(door, text)


def history(door: Door, asked: Asked) -> Answer:
    """What changed in a guide, from one public text to the next."""
    found = door.publication(asked.given["publication"])
    entry = _entry(door, found, asked, "/history")
    if isinstance(entry, Answer):
        return entry
    changes = door.catalogue.history(found, entry.slug)
    if changes is None:
        raise NothingHereError
    feed = door.catalogue.shelf(found, 1).feed
    infos = door.catalogue.feeds(found)
    return _with_guides(door, door.pages.history(found, feed, entry, changes, asked.root, infos=infos))


def _entry(door: Door, found: Publication, asked: Asked, below: str = "") -> Entry | Answer:
    """The guide that is asked for; or 301 to where it is now, or 410. Raises NothingHereError."""
    slug = asked.given["guide"]
    entry = door.catalogue.guide(found, slug)
    if entry is not None:
        return entry
    if door.catalogue.gone(found, slug):
        return private(door.pages.gone(asked.root, found), 410)
    now = door.catalogue.moved(found, slug)
    if now is None:
        raise NothingHereError
    return moved(f"{asked.root}{found.slug}/{quote(now)}{below}", 301)


def tag(door: Door, asked: Asked) -> Answer:
    """The guides about one thing."""
    return _term(door, asked, "tag")


def author(door: Door, asked: Asked) -> Answer:
    """The guides of one author."""
    return _term(door, asked, "author")


def _term(door: Door, asked: Asked, kind: str) -> Answer:
    found = door.publication(asked.given["publication"])
    slug = asked.given["term"]
    shelf = door.catalogue.term_shelf(found, kind, slug)
    name = next((e.name for e in door.catalogue.terms(found) if (e.kind, e.slug) == (kind, slug)), None)
    if shelf is None or name is None:
        raise NothingHereError
    infos = door.catalogue.feeds(found)
    return _with_guides(door, door.pages.term(shelf, kind, name, asked.root, infos=infos))


def newest(door: Door, asked: Asked) -> Answer:
    """The list of all guides of a publication, at its newest page."""
    return _listing(door, asked, None)


def listing(door: Door, asked: Asked) -> Answer:
    """One page of that list; 1 is the oldest."""
    number = asked.given["number"]
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or number.startswith("0"):
        raise NothingHereError
    return _listing(door, asked, int(number))


def _listing(door: Door, asked: Asked, number: int | None) -> Answer:
    found = door.publication(asked.given["publication"])
    infos, last = door.catalogue.feeds(found), pages_of(door.catalogue.highest(found))
    number = last if number is None else number
    if not infos or not 1 <= number <= last:
        raise NothingHereError
    entries = door.catalogue.stretch(found, *ordinals(number, last))
    return page(door.pages.listing(found, entries, number, last, asked.root, infos=infos))


def feeds(door: Door, asked: Asked) -> Answer:
    """Every feed of a publication, what it brings, and how to follow it."""
    found = door.publication(asked.given["publication"])
    infos = door.catalogue.feeds(found)
    if not infos:
        raise NothingHereError
    return page(door.pages.feeds(found, infos, asked.root))


def site_feeds(door: Door, asked: Asked) -> Answer:
    """The feeds of the whole site, and the way to those of each publication."""
    infos = door.catalogue.site_feeds()
    if not infos:
        raise NothingHereError
    return page(door.pages.site_feeds(infos, asked.root))


def _with_guides(door: Door, text: str) -> Answer:
    """A page with guides in it: their pictures and sounds may come from elsewhere, nothing else may."""
    elsewhere = "'self' https:" if door.site.settings.base_url.startswith("https:") else "'self' https: http:"
    rules = policy(img_src=elsewhere, media_src=elsewhere)
    return page(text).with_headers(content_security_policy=rules)
