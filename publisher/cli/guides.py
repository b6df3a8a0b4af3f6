"""Commands about guides: collect, articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import HERE, JsonOption, SiteOption, console, count, now_utc, print_json, table

if TYPE_CHECKING:
    from rich.console import Console

    from publisher.collect import CollectReport

_ONE = typer.Argument(metavar="PUBLICATION", help="Only this one.", show_default=False)


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
        out.print(f"  changed  {seen.title} ({seen.grade.name.lower()}){note}", markup=False)
    for path in report.gone:
        out.print(f"  gone     {path} (its guide stays public)", markup=False)
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
            {"title": seen.title, "slug": seen.slug, "grade": seen.grade.name.lower(), "change": seen.change}
            for seen in report.changed
        ],
        "unchanged": report.unchanged,
        "gone": report.gone,
        "skipped": [{"where": each.where, "reason": each.reason} for each in report.skipped],
        "failed": [{"where": each.where, "reason": each.reason} for each in report.failed],
    }


def articles(
    publication: Annotated[str | None, _ONE] = None, site: SiteOption = HERE, as_json: JsonOption = False
) -> None:
    """List the guides with their revisions and grades."""
    from publisher import storage
    from publisher.cli import _data
    from publisher.site import open_site

    with open_site(site) as opened:
        chosen = [opened.publication(publication)] if publication else list(opened.publications)
        with opened.store.read() as db:
            found = [each for pub in chosen for each in storage.listed_articles(db, pub.slug)]
            facts = storage.revision_facts(db, [each.id for each in found])
        base_url = opened.settings.base_url
    history = _data.by_article(facts)
    if as_json:
        print_json([_data.article_data(each, history[each.id], base_url) for each in found])
        return
    rows = [
        (each.slug, each.title, each.publication, len(history[each.id]), *_data.state(each, history[each.id]))
        for each in found
    ]
    names = ("guide", "title", "publication", "revisions", "state", "updated")
    console().print(table(rows, *names, right=("revisions",)))
