"""What the owner does: let people follow whose consent he has, end follows, block and unblock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import mail, storage, tokens
from publisher.errors import FollowerError
from publisher.follow.erasing import ERASED, REASONS, barred, refusal
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
    keys: tokens.Keys | None = None,
) -> list[Followed]:
    """Make an address follow publications at a cadence. Raises FollowerError for a bad address or no consent.

    `consent` is the evidence that its owner agreed, in words; it is kept in his history for ever. With `keys`
    those who asked to be forgotten are known again, and refused like all that must not be mailed.
    """
    if not consent.strip():
        advice = 'Say how this person agreed, for example --consent "asked at the clinic on 3 May".'
        raise FollowerError("following needs consent", advice=advice)
    endpoint = mail.normal_address(address)
    for publication in publications:
        check_topics(publication, topics)
    done = []
    with store.write() as db:
        if reason := barred(db, endpoint, keys) if keys else storage.suppressed(db, endpoint):
            raise refusal(endpoint, reason)
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


@dataclass(frozen=True, slots=True)
class Unblocked:
    """What `unblock` lifted, and the reason that stays ("erased": only the person can come back)."""

    lifted: tuple[storage.Suppression, ...]
    stays: str | None


def block(
    store: storage.Store,
    address: str,
    note: str,
    now: datetime,
    *,
    reason: str = "owner",
    keys: tokens.Keys | None = None,
) -> str | None:
    """Never mail this address, whatever it follows; the reason that it had already, which stays, or None.

    `reason` is "owner", "complaint" or "bounce". Raises FollowerError for another one, or a bad address.
    """
    if reason not in REASONS or reason == ERASED:
        known = ", ".join(each for each in REASONS if each != ERASED)
        raise FollowerError(f"{reason!r} is no reason to block an address", advice=f"There are: {known}.")
    endpoint = mail.normal_address(address)
    with store.write() as db:
        before = storage.suppressions_of(db, _names(endpoint, keys))
        for each in before:
            if each.reason == ERASED:  # his address is not to be written down again
                storage.change_reason(db, each.endpoint, reason, note)
                return None
        if before:
            return before[0].reason
        storage.suppress(db, endpoint, reason, note, now)
    return None


def unblock(store: storage.Store, address: str, keys: tokens.Keys | None = None) -> Unblocked:
    """Lift the owner's block, a complaint or a bounce. Raises FollowerError for a bad address.

    Whoever was erased stays erased: under his fingerprint only the other reasons are lifted.
    """
    endpoint = mail.normal_address(address)
    with store.write() as db:
        found = storage.suppressions_of(db, _names(endpoint, keys))
        lifted = [each for each in found if each.reason != ERASED]
        for each in lifted:
            if each.endpoint == endpoint:
                storage.unsuppress(db, endpoint)
            else:
                storage.change_reason(db, each.endpoint, ERASED, "")
    stays = any(each.endpoint != endpoint or each.reason == ERASED for each in found)
    return Unblocked(tuple(lifted), ERASED if stays else None)


def _names(endpoint: str, keys: tokens.Keys | None) -> tuple[str, ...]:
    """What a suppression of this address may stand under."""
    return (endpoint, *(tokens.fingerprints(keys, endpoint) if keys else ()))


def followers(store: storage.Store, slug: str | None = None) -> Iterator[storage.FollowerRow]:
    """Every follow (of one publication), in order, read page by page."""
    with store.read() as db:
        yield from storage.list_all(db, storage.Filters(publication=slug))
