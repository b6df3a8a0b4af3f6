"""The page of preferences, behind the link in every mail: what one follows, how often, when and how.

Mails get forwarded: the page shows the address masked, and nothing of how it came here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from publisher import follow, tokens
from publisher.pages import FeedView, PreferencesView
from publisher.web import choosing, readers
from publisher.web.answers import Answer, Asked, private
from publisher.web.choosing import Form
from publisher.web.door import Door
from publisher.web.headers import policy

_PROFILE = ("zone", "hour", "language")
_FEEDS = (
    ("Atom", "application/atom+xml", "feed.atom"),
    ("RSS", "application/rss+xml", "feed.rss"),
    ("JSON Feed", "application/feed+json", "feed.json"),
)


def show(door: Door, asked: Asked) -> Answer:
    """What a follower follows, and the form to change it. Changes nothing."""
    have = follow.preferences(door.site.store, _number(door, asked), door.clock())
    return _answer(door, asked, _as_it_is(have))


def save(door: Door, asked: Asked) -> Answer:
    """Do what the pressed button says: save the form, pause, end the pause, or stop everything."""
    follower, store, now = _number(door, asked), door.site.store, door.clock()
    said = readers.fields(asked)
    do, offer = readers.first(said, "do"), choosing.offer_of(door)
    goodbye = door.site.settings.follow.goodbye
    if do == "pause":
        day = readers.first(said, "pause")
        outcome = follow.pause(store, follower, day, zone=offer.zone, now=now)
        return _answer(door, asked, outcome, written=day)
    if do == "resume":
        return _answer(door, asked, follow.resume(store, follower, now))
    if do == "stop":
        return _stop(door, asked, follower, offer.titles if goodbye else None)
    wishes = desired(said)
    outcome = follow.prefer(store, follower, wishes, offer, now=now, goodbye=goodbye)
    return _answer(door, asked, outcome, typed=wishes)


def feeds(door: Door, asked: Asked) -> Answer:
    """New addresses for the private feeds, in place of the old ones."""
    outcome = follow.renew_feeds(door.site.store, _number(door, asked), door.clock())
    return _answer(door, asked, outcome)


def account(door: Door, asked: Asked) -> Answer:
    """Mail him the link to his account. The page is the same whether or not there was one just now."""
    follower, now = _number(door, asked), door.clock()
    follow.ask_account(door.site.store, follower, now)
    have = follow.preferences(door.site.store, follower, now)
    return _answer(door, asked, _as_it_is(have), mailed=True)


def desired(said: Mapping[str, list[str]]) -> follow.Desired:
    """What the form says. A publication is in it if its cadence is."""
    follows = []
    for name, values in said.items():
        kind, colon, slug = name.partition(":")
        if kind == "cadence" and colon:
            topics = tuple(dict.fromkeys(said.get(f"topic:{slug}", [])))
            shown = readers.first(said, f"shown:{slug}")
            follows.append(follow.Chosen(slug, values[-1].strip(), topics, shown))
    profile = {name: readers.first(said, name) for name in _PROFILE if name in said}
    was = {name: readers.first(said, f"was:{name}") for name in _PROFILE if f"was:{name}" in said}
    return follow.Desired(tuple(follows), profile, was)


def _number(door: Door, asked: Asked) -> int:
    """Whom the link is about. Raises TokenError; asks no database."""
    return door.site.links.number(asked.given["token"], tokens.PREFERENCES, door.clock())


def _stop(door: Door, asked: Asked, follower: int, titles: Mapping[str, str] | None) -> Answer:
    store, now = door.site.store, door.clock()
    left = follow.leave_all(store, follower, evidence="preferences page", now=now, titles=titles)
    have = follow.preferences(store, follower, now)
    changes = tuple(follow.Change("left", slug) for slug in left.publications)
    outcome = None if have is None else follow.Outcome(have, changes, last=left.last)
    return _answer(door, asked, outcome)


def _as_it_is(have: follow.Preferences | None) -> follow.Outcome | None:
    return None if have is None else follow.Outcome(have)


def _answer(
    door: Door,
    asked: Asked,
    outcome: follow.Outcome | None,
    *,
    typed: follow.Desired | None = None,
    written: str = "",
    mailed: bool = False,
) -> Answer:
    if outcome is None:
        return readers.nothing_left(door, asked)
    have = outcome.preferences
    language = readers.language_of(door, have.person, have.active)
    form = Form(
        door,
        door.pages.words(language),
        have,
        door.clock(),
        typed if outcome.slips else None,
        outcome.slips,
    )
    view = _view(form, asked, outcome, written)
    changed = asked.method == "POST" and not mailed
    view = replace(view, asked=mailed, unchanged=changed and not outcome.slips and not outcome.changes)
    title = form.words.gettext("What comes to you from %(site)s", site=door.site.settings.title)
    text = door.pages.personal("preferences", asked.root, title, language=language, preferences=view)
    answer = private(text, 422 if outcome.slips else 200)
    return answer.with_headers(content_security_policy=policy(script_src="'self'"))


def _view(form: Form, asked: Asked, outcome: follow.Outcome, written: str) -> PreferencesView:
    have = form.have
    followed, others = choosing.choices(form)
    mine = form.door.site.links.mine(have.person.id, have.person.generation)
    return PreferencesView(
        here=f"{asked.root}-/preferences/{asked.given['token']}",
        address=readers.masked(have.person.endpoint),
        followed=followed,
        others=others,
        zones=choosing.zones(form),
        zone=choosing.chosen_zone(form),
        hours=choosing.hours(form),
        languages=choosing.languages(form),
        was=tuple(choosing.profile(form).items()),
        pause=choosing.pause_view(form, written),
        feeds=tuple(
            FeedView(name, mime, readers.local(form.door, asked, mine + file), mine + file)
            for name, mime, file in _FEEDS
        ),
        stream=readers.local(form.door, asked, mine),
        contact=readers.contact(form.door),
        script=asked.root + form.door.pages.assets.address("follow.js"),
        blocked=have.barred is not None,
        saved=tuple(choosing.change_words(form, each) for each in outcome.changes),
        problems=tuple(choosing.sentence(form, each) for each in outcome.slips),
    )
