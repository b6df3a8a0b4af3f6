"""Following and leaving, with the evidence kept; and who follows."""

from publisher.follow.leaving import Left, leave
from publisher.follow.notices import notify
from publisher.follow.owners import Followed, block, follow, followers, remove, unblock
from publisher.follow.tidying import tidy
from publisher.follow.topics import check_topics

__all__ = [
    "Followed",
    "Left",
    "block",
    "check_topics",
    "follow",
    "followers",
    "leave",
    "notify",
    "remove",
    "tidy",
    "unblock",
]
