"""The link at the foot of every mail: stop with one press (RFC 8058), and follow again.

Opening the link changes nothing: mail programs and virus scanners open links. A link that we did not sign is
refused before the database is asked anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl

from publisher import editions, follow, mail, storage, tokens
from publisher.errors import FollowerError, TokenError
from publisher.model import DigestSpec, Publication
from publisher.pages import LeavingView, moment_words
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door


@dataclass(frozen=True, slots=True)
class _Link:
    """What a good link is about."""

    follower: int
    digest: DigestSpec
    view: LeavingView  # what every page behind it says


class _Never:
    """The schedule of a digest that is in no file any more: its links still work."""

    def next(self, after: datetime) -> datetime | None:  # noqa: ARG002
        return None


def ask(door: Door, asked: Asked) -> Answer:
    """The page with the button. Reads nothing, changes nothing."""
    link = _open(door, asked)
    return _page(door, asked, replace(link.view, state="ask", action=f"./{asked.given['token']}"))


def stop(door: Door, asked: Asked) -> Answer:
    """End what the digest brings. Whatever the body says, and however often."""
    link = _open(door, asked)
    one_click = b"One-Click" in asked.body and b"List-Unsubscribe" in asked.body
    how = "one-click (RFC 8058)" if one_click else "the button on the unsubscribe page"
    covered = _covered(door, link.digest)
    left = follow.leave(door.site.store, link.follower, link.digest, covered, evidence=how, now=door.clock())
    titles = {each.slug: each.title for each in covered}
    view = replace(
        link.view,
        state="stopped" if left.publications else "already",
        again=f"./{asked.given['token']}/again",
        publications=tuple((slug, titles.get(slug, slug)) for slug in left.publications),
    )
    return _page(door, asked, view)


def again(door: Door, asked: Asked) -> Answer:
    """Follow again what one press has ended, with the topics as they were; the press is the consent."""
    link = _open(door, asked)
    sent = parse_qsl(asked.body.decode("utf-8", "replace"))
    wanted = {value for name, value in sent if name == "publication"}
    chosen = {each.slug: each for each in _covered(door, link.digest) if each.slug in wanted}
    ended = _ended(door.site.store, link, chosen)
    try:
        back = [slug for slug, topics in ended.items() if _return(door, link, chosen[slug], topics)]
    except FollowerError:  # the address must not be mailed, for a reason that is not told here
        back = []
    following = link.digest.schedule.next(door.clock())
    contact = door.site.settings.reply_to or door.site.settings.sender
    view = replace(
        link.view,
        state="again" if back else "blocked",
        action=f"../{asked.given['token']}",
        publications=tuple((slug, chosen[slug].title) for slug in back),
        next=moment_words(following, link.digest.zone) if following else "",
        contact=mail.split_address(contact)[1],
    )
    return _page(door, asked, view, 200 if back else 409)


def _return(door: Door, link: _Link, publication: Publication, topics: tuple[str, ...]) -> bool:
    with door.site.store.read() as db:
        address = storage.endpoint_of(db, link.follower)
    if address is None:
        return False
    consent = f"pressed “Follow again” behind the link in a mail ({link.digest.key})"
    follow.follow(
        door.site.store,
        address,
        [publication],
        cadence=link.digest.name,
        topics=topics,
        consent=consent,
        now=door.clock(),
    )
    return True


def _ended(store: storage.Store, link: _Link, chosen: dict[str, Publication]) -> dict[str, tuple[str, ...]]:
    """slug -> topics, of the follows at this cadence that this follower has ended."""
    with store.read() as db:
        ended = storage.ended_follows(db, link.follower, link.digest.name)
    return {slug: topics for slug, topics in ended.items() if slug in chosen}


def _open(door: Door, asked: Asked) -> _Link:
    """What the link is about. Raises TokenError; asks no database."""
    claims = tokens.verify(door.site.keys, asked.given["token"], tokens.UNSUBSCRIBE, door.clock())
    number, _, key = claims.id.partition("~")
    if not number.isdecimal() or not key:
        raise TokenError("this link is not one of ours", advice="Please open it again from the mail.")
    known = {digest.key: digest for digest in door.site.digests}
    digest = known.get(key) or _former(key)
    return _Link(int(number), digest, _view(door, digest))


def _former(key: str) -> DigestSpec:
    """A digest that was renamed or taken away since: whoever wants to leave it must be able to."""
    slug, _, name = key.partition(":")
    return DigestSpec(key, name, None if slug == "-" else slug, _Never(), "")


def _view(door: Door, digest: DigestSpec) -> LeavingView:
    titles = {each.slug: each.title for each in door.site.publications}
    title = titles.get(digest.publication or "", door.site.settings.title)
    called = digest.title or f"{title}: {digest.name}"
    return LeavingView("", called, digest.name, digest.publication or "")


def _covered(door: Door, digest: DigestSpec) -> list[Publication]:
    """What the digest tells of, with publications whose feed.toml is away or broken at the moment."""
    with door.site.store.read() as db:
        seen = storage.publication_ids(db)
    known = {each.slug for each in door.site.publications}
    away = [Publication(slug=slug, folder="", title=slug) for slug in sorted(seen) if slug not in known]
    return editions.covered_publications(digest, [*door.site.publications, *away])


def _page(door: Door, asked: Asked, view: LeavingView, status: int = 200) -> Answer:
    return private(door.pages.unsubscribe(view, asked.root), status)
