"""What pages are made from, as protocols: whoever has these can have pages. Nothing here touches storage.

Everything is public already: a guide that is not released is in none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from publisher.model import Entry, Feed, Publication


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
