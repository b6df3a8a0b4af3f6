"""Commands about followers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import (
    HERE,
    JsonOption,
    SiteOption,
    console,
    count,
    now_utc,
    print_json,
    say,
    table,
)
from publisher.errors import FollowerError

if TYPE_CHECKING:
    from publisher.model import Publication
    from publisher.site import Site
    from publisher.storage import FollowerRow

_ADDRESS = typer.Argument(metavar="EMAIL", help="An e-mail address.")
_OF = typer.Option("--publication", "-p", metavar="SLUG", help="Which publication; all when absent.")
_CADENCE = typer.Option("--cadence", "-c", help="The name of a digest.", show_default="the first digest")
_CONSENT = typer.Option("--consent", help="How this person agreed; kept as evidence.")
_TOPIC = typer.Option("--topic", "-t", help="Only guides with this tag (may be repeated).")
_NOTE = typer.Option("--note", help="Why.")


def register(app: typer.Typer) -> None:
    people = typer.Typer(help="Who follows what.", no_args_is_help=True)
    for name, command in (
        ("list", list_),
        ("add", add),
        ("remove", remove),
        ("block", block),
        ("unblock", unblock),
    ):
        people.command(name)(command)
    app.add_typer(people, name="followers")


def list_(
    publication: Annotated[str | None, _OF] = None, site: SiteOption = HERE, as_json: JsonOption = False
) -> None:
    """List the followers."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        if publication:
            opened.publication(publication)
        found = list(follow.followers(opened.store, publication))
    if as_json:
        keys = ("endpoint", "channel", "publication", "cadence", "topics", "state", "since", "suppressed")
        print_json([{key: getattr(row, key) for key in keys} for row in found])
        return
    rows = [
        (
            row.endpoint,
            row.publication,
            row.cadence,
            ", ".join(row.topics) or "all",
            row.suppressed or row.state,
        )
        for row in found
    ]
    console().print(table(rows, "address", "publication", "cadence", "topics", "state"))
    console().print(count(len(rows), "follow"), style="dim")


def _state(row: FollowerRow) -> str:
    return f"must not be mailed ({row.suppressed})" if row.suppressed else row.state


def add(
    address: Annotated[str, _ADDRESS],
    consent: Annotated[str, _CONSENT],
    publication: Annotated[list[str] | None, _OF] = None,
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
            )
        ]
    for each in done:
        console().print(
            f"{each.address} follows {each.publication}, {each.cadence} ({each.outcome}).", markup=False
        )


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
    address: Annotated[str, _ADDRESS],
    publication: Annotated[list[str] | None, _OF] = None,
    site: SiteOption = HERE,
) -> None:
    """End what an address follows."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        ended = follow.remove(opened.store, address, publication, now_utc())
    console().print(
        f"{address} follows {', '.join(ended)} no more." if ended else "Nothing to end.", markup=False
    )


def block(
    address: Annotated[str, _ADDRESS], note: Annotated[str, _NOTE] = "", site: SiteOption = HERE
) -> None:
    """Never mail this address, whatever it follows."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        follow.block(opened.store, address, note, now_utc())
    say(f"{address} is blocked.")


def unblock(address: Annotated[str, _ADDRESS], site: SiteOption = HERE) -> None:
    """Let a blocked address be mailed again."""
    from publisher import follow
    from publisher.site import open_site

    with open_site(site) as opened:
        lifted = follow.unblock(opened.store, address)
    console().print(
        f"{address} may be mailed again." if lifted else f"{address} was not blocked.", markup=False
    )
