"""Public pages as HTML: Jinja templates and frozen data in, text out. No database, no clock, no socket.

    pages = Pages(SiteHead(...), [site templates, bundled templates])
    pages.site_index(shelves, infos=…)                        /
    pages.publication(shelf, infos=…, terms=…)                /knees/
    pages.guide(publication, feed, entry, root, infos=…, newer=…, older=…)     /knees/stairs
    pages.history(publication, feed, entry, changes, root, infos=…)            /knees/stairs/history
    pages.term(shelf, "tag", "mornings", infos=…, count=…)    /knees/tag/mornings/
    pages.listing(publication, entries, number, last, infos=…)                 /-/all/knees/3
    pages.feeds(publication, infos), pages.site_feeds(infos)  /-/feeds/knees, /-/feeds/
    pages.not_found(root), pages.gone(root, publication)      404, 410
    pages.moved(root, to, publication)                        for static files: 301 elsewhere

`root` is the way from a page back to the site's first page ("../" for `/knees/stairs`), so that pages work
under any address. What pages are made from is in `needs`; what templates see is in `view`, and documented in
templates/README.md.

The list of all guides has `last = pages_of(highest ordinal)` pages; page n has those of `ordinals(n, last)`.
"""

from publisher.pages.assets import Asset, is_vendored
from publisher.pages.badges import badge
from publisher.pages.colour import accents
from publisher.pages.follow_views import ProblemView, Typed, agreement, cadence_words
from publisher.pages.following import FollowPages, Offering, Standing
from publisher.pages.frame import SiteHead
from publisher.pages.mine import MineView, NewsView, TabView, feed_addresses, mine_page, mine_view
from publisher.pages.needs import FeedInfo, Shelf, Term
from publisher.pages.place import Place
from publisher.pages.preferring import (
    AccountView,
    ChoiceView,
    LeavingView,
    OptionView,
    PauseView,
    PreferencesView,
)
from publisher.pages.render import LATEST, LISTED, OF_TERM, Pages, ordinals, pages_of
from publisher.pages.story import ComingView, EventView, PostView, StoryView, ToldView, WhyView
from publisher.pages.view import DateView, FeedView

__all__ = [
    "LATEST",
    "LISTED",
    "OF_TERM",
    "AccountView",
    "Asset",
    "ChoiceView",
    "ComingView",
    "DateView",
    "EventView",
    "FeedInfo",
    "FeedView",
    "FollowPages",
    "LeavingView",
    "MineView",
    "NewsView",
    "Offering",
    "OptionView",
    "Pages",
    "PauseView",
    "Place",
    "PostView",
    "PreferencesView",
    "ProblemView",
    "Shelf",
    "SiteHead",
    "Standing",
    "StoryView",
    "TabView",
    "Term",
    "ToldView",
    "Typed",
    "WhyView",
    "accents",
    "agreement",
    "badge",
    "cadence_words",
    "feed_addresses",
    "is_vendored",
    "mine_page",
    "mine_view",
    "ordinals",
    "pages_of",
]
