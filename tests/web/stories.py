"""A site in which somebody has a story to tell: mails sent, refused and left out, notices, a pause."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from publisher import engine, follow, storage
from publisher.model import DeliveryState, NoticeKind
from tests.web.conftest import Server

ADA = "ada.lovelace@example.org"


def follower_of(server: Server, address: str = ADA) -> int:
    with server.site.store.read() as db:
        number = storage.find_follower(db, "mail", address)
    assert number is not None
    return number


def join(server: Server, address: str = ADA, **options: object) -> int:
    given = {"cadence": "weekly", "consent": "asked at the <market>", "now": server.clock()}
    follow.follow(server.site.store, address, server.site.publications, **{**given, **options})  # type: ignore[arg-type]
    return follower_of(server, address)


def tick(server: Server, days: int = 0) -> None:
    server.clock.now += timedelta(days=days)
    engine.tick(server.site, server.clock)


def write(server: Server, name: str, text: str) -> None:
    path = server.site.folder / f"feeds/knees/articles/{name}.md"
    path.write_text(text, encoding="utf-8")


def live(server: Server) -> int:
    """Three weeks of Ada; her number."""
    number = join(server)
    tick(server, 3)
    write(server, "ice", "---\ntitle: Ice on a knee\n---\nTen minutes, and no longer.\n")
    write(server, "stairs", STAIRS.format("**Hold** the rail with both hands, never with one."))
    tick(server)
    with server.site.store.write() as db:
        storage.add_notice(db, number, NoticeKind.GOODBYE, {"publications": []}, server.clock())
        storage.add_tags(db, number, ["vip"])
        storage.set_profile(db, number, zone="Europe/Berlin", name="Ada", hour=8)
    tick(server, 7)
    write(server, "small", "---\ntitle: A small thing\ntags: [other]\n---\nOnly that.\n")
    tick(server, 1)
    return number


STAIRS = """\
---
id: stairs
title: Stairs with a sore knee
tags: [walking]
summary: Up with the good leg, down with the sore one.
significance: material
---
{}
"""


def newest_edition(server: Server, number: int) -> int:
    """The last mailing that has a line for this follower."""
    with server.site.store.read() as db:
        every = storage.deliveries_to(db, number, [each.id for each in storage.mailings(db)])
    return every[-1].edition


def refuse(server: Server, edition: int, number: int) -> None:
    """As if a mail server had said no to this mail."""

    with server.site.store.write() as db:
        state = int(DeliveryState.BOUNCED)
        said = {"e": edition, "f": number, "s": state, "r": "550 5.1.1 <no such user>"}
        db.execute(sa.text("UPDATE delivery SET state=:s WHERE edition_id=:e AND follower_id=:f"), said)
        row = (
            "INSERT INTO attempt (edition_id, follower_id, number, at, state, reply) VALUES (:e,:f,1,1,:s,:r)"
        )
        db.execute(sa.text(row), said)
