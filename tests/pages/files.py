"""All pages of a catalogue as files, as a static host has them."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.model import Publication
from publisher.pages import LATEST, LISTED, Pages, ordinals, pages_of
from tests.pages.samples import Stock, pages


def written(stock: Stock) -> dict[str, bytes]:
    """path -> bytes: `knees/stairs` is `knees/stairs/index.html`, which a host serves as `/knees/stairs/`."""
    made = pages(stock)
    files = {f"-/static/{each.name}": each.body for each in made.assets.all()}
    files["-/style/accents.css"] = made.style()
    files["404.html"] = made.not_found("/").encode()
    for publication in stock.publications:
        files |= {f"{path}/index.html": text.encode() for path, text in _own(made, stock, publication)}
    infos = stock.site_feeds()
    shelves = [stock.shelf(each, LATEST) for each in stock.publications]
    files["-/feeds/index.html"] = made.site_feeds(infos).encode()
    files["index.html"] = made.site_index(shelves, infos=infos).encode()
    return files


def _own(made: Pages, stock: Stock, own: Publication) -> Iterator[tuple[str, str]]:
    infos, shelf = stock.feeds(own), stock.shelf(own)
    entries = (None, *shelf.entries, None)
    for newer, entry, older in zip(entries, shelf.entries, entries[2:], strict=False):
        around = {"newer": newer, "older": older}
        yield f"{own.slug}/{entry.slug}", made.guide(own, shelf.feed, entry, "../../", infos=infos, **around)
        changes = stock.history(own, entry.slug) or ()
        told = made.history(own, shelf.feed, entry, changes, "../../../", infos=infos)
        yield f"{own.slug}/{entry.slug}/history", told
    for term in stock.terms(own):
        if some := stock.term_shelf(own, term.kind, term.slug):
            yield f"{own.slug}/{term.kind}/{term.slug}", made.term(some, term.kind, term.name, infos=infos)
    last = pages_of(stock.highest(own))
    for number in range(1, last + 1):
        part = stock.stretch(own, *ordinals(number, last))
        yield f"-/all/{own.slug}/{number}", made.listing(own, part, number, last, "../../../../", infos=infos)
        yield f"-/all/{own.slug}", made.listing(own, part, number, last, infos=infos)
    yield f"-/feeds/{own.slug}", made.feeds(own, infos, "../../../")
    yield own.slug, made.publication(stock.shelf(own, LISTED + 1), infos=infos, terms=stock.terms(own))
    for slug in stock.withdrawn(own):
        yield f"{own.slug}/{slug}", made.gone("../../", own)
    for slug, now in stock.old_addresses(own).items():
        to = f"{made.site.base_url}/{own.slug}/{now}"
        yield f"{own.slug}/{slug}", made.moved("../../", to, own)
