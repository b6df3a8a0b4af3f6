"""Atom 1.0 (RFC 4287), with archives (RFC 5005) and tombstones of withdrawn guides (RFC 6721)."""

from __future__ import annotations

from dataclasses import replace

from publisher.formats._escape import as_html, looks_like_html
from publisher.formats._feedgen import image_attributes, open_entry, open_feed, written
from publisher.formats._mould import Moulds, Writer
from publisher.formats._pieces import Frame, InPieces
from publisher.formats._prepare import Ready, shorten
from publisher.model import Author, Enclosure, Entry, Feed, Image

_STAND_IN = 60  # characters of a title for an entry without one: it is required, and should not be empty


class Atom(InPieces):
    """An Atom feed document. Every entry carries its authors, so that it can travel alone."""

    suffix = "atom"
    mime = "application/atom+xml"

    def __init__(self) -> None:
        self._moulds = Moulds(Writer(_write, _times, {'type="html">': as_html}))

    def _frame(self, head: Feed) -> Frame:
        generator = open_feed(head, "atom")
        generator.author([_person(author) for author in head.authors])
        if head.description:
            generator.subtitle(head.description)
        if head.image:
            generator.logo(head.image.url)
            if head.image.width and head.image.width == head.image.height:  # icons are square: 4.2.5
                generator.icon(head.image.url)
        start, end, rest = generator.atom_str(pretty=True).rpartition(b"</feed>")
        return Frame(start, b"", end + rest)

    def _piece(self, ready: Ready) -> bytes:
        entry = ready.entry
        titled = entry if entry.title else replace(entry, title=shorten(entry.summary, _STAND_IN))
        return self._moulds.pour(Ready(titled, ready.content))


def _write(entry: Entry) -> str:
    atom = open_entry()
    atom.id(entry.id)
    atom.title(entry.title)
    atom.repair.language = entry.language
    atom.repair.links = _links(entry)
    atom.published(entry.published)
    atom.updated(entry.updated)
    atom.author([_person(author) for author in entry.authors])
    atom.category([{"term": tag} for tag in entry.tags])
    atom.summary(entry.summary, type="text")
    atom.content(entry.html, type="html")
    atom.repair.without_content = not entry.html and bool(entry.url)  # one of the two is required: 4.1.2
    if entry.image:
        atom.media.thumbnail(image_attributes(entry.image, "url", "width", "height"), group=None)
    return written(atom.atom_entry(), "atom", level=1)


def _times(entry: Entry) -> tuple[str, str]:
    return entry.published.isoformat(), entry.updated.isoformat()


def _person(author: Author) -> dict[str, str]:
    person = {"name": author.name}
    if author.url:
        person["uri"] = author.url
    if author.email:
        person["email"] = author.email
    return person


def _links(entry: Entry) -> list[dict[str, str]]:
    links = []
    if entry.url:
        links.append({"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.canonical:
        links.append({"rel": "via", "href": entry.canonical})
    links += [_enclosure(file) for file in entry.enclosures]
    if entry.image:
        links.append(_picture(entry.image))
    return links


def _enclosure(file: Enclosure | Image) -> dict[str, str]:
    link = {"rel": "enclosure", "href": file.url}
    if file.mime:
        link["type"] = file.mime
    if file.length:
        link["length"] = str(file.length)
    return link


def _picture(image: Image) -> dict[str, str]:
    title = {} if not image.alt or looks_like_html(image.alt) else {"title": image.alt}
    return _enclosure(image) | title
