"""The one true path, end to end on a real site: files in; feeds, a digest and a ledger out."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import feedparser
import pytest

from publisher import audit, engine, follow, mail
from publisher.model import DeliveryState
from publisher.site import Site, open_site

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin
WEEK = timedelta(days=7)


@pytest.fixture
def folder(site_folder: Path) -> Path:
    """A site that two people follow since Monday."""
    with open_site(site_folder, {}) as site:
        engine.tick(site, lambda: MONDAY)
        for name in ("ada", "ben"):
            follow.follow(
                site.store,
                f"{name}@example.org",
                [site.publication("knees")],
                cadence="weekly",
                consent="told us",
                now=MONDAY,
            )
    return site_folder


def tick(folder: Path, now: datetime) -> engine.TickReport:
    with open_site(folder, {}) as site:
        return engine.tick(site, lambda: now)


def inbox(site: Site) -> list[EmailMessage]:
    """The mails of the built-in inbox, oldest first."""
    folder = site.var / "inbox"
    return [
        email.message_from_bytes(mail.read_inbox(folder, message.id).raw, policy=email.policy.default)
        for message in reversed(mail.list_inbox(folder))
    ]  # type: ignore[misc]


def stairs(folder: Path) -> Path:
    return folder / "feeds/knees/articles/stairs.md"


def test_a_guide_goes_in_and_a_digest_comes_out(folder: Path) -> None:
    report = tick(folder, FRIDAY)
    assert report.sent() == {DeliveryState.SENT: 2} and report.problems == []
    with open_site(folder, {}) as site:
        mails = inbox(site)
        assert audit.audit(site.store, FRIDAY).holds
    assert sorted(each["To"] for each in mails) == ["ada@example.org", "ben@example.org"]
    first = mails[0]
    assert first["List-Id"].endswith("<weekly.guides.example>")
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["Date"].datetime == FRIDAY
    for kind in ("plain", "html"):
        part = first.get_body((kind,))
        assert part is not None
        said = part.get_content()
        assert "Stairs with a sore knee" in said and "How long to rest a knee" in said
        assert first["List-Unsubscribe"].strip("<>") in said


def test_a_second_tick_sends_nothing(folder: Path) -> None:
    tick(folder, FRIDAY)
    report = tick(folder, FRIDAY + timedelta(hours=1))
    assert report.frozen == [] and report.batches == []


def test_a_week_without_news_brings_no_mail(folder: Path) -> None:
    tick(folder, FRIDAY)
    report = tick(folder, FRIDAY + WEEK)
    assert [frozen.planned.variants for frozen in report.frozen] == [()] and report.batches == []


def test_an_edited_guide_and_only_it_comes_as_updated(folder: Path) -> None:
    tick(folder, FRIDAY)
    text = stairs(folder).read_text(encoding="utf-8")
    changed = text.replace("id: stairs\n", "id: stairs\nchange: Two steps at a time.\n")
    stairs(folder).write_text(changed.replace("one step", "two steps"), encoding="utf-8")
    tick(folder, FRIDAY + timedelta(hours=1))
    report = tick(folder, FRIDAY + WEEK)
    (frozen,) = report.frozen
    pairs = frozen.planned.variants[0].pairs
    assert [(pair.had, pair.now, pair.new) for pair in pairs] == [(1, 2, False)]
    with open_site(folder, {}) as site:
        last = inbox(site)[-1]
    body = last.get_body(("plain",))
    assert body is not None
    assert "Two steps at a time." in body.get_content()
    assert "How long to rest" not in body.get_content()


def test_a_touched_file_is_no_revision(folder: Path) -> None:
    stairs(folder).write_bytes(stairs(folder).read_bytes())
    report = tick(folder, MONDAY + timedelta(hours=1))
    assert report.collected[0].changed == [] and report.collected[0].unchanged == 2


def test_a_slug_survives_retitling(folder: Path) -> None:
    text = stairs(folder).read_text(encoding="utf-8")
    stairs(folder).write_text(text.replace("Stairs with a sore knee", "Up and down"), encoding="utf-8")
    tick(folder, FRIDAY)
    with open_site(folder, {}) as site:
        engine.build_site(site, folder / "out")
    items = json.loads((folder / "out/knees/feed.json").read_text(encoding="utf-8"))["items"]
    assert {item["url"] for item in items} >= {"https://guides.example/knees/stairs"}
    assert "Up and down" in {item["title"] for item in items}


def test_feeds_agree_and_keep_their_bytes(folder: Path) -> None:
    with open_site(folder, {}) as site:
        first = engine.build_site(site, folder / "out")
        assert first.written and not first.unchanged
        second = engine.build_site(site, folder / "out")
    assert not second.written
    feeds = [feedparser.parse((folder / f"out/knees/feed.{kind}").read_bytes()) for kind in ("rss", "atom")]
    items = json.loads((folder / "out/knees/feed.json").read_text(encoding="utf-8"))["items"]
    for feed in feeds:
        assert not feed.bozo
        assert [entry.id for entry in feed.entries] == [item["id"] for item in items]
        assert [entry.title for entry in feed.entries] == [item["title"] for item in items]


def test_ids_are_the_same_without_the_database(folder: Path) -> None:
    def ids() -> list[str]:
        with open_site(folder, {}) as site:
            engine.collect_all(site, MONDAY)
            engine.build_site(site, folder / "out")
        items = json.loads((folder / "out/knees/feed.json").read_text(encoding="utf-8"))["items"]
        return sorted(item["id"] for item in items)

    before = ids()
    (folder / "var/publisher.db").unlink()
    assert (
        ids()
        == before
        == ["tag:guides.example,2026:knees/folder/rest", "tag:guides.example,2026:knees/folder/stairs"]
    )


def test_archived_guides_are_in_feeds_but_in_no_mail(site_folder: Path) -> None:
    path = site_folder / "feeds/knees/feed.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("announce", "archive"), encoding="utf-8")
    with open_site(site_folder, {}) as site:
        engine.tick(site, lambda: MONDAY)
        knees = site.publication("knees")
        follow.follow(site.store, "a@example.org", [knees], cadence="weekly", consent="yes", now=MONDAY)
        engine.build_site(site, site_folder / "out")
        report = engine.tick(site, lambda: FRIDAY)
    assert report.frozen[0].planned.variants == ()
    assert b"Stairs with a sore knee" in (site_folder / "out/knees/feed.atom").read_bytes()


def test_what_waits_for_its_moment_is_nowhere_until_then(folder: Path) -> None:
    path = folder / "feeds/knees/articles/secret.md"
    words = (
        "---\ntitle: Unicorn braces\nrelease: 2026-11-10 09:00 Europe/Berlin\n---\nAbout unicorn braces.\n"
    )
    path.write_text(words, encoding="utf-8")
    tick(folder, FRIDAY)
    with open_site(folder, {}) as site:
        engine.build_site(site, folder / "out")
        assert not any(
            b"nicorn" in each.read_bytes() for each in (folder / "out").rglob("*") if each.is_file()
        )
        report = engine.tick(site, lambda: datetime(2026, 11, 10, 8, 30, tzinfo=UTC))
        assert [each.title for each in report.released] == ["Unicorn braces"]
        engine.build_site(site, folder / "out")
        assert b"Unicorn" in (folder / "out/knees/feed.atom").read_bytes()
        report = engine.tick(site, lambda: FRIDAY + WEEK)
    assert len(report.frozen[0].planned.articles) == 1


def test_one_bad_guide_does_not_stop_the_rest(folder: Path) -> None:
    (folder / "feeds/knees/articles/broken.md").write_text("---\ntitle: [\n---\nText.\n", encoding="utf-8")
    (folder / "feeds/elbows").mkdir()
    (folder / "feeds/elbows/feed.toml").write_text("titel = 3\n", encoding="utf-8")
    report = tick(folder, FRIDAY)
    assert report.sent() == {DeliveryState.SENT: 2}
    assert "broken.md" in report.collected[0].skipped[0].where
    assert "Did you mean `title`?" in report.problems[0] and "feeds/elbows/feed.toml:1" in report.problems[0]


def test_a_mail_server_that_is_away_loses_nothing(folder: Path) -> None:
    settings = folder / "publisher.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "\n[smtp]\nhost = '127.0.0.1'\nport = 9\n", encoding="utf-8")
    report = tick(folder, FRIDAY)
    assert report.sent().get(DeliveryState.SENT) is None
    assert "127.0.0.1" in report.problems[0]
    settings.write_text(text, encoding="utf-8")
    assert tick(folder, FRIDAY + timedelta(hours=1)).sent() == {DeliveryState.SENT: 2}


def test_two_collects_at_once_take_each_guide_once(site_folder: Path) -> None:
    for number in range(40):
        (site_folder / f"feeds/knees/articles/extra-{number}.md").write_text(f"# Extra {number}\n\nText.\n")
    command = [sys.executable, "-m", "publisher", "collect", "--site", str(site_folder)]
    crew = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(3)]
    said = [each.communicate(timeout=60)[0].decode() for each in crew]
    assert [each.returncode for each in crew] == [0, 0, 0], said
    assert sorted("42 new guides" in each for each in said) == [False, False, True]
