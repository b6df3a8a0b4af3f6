"""“Why this mail?”, the link at the foot of every mail: what brought this one, and each guide in it.

Mails get forwarded. So the page tells of that one mail only: the address is masked, and nothing is said of
how somebody agreed, nor in which words a mail server answered (they quote addresses).
"""

from __future__ import annotations

from collections.abc import Iterable

from publisher import trace
from publisher.pages import WhyView
from publisher.trace import Fate
from publisher.web import readers
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door
from publisher.web.story import guide_view, rules_of, told_view

_UNSAID = (Fate.BARRED, Fate.POSTPONED)  # what its owner took back is not told of here


def show(door: Door, asked: Asked) -> Answer:
    """Explain one mail. Changes nothing."""
    edition, follower = door.site.links.delivery(asked.given["token"], door.clock())
    rules = rules_of(door)
    found = trace.delivery_story(door.site.store, edition, follower, rules, door.clock())
    if found is None or found.erased or found.person is None:
        return readers.nothing_left(door, asked)
    language = readers.language_of(door, found.person, [each.publication for each in found.follows])
    words = door.pages.words(language)
    own = rules.publication(found.mail.mailing.digest.partition(":")[0])
    tell = trace.Teller(words, rules, found.digest.zone if found.digest else None)
    title = words.gettext("Why this mail?")
    view = _notice(found, tell) if found.notice else _digest(door, asked, found, tell)
    text = door.pages.personal("why", asked.root, title, language=language, publication=own, why=view)
    return private(text)


def _notice(found: trace.DeliveryStory, tell: trace.Teller) -> WhyView:
    """A mail about following itself: it answers something that was asked for with this address."""
    assert found.notice is not None  # noqa: S101  for the type checker
    assert found.person is not None  # noqa: S101
    reason = tell.words.gettext(
        "It answers something that was done with this address on %(when)s.",
        when=tell.moment(found.notice.at),
    )
    return WhyView(
        state="notice",
        name=tell.notice(found.notice.kind),
        address=readers.masked(found.person.endpoint),
        became=_became(found, tell),
        reasons=(reason,),
    )


def _digest(door: Door, asked: Asked, found: trace.DeliveryStory, tell: trace.Teller) -> WhyView:
    mailing, person = found.mail.mailing, found.person
    assert person is not None  # noqa: S101  for the type checker: the caller has looked
    links = door.site.links
    return WhyView(
        state="digest",
        name=tell.mailing(mailing),
        address=readers.masked(person.endpoint),
        became=_became(found, tell),
        window=tell.words.gettext(
            "It tells of what came out between %(start)s and %(end)s.",
            start=tell.moment(mailing.window_start),
            end=tell.moment(mailing.window_end),
        ),
        reasons=tuple(_reasons(found, tell)),
        guides=tuple(guide_view(door, asked, line, tell) for line in found.mail.lines),
        left_out=tuple(
            told_view(
                *(door, asked, (each.publication, each.slug, each.title)),
                tell.verdict(each.verdict, each.publication),
            )
            for each in found.left_out
            if each.verdict.fate not in _UNSAID
        ),
        preferences=readers.local(door, asked, links.preferences(person.id)),
        stop=readers.local(door, asked, links.unsubscribe(person.id, mailing.digest)),
    )


def _became(found: trace.DeliveryStory, tell: trace.Teller) -> str:
    return tell.words.gettext(
        "%(state)s, %(when)s", state=tell.state(found.mail.state), when=tell.moment(found.mail.at)
    )


def _reasons(found: trace.DeliveryStory, tell: trace.Teller) -> Iterable[str]:
    """What this address follows that brought the mail; what it followed once."""
    say = tell.words.gettext
    name = tell.words.mail(found.mail.mailing.digest.partition(":")[2])
    for each in found.follows:
        title = tell.rules.title(each.publication)
        if each.state != "active":
            yield say("This address followed %(publication)s then. It does no longer.", publication=title)
        elif each.topics:
            yield say(
                "This address has followed %(publication)s since %(day)s: %(mail)s, topics: %(topics)s.",
                publication=title,
                mail=name,
                day=tell.day(each.since),
                topics=tell.words.listed(each.topics),
            )
        else:
            yield say(
                "This address has followed %(publication)s since %(day)s: %(mail)s.",
                publication=title,
                mail=name,
                day=tell.day(each.since),
            )
