"""Commands about followers: let them follow, end it, block, tag, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import HERE, SiteOption, count, now_utc, say
from publisher.errors import FollowerError

if TYPE_CHECKING:
    from publisher.model import Publication
    from publisher.site import Site

followers = typer.Typer(help="Who follows what.", no_args_is_help=True)  # other rooms add to it

ADDRESS = typer.Argument(metavar="EMAIL", help="An e-mail address.")
PUBLICATION = typer.Option("--publication", "-p", metavar="SLUG", help="Which publication; all when absent.")
_CADENCE = typer.Option("--cadence", "-c", help="The name of a digest.", show_default="the first digest")
_CONSENT = typer.Option("--consent", help="How this person agreed; kept as evidence.")
_TOPIC = typer.Option("--topic", "-t", help="Only guides with this tag (may be repeated).")
_NOTE = typer.Option("--note", help="Why.")
_REASON = typer.Option("--reason", metavar="REASON", help="owner, complaint or bounce.")
_TAGS = typer.Argument(metavar="TAG...", help="Your own labels; nobody else sees them.")
_YES = typer.Option("--yes", help="Ask nothing.")


def register(app: typer.Typer) -> None:
    for name, command in (
        ("add", add),
        ("remove", remove),
        ("block", block),
        ("unblock", unblock),
        ("tag", tag),
        ("untag", untag),
        ("erase", erase),
    ):
        followers.command(name)(command)
    app.add_typer(followers, name="followers")


def add(
    address: Annotated[str, ADDRESS],
    consent: Annotated[str, _CONSENT],
    publication: Annotated[list[str] | None, PUBLICATION] = None,
    cadence: Annotated[str | None, _CADENCE] = None,
    topic: Annotated[list[str] | None, _TOPIC] = None,
    site: SiteOption = HERE,
) -> None:
    """Let someone follow whose consent you have."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        chosen = [opened.publication(slug) for slug in publication or []] or list(opened.publications)
        if not chosen:
            raise FollowerError(
                "there is nothing to follow", advice="Make a folder in feeds/ with a feed.toml."
            )
        done = [
            followed
            for each in chosen
            for followed in follow.follow(
                opened.store,
                address,
                [each],
                cadence=_cadence_of(opened, each, cadence),
                topics=topic or [],
                consent=consent,
                now=now_utc(),
                keys=opened.keys,
            )
        ]
    for each in done:
        say(f"{each.address} follows {each.publication}, {each.cadence} ({each.outcome}).")
    _warn(done[0].address)


def _warn(address: str) -> None:
    from publisher import mail

    kinds = {
        "role": "is the name of an office: several people may read it, and none of them may have agreed",
        "disposable": "is at a domain that gives out throw-away mailboxes: mail to it may soon come back",
    }
    if kind := mail.unusual(address):
        say(f"Look again: {address} {kinds[kind]}.", "yellow", stderr=True)


def _cadence_of(site: Site, publication: Publication, wanted: str | None) -> str:
    """The cadence asked for, if a digest of that name tells of the publication; else the first there is."""
    known = site.cadences(publication)
    if wanted is None and known:
        return known[0]
    if wanted in known:
        return str(wanted)
    have = f"It has: {', '.join(known)}." if known else "Add a [[digest]] to publisher.toml or its feed.toml."
    what = (
        f"{publication.slug} has no digest {wanted!r}" if wanted else f"{publication.slug} has no digest yet"
    )
    raise FollowerError(what, advice=have)


def remove(
    address: Annotated[str, ADDRESS],
    publication: Annotated[list[str] | None, PUBLICATION] = None,
    site: SiteOption = HERE,
) -> None:
    """End what an address follows."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        ended = follow.remove(opened.store, address, publication, now_utc())
    say(f"{address} follows {', '.join(ended)} no more." if ended else "Nothing to end.")


def block(
    address: Annotated[str, ADDRESS],
    note: Annotated[str, _NOTE] = "",
    reason: Annotated[str, _REASON] = "owner",
    site: SiteOption = HERE,
) -> None:
    """Never mail this address, whatever it follows."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        before = follow.block(opened.store, address, note, now_utc(), reason=reason, keys=opened.keys)
    if before is None:
        say(f"{address} is blocked: {follow.said(reason)}. {follow.way_back(reason)}")
    else:
        say(f"{address} was blocked already: {follow.said(before)}. That stays.")


def unblock(address: Annotated[str, ADDRESS], site: SiteOption = HERE) -> None:
    """Let a blocked address be mailed again, and say why it was blocked."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        done = follow.unblock(opened.store, address, opened.keys)
    for each in done.lifted:
        note = f" ({each.note})" if each.note else ""
        say(f"Lifted: {follow.said(each.reason)}, {each.at:%-d %b %Y}{note}.")
    if done.stays:
        say(f"{address} must still not be mailed: {follow.said(done.stays)}. {follow.way_back(done.stays)}")
    else:
        say(f"{address} may be mailed again." if done.lifted else f"{address} was not blocked.")


def tag(address: Annotated[str, ADDRESS], tags: Annotated[list[str], _TAGS], site: SiteOption = HERE) -> None:
    """Put your own labels on a follower: `--who tag:…` finds him by them."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        has = follow.tag(opened.store, address, tags)
    say(f"{address} has {count(len(has), 'tag')}: {', '.join(has)}.")


def untag(
    address: Annotated[str, ADDRESS], tags: Annotated[list[str], _TAGS], site: SiteOption = HERE
) -> None:
    """Take labels off a follower."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        has = follow.untag(opened.store, address, tags)
    say(f"{address} has {count(len(has), 'tag')}: {', '.join(has)}." if has else f"{address} has no tags.")


def erase(
    address: Annotated[str, ADDRESS], yes: Annotated[bool, _YES] = False, site: SiteOption = HERE
) -> None:
    """Forget a person for good. The ledger's sums still hold, and name nobody."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        question = f"Forget all that is known of {address}? This cannot be undone."
        if not yes and not typer.confirm(question):
            say("Nothing was changed.")
            raise typer.Exit(1)
        gone = follow.erase_address(opened.store, address, opened.keys, now_utc())
    say(f"{gone} is forgotten. No list brings it back: only its fingerprint is kept, to know it again.")
    say(follow.way_back("erased"))
