"""Lists of followers, in and out: other vendors' exports, plain CSV, OPML, and our own round trip."""

from publisher.lists.cells import as_it_was, harmless
from publisher.lists.columns import Column, Reading, parse_wanted
from publisher.lists.exporting import COLUMNS, Members, export_list
from publisher.lists.importing import CHUNK, Step, Wishes, import_list, rehearse_list
from publisher.lists.opening import Opened, Source, open_list, open_subscriptions
from publisher.lists.opml import is_opml
from publisher.lists.words import Problem, Target

__all__ = [
    "CHUNK",
    "COLUMNS",
    "Column",
    "Members",
    "Opened",
    "Problem",
    "Reading",
    "Source",
    "Step",
    "Target",
    "Wishes",
    "as_it_was",
    "export_list",
    "harmless",
    "import_list",
    "is_opml",
    "open_list",
    "open_subscriptions",
    "parse_wanted",
    "rehearse_list",
]
