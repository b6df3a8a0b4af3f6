"""The whole story of one follower: what he was told, when, why, and why not.

    story(store, address, keys, rules, now)                   everything about an address
    story(..., article=…)                                     and what he heard of each revision of one guide
    delivery_story(store, edition, follower, rules, now)      why this one mail came

All of it is found in the ledger and in his history; why an edition did not tell him is found by asking the
planner again (`deciding`), so that an explanation cannot differ from what is done. `telling` puts a story
into sentences in the reader's language.
"""

from publisher.trace.kinds import (
    Coming,
    DeliveryStory,
    Fate,
    GuideStory,
    LeftOut,
    Line,
    Mail,
    NoticeMail,
    RevisionStory,
    Rules,
    Story,
    Verdict,
)
from publisher.trace.person import SHOWN, delivery_story, story, story_of
from publisher.trace.telling import Teller

__all__ = [
    "SHOWN",
    "Coming",
    "DeliveryStory",
    "Fate",
    "GuideStory",
    "LeftOut",
    "Line",
    "Mail",
    "NoticeMail",
    "RevisionStory",
    "Rules",
    "Story",
    "Teller",
    "Verdict",
    "delivery_story",
    "story",
    "story_of",
]
