"""Commands that list followers, and segments of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli._common import (
    HERE,
    JsonOption,
    SiteOption,
    console,
    print_json,
    read_time,
    say,
    table,
)
from publisher.cli.people import PUBLICATION, followers
from publisher.errors import FollowerError

if TYPE_CHECKING:
    from publisher.site import Site
    from publisher.storage import Filters, FollowerRow, FollowState, Suppression

_CADENCE = typer.Option("--cadence", "-c", metavar="NAME", help="Only at this cadence.")
_TOPIC = typer.Option("--topic", "-t", help="Only follows that chose this topic.")
_TAG = typer.Option("--tag", help="Only followers with this tag.")
_STATE = typer.Option("--state", metavar="STATE", help="Only those pending, active or ended.")
_SINCE = typer.Option("--since", metavar="TIME", help="Only from this day on.")
_BEFORE = typer.Option("--before", metavar="TIME", help="Only before this day.")
_WHO = typer.Option(
    "--who", metavar="SEGMENT", help="A segment's name, or words like `tag:vip -cadence:daily`."
)
_FIND = typer.Option(
    "--find", metavar="TEXT", help="An address, the beginning of one, or what follows its @."
)
_BLOCKED = typer.Option("--blocked", help="List what must not be mailed instead, and why.")
_AFTER = typer.Option("--after", metavar="PLACE", help="Go on where a page ended; it said so.")
_LIMIT = typer.Option(
    "--limit", "-n", min=1, max=1_000_000, help="How many.", show_default="100; all with --json"
)
_ALL = typer.Option("--all", help="All of them, page by page.")
_PAGE, _WINDOW = 1000, 20_000  # nobody waits for a page here, but for the whole list
_LISTED = 100


def register(_app: typer.Typer) -> None:
    followers.command("list")(list_)
    followers.command("segments")(segments)


def list_(
    publication: Annotated[str | None, PUBLICATION] = None,
    cadence: Annotated[str | None, _CADENCE] = None,
    topic: Annotated[str | None, _TOPIC] = None,
    tag: Annotated[str | None, _TAG] = None,
    state: Annotated[str | None, _STATE] = None,
    since: Annotated[str | None, _SINCE] = None,
    before: Annotated[str | None, _BEFORE] = None,
    who: Annotated[str | None, _WHO] = None,
    find: Annotated[str | None, _FIND] = None,
    blocked: Annotated[bool, _BLOCKED] = False,
    after: Annotated[str, _AFTER] = "",
    limit: Annotated[int | None, _LIMIT] = None,
    everything: Annotated[bool, _ALL] = False,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the followers: who follows what, since when."""
    from publisher.site import open_site

    most = None if everything or (as_json and limit is None) else limit or _LISTED
    chosen = {"publication": publication, "cadence": cadence, "topic": topic, "tag": tag, "state": state}
    chosen |= {"since": since, "before": before, "who": who, "find": find}
    with open_site(site) as opened:
        if blocked:
            if named := [f"--{name}" for name, value in chosen.items() if value is not None]:
                raise typer.BadParameter(f"{named[0]} does not go with --blocked")
            _print_pages(_blocked_pages(opened, after), most, as_json, _suppression_data, _suppression_row)
        else:
            filters = _filters(opened, chosen)
            _print_pages(_pages(opened, filters, after, most), most, as_json, _follow_data, _follow_row)


# ------------------------------------------------------------------------------------ what is wanted


def _filters(site: Site, chosen: dict[str, str | None]) -> Filters:
    from publisher.storage import Filters

    if chosen["publication"]:
        site.publication(chosen["publication"])
    since, before = (
        read_time(chosen[key], f"--{key}") if chosen[key] else None for key in ("since", "before")
    )
    return Filters(
        publication=chosen["publication"],
        cadence=chosen["cadence"],
        state=_state(chosen["state"]),
        topic=chosen["topic"],
        tag=chosen["tag"],
        since=since,
        before=before,
        segment=_segment(site, chosen["who"]) if chosen["who"] else None,
        **_found(site, chosen["find"] or ""),
    )


def _state(text: str | None) -> FollowState | None:
    from publisher.storage import FollowState

    if text is None:
        return None
    try:
        return FollowState[text.upper()]
    except KeyError:
        what = f"{text!r} is none of: {', '.join(each.name.lower() for each in FollowState)}"
        raise typer.BadParameter(what, param_hint="--state") from None


def _segment(site: Site, who: str) -> Any:
    """A segment by its name in publisher.toml, or by its words."""
    from publisher import follow

    named = {each.name: each.who for each in site.settings.segment}
    segment = follow.parse_segment(named.get(who, who))
    follow.check_publications(segment, [each.slug for each in site.publications])
    return segment


def _found(site: Site, text: str) -> dict[str, str]:
    """An address that somebody has; else the part after an @, or how an address begins."""
    from publisher import mail, storage

    if not text.strip():
        return {}
    if text.startswith("@"):
        return {"domain": text[1:].lower()}
    try:
        address = mail.normal_address(text)
    except FollowerError:
        return {"begins": text.strip()}
    with site.store.read() as db:
        known = storage.find_follower(db, "mail", address)
    return {"begins": text.strip()} if known is None else {"address": address}


# ------------------------------------------------------------------------------------ page by page

_Pages = Iterator[tuple[list[Any], str | None]]


def _pages(site: Site, filters: Filters, after: str, most: int | None) -> _Pages:
    """(rows, where to go on or None) until there are `most`."""
    from publisher import storage

    left, at = most, after
    while left is None or left > 0:
        with site.store.read() as db:  # a look of its own for each page: no reader holds on for minutes
            page = storage.list_page(db, filters, at, min(left or _PAGE, _PAGE), window=_WINDOW)
        yield page.rows, page.after
        if page.after is None:
            return
        at, left = page.after, None if left is None else left - len(page.rows)


def _blocked_pages(site: Site, after: str) -> _Pages:
    from publisher import storage

    at: str | None = after
    while at is not None:
        with site.store.read() as db:
            rows = storage.list_suppressions(db, at, _LISTED)
        at = rows[-1].endpoint if len(rows) == _LISTED else None
        yield rows, at


def _print_pages(
    pages: _Pages,
    most: int | None,
    as_json: bool,
    data: Callable[[Any], dict[str, object]],
    row: Callable[[Any], tuple[str, ...]],
) -> None:
    """As they are read: a list of a million never stands in memory."""
    shown, more = 0, None
    if as_json:
        sys.stdout.write("[")
    for rows, after in pages:
        more = after
        if as_json:
            for number, each in enumerate(rows, shown):
                sys.stdout.write(",\n" if number else "\n")
                json.dump(data(each), sys.stdout, ensure_ascii=False)
        elif rows:
            console().print(_table([row(each) for each in rows], head=shown == 0))
        shown += len(rows)
        if most is not None and shown >= most:
            break
    if as_json:
        sys.stdout.write("\n]\n" if shown else "]\n")
    elif not shown:
        say("Nobody.", "dim")
    if more is not None:
        say(f"There are more: --after '{more}'", "dim", stderr=as_json)


def _table(rows: list[tuple[str, ...]], head: bool) -> Any:
    columns = ("address", "publication", "cadence", "topics", "state", "since")
    made = table(rows, *(columns if len(rows[0]) == len(columns) else ("address", "why", "since", "note")))
    made.show_header = head
    return made


def _follow_row(row: FollowerRow) -> tuple[str, ...]:
    state = f"must not be mailed ({row.suppressed})" if row.suppressed else row.state
    if row.paused_until and row.state == "active":
        state += f", pauses until {row.paused_until:%-d %b %Y}"
    topics = ", ".join(row.topics) or "all"
    return row.endpoint, row.publication, row.cadence, topics, state, f"{row.since:%-d %b %Y}"


def _follow_data(row: FollowerRow) -> dict[str, object]:
    keys = ("endpoint", "channel", "publication", "cadence", "topics", "state", "since", "suppressed")
    found = {key: getattr(row, key) for key in keys}
    pause = row.paused_until and row.paused_until.isoformat()
    return {**found, "since": row.since.isoformat(), "paused_until": pause}


def _suppression_row(row: Suppression) -> tuple[str, ...]:
    from publisher import follow

    who = "somebody forgotten" if row.endpoint.startswith("hmac:") else row.endpoint
    return who, follow.said(row.reason), f"{row.at:%-d %b %Y}", row.note


def _suppression_data(row: Suppression) -> dict[str, object]:
    return {"endpoint": row.endpoint, "reason": row.reason, "at": row.at.isoformat(), "note": row.note}


# ------------------------------------------------------------------------------------ segments


def segments(site: SiteOption = HERE, as_json: JsonOption = False) -> None:
    """List the segments of publisher.toml: their names, who belongs to them, and how many that are."""
    from publisher.site import open_site

    found: list[dict[str, Any]] = []
    wrong = []
    with open_site(site) as opened:
        for each in opened.settings.segment:
            size, problem = _size(opened, each.name)
            found.append({"name": each.name, "who": each.who, "size": size})
            wrong += [f"{each.name}: {problem}"] if problem else []
    if as_json:
        print_json(found)
    elif not found:
        say("publisher.toml has no [[segment]].", "dim")
    else:
        sizes = ("?" if each["size"] is None else f"{each['size']:,}" for each in found)
        rows = [(each["name"], size, each["who"]) for each, size in zip(found, sizes, strict=True)]
        console().print(table(rows, "segment", "followers", "who", right=("followers",)))
    for line in wrong:
        say(line, "red", stderr=True)
    if wrong:
        raise typer.Exit(1)


def _size(site: Site, name: str) -> tuple[int | None, str | None]:
    """How many belong to a segment, or what is wrong with its words."""
    from publisher import storage

    try:
        segment = _segment(site, name)
    except FollowerError as error:
        return None, error.sentence()
    with site.store.read() as db:
        return storage.segment_size(db, segment), None
