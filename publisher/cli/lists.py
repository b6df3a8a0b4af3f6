"""Commands that take lists of followers in, and write them out."""

from __future__ import annotations

import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
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
from publisher.cli.people import followers
from publisher.errors import FollowerError

if TYPE_CHECKING:
    from publisher.lists import Members, Opened, Problem, Source, Step, Target, Wishes
    from publisher.site import Site

_FILE = typer.Argument(metavar="FILE", help="A CSV file, a zip of them, or an OPML file.", show_default=False)
_CONSENT = typer.Option("--consent", help="How these people agreed; kept as evidence.")
_TO = typer.Option("--publication", "-p", metavar="SLUG", help="What they are to follow (may be repeated).")
_CADENCE = typer.Option("--cadence", "-c", help="The name of a digest.", show_default="the first digest")
_TAG = typer.Option("--tag", help="A label for all of them (may be repeated).")
_MAP = typer.Option(
    "--map", metavar="COLUMN=FIELD", help='What a column is: "Your mail=address", "Notes=ignore".'
)
_DRY = typer.Option("--dry-run", help="Say what would happen, and change nothing.")
_YES = typer.Option("--yes", help="Ask nothing.")
_SKIP = typer.Option("--skip-unusual", help="Leave out addresses of roles and throw-away mailboxes.")
_REPORT = typer.Option("--report", metavar="FILE", help="Write every row that was not taken in as CSV.")
_EMAIL = typer.Option("--email", metavar="EMAIL", help="Whose subscriptions an OPML file lists.")
_ONLY = typer.Option("--publication", "-p", metavar="SLUG", help="Only who follows this one.")
_WHO = typer.Option(
    "--who", metavar="SEGMENT", help="A segment's name, or words like `tag:vip -cadence:daily`."
)
_FORMAT = typer.Option("--format", help="The form of the file.")
_SHOWN = 20
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
_SAID = {
    "added": "follow from now on",
    "returned": "had been removed, and follow again",
    "changed": "follow already: tags or what was not known added",
    "unchanged": "follow already",
    "ended": "unsubscribed there: ended here",
    "unsubscribed": "unsubscribed there: not kept",
    "suppressed": "bounced, complained or blocked there: not to be mailed",
    "unconfirmed": "never confirmed there: left out",
    "left": "have left here: not brought back",
    "barred": "must not be mailed: left out",
    "duplicate": "in the file twice",
    "invalid": "cannot be used",
    "unusual": "roles and throw-away mailboxes: left out",
    "role": "of these, roles like postmaster@",
    "disposable": "of these, throw-away mailboxes",
}


class Form(StrEnum):
    csv = "csv"
    json = "json"


def register(_app: typer.Typer) -> None:
    followers.command("import")(import_)
    followers.command("export")(export)


# ---------------------------------------------------------------------------------------------- import


def import_(
    file: Annotated[Path, _FILE],
    consent: Annotated[str, _CONSENT],
    publication: Annotated[list[str] | None, _TO] = None,
    cadence: Annotated[str | None, _CADENCE] = None,
    tag: Annotated[list[str] | None, _TAG] = None,
    map_: Annotated[list[str] | None, _MAP] = None,
    email: Annotated[str | None, _EMAIL] = None,
    dry_run: Annotated[bool, _DRY] = False,
    yes: Annotated[bool, _YES] = False,
    skip_unusual: Annotated[bool, _SKIP] = False,
    report: Annotated[Path | None, _REPORT] = None,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take a list in: Mailchimp, Substack, Ghost, Kit, Buttondown, listmonk, our own, or any CSV."""
    from publisher.site import open_site

    with open_site(site) as opened, tempfile.TemporaryDirectory() as folder:
        found = _opened(opened, file, email, map_ or [], Path(folder))
        wishes = _wishes(opened, found, publication or [], cadence, tag or [], consent, dry_run)
        wishes = _refusing(opened, wishes, skip_unusual, report)
        if not as_json:
            _show(found)
        if not (yes or dry_run):
            _ask(as_json)
        last, problems = _run(opened, found, wishes, dry_run, as_json)
    if as_json:
        print_json(_data(found, last, problems, dry_run))
    else:
        _tell(last, problems, dry_run, report)


def _opened(site: Site, file: Path, email: str | None, maps: Sequence[str], folder: Path) -> Opened:
    from publisher import lists, mail

    if lists.is_opml(file):
        if email is None:
            advice = "Say whose subscriptions they are with --email."
            raise FollowerError("an OPML file names publications, not people", where=str(file), advice=advice)
        slugs = [each.slug for each in site.publications]
        address = mail.normal_address(email)
        return lists.open_subscriptions(file, address, site.settings.base_url, slugs, folder)
    if email is not None:
        raise typer.BadParameter("it goes with an OPML file only", param_hint="--email")
    return lists.open_list(file, lists.parse_wanted(maps))


def _wishes(
    site: Site,
    found: Opened,
    slugs: Sequence[str],
    cadence: str | None,
    tags: Sequence[str],
    consent: str,
    dry_run: bool,
) -> Wishes:
    from publisher import follow, lists

    if not consent.strip():
        raise typer.BadParameter("say how these people agreed", param_hint="--consent")
    chosen = tuple(dict.fromkeys(site.publication(slug).slug for slug in slugs))
    to = chosen or _only_one(site, found)
    targets = _targets(site, chosen or [each.slug for each in site.publications], dry_run)
    for slug in to:
        target = targets[slug]
        if (cadence or target.cadence) not in target.cadences:
            has = f"It has: {', '.join(target.cadences)}." if target.cadences else "Add a [[digest]]."
            what = f"{slug} has no digest {cadence!r}" if cadence else f"{slug} has no digest yet"
            raise FollowerError(what, advice=has)
    labels = tuple(dict.fromkeys(follow.check_tag(each) for each in tags))
    return lists.Wishes(consent, to, targets, cadence, labels)


def _only_one(site: Site, found: Opened) -> tuple[str, ...]:
    """Where rows go that name no publication: the only one; none if every file names them itself."""
    slugs = [each.slug for each in site.publications]
    if all("publication" in source.reading.places() for source in found.sources):
        return ()
    if len(slugs) == 1:
        return (slugs[0],)
    advice = f"Choose with -p: {', '.join(slugs)}." if slugs else "Make a folder in feeds/ with a feed.toml."
    raise FollowerError("the list does not say what these people follow", advice=advice)


def _targets(site: Site, slugs: Sequence[str], dry_run: bool) -> dict[str, Target]:
    from publisher import lists, storage

    with site.store.read() if dry_run else site.store.write() as db:
        known = storage.publication_ids(db)
        found = {}
        for place, slug in enumerate(slugs):
            publication = site.publication(slug)
            unseen = -1 - place  # a dry run makes none
            number = known.get(slug, unseen) if dry_run else storage.publication_id(db, slug)
            cadences = tuple(site.cadences(publication))
            first = cadences[0] if cadences else ""
            found[slug] = lists.Target(number, slug, first, cadences, tuple(publication.topics))
    return found


def _refusing(site: Site, wishes: Wishes, skip_unusual: bool, report: Path | None) -> Wishes:
    """With the kinds of addresses that stay out: by this command, or by [follow] in publisher.toml."""
    from dataclasses import replace

    rules = site.settings.follow
    kinds = {"role": rules.roles, "disposable": rules.disposable}
    refuse = frozenset(kind for kind, rule in kinds.items() if skip_unusual or rule == "refuse")
    return replace(wishes, refuse=refuse, report=report)


def _ask(as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        advice = "Say --yes to take them in, or --dry-run to see what would happen."
        raise FollowerError("nobody is here to ask", advice=advice)
    typer.confirm("Take them in?", abort=True)


def _run(site: Site, found: Opened, wishes: Wishes, dry_run: bool, quiet: bool) -> tuple[Step, list[Problem]]:
    from publisher import lists

    take = lists.rehearse_list if dry_run else lists.import_list
    problems: list[Problem] = []
    last = None
    with _progress(quiet) as show:
        for step in take(site.store, found, wishes, site.keys, now_utc()):
            if last is None and step.resumed_at and not quiet:
                what = f"Going on after row {step.resumed_at:,}, where this import was cut off."
                say(what, "dim", stderr=True)
            problems += step.problems[: _SHOWN - len(problems)]
            show(step)
            last = step
    assert last is not None  # noqa: S101  the last step always comes
    return last, problems


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Step], None]]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    screen = console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda _step: None
        return
    rows = TextColumn("{task.fields[rows]:,} rows")
    with Progress(
        BarColumn(), TaskProgressColumn(), rows, TimeRemainingColumn(), console=screen, transient=True
    ) as bar:
        task = bar.add_task("", total=1.0, rows=0)
        yield lambda step: bar.update(task, completed=step.share, rows=step.position)


# --------------------------------------------------------------------------------------- what is shown


def _show(found: Opened) -> None:
    for source in found.sources:
        say(_described(source), "bold")
        columns = source.reading.columns
        rows = [(column.name, column.meaning, column.sample) for column in columns if column.field]
        console().print(table(rows, "column", "taken for", "example"))
        if ignored := [column.name for column in columns if not column.field]:
            say(f"Ignored: {', '.join(ignored)}.", "dim")
        say("")
    for name in found.skipped:
        say(f"{name} holds no addresses, and is left out.", "dim")


def _described(source: Source) -> str:
    sheet, reading = source.sheet, source.reading
    encoding = _ENCODINGS.get(sheet.encoding, "UTF-16")
    guess = " (guessed: look at the names)" if sheet.guessed else ""
    delimiter = _DELIMITERS.get(sheet.delimiter, repr(sheet.delimiter))
    parts = [reading.vendor.title, f"{encoding}{guess}", delimiter]
    if not reading.header:
        parts.append("no header")
    if reading.standing is not None:
        parts.append(f"all in it are {reading.standing.name.lower()}")
    return f"{sheet.name}: {', '.join(parts)}"


def _tell(last: Step, problems: Sequence[Problem], dry_run: bool, report: Path | None) -> None:
    if dry_run:
        say("Nothing was changed. This would happen:", "bold")
    rows = [(f"{last.counts[name]:,}", what) for name, what in _SAID.items() if last.counts.get(name)]
    console().print(table(rows, "rows", "", right=("rows",)))
    say(f"{count(last.position, 'row')} read.", "dim")
    if problems:
        say("")
        several = len({each.file for each in problems}) > 1
        console().print(table(_lines(problems, several), "line", "address", "why", right=("line",)))
        total = sum(last.counts.get(kind, 0) for kind in _TROUBLES)
        if total > len(problems):
            more = f"And {total - len(problems):,} more"
            say(f"{more}: --report FILE writes them all." if report is None else f"{more}.", "dim")
    if report is not None:
        say(f"All of them are in {report}.")


_TROUBLES = (
    "unconfirmed",
    "left",
    "barred",
    "duplicate",
    "invalid",
    "unusual",
    "role",
    "disposable",
)


def _lines(problems: Iterable[Problem], several: bool) -> list[tuple[str, str, str]]:
    return [
        (f"{each.file}:{each.line}" if several else f"{each.line:,}", each.address, each.why)
        for each in problems
    ]


def _data(found: Opened, last: Step, problems: Sequence[Problem], dry_run: bool) -> dict[str, object]:
    return {
        "file": str(found.path),
        "dry_run": dry_run,
        "rows": last.position,
        "resumed_at": last.resumed_at,
        "counts": dict(Counter(last.counts)),
        "files": [
            {
                "name": source.sheet.name,
                "vendor": source.reading.vendor.name,
                "encoding": source.sheet.encoding,
                "encoding_guessed": source.sheet.guessed,
                "delimiter": source.sheet.delimiter,
                "columns": {column.name: column.field for column in source.reading.columns},
            }
            for source in found.sources
        ],
        "skipped": list(found.skipped),
        "problems": [
            {
                "file": each.file,
                "line": each.line,
                "address": each.address,
                "what": each.kind,
                "why": each.why,
            }
            for each in problems
        ],
    }


# ---------------------------------------------------------------------------------------------- export


def export(
    publication: Annotated[str | None, _ONLY] = None,
    who: Annotated[str | None, _WHO] = None,
    form: Annotated[Form, _FORMAT] = Form.csv,
    site: SiteOption = HERE,
) -> None:
    """Write followers to standard output, with everything that an import needs to make them again."""
    from publisher import lists
    from publisher.site import open_site

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    with open_site(site) as opened:
        if publication:
            opened.publication(publication)
        members = _members(opened, who) if who else None
        for piece in lists.export_list(
            opened.store, publication=publication, members=members, form=form.value
        ):
            sys.stdout.write(piece)


def _members(site: Site, who: str) -> Members:
    """The followers of a segment: one of publisher.toml by its name, or one in words."""
    from publisher import follow, storage

    named = {each.name: each.who for each in site.settings.segment}
    segment = follow.parse_segment(named.get(who, who))
    follow.check_publications(segment, [each.slug for each in site.publications])

    def members(db: storage.Connection, after: int, limit: int) -> Sequence[int]:
        return storage.segment_members(db, segment, after, limit)

    return members
