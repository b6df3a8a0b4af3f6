"""Commands about the site as a whole: init, demo, build, db."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli._common import HERE, SiteOption, console, count, say

_OUT = typer.Option("--out", metavar="DIR", help="Where the files go.", show_default="the site's var/public")


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("demo")(demo)
    app.command("build")(build)
    app.command("run")(run)
    database = typer.Typer(help="The database.", no_args_is_help=True)
    database.command("upgrade")(upgrade)
    app.add_typer(database, name="db")


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Make a site in DIR that works at once, with example guides to replace by your own."""
    from publisher.cli._starting import make_site

    made = make_site(folder)
    say(f"A site is in {made}. Next:")
    place = shlex.quote(str(folder))
    for line in ("collect", "followers add you@example.com --consent 'it is me'", "forecast", "tick"):
        say(f"  publisher {line} --site {place}")


def demo(
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Where the demo keeps its site.")
    ] = None,
) -> None:
    """Do the main job on the example publications: collect, build, forecast, send, and show it all."""
    from publisher.cli._demo import run_demo

    run_demo(folder, console())


def build(site: SiteOption = HERE, out: Annotated[Path | None, _OUT] = None) -> None:
    """Write feeds and pages as files, for any web host."""
    from publisher import engine
    from publisher.site import open_site

    with open_site(site) as opened:
        target = out or opened.var / "public"
        report = engine.build_site(opened, target)
        problems = [*opened.problems, *report.problems]
    printer = console()
    for path in report.written:
        printer.print(str(path), style="green", markup=False)
    for path in report.removed:
        printer.print(f"{path} (removed)", style="yellow", markup=False)
    gone = f", {count(len(report.removed), 'file')} removed" if report.removed else ""
    same = f", {count(len(report.unchanged), 'file')} unchanged" if report.unchanged else ""
    said = f"{count(len(report.written), 'file')} written{gone}{same}, in {target.resolve()}"
    printer.print(said, markup=False)
    for sentence in report.left:
        say(sentence, "yellow", stderr=True)
    for problem in problems:
        say(problem, "red", stderr=True)
    if problems:
        raise typer.Exit(1)


def run(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    site: SiteOption = HERE,
) -> None:
    """Web, clock and sending in one process; edits in feeds/ are seen while it runs."""
    from publisher.cli import _running

    _running.run(site, host, port)


def upgrade(site: SiteOption = HERE) -> None:
    """Bring the database to this version's tables."""
    from publisher import config, storage

    settings = config.load_site(site)
    store = storage.open_store(settings.database, site.resolve())
    try:
        changed = storage.upgrade(store)
    finally:
        store.close()
    console().print("The database is upgraded." if changed else "The database is up to date.")
