"""Atom 1.0 (RFC 4287), in full text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publisher.formats._feedgen import add_entry, open_feed
from publisher.formats._prepare import prepare_entry, prepare_feed
from publisher.model import Author, Entry, Feed, Image


class Atom:
    """An Atom feed document. Every entry carries its authors, so that it can travel alone."""

    suffix = "atom"
    mime = "application/atom+xml"

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document, UTF-8. `entries` come newest first and stay so."""
        head = prepare_feed(feed)
        generator = open_feed(head, "atom")
        generator.author([_person(author) for author in head.authors])
        if head.description:
            generator.subtitle(head.description)
        if head.image:
            generator.logo(head.image.url)
            if head.image.width and head.image.width == head.image.height:  # icons are square: 4.2.5
                generator.icon(head.image.url)
        for entry in entries:
            _write_entry(add_entry(generator), prepare_entry(entry, head))
        document: bytes = generator.atom_str(pretty=True)
        return document


def _write_entry(atom: Any, entry: Entry) -> None:
    atom.id(entry.id)
    atom.title(entry.title or "untitled")
    atom.repair.untitled = not entry.title
    atom.repair.language = entry.language
    atom.repair.links = _links(entry)
    atom.published(entry.published)
    atom.updated(entry.updated)
    atom.author([_person(author) for author in entry.authors])
    atom.category([{"term": tag} for tag in entry.tags])
    if entry.summary:
        atom.summary(entry.summary, type="text")
    atom.content(entry.html, type="html")


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
    if entry.image:
        links.append(_enclosure(entry.image))
    return links


def _enclosure(image: Image) -> dict[str, str]:
    link = {"rel": "enclosure", "href": image.url}
    if image.mime:
        link["type"] = image.mime
    if image.length:
        link["length"] = str(image.length)
    if image.alt:
        link["title"] = image.alt
    return link
