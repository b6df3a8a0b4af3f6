"""What must not happen to a follower, whatever the owner does to his files between two ticks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import editions, engine, follow, mail
from publisher.errors import FollowerError
from publisher.model import DeliveryState
from publisher.site import open_site

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
OWN = '\n[[digest]]\nname = "weekly"\nschedule = { kind = "cron", at = "0 8 * * SAT", timezone = "Europe/Berlin" }\n'
SLOTS = '\n[release]\nschedule = { kind = "cron", at = "0 9 * * *" }\n'


@pytest.fixture
def folder(site_folder: Path) -> Path:
    """A site that Ada follows since Monday; her first mail has come."""
    tick(site_folder, MONDAY)
    join(site_folder, "ada")
    tick(site_folder, FRIDAY)
    return site_folder


def tick(folder: Path, now: datetime) -> engine.TickReport:
    with open_site(folder, {}) as site:
        return engine.tick(site, lambda: now)


def join(folder: Path, name: str, cadence: str = "weekly", topics: tuple[str, ...] = ()) -> None:
    with open_site(folder, {}) as site:
        knees = site.publication("knees")
        follow.follow(
            site.store,
            f"{name}@example.org",
            [knees],
            cadence=cadence,
            topics=topics,
            consent="yes",
            now=MONDAY,
        )


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"feeds/knees/articles/{name}.md").write_text(text, encoding="utf-8")


def edit(folder: Path, change: Callable[[str], str]) -> None:
    path = folder / "feeds/knees/feed.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def told(folder: Path, words: str) -> int:
    """How many mails say these words."""
    inbox = folder / "var/inbox"
    return sum(words in (mail.read_inbox(inbox, each.id).text or "") for each in mail.list_inbox(inbox))


def test_a_digest_of_its_own_tells_what_the_sites_did_not(folder: Path) -> None:
    write(folder, "lift", "# Lifting things\n\nBend your knees.\n")
    tick(folder, FRIDAY + DAY)
    edit(folder, lambda text: text + OWN)
    for days in range(2, 20):
        tick(folder, FRIDAY + days * DAY)
    assert told(folder, "Lifting things") == 1


def test_when_it_goes_the_sites_digest_tells_what_it_did_not(folder: Path) -> None:
    edit(folder, lambda text: text + OWN)
    for hours in range(0, 48, 6):
        tick(folder, FRIDAY + hours * HOUR)
    write(folder, "lift", "# Lifting things\n\nBend your knees.\n")
    tick(folder, FRIDAY + 3 * DAY)
    edit(folder, lambda text: text.replace(OWN, ""))
    for days in range(4, 20):
        tick(folder, FRIDAY + days * DAY)
    assert told(folder, "Lifting things") == 1


def test_a_typo_in_a_file_at_the_wrong_minute_loses_nothing(folder: Path) -> None:
    write(folder, "lift", "# Lifting things\n\nBend your knees.\n")
    tick(folder, FRIDAY + DAY)
    edit(folder, lambda text: "titel = 3\n" + text)
    tick(folder, FRIDAY + WEEK)
    edit(folder, lambda text: text.removeprefix("titel = 3\n"))
    tick(folder, FRIDAY + WEEK + HOUR)
    tick(folder, FRIDAY + 2 * WEEK)
    assert told(folder, "Lifting things") == 1


def test_who_leaves_after_freezing_is_not_mailed_whatever_else_he_follows(folder: Path) -> None:
    (folder / "feeds/hips/articles").mkdir(parents=True)
    (folder / "feeds/hips/feed.toml").write_text('title = "Hips"\n', encoding="utf-8")
    more = '\n[[digest]]\nname = "yearly"\nschedule = { kind = "cron", at = "0 8 1 1 *" }\n'
    (folder / "publisher.toml").open("a", encoding="utf-8").write(more)
    write(folder, "lift", "# Lifting things\n\nBend your knees.\n")
    tick(folder, FRIDAY + DAY)
    with open_site(folder, {}) as site:
        hips = site.publication("hips")
        follow.follow(site.store, "ada@example.org", [hips], cadence="yearly", consent="yes", now=MONDAY)
        editions.freeze_due(site.store, site.digests, site.publications, FRIDAY + WEEK)
        follow.leave(
            site.store, 1, site.site_digests[0], site.publications, evidence="link", now=FRIDAY + WEEK
        )
    report = tick(folder, FRIDAY + WEEK + HOUR)
    assert DeliveryState.SENT not in report.sent()
    assert told(folder, "Lifting things") == 0


def test_an_old_link_still_ends_what_it_was_for(folder: Path) -> None:
    edit(folder, lambda text: text + OWN)
    with open_site(folder, {}) as site:
        covered = editions.covered_publications(site.site_digests[0], site.publications)
        assert covered == []
        left = follow.leave(site.store, 1, site.site_digests[0], covered, evidence="link", now=FRIDAY)
    assert left.publications == ("knees",)


def test_nothing_around_a_waiting_revision_shows_before_its_time(folder: Path) -> None:
    write(folder, "press", "---\nid: press\ntitle: Press\ntags: [old]\n---\nText.\n")
    tick(folder, FRIDAY + HOUR)
    words = "tags: [unicorn]\nauthors: [Unicorn]\ncanonical: https://unicorn.example/\nrelease: 2027-01-01\n"
    write(folder, "press", f"---\nid: press\ntitle: Press\n{words}---\nNew text.\n")
    tick(folder, FRIDAY + 2 * HOUR)
    with open_site(folder, {}) as site:
        engine.build_site(site, folder / "out")
    files = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert not [path for path in files if b"nicorn" in path.read_bytes()]
    tick(folder, datetime(2027, 1, 2, tzinfo=UTC))
    with open_site(folder, {}) as site:
        engine.build_site(site, folder / "out")
    assert b"nicorn" in (folder / "out/knees/feed.atom").read_bytes()


def test_an_update_takes_no_release_slot(folder: Path) -> None:
    edit(folder, lambda text: text + SLOTS)
    write(folder, "queued", "# Queued guide\n\nWaits.\n")
    tick(folder, FRIDAY + DAY)  # Saturday at seven: it waits for nine
    path = folder / "feeds/knees/articles/stairs.md"
    path.write_text(path.read_text(encoding="utf-8").replace("one step", "two steps"), encoding="utf-8")
    report = tick(folder, FRIDAY + DAY + 3 * HOUR)
    assert [each.title for each in report.released] == ["Queued guide"]


def test_touching_a_waiting_guide_keeps_its_place(folder: Path) -> None:
    edit(folder, lambda text: text + SLOTS)
    write(folder, "queued", "# Queued guide\n\nWaits.\n")
    tick(folder, FRIDAY + DAY)
    write(folder, "queued", "---\ntitle: Queued guide\ntags: [late]\n---\nWaits.\n")
    report = tick(folder, FRIDAY + DAY + 5 * HOUR)
    assert [each.title for each in report.released] == ["Queued guide"]


def test_the_owner_may_say_late_that_it_was_only_a_typo(folder: Path) -> None:
    path = folder / "feeds/knees/articles/stairs.md"
    text = path.read_text(encoding="utf-8").replace("one step", "one stp")
    path.write_text(text, encoding="utf-8")
    tick(folder, FRIDAY + HOUR)
    path.write_text(text.replace("id: stairs\n", "id: stairs\nsignificance: typo\n"), encoding="utf-8")
    tick(folder, FRIDAY + 2 * HOUR)
    (frozen,) = tick(folder, FRIDAY + WEEK).frozen
    assert frozen.planned.variants == () and "typo" in frozen.planned.excluded[0].reason


@pytest.mark.parametrize("topic", ["heart;lung", "a,b", "1=2", "", "bell\a"])
def test_a_topic_that_storage_could_not_read_back_is_refused(folder: Path, topic: str) -> None:
    with pytest.raises(FollowerError, match="is no topic"):
        join(folder, "ben", topics=(topic,))


def test_followers_of_a_renamed_digest_are_not_forgotten_in_silence(folder: Path) -> None:
    settings = folder / "publisher.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('"weekly"', '"fridays"'), encoding="utf-8"
    )
    report = tick(folder, FRIDAY + DAY)
    assert any(
        "1 of the followers of 'knees' wait for its digest 'weekly'" in each for each in report.problems
    )
