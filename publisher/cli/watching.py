"""Commands that show how things stand: status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli._common import (
    HERE,
    JsonOption,
    SiteOption,
    console,
    count,
    now_utc,
    people_time,
    print_json,
    say,
    table,
)

if TYPE_CHECKING:
    from publisher.site import Site
    from publisher.storage import Connection


def register(app: typer.Typer) -> None:
    app.command("status")(status)


_CADENCES = typer.Option("--cadences", help="Count the followers of each cadence, too.")


def status(
    cadences: Annotated[bool, _CADENCES] = False, site: SiteOption = HERE, as_json: JsonOption = False
) -> None:
    """How things stand: guides, followers, editions under way, what is in doubt, what needs you."""
    from publisher.site import open_site

    with open_site(site) as opened:
        facts = _facts(opened, cadences)
        if as_json:
            print_json(facts)
        else:
            _print(facts)


def _facts(site: Site, cadences: bool) -> dict[str, Any]:
    from publisher import storage
    from publisher.engine import coming

    with site.store.read() as db:
        doubts, alerts = storage.uncertain_deliveries(db), storage.lasting_alerts(db)
        facts = {"publications": _publications(site, db, cadences), "under_way": _under_way(db)}
        retry = storage.next_retry(db)
    return {
        "site": site.settings.title,
        "folder": str(site.folder),
        "database": site.store.where,
        **facts,
        "next": [
            {"digest": each.digest.key, "at": each.at, "zone": each.digest.zone}
            for each in coming(site, now_utc(), 5)
        ],
        "next_retry": retry,
        "uncertain": [{"edition": edition, "address": address} for edition, _, address in doubts],
        "problems": list(site.problems),
        "alerts": [
            {"since": each.since, "what": each.sentence, "mailed": each.mailed_at}
            for each in alerts
            if not each.key.startswith("site:")  # what is wrong with the settings is known afresh
        ],
    }


def _publications(site: Site, db: Connection, cadences: bool) -> list[dict[str, Any]]:
    """The number of followers is kept with the publication; those of each cadence are counted."""
    from publisher import storage

    guides, followers = storage.guide_counts(db), storage.active_followers(db)
    archived, counted = storage.archived_counts(db), storage.follower_counts(db) if cadences else {}
    return [
        {
            "slug": each.slug,
            "guides": guides.get(each.slug, (0, 0))[0],
            "public": guides.get(each.slug, (0, 0))[1],
            "archived": archived.get(each.slug, 0),
            "followers": followers.get(each.slug, 0),
        }
        | (
            {"cadences": {name: size for (slug, name), size in counted.items() if slug == each.slug}}
            if cadences
            else {}
        )
        for each in site.publications
    ]


def _under_way(db: Connection) -> list[dict[str, Any]]:
    from publisher import storage

    found = [each for each in storage.editions_under_way(db) if each.kind != storage.NOTICE]
    return [
        {
            "edition": each.id,
            "digest": each.digest,
            "state": each.state.name.lower(),
            "audience": each.audience,
            "ledger": {
                state.name.lower(): size
                for state, size in sorted(storage.state_counts(db, each.id).get(each.id, {}).items())
            },
        }
        for each in found
    ]


def _print(facts: dict[str, Any]) -> None:
    out = console()
    out.print(f"[bold]{facts['site']}[/], in {facts['folder']}")
    rows = [
        (each["slug"], f"{each['public']} of {each['guides']}", _follows(each))
        for each in facts["publications"]
    ]
    out.print(table(rows, "publication", "public guides", "followers", right=("public guides", "followers")))
    for each in facts["publications"]:
        if each["archived"]:
            what = f"{count(each['archived'], 'guide')} of {each['slug']} came with its first collect:"
            say(f"{what} no mail tells of them. `publisher release {each['slug']} --announce` does.", "dim")
    for each in facts["under_way"]:
        ledger = ", ".join(f"{size:,} {state}" for state, size in each["ledger"].items())
        say(f"Edition {each['edition']} ({each['digest']}) is {each['state']}: {ledger}.")
    if facts["next_retry"]:
        say(f"Deferred mail is tried again at {people_time(facts['next_retry'])}.")
    for each in facts["next"]:
        say(f"Next: {people_time(each['at'], each['zone'])}, {each['digest']}")
    if facts["uncertain"]:
        names = ", ".join(
            f"{each['address']} (edition {each['edition']})" for each in facts["uncertain"][:10]
        )
        say(f"Uncertain: {names}. Nothing is sent again by itself.", "yellow")
    for problem in facts["problems"]:
        say(problem, "red")
    for each in facts["alerts"]:
        told = "; you were mailed" if each["mailed"] else ""
        say(f"Since {people_time(each['since'])}{told}: {each['what']}", "red")
    if not facts["problems"] and not facts["alerts"]:
        say("Nothing needs you.", "green")


def _follows(publication: dict[str, Any]) -> str:
    cadences = publication.get("cadences") or {}
    parts = ", ".join(f"{size:,} {name}" for name, size in sorted(cadences.items()))
    return parts or f"{publication['followers']:,}"
