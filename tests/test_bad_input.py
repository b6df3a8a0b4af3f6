"""What cannot be used gets one clear sentence, and all the rest goes out: the real command line, real faults.

Faults in an owner's files are made all together in one site: each must be told by itself, and none may stand
in the way of the others. A fault of the whole site has a site of its own; when it is mended, the mails that
were due go out, each once.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import audit, engine, follow
from publisher.site import open_site
from tests.bad_files import IN_FEEDS, IN_GUIDES, Row
from tests.bad_sites import IN_SITES, TOML, SiteRow, server_away
from tests.faults import FOLLOWERS, Place, Said, is_calm, open_folder, write
from tests.running import service, wait
from tests.servers.smtp import Server

EVERYBODY = sorted(FOLLOWERS)
NEXT_WEEK = datetime.now(UTC) + timedelta(days=7)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.make(tmp_path_factory.mktemp("original"))


@pytest.fixture
def place(original: Place, tmp_path: Path) -> Iterator[Place]:
    """A site whose two mails are due, and the server that waits for them."""
    with Server() as server:
        yield original.copy(tmp_path / "site", server)


@pytest.fixture
def open_place(original: Place) -> Iterator[Place]:
    """The same where every user can come; it belongs to the one that `nobody=True` runs as."""
    with open_folder() as folder, Server() as server:
        site = original.copy(folder / "site", server)
        site.give_away()
        yield site


# ------------------------------------------------------------------------------- faults in an owner's files


@dataclass(frozen=True)
class Crowd:
    """A site with every fault in files at once: what was true of each, and what two commands said."""

    place: Place
    real: dict[str, bool]
    tick: Said
    build: Said


@pytest.fixture(scope="module")
def crowd(original: Place) -> Iterator[Crowd]:
    with open_folder() as folder, Server() as server:
        site = original.copy(folder / "site", server)
        feeds = site.folder / "feeds"
        write(site.articles() / "fresh \U0001f9b5.md", "# A fresh guide\n\nText.\n")
        write(feeds / "plain/feed.toml", "")
        write(feeds / "plain/articles/good.md", "# A plain guide\n\nText.\n")
        site.give_away()
        for row in (*IN_GUIDES, *IN_FEEDS):
            row.make(feeds)
        site.give_away()
        real = {row.name: row.is_real(feeds) for row in (*IN_GUIDES, *IN_FEEDS)}
        tick = site.run("tick", nobody=True)
        build = site.run("build", nobody=True)
        yield Crowd(site, real, tick, build)


@pytest.mark.parametrize("row", [*IN_GUIDES, *IN_FEEDS], ids=lambda row: row.name)
def test_a_fault_in_a_file_is_one_sentence(crowd: Crowd, row: Row) -> None:
    assert crowd.real[row.name], "it is no fault"
    sentence = crowd.tick.sentence(row.about)
    assert re.fullmatch(row.says.replace("{}", "feeds/knees/articles/"), sentence), sentence


def test_beside_bad_files_all_the_rest_goes_out(crowd: Crowd) -> None:
    assert crowd.tick.code == 1 and is_calm(crowd.tick)
    assert crowd.place.mailed() == EVERYBODY
    for title in ("A fresh guide", "A plain guide", "Taken all the same", "Picture"):
        assert title in crowd.tick.text
    public = crowd.place.folder / "var/public"
    assert {path.parent.name for path in public.glob("*/feed.atom")} >= {"knees", "elbows", "plain"}
    assert "A fresh guide" in (public / "knees/feed.rss").read_text(encoding="utf-8")
    assert "A plain guide" in (public / "plain/feed.rss").read_text(encoding="utf-8")


def test_a_build_tells_which_publications_it_left_out(crowd: Crowd) -> None:
    assert crowd.build.code == 1 and is_calm(crowd.build)
    for row in IN_FEEDS:
        if "left out" in row.says:
            assert re.fullmatch(row.says, crowd.build.sentence(row.about))


# ------------------------------------------------------------------------------- faults of the whole site


@pytest.mark.parametrize("row", IN_SITES, ids=lambda row: row.name)
def test_a_fault_of_a_site_is_one_sentence(open_place: Place, row: SiteRow) -> None:
    place = open_place
    with row.fault(place) as value:
        assert row.is_real(place), "it is no fault"
        command = [word.format(value) for word in row.command]
        said = place.run(*command, nobody=row.nobody, environ=dict(row.environ))
        sentence = said.sentence(row.about)
        assert said.code == 1 and is_calm(said)
        assert re.fullmatch(row.says, sentence), sentence
        assert place.mailed() == sorted(row.mailed)
        if not row.stops:
            assert builds(place, nobody=row.nobody)
    with open_site(place.folder, {}) as site:  # what was left out when a window ended is told in the next one
        assert engine.tick(site, lambda: NEXT_WEEK).problems == []
        assert audit.audit(site.store, NEXT_WEEK).holds
    assert place.mailed() == EVERYBODY


def builds(place: Place, *, nobody: bool) -> bool:
    """Whether readers still get feeds and pages while the fault lasts."""
    out = place.folder / "var/public"
    if nobody:
        assert place.run("build", nobody=True).code == 0
    else:
        with open_site(place.folder, {}) as site:
            engine.build_site(site, out)
    return all("How to rest your" in (out / slug / "feed.rss").read_text() for slug in FOLLOWERS.values())


# ------------------------------------------------------------------------------------------- at bad moments


def test_a_typo_does_not_cancel_what_was_frozen_before_it(place: Place) -> None:
    """A follower of a publication that is left out for now has not left it."""
    with server_away(place):
        assert len(tick(place).frozen) == 2
    settings = place.folder / "feeds/knees/feed.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text("titel = 1\n", encoding="utf-8")
    assert "feeds/knees/feed.toml" in tick(place).problems[0]
    assert place.mailed() == EVERYBODY
    settings.write_text(good, encoding="utf-8")
    assert tick(place, NEXT_WEEK).batches == []


def test_of_two_ticks_at_once_the_second_leaves_politely(original: Place, tmp_path: Path) -> None:
    with Server(delay=0.5) as server:
        place = original.copy(tmp_path / "site", server)
        command = [sys.executable, "-m", "publisher", "tick", "--site", str(place.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as first:
            wait(lambda: server.connections, "a connection")
            first.send_signal(signal.SIGSTOP)  # in the middle of its work, for as long as we look
            second = place.run("tick")
            first.send_signal(signal.SIGCONT)
            said, _ = first.communicate(timeout=60)
        assert first.returncode == 0 and "2 sent" in said, said
        assert second.code == 0
        assert re.fullmatch(r"process \d+ of this site is already at work\. .+", second.sentence("process"))
        assert place.mailed() == EVERYBODY


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "eve@example.org\r\nBcc: all@example.org",
            r"publisher: “eve.+” .+: it holds a control character\. .+",
        ),
        ("eve@example.org\udcff", r"publisher: the argument 'eve@example\.org\\udcff' is not UTF-8 text\."),
    ],
)
def test_an_address_that_would_break_a_header_is_refused(place: Place, address: str, says: str) -> None:
    said = place.run("followers", "add", address, "--consent", "yes")
    assert said.code > 0 and is_calm(said)
    assert re.fullmatch(says, said.text.strip()), said.text
    with open_site(place.folder, {}) as site:
        assert sorted(row.endpoint for row in follow.followers(site.store)) == EVERYBODY


def test_hundreds_of_new_guides_are_one_tick(place: Place) -> None:
    for number in range(300):
        write(place.articles() / f"g{number}.md", f"# Guide {number}\n\nText {number}.\n")
    assert [len(report.new) for report in tick(place).collected] == [0, 300]
    assert place.mailed() == EVERYBODY


def tick(place: Place, now: datetime | None = None) -> engine.TickReport:
    with open_site(place.folder, {}) as site:
        return engine.tick(site, lambda: now or datetime.now(UTC))


def test_a_running_service_goes_on_beside_typos_and_takes_in_what_is_mended(place: Place) -> None:
    """Old settings hold until new ones can be used; a mended file is looked at at once, not after a pause."""
    good = {
        name: (place.folder / name).read_text(encoding="utf-8") for name in (TOML, "feeds/knees/feed.toml")
    }
    with service(place.folder) as running:
        running.said("2 sent")
        place.replace(TOML, "sender", "sendr")
        running.said("Did you mean `sender`?")
        write(place.articles() / "one.md", "# The first guide\n\nText.\n")
        running.said("New guide in knees: The first guide")
        for name in good:
            write(place.folder / name, good[name] if name == TOML else "titel = 1\n")
        running.said("Did you mean `title`?")
        write(place.articles() / "two.md", "# The second guide\n\nText.\n")
        write(place.folder / "feeds/knees/feed.toml", good["feeds/knees/feed.toml"])
        running.said("New guide in knees: The second guide")
        assert len([line for line in running.lines if "sendr" in line]) == 1
        assert running.stop() == 0
    assert is_calm(Said(0, "\n".join(running.lines)))
