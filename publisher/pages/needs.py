"""What pages are made from, as protocols: whoever has these can have pages. Nothing here touches storage.

Everything is public already: a guide that is not released is in none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from publisher.model import Change, Entry, Feed, Publication


class Shelf(Protocol):
    """One publication as the public sees it: its feed's head, and its entries, newest first."""

    @property
    def publication(self) -> Publication: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def entries(self) -> Sequence[Entry]: ...


class Term(Protocol):
    """A tag or an author of a publication's guides. `kind` is "tag" or "author", `count` its guides."""

    @property
    def kind(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def count(self) -> int: ...


class FeedInfo(Protocol):
    """A feed that one can follow.

    `what` is "main", "updates", "tag", "author" or "site"; `title` is the feed's: of a tag or an author, the
    publication's title, a colon and its name. `urls` maps a format's name to the absolute address of that
    format.
    """

    @property
    def what(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def urls(self) -> Mapping[str, str]: ...


class Catalogue(Protocol):
    """Everything that the pages of a site are made from: what `Pages.files` asks for."""

    def shelf(self, publication: Publication, limit: int | None = None) -> Shelf:
        """Its newest `limit` guides (None: all), by the order in which they became public."""
        ...

    def highest(self, publication: Publication) -> int:
        """The highest ordinal that a public guide of it has; 0 without guides."""
        ...

    def stretch(self, publication: Publication, first: int, last: int) -> Sequence[Entry]:
        """The public guides with ordinals from `first` to `last`, newest first. Their text is not read."""
        ...

    def history(self, publication: Publication, slug: str) -> Sequence[Change] | None:
        """What became public of a guide, newest first."""
        ...

    def terms(self, publication: Publication) -> Sequence[Term]:
        """The tags and authors of its public guides."""
        ...

    def term_shelf(
        self, publication: Publication, kind: str, slug: str, limit: int | None = None
    ) -> Shelf | None:
        """The newest `limit` guides of one tag or author (None: all)."""
        ...

    def feeds(self, publication: Publication) -> Sequence[FeedInfo]:
        """Every feed of a publication, the main one first."""
        ...

    def site_feeds(self) -> Sequence[FeedInfo]:
        """The feeds of the whole site; the list of feeds has the format "opml"."""
        ...

    def old_addresses(self, publication: Publication) -> Mapping[str, str]:
        """Slugs that public guides had before -> the present ones."""
        ...

    def withdrawn(self, publication: Publication) -> Sequence[str]:
        """Slugs of guides that were withdrawn, and their old ones: 410 on a server."""
        ...
