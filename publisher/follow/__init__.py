"""Following and leaving, with the evidence kept; and who follows."""

from publisher.follow.account import Account, Moving, ask_account, ask_address, data_of, open_account
from publisher.follow.asking import Asking, Rules, Wanted, ask, check_asking
from publisher.follow.coming import digests_of, next_mail
from publisher.follow.confirming import Confirmed, confirm, confirmation
from publisher.follow.erasing import barred, erase, erase_address, is_erased, readmit, refusal, said, way_back
from publisher.follow.leaving import Left, come_back, leave, leave_all
from publisher.follow.notices import notify
from publisher.follow.owners import Followed, Unblocked, block, follow, followers, remove, unblock
from publisher.follow.pausing import days
from publisher.follow.preferring import (
    Change,
    Outcome,
    Preferences,
    pause,
    prefer,
    preferences,
    present,
    renew_feeds,
    resume,
    stamp_of,
    zone_of,
)
from publisher.follow.segments import check_publications, parse_segment
from publisher.follow.tagging import check_tag, tag, untag
from publisher.follow.tidying import tidy
from publisher.follow.topics import check_topics
from publisher.follow.wishes import Chosen, Desired, Offer, Slip

__all__ = [
    "Account",
    "Asking",
    "Change",
    "Chosen",
    "Confirmed",
    "Desired",
    "Followed",
    "Left",
    "Moving",
    "Offer",
    "Outcome",
    "Preferences",
    "Rules",
    "Slip",
    "Unblocked",
    "Wanted",
    "ask",
    "ask_account",
    "ask_address",
    "barred",
    "block",
    "check_asking",
    "check_publications",
    "check_tag",
    "check_topics",
    "come_back",
    "confirm",
    "confirmation",
    "data_of",
    "days",
    "digests_of",
    "erase",
    "erase_address",
    "follow",
    "followers",
    "is_erased",
    "leave",
    "leave_all",
    "next_mail",
    "notify",
    "open_account",
    "parse_segment",
    "pause",
    "prefer",
    "preferences",
    "present",
    "readmit",
    "refusal",
    "remove",
    "renew_feeds",
    "resume",
    "said",
    "stamp_of",
    "tag",
    "tidy",
    "unblock",
    "untag",
    "way_back",
    "zone_of",
]
