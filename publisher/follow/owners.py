"""What the owner does: let people follow whose consent he has, end follows, block and unblock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import mail, storage
from publisher.errors import FollowerError
from publisher.follow.topics import check_topics
from publisher.model import Publication


@dataclass(frozen=True, slots=True)
class Followed:
    """What `follow` did: "added", "returned" (had left), "changed" or "unchanged"."""

    address: str
    publication: str
    cadence: str
    outcome: str


def follow(
    store: storage.Store,
    address: str,
    publications: Sequence[Publication],
    *,
    cadence: str,
    topics: Sequence[str] = (),
    consent: str,
    now: datetime,
) -> list[Followed]:
    """Make an address follow publications at a cadence. Raises FollowerError for a bad address or no consent.

    `consent` is the evidence that its owner agreed, in words; it is kept in his history for ever.
    """
    if not consent.strip():
        advice = 'Say how this person agreed, for example --consent "asked at the clinic on 3 May".'
        raise FollowerError("following needs consent", advice=advice)
    endpoint = mail.normal_address(address)
    for publication in publications:
        check_topics(publication, topics)
    done = []
    with store.write() as db:
        if reason := storage.suppressed(db, endpoint):
            advice = "Lift it with `publisher followers unblock` if its owner asks for mail again."
            raise FollowerError(f"{endpoint} must not be mailed ({reason})", advice=advice)
        number = storage.add_follower(db, "mail", endpoint, now)
        for publication in publications:
            pub = storage.publication_id(db, publication.slug)
            before = storage.set_follow(
                db,
                number,
                pub,
                cadence=cadence,
                topics=",".join(sorted(topics)),
                state=storage.FollowState.ACTIVE,
                now=now,
            )
            outcome = {None: "added", "ended": "returned"}.get(before, "changed")
            evidence = {"consent": consent, "cadence": cadence, "topics": sorted(topics)}
            storage.add_event(db, number, pub, outcome, evidence, now)
            done.append(Followed(endpoint, publication.slug, cadence, outcome))
    return done


def remove(store: storage.Store, address: str, slugs: Sequence[str] | None, now: datetime) -> list[str]:
    """The owner ends follows of an address (None: all); the publications. Raises FollowerError if unknown."""
    endpoint = mail.normal_address(address)
    with store.write() as db:
        number = storage.find_follower(db, "mail", endpoint)
        if number is None:
            raise FollowerError(f"nobody with the address {endpoint} follows anything")
        numbers = storage.publication_ids(db)
        wanted = [pub for slug, pub in numbers.items() if slugs is None or slug in slugs]
        ended = storage.end_follows(db, number, wanted, None)
        for pub in ended:
            storage.add_event(db, number, pub, "removed", {"how": "by the owner"}, now)
    return sorted(slug for slug, pub in numbers.items() if pub in ended)


def block(store: storage.Store, address: str, note: str, now: datetime) -> None:
    """Never mail this address, whatever it follows. Raises FollowerError for a bad address."""
    with store.write() as db:
        storage.suppress(db, mail.normal_address(address), "owner", note, now)


def unblock(store: storage.Store, address: str) -> bool:
    """Lift a suppression; False if there was none."""
    with store.write() as db:
        return storage.unsuppress(db, mail.normal_address(address))


def followers(store: storage.Store, slug: str | None = None) -> Iterator[storage.FollowerRow]:
    """Every follow (of one publication), in order, read page by page."""
    with store.read() as db:
        pub = None if slug is None else storage.publication_ids(db).get(slug, -1)
        yield from storage.list_follows(db, pub)
