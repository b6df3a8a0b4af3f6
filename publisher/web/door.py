"""What every handler is given: the site, the clock, the pages, and what was made before and still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.pages import Pages, SiteHead
from publisher.site import Site, bundled

if TYPE_CHECKING:
    from publisher.model import Entry, Publication


class NothingHereError(PublisherError):
    """There is nothing at this address; why is nobody's business."""

    def __init__(self) -> None:
        super().__init__("there is nothing here")


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A feed's bytes, and the publication and entries that they were made of."""

    publication: Publication
    entries: tuple[Entry, ...]
    body: bytes


@dataclass(slots=True)
class Door:
    """Handlers only read it, except for the two stores of things made."""

    site: Site
    clock: Callable[[], datetime]
    pages: Pages
    feeds: dict[str, MadeFeed] = field(default_factory=dict)  # path -> feed
    shown: dict[str, frozenset[str]] = field(default_factory=dict)  # publication -> media once public

    def publication(self, slug: str) -> Publication:
        """Raises NothingHereError."""
        for each in self.site.publications:
            if each.slug == slug:
                return each
        raise NothingHereError


def open_door(site: Site, clock: Callable[[], datetime]) -> Door:
    """Pages for a site, with its own templates before the bundled ones."""
    head = SiteHead(site.settings.title, site.settings.base_url, site.publications)
    return Door(site, clock, Pages(head, [site.folder / "templates", bundled("templates")]))
