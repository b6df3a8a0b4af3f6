"""Commands about editions: tick, forecast, audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import (
    HERE,
    JsonOption,
    NowOption,
    SiteOption,
    console,
    count,
    now_utc,
    people_time,
    print_json,
    read_time,
    say,
    table,
)

if TYPE_CHECKING:
    from rich.console import Console

    from publisher.audit import Audit
    from publisher.engine import TickReport
    from publisher.model import DeliveryState, PlannedEdition

_NEXT = typer.Option("--next", "-n", min=1, max=10_000, help="How many editions.")
_UNTIL = typer.Option("--until", metavar="TIME", help="All editions up to TIME.")
_QUIET = typer.Option("--quiet", "-q", help="Say nothing unless something needs you.")
_EDITION = typer.Argument(
    metavar="EDITION", min=1, max=2**31, help="Only the one of this number.", show_default=False
)


def register(app: typer.Typer) -> None:
    app.command("tick")(tick)
    app.command("forecast")(forecast)
    app.command("audit")(audit)


def tick(site: SiteOption = HERE, quiet: Annotated[bool, _QUIET] = False) -> None:
    """Do all that is due, once, and exit: for people who prefer cron."""
    from publisher import engine
    from publisher.errors import LockedError
    from publisher.site import open_site

    with open_site(site) as opened:
        try:
            report = engine.tick(opened, now_utc)
        except LockedError as error:
            if not quiet:
                console().print(error.sentence(), markup=False)
            return
        if not quiet or report.problems:
            print_tick(console(), report)
    if report.problems:
        raise typer.Exit(1)


def print_tick(out: Console, report: TickReport) -> None:
    """What a tick did, one sentence per event."""
    for line in tick_lines(report):
        out.print(line, markup=False)
    for problem in report.problems:
        out.print(problem, style="red", markup=False)


def tick_lines(report: TickReport, idle: str = "Nothing was due.", *, skipped: bool = True) -> list[str]:
    """One sentence per event; `idle` when there was none."""
    lines = []
    for collected in report.collected:
        lines += [f"New guide in {collected.publication}: {seen.title}" for seen in collected.new]
        for seen in collected.changed:
            lines.append(f"Changed in {collected.publication}: {seen.title} ({seen.grade.name.lower()})")
        lines += [
            f"{'Skipped' if each.path else 'Note on'} {each.where}: {each.reason}"
            for each in collected.skipped
            if skipped
        ]
    lines += [f"Withdrawn from {each.publication}: {each.title}" for each in report.withdrawn]
    lines += [f"Released in {each.publication}: {each.title}" for each in report.released]
    for edition, follower in report.uncertain:
        lines.append(f"Uncertain after an interruption: edition {edition}, follower {follower}.")
    for frozen in report.frozen:
        when = people_time(frozen.planned.occurrence, frozen.digest.zone)
        lines.append(f"{frozen.digest.key}, {when}: {_said(frozen.planned)}")
    sent = report.sent()
    if sent:
        parts = ", ".join(f"{number:,} {state.name.lower()}" for state, number in sorted(sent.items()))
        lines.append(f"Mail: {parts}")
        lines += [
            f"  {who}: {state.name.lower()}: {reply}"
            for batch in report.batches
            for who, state, reply in batch.notes
        ]
    return lines or [idle] * bool(idle)


def _counts(counts: Mapping[DeliveryState, int]) -> str:
    return ", ".join(f"{number:,} {state.name.lower()}" for state, number in sorted(counts.items()))


def _said(planned: PlannedEdition) -> str:
    pausing = f"; {count(planned.paused, 'is', 'are')} pausing" if planned.paused else ""
    if not planned.variants:
        return f"nothing to say, so no mail{pausing}"
    return f"{count(len(planned.articles), 'guide')} to {count(planned.audience, 'follower')}{pausing}"


def forecast(
    number: Annotated[int, _NEXT] = 3,
    until: Annotated[str | None, _UNTIL] = None,
    now: NowOption = None,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say what will be mailed, when, and to how many, if nothing changes until then."""
    from publisher import editions, storage
    from publisher.cli import _audience, _data
    from publisher.site import open_site

    moment, end = read_time(now), read_time(until, "--until") if until else None
    with open_site(site) as opened:
        limit = None if end else number
        planned = editions.forecast(
            opened.store, opened.digests, opened.publications, moment, limit=limit, until=end
        )
        zones = {each.key: each.zone for each in opened.digests}
        named = {article for each in planned for article in each.articles}
        named |= {left.article for each in planned for left in each.excluded}
        with opened.store.read() as db:
            titles = storage.titles(db, sorted(named))
        groups = _audience.audiences(opened, planned, moment)
    for problem in opened.problems:
        say(problem, "red", stderr=True)
    if as_json:
        data = [_data.edition_data(each, zones[each.digest], titles) for each in planned]
        print_json([each | _audience.audience_data(of) for each, of in zip(data, groups, strict=True)])
        return
    out = console()
    if not planned:
        out.print("No digest is planned. Add a [[digest]] to publisher.toml.", markup=False)
    for each, of in zip(planned, groups, strict=True):
        _print_planned(out, each, zones[each.digest], titles)
        for line in _audience.audience_lines(of):
            out.print(f"    {line}", markup=False, style="dim")


def _print_planned(out: Console, each: PlannedEdition, zone: str, titles: dict[int, str]) -> None:
    out.print(f"[bold]{people_time(each.occurrence, zone)}[/]  {each.digest}: {_said(each)}")
    for variant in each.variants:
        for pair in variant.pairs:
            kind = "new    " if pair.new else "updated"
            out.print(f"    {kind}  {titles[pair.article]}", markup=False)
        if len(each.variants) > 1:
            out.print(f"    (for {count(variant.size, 'follower')})", markup=False, style="dim")
    for left in each.excluded:
        out.print(f"    left out: {titles[left.article]}: {left.reason}", markup=False, style="dim")


def audit(
    edition: Annotated[int | None, _EDITION] = None,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Prove that everyone frozen into an edition is accounted for; exit 1 and name what is not."""
    from publisher import audit as auditing
    from publisher.cli import _data
    from publisher.site import open_site

    with open_site(site) as opened:
        result = auditing.audit(opened.store, now_utc(), edition)
    if edition is not None and not result.editions:
        console(stderr=True).print(f"There is no edition {edition}.", markup=False)
        raise typer.Exit(1)
    if as_json:
        print_json(_data.audit_data(result))
    else:
        _print_audit(console(), result)
    if not result.holds:
        raise typer.Exit(1)


def _print_audit(out: Console, result: Audit) -> None:
    rows = []
    for each in result.editions:
        states = ", ".join(
            f"{number:,} {state.name.lower()}" for state, number in sorted(each.counts.items())
        )
        verdict = "holds" if not each.problems else "DOES NOT HOLD"
        when = people_time(each.edition.occurrence)
        rows.append(
            (each.edition.id, each.edition.digest, when, each.edition.audience, states or "no mail", verdict)
        )
    out.print(
        table(rows, "edition", "digest", "occurrence", "audience", "became", "sum", right=("audience",))
    )
    if result.notices:
        out.print(f"Notices (confirm, welcome …): {_counts(result.notices)}.", markup=False)
    for each in result.editions:
        for problem in each.problems:
            out.print(f"Edition {each.edition.id}: {problem}.", style="red", markup=False)
    for problem in result.problems:
        out.print(f"{problem[0].upper()}{problem[1:]}.", style="red", markup=False)
    for number, _, address in result.uncertain:
        out.print(f"Uncertain: {address}, edition {number}.", style="yellow", markup=False)
    if result.holds:
        out.print(
            f"{count(len(result.editions), 'edition')}: every follower is accounted for.", style="green"
        )
