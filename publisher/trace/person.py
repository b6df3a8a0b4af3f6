"""Gather one follower's story, one statement per kind of thing whatever the number of followers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from publisher import mail, storage, tokens
from publisher.errors import FollowerError
from publisher.trace.kinds import DeliveryStory, Mail, Rules, Story
from publisher.trace.reading import Reader

SHOWN = 20  # mails told of when not all are wanted
_ERASED = "erased:"


def story(
    store: storage.Store,
    address: str,
    keys: tokens.Keys,
    rules: Rules,
    now: datetime,
    *,
    article: int | None = None,
    limit: int | None = SHOWN,
) -> Story:
    """The story of an address; with `article` only who he is, his history, and what he heard of that guide.

    `limit` is how many of the latest mails and notices are told of; None: all. Raises FollowerError for what
    is no address.
    """
    endpoint = mail.normal_address(address)
    with store.read() as db:
        number = storage.find_follower(db, "mail", endpoint)
        if number is None:
            known = storage.suppressions_of(db, (endpoint, *tokens.fingerprints(keys, endpoint)))
            return Story(endpoint, None, suppressions=tuple(known))
        return story_of(db, number, rules, now, keys=keys, article=article, limit=limit)


def story_of(
    db: storage.Connection,
    number: int,
    rules: Rules,
    now: datetime,
    *,
    keys: tokens.Keys | None = None,
    article: int | None = None,
    limit: int | None = SHOWN,
) -> Story:
    """The same for a follower's number. Raises FollowerError when nobody has it."""
    person = storage.person(db, number)
    if person is None:
        raise FollowerError("There is no such follower")
    mailings = storage.mailings(db)
    deliveries = storage.deliveries_to(db, number, [each.id for each in mailings])
    follows, events = storage.follows_of(db, number), storage.events_of(db, number)
    # Who asks about one guide is told of that guide.
    whole = article is None
    shown = deliveries[-(limit or len(deliveries)) :] if whole else []
    notices = storage.notice_mails(db, number) if whole else []
    told = notices[-(limit or len(notices)) :]
    endpoints = (person.endpoint, *(tokens.fingerprints(keys, person.endpoint) if keys else ()))
    reader = Reader(db, number, rules, now, mailings, deliveries, follows, events)
    erased = person.endpoint.startswith(_ERASED)
    return Story(
        address="" if erased else person.endpoint,
        person=person,
        erased=erased,
        suppressions=tuple(storage.suppressions_of(db, endpoints)),
        tags=tuple(storage.tags_of(db, number)),
        follows=tuple(follows),
        events=tuple(reversed(events)),
        mails=tuple(reversed(reader.mails(shown))),
        notices=tuple(reversed(reader.notices(told))),
        coming=tuple(reader.coming()) if whole else (),
        guide=reader.guide(article) if article is not None else None,
        more=len(deliveries) - len(shown) + len(notices) - len(told) if whole else 0,
    )


def delivery_story(
    store: storage.Store, edition: int, follower: int, rules: Rules, now: datetime
) -> DeliveryStory | None:
    """Why one mail came, and what was left out of it; None when there is no such delivery."""
    with store.read() as db:
        mailing = storage.mailing(db, edition)
        rows = storage.deliveries_to(db, follower, [edition])
        if mailing is None or not rows:
            return None
        person = storage.person(db, follower)
        erased = person is None or person.endpoint.startswith(_ERASED)
        if mailing.kind == storage.NOTICE:
            reader = Reader(db, follower, rules, now, [mailing], rows)
            every = reader.notices(storage.notice_mails(db, follower))
            notice = next((each for each in every if each.edition == edition), None)
            return DeliveryStory(reader.mails(rows)[0], None, person, erased, notice=notice)
        mailings = storage.mailings(db)
        before = [each.id for each in mailings if each.id <= edition]
        deliveries = storage.deliveries_to(db, follower, before)
        follows, events = storage.follows_of(db, follower), storage.events_of(db, follower)
        reader = Reader(db, follower, rules, now, mailings, deliveries, follows, events)
        told = reader.mails(rows)[0]
        spec = next((each for each in rules.digests if each.key == mailing.digest), None)
        brought = () if erased else tuple(_brought(follows, told, mailing))
        left_out = () if erased else tuple(reader.left_out(mailing, told, brought))
        return DeliveryStory(told, spec, person, erased, brought, left_out)


def _brought(
    follows: Iterable[storage.FollowRow], told: Mail, mailing: storage.MailingRow
) -> Iterable[storage.FollowRow]:
    """The follows that this mail told of, or could have: by what is in it, else by the digest's name."""
    own, _, name = mailing.digest.partition(":")
    inside = {line.row.publication for line in told.lines}
    for each in follows:
        of_digest = each.cadence == name and own in ("-", each.publication) and each.state == "active"
        if each.publication in inside or of_digest:
            yield each
