"""Which document a path names. The grammar of addresses that hold feeds, and nothing of what exists."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(
    r"""
    (?P<site> feed\.\w+ | feeds\.opml | sitemap\.xml | robots\.txt )
    | sitemap-(?P<mapped>[a-z0-9-]+)-(?P<stretch>[1-9]\d{0,8})\.xml
    | (?P<publication>[a-z0-9-]+)/
      (?: (?P<own>feed|updates)
        | archive/(?P<archive>[1-9]\d{0,8})
        | (?P<kind>tag|author)/(?P<word>[^/]+)/feed )
      \.(?P<suffix>\w+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Route:
    """`what` is main, updates, archive, tag, author, site, opml, sitemap, stretch or robots."""

    what: str
    publication: str = ""
    suffix: str = ""
    number: int = 0
    word: str = ""


_SITE = {"feeds.opml": Route("opml"), "sitemap.xml": Route("sitemap"), "robots.txt": Route("robots")}


def route(path: str) -> Route | None:
    """What a path (not quoted, without a slash before it) would name; None: no document has such a path."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    if site := match["site"]:
        return _SITE.get(site) or Route("site", suffix=site.partition(".")[2])
    if match["mapped"]:
        return Route("stretch", match["mapped"], number=int(match["stretch"]))
    own = {"feed": "main", "updates": "updates"}.get(match["own"] or "")
    what = own or match["kind"] or "archive"
    number = int(match["archive"] or 0)
    return Route(what, match["publication"], match["suffix"], number, match["word"] or "")
