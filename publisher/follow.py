"""Following and leaving, with the evidence kept; and who follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import mail, storage
from publisher.errors import FollowerError
from publisher.model import DigestSpec, Publication


@dataclass(frozen=True, slots=True)
class Followed:
    """What `follow` did: "added", "returned" (had left), "changed" or "unchanged"."""

    address: str
    publication: str
    cadence: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Left:
    """What one click on an unsubscribe link ended; empty if nothing was followed any more."""

    follower: int
    publications: tuple[str, ...]


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
        _check_topics(publication, topics)
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


def _check_topics(publication: Publication, topics: Sequence[str]) -> None:
    for topic in topics:
        if publication.topics and topic not in publication.topics:
            advice = f"There are: {', '.join(publication.topics)}."
            raise FollowerError(f"{publication.slug} has no topic {topic!r}", advice=advice)
        if not topic.strip() or set(topic) & set(",;=") or not topic.isprintable():
            what = f"{topic!r} is no topic: it is empty, or has one of , ; = or a control character in it"
            raise FollowerError(what, advice="Choose another tag.")


def leave(
    store: storage.Store,
    follower: int,
    digest: DigestSpec,
    publications: Sequence[Publication],
    *,
    evidence: str,
    now: datetime,
) -> Left:
    """End what a digest brings to a follower: the follows at its cadence of the publications it covers."""
    slugs = {each.slug for each in publications}
    with store.write() as db:
        numbers = {slug: pub for slug, pub in storage.publication_ids(db).items() if slug in slugs}
        ended = storage.end_follows(db, follower, list(numbers.values()), digest.name)
        if not ended and digest.publication is None:
            # An old mail: what he followed through the site's digest has a digest of its own by now.
            numbers = storage.publication_ids(db)
            ended = storage.end_follows(db, follower, list(numbers.values()), digest.name)
        for pub in ended:
            storage.add_event(db, follower, pub, "left", {"how": evidence, "digest": digest.key}, now)
    return Left(follower, tuple(sorted(slug for slug, pub in numbers.items() if pub in ended)))


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
