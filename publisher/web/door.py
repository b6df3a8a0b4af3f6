"""What every handler is given: the site, the clock, what is public, the pages, and what was made before."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from publisher import library, pictures
from publisher.errors import PublisherError
from publisher.pages import Pages, SiteHead
from publisher.site import Site, bundled
from publisher.web.freshness import WITHIN, Freshness
from publisher.web.memory import Memory, Once
from publisher.web.showing import Shown

if TYPE_CHECKING:
    from publisher.model import Publication
    from publisher.web.answers import Answer
    from publisher.web.kept import Kept

Looks = tuple[tuple[str, int, int], ...]  # (path, time, size) of each file that pages are made with


class NothingHereError(PublisherError):
    """There is nothing at this address; why is nobody's business."""

    def __init__(self) -> None:
        super().__init__("there is nothing here")


class Version(NamedTuple):
    """Equal for equal answers: what is public, and what pages look like."""

    public: tuple[tuple[str, int], ...]  # publication, and how often what is public of it has changed
    looks: Looks


@dataclass(slots=True)
class Door:
    """Handlers only read it, except for the stores of things made."""

    site: Site
    clock: Callable[[], datetime]
    pages: Pages
    catalogue: library.Catalogue
    pictures: pictures.Cache
    memory: Memory[Kept]  # path -> answer
    once: Once[Answer | Kept]
    freshness: Freshness[Version]
    tags: dict[tuple[str, int, int], str] = field(default_factory=dict)  # of files that were sent
    shown: Shown = field(default_factory=Shown)  # which files guides show

    def publication(self, slug: str) -> Publication:
        """Raises NothingHereError."""
        for each in self.site.publications:
            if each.slug == slug:
                return each
        raise NothingHereError


def open_door(site: Site, clock: Callable[[], datetime], within: float = WITHIN) -> Door:
    """A door without anything made yet. Answers are never older than `within` seconds."""
    settings = site.settings
    catalogue = library.Catalogue(
        site.store,
        site.publications,
        base_url=settings.base_url,
        authority=settings.id_authority,
        site_title=settings.title,
    )
    own = [Path(each.folder) / "templates" for each in site.publications]
    folders = [*own, *_folders(site)]
    door = Door(
        site,
        clock,
        pages=_pages(site),
        catalogue=catalogue,
        pictures=pictures.Cache(site.var / "pictures"),
        memory=Memory(),
        once=Once(),
        freshness=Freshness(
            lambda: Version(catalogue.version(), looks(folders)),
            lambda before, now: _changed(door, before, now),
            time.monotonic,
            within,
        ),
    )
    return door


def _pages(site: Site) -> Pages:
    """Pages with the site's own templates before the bundled ones."""
    settings = site.settings
    mailing = frozenset(each.slug for each in site.publications if site.cadences(each))
    head = SiteHead(settings.title, settings.base_url, site.publications, settings.language, mailing)
    return Pages(head, _folders(site))


def _folders(site: Site) -> list[Path]:
    return [site.folder / "templates", bundled("templates")]


def looks(folders: list[Path]) -> Looks:
    """What the file system says of the templates, style sheets, scripts and catalogues in these folders."""
    parts = ("web", "web/static", "locale")
    found = (entry for folder in folders for part in parts for entry in _files(folder / part))
    return tuple((entry.path, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in found)


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted((each for each in entries if each.is_file()), key=lambda each: each.name)
    except OSError:  # most owners have no templates of their own
        return


def _changed(door: Door, before: Version | None, now: Version) -> None:
    """Drop what may differ now: what belongs to a changed publication, and what belongs to no single one."""
    if before is None or before.looks != now.looks:
        door.pages = _pages(door.site)  # a new template can stand before one that was read
        door.memory.drop(lambda _: True)
        return
    changed = {slug for slug, _ in set(before.public) ^ set(now.public)}
    unchanged = {slug for slug, _ in now.public} - changed
    door.memory.drop(lambda path: path.split("/", 2)[1] not in unchanged)
