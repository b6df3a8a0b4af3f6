"""Commands about guides: collect, articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import HERE, JsonOption, SiteOption, console, count, now_utc, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from publisher.collect import CollectReport

_ONE = typer.Argument(metavar="PUBLICATION", help="Only this one.", show_default=False)

_CHANGES = typer.Option(
    "--changes", metavar="PUBLICATION/GUIDE", help="Show what changed in this guide.", show_default=False
)


def register(app: typer.Typer) -> None:
    app.command("collect")(collect)
    app.command("articles")(articles)


def collect(
    publication: Annotated[str | None, _ONE] = None, site: SiteOption = HERE, as_json: JsonOption = False
) -> None:
    """Read the sources: new guides, changed ones, and what could not be used."""
    from publisher import engine
    from publisher.site import open_site

    with open_site(site) as opened:
        reports = engine.collect_all(opened, now_utc(), publication)
        problems = opened.problems
    if as_json:
        print_json([_report_data(report) for report in reports])
    else:
        for report in reports:
            print_report(console(), report)
    for problem in problems:
        console(stderr=True).print(problem, style="red", markup=False)
    if problems or any(report.skipped or report.failed for report in reports):
        raise typer.Exit(1)


def print_report(out: Console, report: CollectReport) -> None:
    """One publication's collect, for people."""
    facts = [
        count(len(report.new), "new guide"),
        f"{len(report.changed)} changed",
        f"{report.unchanged} as before",
    ]
    out.print(f"[bold]{report.publication}[/]: {', '.join(facts)}")
    for seen in report.new:
        out.print(f"  new      {seen.title}", markup=False)
    for seen in report.changed:
        note = f": {seen.change}" if seen.change else ""
        why = f", {seen.rule}" if seen.rule else ""
        out.print(f"  changed  {seen.title} ({seen.grade.name.lower()}{why}){note}", markup=False)
    for each in report.renamed:
        out.print(f"  renamed  {each.before} is {each.now} now", markup=False)
    for path in report.gone:
        out.print(f"  gone     {path} (its guide stays public for now)", markup=False)
    for path in report.returned:
        out.print(f"  back     {path}", markup=False)
    if report.archived:
        told = (
            f"nobody is mailed about them unless you run `publisher release {report.publication} --announce`"
        )
        out.print(f"  archived {count(report.archived, 'guide')}: {told}", markup=False)
    if report.held:
        why = "so much at once looks like a mistake"
        out.print(f"  held     {count(report.held, 'guide')}: {why}", style="yellow", markup=False)
        out.print(f"           `publisher release {report.publication}` lets them out", markup=False)
    for failed in report.failed:
        out.print(f"  failed   {failed.where}: {failed.reason}", markup=False, style="red")
    for skipped in report.skipped:
        word = "skipped" if skipped.path else "note"  # a remark is about a guide that was taken
        out.print(f"  {word:7}  {skipped.where}: {skipped.reason}", markup=False, style="red")


def _report_data(report: CollectReport) -> dict[str, object]:
    return {
        "publication": report.publication,
        "new": [{"title": seen.title, "slug": seen.slug, "where": seen.where} for seen in report.new],
        "changed": [
            {
                "title": seen.title,
                "slug": seen.slug,
                "grade": seen.grade.name.lower(),
                "rule": seen.rule or None,
                "change": seen.change,
            }
            for seen in report.changed
        ],
        "renamed": [{"before": each.before, "now": each.now} for each in report.renamed],
        "returned": report.returned,
        "archived": report.archived,
        "held": report.held,
        "unchanged": report.unchanged,
        "gone": report.gone,
        "skipped": [{"where": each.where, "reason": each.reason} for each in report.skipped],
        "failed": [{"where": each.where, "reason": each.reason} for each in report.failed],
    }


def articles(
    publication: Annotated[str | None, _ONE] = None,
    changes: Annotated[str | None, _CHANGES] = None,
    first: Annotated[int | None, typer.Option("--from", metavar="N", help="From this revision.")] = None,
    last: Annotated[int | None, typer.Option("--to", metavar="M", help="To this revision.")] = None,
    stale: Annotated[bool, typer.Option("--stale", help="Only those past their review date.")] = False,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the guides with their revisions and grades; or show what changed in one of them."""
    from publisher.cli import _articles
    from publisher.site import open_site

    if changes is None and (first is not None or last is not None):
        raise typer.BadParameter("--from and --to go with --changes PUBLICATION/GUIDE", param_hint="--from")
    with open_site(site) as opened:
        if changes is not None:
            _articles.show_changes(opened, changes, first, last, as_json=as_json)
        elif stale:
            _articles.show_stale(opened, publication, as_json=as_json)
        else:
            _articles.show_all(opened, publication, as_json=as_json)
