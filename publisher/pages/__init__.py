"""Public pages as HTML: Jinja templates and frozen data in, text out. No database, no clock, no socket.

    pages = Pages(SiteHead(...), [site templates, bundled templates])
    html = pages.guide(publication, feed, entry, root="../")
    for path, body in pages.files(shelves): ...          # the whole site as static files

`root` is the way from a page back to the site's first page ("../" for `/knees/stairs`), so that pages work
under any address. What templates see is in `view`, and documented in templates/README.md.
"""

from publisher.pages.assets import Asset, is_vendored
from publisher.pages.colour import accents
from publisher.pages.render import LATEST, Pages, Shelf, SiteHead
from publisher.pages.view import LeavingView, moment_words

__all__ = [
    "LATEST",
    "Asset",
    "LeavingView",
    "Pages",
    "Shelf",
    "SiteHead",
    "accents",
    "is_vendored",
    "moment_words",
]
