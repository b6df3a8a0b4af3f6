"""The whole path: guides collected, feeds built, digests rendered, messages sent; all on this machine.

The limits and peers run in the same process and minute: bare Markdown for collecting, smtplib for sending.
"""

from __future__ import annotations

import shutil
import smtplib
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from markdown_it import MarkdownIt

from publisher import editions, engine, storage
from publisher.model import DeliveryState
from publisher.site import Site, open_site
from publisher.storage import ClaimedRow
from tests.making import Maker
from tests.servers.smtp import Server

GUIDES = 500
NEWS = 11  # what the first digest tells
PEOPLE = 2000
PAST = datetime.now(UTC) - timedelta(days=9)
TEXT = "\n\n".join(
    f"## Step {step}\n\nHold the rail with **one** hand, and take the next step slowly. "
    + "Then rest a while. " * 20
    for step in range(8)
)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    try:
        make_site(folder)
        with open_site(folder, {}) as site:
            collecting(site, folder)
            building(site, folder)
            rendering(site, folder)
        sending(folder)
    finally:
        shutil.rmtree(folder)


def make_site(folder: Path) -> None:
    (folder / "feeds/bench/articles").mkdir(parents=True)
    (folder / "publisher.toml").write_text(
        'title = "Bench"\nbase_url = "https://bench.example"\nsender = "Bench <bench@bench.example>"\n'
        '[[digest]]\nname = "weekly"\nschedule = { kind = "cron", at = "0 8 * * *" }\n',
        encoding="utf-8",
    )
    (folder / "feeds/bench/feed.toml").write_text(
        'title = "Bench"\n[[source]]\nkind = "folder"\n', encoding="utf-8"
    )
    for number in range(GUIDES):
        write_guide(folder, number)


def write_guide(folder: Path, number: int) -> None:
    path = folder / f"feeds/bench/articles/guide-{number}.md"
    path.write_text(f"---\ntitle: Guide {number}\n---\n{TEXT}\n\nIts number is {number}.\n", encoding="utf-8")


def timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def collecting(site: Site, folder: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((folder / "feeds/bench/articles").iterdir())]
    peer = timed(lambda: [MarkdownIt().render(text) for text in texts])
    editions.prepare(site.store, site.digests, PAST)
    first = timed(lambda: engine.collect_all(site, PAST))
    again = timed(lambda: engine.collect_all(site, PAST))
    print(
        f"collect, new guides      {GUIDES / first:10,.0f} guides/s   {first / peer:5.1f}x the time of Markdown alone"
    )
    print(f"collect, nothing changed {GUIDES / again:10,.0f} guides/s")


def building(site: Site, folder: Path) -> None:
    out = folder / "out"
    first = timed(lambda: engine.build_site(site, out))
    again = timed(lambda: engine.build_site(site, out))
    print(f"build, everything        {first * 1000:10,.0f} ms")
    print(f"build, nothing changed   {again * 1000:10,.0f} ms")


def rendering(site: Site, folder: Path) -> None:
    for number in range(GUIDES, GUIDES + NEWS):
        write_guide(folder, number)
    engine.collect_all(site, PAST)
    Maker(site.store).people((f"p{number}" for number in range(PEOPLE)), pub="bench")
    now = datetime.now(UTC)
    freeze = timed(lambda: editions.freeze_due(site.store, site.digests, site.publications, now))
    with site.store.read() as db:
        (edition,) = [each.id for each in storage.editions(db) if each.audience]
    rounds = 20
    spent = timed(lambda: [site.renderer().render(edition, 1) for _ in range(rounds)])
    renderer = site.renderer()
    renderer.personal(edition, ClaimedRow(1, 1, "a@example.org"))
    personal = timed(
        lambda: [renderer.personal(edition, ClaimedRow(n, 1, "a@example.org")) for n in range(5000)]
    )
    print(f"freeze an edition        {PEOPLE / freeze:10,.0f} followers/s")
    print(f"render a digest          {rounds / spent:10,.1f} digests/s  ({NEWS} guides in it)")
    print(f"personalise              {5000 / personal:10,.0f} messages/s")


def sending(folder: Path) -> None:
    with Server(keep=False) as server:
        settings = folder / "publisher.toml"
        text = settings.read_text(encoding="utf-8")
        lines = f"[smtp]\nhost = '{server.host}'\nport = {server.port}\nconnections = 4\n"
        settings.write_text(text + lines, encoding="utf-8")
        with open_site(folder, {}) as site:
            with site.store.read() as db:
                (edition,) = [each.id for each in storage.editions(db) if each.audience]
            data = site.renderer().personal(edition, ClaimedRow(1, 1, "a@example.org")).data
            reports = []
            spent = timed(lambda: reports.append(engine.tick(site, lambda: datetime.now(UTC))))
            sent = reports[0].sent().get(DeliveryState.SENT, 0)
        naive = 500
        peer = timed(lambda: threads(server, data, naive))
    ours, theirs = sent / spent, naive / peer
    print(f"send, ledger and all     {ours:10,.0f} messages/s ({sent} of {len(data) // 1024} KB; whole tick)")
    print(f"  smtplib alone, 4 lines {theirs:10,.0f} messages/s, no ledger; ours is {ours / theirs:.2f}x")


def threads(server: Server, data: bytes, number: int) -> None:
    def work() -> None:
        with smtplib.SMTP(server.host, server.port) as line:
            for _ in range(number // 4):
                line.sendmail("bench@bench.example", ["a@example.org"], data)

    crew = [threading.Thread(target=work) for _ in range(4)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()


if __name__ == "__main__":
    main()
