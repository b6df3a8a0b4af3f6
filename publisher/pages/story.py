"""What the pages see that tell why a mail came, and the whole story of a follower (templates/README.md)."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.pages.view import DateView


@dataclass(frozen=True, slots=True)
class ToldView:
    """A guide in a mail, or left out of it, and why. `history` leads to what changed, or is empty."""

    title: str
    url: str
    publication: str
    said: str
    history: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class WhyView:
    """Why one mail came. `state`: "digest", "notice" or "nothing" (he was forgotten).

    `name` is what the mail is called, `became` what became of it, `window` which news it was to tell;
    `reasons` are sentences. `address` is masked: mails get forwarded.
    """

    state: str
    name: str = ""
    address: str = ""
    became: str = ""
    window: str = ""
    reasons: tuple[str, ...] = ()
    guides: tuple[ToldView, ...] = ()
    left_out: tuple[ToldView, ...] = ()
    preferences: str = ""
    stop: str = ""


@dataclass(frozen=True, slots=True)
class ComingView:
    """The next mail of one digest: when, and the guides that it would tell of by now."""

    name: str
    said: str
    guides: tuple[ToldView, ...] = ()


@dataclass(frozen=True, slots=True)
class PostView:
    """A mail to him: what became of it, and the mail server's words where it was not taken."""

    when: DateView
    name: str
    became: str
    tries: tuple[str, ...] = ()
    guides: tuple[ToldView, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that he did, or that was done, with what is kept of how."""

    when: DateView
    said: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """The whole story. `facts` are (what, value); `back` leads to the account.

    `older` is how many mails are left out, `everything` the way to a page with all of them.
    """

    address: str
    facts: tuple[tuple[str, str], ...]
    suppressed: tuple[str, ...]
    follows: tuple[str, ...]
    coming: tuple[ComingView, ...]
    posts: tuple[PostView, ...]
    events: tuple[EventView, ...]
    back: str
    older: int = 0
    everything: str = ""
