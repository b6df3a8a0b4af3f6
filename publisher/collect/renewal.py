"""After an upgrade: bring what was kept by older rules to the present ones, once for each publication.

The hash of a text, and the words of tags and authors in addresses, are made by rules that can change. Files
that did not change are never opened again, so that what they gave is renewed from what was kept.
"""

from __future__ import annotations

from publisher import storage, text
from publisher.model import Publication

RULES = "2"  # count up when `text.content_hash` or `text.slugify` give something else for the same text


def renew(store: storage.Store, publication: Publication) -> int:
    """Renew the hashes and terms of a publication if older rules made them; how many texts changed."""
    mark = f"rules:{publication.slug}"
    with store.read() as db:
        if storage.get_mark(db, mark) == RULES:
            return 0
    with store.planning() as db:
        pub = storage.publication_id(db, publication.slug)
        changed = 0
        for guide in storage.guide_numbers(db, pub):
            hashes = {
                each.number: bytes.fromhex(text.content_hash(each.title, each.html))
                for each in storage.texts_of(db, guide)
            }
            changed += storage.rehash(db, guide, hashes)
            storage.renew_terms(db, pub, guide, lambda tags, names: terms(publication, tags, names))
        storage.set_mark(db, mark, RULES)
        if changed:
            storage.bump(db, pub)
        return changed


def terms(
    publication: Publication, tags: tuple[str, ...], authors: tuple[str, ...]
) -> tuple[storage.Term, ...]:
    """Tags and authors by the words that stand in addresses; without authors, the publication's own."""
    names = authors or ((publication.author.name,) if publication.author else ())
    return (
        *(("tag", text.slugify(tag), tag) for tag in tags),
        *(("author", text.slugify(name), name) for name in names),
    )
