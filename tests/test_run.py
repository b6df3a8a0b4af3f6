"""The service as its owner runs it: a real process, real sockets, a real clock."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from publisher import audit, editions, engine, follow, mail
from publisher.model import DeliveryState
from publisher.site import open_site
from tests.making import Maker
from tests.running import service, wait
from tests.servers.process import read_log, server_process

PAST = datetime.now(UTC) - timedelta(days=9)


@pytest.fixture
def due(site_folder: Path) -> Path:
    """A site whose weekly mail to one follower is due now."""
    with open_site(site_folder, {}) as site:
        editions.prepare(site.store, site.digests, PAST)
        engine.collect_all(site, PAST)
        knees = site.publication("knees")
        follow.follow(site.store, "ada@example.org", [knees], cadence="weekly", consent="yes", now=PAST)
    return site_folder


def delivered(folder: Path) -> EmailMessage:
    """The first mail in the built-in inbox, once it is there."""
    inbox = folder / "var/inbox"
    message = wait(lambda: mail.list_inbox(inbox), "a mail")[0]
    raw = mail.read_inbox(inbox, message.id).raw
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_one_click_in_a_delivered_mail_ends_it(due: Path) -> None:
    """RFC 8058, over a socket: the URL is taken from the header of the mail that came."""
    with service(due) as running:
        message = delivered(due)
        link = message["List-Unsubscribe"].strip("<>")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link.startswith("https://guides.example/-/unsubscribe/v1.")
        here = link.replace("https://guides.example", running.address)
        assert httpx.get(here).status_code == 200
        assert state(due) == "active"  # looking changes nothing
        answer = httpx.post(here, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and not answer.cookies
        assert state(due) == "ended"
        assert httpx.post(here, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        spoilt = here[:-1] + ("A" if here[-1] != "A" else "B")
        assert httpx.post(spoilt).status_code >= 400
        assert running.stop() == 0


def state(folder: Path) -> str:
    with open_site(folder, {}) as site:
        (row,) = follow.followers(site.store)
    return row.state


def test_it_tells_what_comes_and_what_happens(due: Path) -> None:
    with service(due) as running:
        address = running.address
        running.said("Next:")
        running.said("1 sent")
        assert len([line for line in running.lines if "-:weekly" in line and line.startswith("  ")]) == 5
        assert httpx.get(f"{address}/knees/").status_code == 200
        assert running.stop() == 0
        running.said("Stopped")


def test_edits_are_seen_while_it_runs(due: Path) -> None:
    with service(due) as running:
        running.said("1 sent")
        (due / "feeds/knees/articles/braces.md").write_text("# Braces for knees\n\nThey help a little.\n")
        running.said("New guide in knees: Braces for knees")
        assert "Braces" in httpx.get(f"{running.address}/knees/braces").text
        settings = due / "feeds/knees/feed.toml"
        settings.write_text(settings.read_text().replace('title = "Knees"', 'title = "All about knees"'))
        wait(lambda: "All about knees" in httpx.get(f"{running.address}/knees/").text)
        settings.write_text("titel = 1\n")
        running.said("Did you mean `title`?")
        assert running.stop() == 0


def test_a_second_one_leaves_politely(due: Path) -> None:
    with service(due) as first:
        first.said(" is at ")
        with service(due) as second:
            assert second.process.wait(20) == 1
            assert any("already at work" in line for line in second.lines)
        assert first.stop() == 0


def test_sigterm_in_the_middle_of_a_send_leaves_nothing_uncertain(due: Path, tmp_path: Path) -> None:
    log = tmp_path / "accepted.log"
    with server_process(log, "--delay", "0.005") as port, open_site(due, {}) as site:
        settings = due / "publisher.toml"
        settings.write_text(settings.read_text() + f"\n[smtp]\nhost = '127.0.0.1'\nport = {port}\n")
        Maker(site.store).people(f"p{each}" for each in range(999))
        with service(due) as running:
            wait(lambda: len(read_log(log)) > 100, "a hundred messages")
            assert running.stop() == 0
        result = audit.audit(site.store, datetime.now(UTC))
        (sums,) = result.editions
        assert result.holds and result.uncertain == ()
        assert sums.counts[DeliveryState.SENT] == len(read_log(log)) < 1000
        assert sums.counts[DeliveryState.PLANNED] == 1000 - len(read_log(log))
