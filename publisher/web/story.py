"""The whole story of a follower, behind a link that was mailed to him a moment ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from publisher import editions, follow, mail, tokens, trace
from publisher.pages import ComingView, DateView, EventView, PostView, StoryView, ToldView
from publisher.web import readers
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door


def show(door: Door, asked: Asked) -> Answer:
    """What was mailed to him, when and why, and what he did. `?all=1` tells of every mail."""
    number = door.site.links.number(asked.given["token"], tokens.ACCOUNT, door.clock())
    account = follow.open_account(door.site.store, number)
    if account is None:
        return readers.nothing_left(door, asked)
    every = "1" in asked.values("all")
    limit = None if every else trace.SHOWN
    with door.site.store.read() as db:
        found = trace.story_of(db, account.person.id, rules_of(door), door.clock(), limit=limit)
    active = [each.publication for each in found.follows if each.state == "active"]
    language = readers.language_of(door, account.person, active)
    words = door.pages.words(language)
    tell = trace.Teller(words, rules_of(door), account.person.zone)
    title = words.gettext("Your story with %(site)s", site=door.site.settings.title)
    view = _view(door, asked, found, tell)
    return private(door.pages.personal("story", asked.root, title, language=language, story=view))


def rules_of(door: Door) -> trace.Rules:
    """The site's side of a story."""
    site = door.site
    _, sender = mail.split_address(site.settings.sender)
    domain = sender.rpartition("@")[2]
    return trace.Rules(site.publications, site.digests, editions.pair_grades, domain, site.instance)


def guide_view(door: Door, asked: Asked, line: trace.Line, tell: trace.Teller) -> ToldView:
    """A guide in a mail as a page shows it."""
    row = line.row
    return told_view(door, asked, (row.publication, row.slug, row.title), tell.line(line), row.now > 1)


def told_view(
    door: Door, asked: Asked, named: tuple[str, str, str], said: str, changed: bool = False
) -> ToldView:
    """`named` is a guide's publication, slug and title."""
    slug, guide, title = named
    known = next((each for each in door.site.publications if each.slug == slug), None)
    url = f"{asked.root}{slug}/{guide}"
    return ToldView(
        title=title,
        url=url,
        publication=known.title if known else slug,
        said=said,
        history=f"{url}/history" if changed else "",
        language=known.language if known else "",
    )


def _view(door: Door, asked: Asked, found: trace.Story, tell: trace.Teller) -> StoryView:
    here = f"{asked.root}-/account/{asked.given['token']}"
    barred = bool(found.suppressions)
    return StoryView(
        address=found.address,
        facts=tuple(_facts(found, tell)),
        suppressed=tuple(tell.suppression(each) for each in found.suppressions),
        follows=tuple(_follows(found, tell)),
        coming=tuple(
            ComingView(
                tell.words.mail(each.cadence),
                tell.coming(each, suppressed=barred),
                tuple(guide_view(door, asked, line, tell) for line in each.lines),
            )
            for each in found.coming
        ),
        posts=tuple(_posts(door, asked, found, tell)),
        events=tuple(
            EventView(_date(each.at, tell), tell.event(each), tuple(tell.evidence(each)))
            for each in found.events
        ),
        back=here,
        older=found.more,
        everything=f"{here}/story?all=1" if found.more else "",
    )


def _facts(found: trace.Story, tell: trace.Teller) -> Iterable[tuple[str, str]]:
    person, say = found.person, tell.words.gettext
    if person is None:
        return
    yield say("Known since"), tell.day(person.created_at)
    if person.name:
        yield say("Name"), person.name
    if person.language:
        yield say("Language"), person.language
    if person.zone:
        yield say("Time zone"), person.zone
    if person.hour is not None:
        yield say("Preferred hour"), f"{person.hour}:00"
    if found.tags:
        yield say("Tags"), tell.words.listed(found.tags)


def _follows(found: trace.Story, tell: trace.Teller) -> Iterable[str]:
    say = tell.words.gettext
    for each in found.follows:
        if each.state == "active":
            yield say(
                "%(publication)s: %(mail)s, %(topics)s, since %(day)s.",
                publication=tell.rules.title(each.publication),
                mail=tell.words.mail(each.cadence),
                topics=tell.topics(each.topics),
                day=tell.day(each.since),
            )
        elif each.state == "ended":
            yield say("%(publication)s: not any more.", publication=tell.rules.title(each.publication))


def _posts(door: Door, asked: Asked, found: trace.Story, tell: trace.Teller) -> list[PostView]:
    """Mails and notices together, the newest first."""
    person = found.person
    posts = [
        (
            each.mailing.frozen_at,
            PostView(
                when=_date(each.at, tell),
                name=tell.mailing(each.mailing),
                became=tell.state(each.state),
                tries=tuple(map(tell.attempt, each.attempts)),
                guides=tuple(guide_view(door, asked, line, tell) for line in each.lines),
                why=_why(door, asked, each.mailing.id, person.id) if person else "",
            ),
        )
        for each in found.mails
    ]
    posts += [
        (
            each.settled_at or each.at,
            PostView(
                when=_date(each.settled_at or each.at, tell),
                name=tell.notice(each.kind),
                became=_became(each, tell),
                tries=tuple(map(tell.attempt, each.attempts)),
            ),
        )
        for each in found.notices
    ]
    return [post for _, post in sorted(posts, key=lambda both: both[0], reverse=True)]


def _became(notice: trace.NoticeMail, tell: trace.Teller) -> str:
    parts = [tell.state(notice.state)] if notice.state is not None else []
    parts += [tell.used(notice)] if notice.used_at is not None else []
    return tell.words.listed(parts)


def _why(door: Door, asked: Asked, edition: int, follower: int) -> str:
    return readers.local(door, asked, door.site.links.why(edition, follower))


def _date(moment: datetime, tell: trace.Teller) -> DateView:
    machine = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return DateView(machine, tell.moment(moment))
