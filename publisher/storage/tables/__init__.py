"""Every table. Moments are integers: microseconds since 1970 in UTC. Ledger rows are slim integers.

publication ─┬─ file          what the file system said of each file when it was last read
             ├─ source        when a source was first and last collected
             ├─ moved         addresses that guides had before
             ├─ article ─┬─── revision ─── release (one row per revision: waiting, or public since)
             │           ├─── pair_grade   how much two texts differ that do not follow each other
             │           └─── term         tags and authors of public guides, for feeds of their own
             └─ follow ────── follower ─┬─ follow_event (append-only)      suppression (by address)
                                        ├─ follower_tag
                                        └─ notice        confirm, welcome … and what was asked

throttle      how much of what strangers may ask for is left        import_run   lists being taken in

alert         what the owner must know, since when, and whether he was told

cell (digest, cell) ── owed      what a window could not tell and a later one looks at again
cell (digest, cell) ── edition ─┬─ variant ── variant_item     what a group of followers gets
                                ├─ batch                       the unit that is claimed
                                ├─ delivery ── attempt         UNIQUE (edition, follower); what went wrong
                                └─ amendment                   changes after freezing, with a reason
"""

from publisher.storage.tables.base import EPOCH, BigKey, Moment, metadata
from publisher.storage.tables.guides import (
    alert,
    article,
    file,
    meta,
    moved,
    pair_grade,
    publication,
    release,
    revision,
    source,
    term,
)
from publisher.storage.tables.ledger import (
    amendment,
    attempt,
    batch,
    cell,
    delivery,
    edition,
    owed,
    variant,
    variant_item,
)
from publisher.storage.tables.people import (
    follow,
    follow_event,
    follower,
    follower_tag,
    import_run,
    notice,
    suppression,
    throttle,
)

# fmt: off
__all__ = [
    "EPOCH", "BigKey", "Moment", "alert", "amendment", "article", "attempt", "batch", "cell",
    "delivery", "edition", "file", "follow", "follow_event", "follower", "follower_tag", "import_run",
    "meta", "metadata", "moved", "notice", "owed", "pair_grade", "publication", "release", "revision",
    "source", "suppression", "term", "throttle", "variant", "variant_item",
]
# fmt: on
