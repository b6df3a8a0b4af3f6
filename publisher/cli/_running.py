"""What `publisher run` says: where it is, what comes next, and one sentence per event."""

from __future__ import annotations

import os
from pathlib import Path

from publisher.cli._common import now_utc, people_time, say, write_report
from publisher.cli.mailing import tick_lines
from publisher.engine import Listener, TickReport, coming, serve
from publisher.site import Site
from publisher.web import create_app


def run(folder: Path, host: str, port: int) -> None:
    """Serve until told to stop. Raises PublisherError when it cannot begin."""
    told = _Told()
    serve(
        folder,
        os.environ,
        host=host,
        port=port,
        clock=now_utc,
        listener=Listener(told.worked, told.failed),
        started=_greet,
        make_app=create_app,
    )
    say("Stopped; nothing is left half-sent.")


def _greet(site: Site, address: str) -> None:
    say(f"{site.settings.title} is at {address}/ (stop with Ctrl-C).")
    if site.smtp is None:
        say(f"Mail goes to the built-in inbox: {address}/-/inbox")
    moments = coming(site, now_utc(), 5)
    if moments:
        say("Next:")
    for moment in moments:
        say(f"  {people_time(moment.at, moment.digest.zone)}  {moment.digest.key}")


class _Told:
    """Remembers the problems that were said, so that each is said once while it lasts."""

    def __init__(self) -> None:
        self._problems: set[str] = set()

    def worked(self, _site: Site, report: TickReport) -> None:
        for line in tick_lines(report, idle="", skipped=False):
            say(f"{now_utc():%H:%M:%S}  {line}")
        skipped = [f"{each.where}: {each.reason}" for one in report.collected for each in one.skipped]
        present = {*report.problems, *skipped}
        for problem in sorted(present - self._problems):
            say(f"{now_utc():%H:%M:%S}  {problem}", "red")
        self._problems = present

    def failed(self, sentence: str, unforeseen: Exception | None = None) -> None:
        kept = f" What happened is in {write_report(unforeseen)}." if unforeseen else ""
        say(f"{now_utc():%H:%M:%S}  {sentence}{kept}", "red")
