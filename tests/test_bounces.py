"""Addresses that servers refuse: mailed no more when they are dead, and never because a relay is out of order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher import engine, follow, storage
from publisher.model import DeliveryState, NoticeKind
from publisher.site import Site, open_site
from tests.houses import FRIDAY, WEEK
from tests.servers.faults import Fault
from tests.servers.smtp import Server
from tests.test_notices import ADA, HOUR, MONDAY, notify, states, tick

NOBODY = "550 5.1.1 <x>: Recipient address rejected: User unknown in virtual alias table"


@pytest.fixture
def relay(site_folder: Path) -> Iterator[Server]:
    """The site's mail server, which the test can tell what to refuse."""
    with Server() as server:
        table = f'\n[smtp]\nhost = "{server.host}"\nport = {server.port}\nconnections = 1\n'
        path = site_folder / "publisher.toml"
        path.write_text(path.read_text().replace("\n[[digest]]", f"{table}\n[[digest]]", 1))
        yield server


@pytest.fixture
def site(relay: Server, site_folder: Path) -> Iterator[Site]:
    with open_site(site_folder, {}) as opened:
        yield opened


def suppressed(site: Site, *addresses: str) -> list[str | None]:
    with site.store.read() as db:
        return [storage.suppressed(db, each) for each in addresses]


def test_a_dead_address_is_mailed_no_more(relay: Server, site: Site) -> None:
    relay.faults = [Fault("rcpt", NOBODY, "ada@*")]
    notify(site)
    notify(site, address="ben@example.org")
    assert tick(site) == {DeliveryState.BOUNCED: 1, DeliveryState.SENT: 1}
    assert suppressed(site, ADA, "ben@example.org") == ["bounce", None]
    with site.store.read() as db:
        (found,) = storage.suppressions_of(db, [ADA])
    assert "User unknown" in found.note
    notify(site)
    tick(site, MONDAY + HOUR)
    assert states(site)[3] is DeliveryState.SUPPRESSED


def test_it_is_the_address_that_was_written_to(relay: Server, site: Site) -> None:
    relay.faults = [Fault("rcpt", NOBODY)]
    notify(site, NoticeKind.MOVED, address="ada@new.example", expires=None)
    tick(site)
    assert suppressed(site, ADA, "ada@new.example") == ["bounce", None]


def test_one_other_refusal_is_forgiven(relay: Server, site: Site) -> None:
    relay.faults = [Fault("rcpt", "550 5.7.1 not today")]
    notify(site)
    assert tick(site) == {DeliveryState.BOUNCED: 1}
    assert suppressed(site, ADA) == [None]


def test_who_refuses_everybody_tells_nothing_of_anybody(relay: Server, site: Site) -> None:
    relay.faults = [Fault("rcpt", NOBODY)]
    people = [f"reader-{number}@example.org" for number in range(24)]
    for at, person in enumerate(people):
        notify(site, address=person)
        if at in (8, 18):  # a tick now and then: what was refused adds up
            tick(site)
            assert set(suppressed(site, *people[:at])) == {"bounce"}
    tick(site)
    assert set(suppressed(site, *people)) == {None}
    relay.faults = [Fault("rcpt", NOBODY, "ada@*")]  # it is mended
    for address in ("ben@example.org", ADA):
        notify(site, address=address)
    tick(site, MONDAY + HOUR)
    assert suppressed(site, ADA, "ben@example.org") == ["bounce", None]


def test_three_editions_in_a_row_are_enough(relay: Server, site: Site) -> None:
    relay.faults = [Fault("rcpt", "550 5.4.1 Recipient address rejected: Access denied", "ada@*")]
    engine.tick(site, lambda: MONDAY)
    for address in (ADA, "ben@example.org"):
        knees = [site.publication("knees")]
        follow.follow(site.store, address, knees, cadence="weekly", topics=(), consent="yes", now=MONDAY)
    for week in range(4):
        assert suppressed(site, ADA, "ben@example.org") == [None if week < 3 else "bounce", None]
        now = FRIDAY + week * WEEK
        guide = site.folder / f"feeds/knees/articles/guide-{week}.md"
        guide.write_text(f"# Guide {week}\n\nSit down, and lift the heel of one foot {week} times.\n")
        engine.tick(site, lambda at=now: at - HOUR)
        sent = tick(site, now)
        assert sent == {DeliveryState.SENT: 1} | ({DeliveryState.BOUNCED: 1} if week < 3 else {})
