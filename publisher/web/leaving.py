"""The link at the foot of every mail: stop with one press (RFC 8058), and follow again.

Opening the link changes nothing: mail programs and virus scanners open links. A link that we did not sign is
refused before the database is asked anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from publisher import editions, follow, storage, tokens
from publisher.errors import StorageError, TokenError
from publisher.model import DigestSpec, Publication
from publisher.pages import LeavingView
from publisher.web import readers
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door

_ONE_CLICK = (b"list-unsubscribe", b"one-click")


@dataclass(frozen=True, slots=True)
class _Link:
    """What a good link is about. `follower` is never "somebody who was forgotten": that is another page."""

    follower: int
    digest: DigestSpec
    language: str
    view: LeavingView  # what every page behind it says


class _Never:
    """The schedule of a digest that is in no file any more: its links still work."""

    def next(self, after: datetime) -> datetime | None:  # noqa: ARG002
        return None


class _ForgottenError(Exception):
    """The link is about somebody of whom nothing is left."""


def ask(door: Door, asked: Asked) -> Answer:
    """The page with the buttons. Changes nothing."""
    try:
        link = _open(door, asked)
    except _ForgottenError:
        return readers.nothing_left(door, asked)
    token = asked.given["token"]
    view = replace(link.view, state="ask", action=f"./{token}", everything=f"./{token}/all")
    return _page(door, asked, link, view)


def stop(door: Door, asked: Asked) -> Answer:
    """End what the digest brings. Whatever the body says, and however often."""
    try:
        link = _open(door, asked)
    except _ForgottenError:  # a mail program that reports a failed one-click would be wrong
        return readers.nothing_left(door, asked, 200)
    said = asked.body.lower()
    one_click = all(part in said for part in _ONE_CLICK)
    how = "one-click (RFC 8058)" if one_click else "the button on the unsubscribe page"
    covered = _covered(door, link.digest)
    left = follow.leave(
        door.site.store,
        link.follower,
        link.digest,
        covered,
        evidence=how,
        now=door.clock(),
        titles=_goodbye(door),
    )
    return _ended_page(door, asked, link, left, f"./{asked.given['token']}/again")


def stop_all(door: Door, asked: Asked) -> Answer:
    """End everything that comes from this site. However often."""
    try:
        link = _open(door, asked)
    except _ForgottenError:
        return readers.nothing_left(door, asked, 200)
    how = "“everything” on the unsubscribe page"
    left = follow.leave_all(
        door.site.store, link.follower, evidence=how, now=door.clock(), titles=_goodbye(door)
    )
    whole = replace(link, view=replace(link.view, all=True))
    return _ended_page(door, asked, whole, left, "./again")


def again(door: Door, asked: Asked) -> Answer:
    """Follow again what one press has ended, with the topics as they were; the press is the consent."""
    try:
        link = _open(door, asked)
    except _ForgottenError:
        return readers.nothing_left(door, asked)
    said = readers.fields(asked)
    whole = readers.first(said, "everything") == "yes"
    covered = _everything(door) if whole else _covered(door, link.digest)
    chosen = {each.slug: each for each in covered if each.slug in said.get("publication", [])}
    back = follow.come_back(
        door.site.store,
        link.follower,
        chosen,
        door.site.keys,
        cadence=None if whole else link.digest.name,
        consent=f"pressed “Follow again” behind the link in a mail ({link.digest.key})",
        now=door.clock(),
    )
    back = back or _followed(door, link.follower, chosen)  # pressed twice, or the page was loaded again
    following = link.digest.schedule.next(door.clock()) if not whole else None
    words = door.pages.words(link.language)
    view = replace(
        link.view,
        state="again" if back else "blocked",
        all=whole,
        action=f"../{asked.given['token']}{'/all' if whole else ''}",
        publications=tuple((slug, chosen[slug].title) for slug in back),
        next=words.moment(following, link.digest.zone) if following else "",
        contact=readers.contact(door),
    )
    return _page(door, asked, link, view, 200 if back else 409)


def _open(door: Door, asked: Asked) -> _Link:
    """What the link is about. Raises TokenError before any database is asked, and _ForgottenError."""
    claims = tokens.verify(door.site.keys, asked.given["token"], tokens.UNSUBSCRIBE, door.clock())
    number, _, key = claims.id.partition("~")
    if not number.isdecimal() or not key:
        raise TokenError("This link is not one of ours", advice="Please open it again from the mail.")
    known = {digest.key: digest for digest in door.site.digests}
    digest = known.get(key) or _former(key)
    person = _person(door, int(number))
    own = digest.publication
    language = readers.language_of(door, person, (own,) if own else ())
    view = _view(door, digest)
    if person is not None:
        url = door.site.links.preferences(person.id)
        view = replace(view, preferences=readers.local(door, asked, url))
    return _Link(int(number), digest, language, view)


def _person(door: Door, number: int) -> storage.Person | None:
    """Who is leaving; None while the database does not answer, for the page can be shown without him."""
    try:
        with door.site.store.read() as db:
            found = storage.person(db, number)
    except StorageError:
        return None
    if found is not None and follow.present(found) is None:
        raise _ForgottenError
    return found


def _followed(door: Door, number: int, slugs: Collection[str]) -> tuple[str, ...]:
    """Which of these he follows now, if mail may go to him."""
    have = follow.preferences(door.site.store, number, door.clock())
    return () if have is None or have.barred else tuple(slug for slug in have.active if slug in slugs)


def _former(key: str) -> DigestSpec:
    """A digest that was renamed or taken away since: whoever wants to leave it must be able to."""
    slug, _, name = key.partition(":")
    return DigestSpec(key, name, None if slug == "-" else slug, _Never(), "")


def _view(door: Door, digest: DigestSpec) -> LeavingView:
    titles = {each.slug: each.title for each in door.site.publications}
    title = titles.get(digest.publication or "", door.site.settings.title)
    return LeavingView("", digest.title or f"{title}: {digest.name}", digest.name)


def _goodbye(door: Door) -> dict[str, str] | None:
    """What the goodbye calls the publications; None if the owner wants none."""
    if not door.site.settings.follow.goodbye:
        return None
    return {each.slug: each.title for each in door.site.publications}


def _covered(door: Door, digest: DigestSpec) -> list[Publication]:
    return editions.covered_publications(digest, _everything(door))


def _everything(door: Door) -> list[Publication]:
    """All publications, with those whose feed.toml is away or broken at the moment."""
    with door.site.store.read() as db:
        seen = storage.publication_ids(db)
    known = {each.slug for each in door.site.publications}
    away = [Publication(slug=slug, folder="", title=slug) for slug in sorted(seen) if slug not in known]
    return [*door.site.publications, *away]


def _ended_page(door: Door, asked: Asked, link: _Link, left: follow.Left, again_at: str) -> Answer:
    titles = {each.slug: each.title for each in door.site.publications}
    view = replace(
        link.view,
        state="stopped" if left.publications else "already",
        again=again_at,
        publications=tuple((slug, titles.get(slug, slug)) for slug in left.publications),
    )
    return _page(door, asked, link, view)


def _page(door: Door, asked: Asked, link: _Link, view: LeavingView, status: int = 200) -> Answer:
    own = next((each for each in door.site.publications if each.slug == link.digest.publication), None)
    words = door.pages.words(link.language, own)
    title = words.gettext("%(mail)s: stop or follow", mail=view.mail)
    text = door.pages.personal(
        "unsubscribe", asked.root, title, language=link.language, publication=own, leaving=view
    )
    return private(text, status)
