"""Where a page stands, and how other addresses are reached from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

# Our sanitiser wrote this markup: "<" opens a tag and every attribute stands in double quotes.
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"]|\"[^\"]*\")*>")


@dataclass(frozen=True, slots=True)
class Place:
    """A page's place: the site's address in the world, and the way from the page back to the site's root."""

    base_url: str
    root: str

    def local(self, url: str) -> str:
        """An address of our own as it is reached from the page; others stay as they are."""
        return self.root + url[len(self.base_url) + 1 :] if url.startswith(f"{self.base_url}/") else url

    def to(self, path: str) -> str:
        """A page of ours by its path below the site's root, not quoted yet: "knees/tag/daily life/"."""
        return self.root + quote(path)

    def world(self, path: str) -> str:
        """The same path as an address in the world."""
        return f"{self.base_url}/{quote(path)}"

    def localise(self, html: str) -> Markup:
        """Sanitised XHTML with our own addresses as they are reached from the page."""
        own = re.compile(rf'(\s(?:href|src|poster)="){re.escape(self.base_url)}/')
        return Markup(_TAG.sub(lambda tag: own.sub(rf"\g<1>{self.root}", tag[0]), html))  # noqa: S704
