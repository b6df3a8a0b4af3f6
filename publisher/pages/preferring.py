"""What the pages of one person see: his preferences, his account, and the way out (templates/README.md)."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.pages.view import FeedView


@dataclass(frozen=True, slots=True)
class OptionView:
    """One thing that can be chosen. `note` says more of it, or is empty."""

    value: str
    label: str
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A publication in the form: how often it comes, and with which topics."""

    slug: str
    title: str
    language: str
    summary: str  # how it is followed now, in a few words
    open: bool  # whether its fields are shown from the beginning
    shown: str  # what the form keeps of the state that it shows
    cadences: tuple[OptionView, ...]
    topics: tuple[str, ...]  # plain words, like the zones: there can be thousands, and views cost time
    chosen: tuple[str, ...]  # of these
    explained: tuple[str, ...] = ()  # what the owner took away of what was chosen
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PauseView:
    """`until` is the day on which a pause ends, in words, or empty. The rest is for the field."""

    until: str
    written: str
    first: str
    last: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """The page of preferences. `address` is masked; `here` is the way to the page itself.

    `saved` are sentences about what has just changed; `unchanged`: nothing was. `problems` are sentences
    about what could not be saved. `asked`: the link to the account has been asked for.
    """

    here: str
    address: str
    followed: tuple[ChoiceView, ...]
    others: tuple[ChoiceView, ...]
    zones: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # part of the world, its (zone, name)
    zone: str  # the chosen one, or ""
    hours: tuple[OptionView, ...]
    languages: tuple[OptionView, ...]
    was: tuple[tuple[str, str], ...]  # (name, value) of zone, hour and language as they are
    pause: PauseView
    feeds: tuple[FeedView, ...]  # private ones, over all that is followed
    stream: str  # the page of the same
    contact: str
    script: str = ""  # copies addresses at a press
    blocked: bool = False  # mail to the address was stopped for another reason
    saved: tuple[str, ...] = ()
    unchanged: bool = False
    problems: tuple[str, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class AccountView:
    """What only the owner of the mailbox sees. `state`: "open", "asked" (a new address was written to),
    or "erased"."""

    state: str
    here: str
    address: str
    follows: int  # how many publications
    preferences: str
    written: str = ""  # the new address, as it was typed or as it was written to
    problem: str = ""  # with the new address
    unsure: bool = False  # the box was not ticked


@dataclass(frozen=True, slots=True)
class LeavingView:
    """The page behind an unsubscribe link.

    `state`: "ask", "stopped", "already", "again" or "blocked". `name` is the digest's word ("weekly").
    `action`, `everything` and `again` are where the forms go; `publications` (slug, title) have just ended
    or come back. `all`: it was about everything, not about one mail.
    """

    state: str
    mail: str
    name: str
    action: str = ""
    everything: str = ""
    again: str = ""
    publications: tuple[tuple[str, str], ...] = ()
    all: bool = False
    next: str = ""  # when the next mail is due, in words
    contact: str = ""
    preferences: str = ""  # the page of preferences, or ""
