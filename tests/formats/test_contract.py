"""What every format promises. A kind in the table is tested here without being told."""

from __future__ import annotations

import hashlib
import locale
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from publisher.errors import ConfigError
from publisher.formats import FEEDS as FEED_KINDS
from publisher.formats import KINDS, LISTS, check_feed, open_format

from .samples import BAD_ENTRIES, BARE, ENTRIES, FEEDS, RICH, entry

kinds = pytest.mark.parametrize("kind", KINDS)
of_entries = pytest.mark.parametrize("kind", FEED_KINDS)
feeds = pytest.mark.parametrize("name", FEEDS)


def digest(kind: str) -> str:
    return hashlib.sha256(open_format(kind).write(RICH, ENTRIES)).hexdigest()


@kinds
def test_it_says_what_it_writes(kind: str) -> None:
    made = open_format(kind)
    assert re.fullmatch(r"[a-z0-9]+", made.suffix)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", made.mime)


def test_no_two_kinds_share_a_file_name() -> None:
    suffixes = [open_format(kind).suffix for kind in KINDS]
    assert len(suffixes) == len(set(suffixes))


def test_a_kind_is_a_file_of_its_name() -> None:
    for kind, target in KINDS.items():
        assert target.startswith(f"publisher.formats.{kind}:")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("rs", "'rss'"), ("jsonfead", "'jsonfeed'"), ("xyz", ", ".join(sorted(KINDS))), ("", "rss")],
)
def test_an_unknown_kind_is_told_the_nearest(wrong: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_format(wrong)
    assert hint in str(caught.value)
    assert repr(wrong) in str(caught.value)


def test_a_publication_lists_feeds_only() -> None:
    assert set(FEED_KINDS) | LISTS == set(KINDS)
    assert not set(FEED_KINDS) & LISTS
    for kind in FEED_KINDS:
        check_feed(kind)
    with pytest.raises(ConfigError, match=r"'opml' is a list of feeds, and no feed\. Take it out"):
        check_feed("opml")
    with pytest.raises(ConfigError, match=r"there is no feed format 'atomm'\. Did you mean 'atom'\?"):
        check_feed("atomm")
    with pytest.raises(ConfigError, match=r"Known kinds: atom, jsonfeed, rss\."):
        check_feed("xyz")


@kinds
@feeds
def test_every_feed_can_be_written(kind: str, name: str) -> None:
    document = open_format(kind).write(*FEEDS[name])
    assert document.decode("utf-8").strip()
    assert document.endswith(b"\n")


@kinds
@feeds
def test_same_content_same_bytes(kind: str, name: str) -> None:
    assert open_format(kind).write(*FEEDS[name]) == open_format(kind).write(*FEEDS[name])


@of_entries
def test_every_entry_is_there_in_the_order_given(kind: str) -> None:
    entries = [entry(number) for number in (103, 101, 104, 102)]
    document = open_format(kind).write(RICH, entries).decode()
    places = [document.index(f"Guide {number}") for number in (103, 101, 104, 102)]
    assert places == sorted(places)


@of_entries
@pytest.mark.parametrize("place", range(len(BAD_ENTRIES)))
def test_one_bad_entry_stops_nothing(kind: str, place: int) -> None:
    good = entry(500)
    document = open_format(kind).write(RICH, (replace(BAD_ENTRIES[place]), good)).decode()
    assert "Guide 500" in document
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", document)
    assert "javascript:" not in document


@kinds
def test_a_feed_without_a_home_page_is_refused_in_a_sentence(kind: str) -> None:
    with pytest.raises(ConfigError, match="no web address"):
        open_format(kind).write(replace(BARE, home_url="nowhere"), ())


@kinds
def test_threads_get_the_same_bytes(kind: str) -> None:
    feeds = ((RICH, ENTRIES), (BARE, ENTRIES[::-1]))
    expected = [open_format(kind).write(*feed) for feed in feeds]
    start, wrong = threading.Barrier(2), []

    def write(place: int) -> None:
        made = open_format(kind)
        start.wait(timeout=10)
        wrong.extend(turn for turn in range(25) if made.write(*feeds[place]) != expected[place])

    threads = [threading.Thread(target=write, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@kinds
def test_the_process_locale_is_left_alone(kind: str) -> None:
    """setlocale is global: while one thread has it changed, every other thread formats wrongly."""
    seen: list[str] = []

    def watch(frame: FrameType, event: str, arg: object) -> None:
        name = frame.f_code.co_name if event == "call" else getattr(arg, "__name__", "")
        if "setlocale" in name:
            seen.append(event)

    sys.setprofile(watch)
    try:
        locale.setlocale(locale.LC_TIME)  # a query: proves that the watch sees it
        noticed = bool(seen)
        seen.clear()
        open_format(kind).write(RICH, ENTRIES)
    finally:
        sys.setprofile(None)
    assert noticed
    assert seen == []


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables of a German process, with a locale made for the test."""
    folder = tmp_path_factory.mktemp("locales")
    if not shutil.which("localedef") or not Path("/usr/share/i18n/locales/de_DE").exists():
        pytest.skip("this machine cannot make a German locale")
    make = ["localedef", "--no-archive", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")]
    subprocess.run(make, check=False, capture_output=True)  # its warnings make it exit 1
    return {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kolkata", "PYTHONHASHSEED": "1"}


def test_a_german_process_with_another_zone_writes_the_same_bytes(german: dict[str, str]) -> None:
    script = (
        "import datetime, locale; locale.setlocale(locale.LC_ALL, '')\n"
        "print(datetime.date(2026, 3, 3).strftime('%a'))\n"
        "from tests.formats.test_contract import KINDS, digest\n"
        "for kind in KINDS: print(digest(kind))"
    )
    environment = {**os.environ, **german, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=True,
    )
    day, *digests = done.stdout.split()
    assert day == "Di"  # the process is German indeed
    assert digests == [digest(kind) for kind in KINDS]


def test_the_table_loads_no_format() -> None:
    script = "import publisher.formats, sys; print([m for m in ('feedgen', 'lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
