"""`publisher demo`: the main job on the example publications, with a clock that is openly moved.

The demo's site keeps its database, clock and output in one folder, so that a second run goes on where the
first one ended: what changed in feeds/ since then is what the next mail tells.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from publisher import build, engine, follow, mail, storage
from publisher.cli._common import count, people_time, table
from publisher.cli._starting import LOCAL_URL, example_settings
from publisher.site import Site, bundled, open_site

_CLOCK = "demo_clock"
_PEOPLE = (
    ("ada@example.com", ("living-with-arthritis", "the-repair-bench")),
    ("ben@example.net", ("the-repair-bench",)),
    ("chitra@example.org", ("living-with-arthritis",)),
)


@dataclass(slots=True)
class _Story:
    """What one run did, in the order in which it is told."""

    began: datetime
    ended: datetime
    before: engine.TickReport
    after: engine.TickReport
    built: build.BuildReport
    mails: list[mail.InboxMessage]
    copies: Path


def run_demo(folder: Path | None, out: Console) -> None:
    """Collect, build, mail what is due at the next occurrence; then say what happened and where to look."""
    home = _prepare(folder or _home())
    with open_site(home, {**os.environ}) as site:
        for each in site.problems:
            out.print(each, style="red", markup=False)
        _tell(out, site, _play(site))


def _home() -> Path:
    """In a checkout its var/demo; elsewhere a folder of the user's own."""
    root = bundled("feeds").parent
    if (root / "pyproject.toml").is_file():
        return root / "var" / "demo"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "publisher" / "demo"


def _prepare(home: Path) -> Path:
    """The demo's site. A checkout's feeds/ and templates/ are used as they stand; the wheel's are copied."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "publisher.toml").write_text(example_settings(LOCAL_URL), encoding="utf-8")
    for name in ("feeds", "templates"):
        place, original = home / name, bundled(name)
        if place.exists():
            continue
        if place.is_symlink():
            place.unlink()
        if (original.parent / "pyproject.toml").is_file():
            place.symlink_to(original, target_is_directory=True)
        else:
            shutil.copytree(original, place)
    return home


def _play(site: Site) -> _Story:
    inbox = site.var / "inbox"
    known = {message.id for message in mail.list_inbox(inbox)}
    began = _clock(site)
    before = engine.tick(site, lambda: began)
    _follow(site, began)
    ended = _next_moment(site, began)
    after = engine.tick(site, lambda: ended)
    _set_clock(site, ended)
    built = engine.build_site(site, site.var / "public")
    mails = [message for message in reversed(mail.list_inbox(inbox)) if message.id not in known]
    return _Story(began, ended, before, after, built, mails, _copies(site, mails))


def _clock(site: Site) -> datetime:
    with site.store.read() as db:
        stored = storage.get_mark(db, _CLOCK)
    return datetime.fromisoformat(stored) if stored else datetime.now(UTC).replace(microsecond=0)


def _set_clock(site: Site, moment: datetime) -> None:
    with site.store.write() as db:
        storage.set_mark(db, _CLOCK, moment.isoformat())


def _next_moment(site: Site, after: datetime) -> datetime:
    moments = [moment for each in site.digests if (moment := each.schedule.next(after))]
    return min(moments, default=after)


def _follow(site: Site, now: datetime) -> None:
    """The example's three readers, at the first run."""
    with site.store.read() as db:
        if storage.find_follower(db, "mail", _PEOPLE[0][0]) is not None:
            return
    slugs = {each.slug: each for each in site.publications}
    for address, wanted in _PEOPLE:
        for publication in (slugs[slug] for slug in wanted if slug in slugs):
            cadence = next(iter(site.cadences(publication)), "weekly")
            follow.follow(
                site.store, address, [publication], cadence=cadence, consent="a reader of the demo", now=now
            )


def _copies(site: Site, mails: list[mail.InboxMessage]) -> Path:
    """The mails' HTML as files that a browser shows with their pictures, which come from the built site."""
    folder = site.var / "mails"
    folder.mkdir(exist_ok=True)
    for message in mails:
        html = mail.read_inbox(site.var / "inbox", message.id).html or ""
        shown = html
        for kind in ("media", "picture"):
            shown = shown.replace(f"{site.settings.base_url}/-/{kind}/", f"../public/-/{kind}/")
        (folder / f"{message.id}.html").write_text(shown, encoding="utf-8")
    return folder


def _tell(out: Console, site: Site, story: _Story) -> None:
    out.print()
    _tell_reading(out, story)
    _tell_files(out, story)
    _tell_mails(out, site, story)
    _tell_next(out, site, story)


def _tell_reading(out: Console, story: _Story) -> None:
    out.print("[bold]Read[/]")
    for report in story.before.collected:
        facts = f"{len(report.changed)} changed, {report.unchanged} as before"
        out.print(f"  {report.publication:24} {count(len(report.new), 'new guide')}, {facts}")
        for seen in report.changed:
            out.print(f"    changed: {seen.title}", markup=False)
        for skipped in (*report.failed, *report.skipped):
            out.print(f"    skipped: {skipped.where}: {skipped.reason}", style="red", markup=False)


def _tell_files(out: Console, story: _Story) -> None:
    feeds = [path for path in story.built.written if re.fullmatch(r"feed\.\w+", path.name)]
    chief = [path for path in feeds if path.parent.parent.name not in ("tag", "author")]
    same = f", {len(story.built.unchanged)} unchanged" if story.built.unchanged else ""
    out.print(f"\n[bold]Written[/]  {count(len(story.built.written), 'file')}{same}")
    for path in chief:
        out.print(f"  {path}", markup=False, soft_wrap=True)
    if len(feeds) > len(chief):
        out.print(f"  and {count(len(feeds) - len(chief), 'feed')} of tags and authors", markup=False)


def _tell_mails(out: Console, site: Site, story: _Story) -> None:
    out.print("\n[bold]Mailed[/]")
    zone = next((each.zone for each in site.digests), "UTC")
    times = people_time(story.began, zone), people_time(story.ended, zone)
    out.print(f"  The demo's clock went from {times[0]} to {times[1]}.")
    for frozen in story.after.frozen:
        if not frozen.planned.variants:
            out.print(f"  {frozen.digest.key}: nothing became due, so nobody was mailed.")
    if story.mails:
        rows = [(f"  {message.recipient}", message.subject) for message in story.mails]
        out.print(table(rows, "  to", "subject"))
    for problem in (*story.before.problems, *story.after.problems):
        out.print(f"  {problem}", style="red", markup=False)


def _tell_next(out: Console, site: Site, story: _Story) -> None:
    command = os.environ.get("PUBLISHER_COMMAND", "publisher")
    guide = next(iter(sorted(site.folder.resolve().glob("feeds/*/articles/*.md"))), None)
    out.print("\n[bold]Look[/]")
    for message in story.mails[:3]:
        out.print(f"  {story.copies / message.id}.html", markup=False, soft_wrap=True)
    out.print(f"  {site.folder}  (the demo's site: database, inbox, output)", markup=False, soft_wrap=True)
    out.print("\n[bold]Next[/]")
    if guide:
        out.print(f"  Change a number in {guide.resolve()}", markup=False, soft_wrap=True)
        out.print(f"  and run [bold]{command} demo[/] again: that guide alone comes as updated.")
    out.print(f"  {command} audit --site {site.folder}", markup=False, soft_wrap=True)
