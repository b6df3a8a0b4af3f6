"""The other half: what the button behind the link does, once."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

from publisher import follow, storage
from publisher.follow import Wanted
from publisher.model import NoticeKind
from tests.follow.asked import (
    ADA,
    DIGESTS,
    HANDS,
    KEYS,
    KNEES,
    PUBLICATIONS,
    ask,
    asking,
    confirm,
    events,
    follows,
    kinds,
    notices,
    rows,
    rules,
)
from tests.making import NOON

NEW = "ada@new.example"


def asked(store: storage.Store, *wanted: Wanted, address: str = ADA, **more: object) -> int:
    ask(store, asking(address, *wanted, **more))
    return notices(store)[-1].id


def person(store: storage.Store, address: str = ADA) -> storage.Person:
    with store.read() as db:
        number = storage.find_follower(db, "mail", address)
        assert number is not None
        found = storage.person(db, number)
    assert found is not None
    return found


def followers(store: storage.Store) -> dict[str, int]:
    with store.read() as db:
        return {slug: count for slug, count in storage.active_followers(db).items() if count}


def test_looking_changes_nothing(store: storage.Store) -> None:
    number = asked(store)
    before = [rows(store, table) for table in ("notice", "follow", "follow_event", "delivery", "follower")]
    found = follow.confirmation(store, number, PUBLICATIONS, DIGESTS, NOON)
    assert (found.state, found.address) == ("ask", ADA)
    assert found.follows == (Wanted("knees", "weekly"),)
    after = [rows(store, table) for table in ("notice", "follow", "follow_event", "delivery", "follower")]
    assert after == before


def test_pressing_follows_with_its_evidence(store: storage.Store) -> None:
    number = asked(store, Wanted("knees", "daily", ("stairs",)), zone="Asia/Tokyo", hour=6, language="de")
    found = confirm(store, number)
    assert found.state == "confirmed"
    assert follows(store) == {"knees": ("active", "daily", ("stairs",))}
    assert followers(store) == {"knees": 1}
    assert events(store) == [
        ("confirmed", None, {"words": "Send me these.", "page": "/-/follow/knees", "notice": number}),
        ("added", "knees", {"notice": number, "cadence": "daily", "topics": ["stairs"]}),
    ]
    known = person(store)
    assert (known.zone, known.hour, known.language) == ("Asia/Tokyo", 6, "de")


def test_the_ip_is_evidence_if_the_owner_says_so(store: storage.Store) -> None:
    ask(store, asking(), by=rules(keep_ip=True))
    confirm(store, notices(store)[-1].id)
    assert events(store)[0][2]["ip"] == "203.0.113.7"


def test_pressing_again_shows_the_same_and_does_nothing(store: storage.Store) -> None:
    number = asked(store)
    first = confirm(store, number)
    before = [rows(store, table) for table in ("follow", "follow_event", "notice")]
    assert confirm(store, number, NOON + timedelta(hours=1)) == first
    # Long after the link itself has expired it still says what it did.
    assert confirm(store, number, NOON + timedelta(days=90)) == first
    assert [rows(store, table) for table in ("follow", "follow_event", "notice")] == before


def test_two_who_press_at_once_are_one(store: storage.Store) -> None:
    number, found = asked(store), []
    presses = [threading.Thread(target=lambda: found.append(confirm(store, number).state)) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert found == ["confirmed"] * 4
    assert [kind for kind, _, _ in events(store)] == ["confirmed", "added"]
    assert kinds(store) == ["confirm", "welcome"]
    assert followers(store) == {"knees": 1}


def test_two_who_bring_the_same_new_address_are_one_follower(store: storage.Store) -> None:
    said: list[bool] = []
    threads = [
        threading.Thread(target=lambda n=n: said.append(ask(store, asking(ip=f"10.0.0.{n}"))))
        for n in range(3)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert said == [True] * 3
    assert len(rows(store, "follower")) == 1
    assert kinds(store) == ["confirm"] * 3


def test_who_has_left_since_is_not_brought_back_by_an_old_link(store: storage.Store) -> None:
    number = asked(store)
    confirm(store, number)
    follow.remove(store, ADA, None, NOON)
    assert confirm(store, number).state == "left"
    assert follows(store)["knees"][0] == "ended"


def test_asking_anew_brings_back_and_says_so(store: storage.Store) -> None:
    confirm(store, asked(store))
    follow.remove(store, ADA, None, NOON)
    number = asked(store, Wanted("knees", "daily"))
    assert confirm(store, number).state == "confirmed"
    assert events(store)[-1] == ("returned", "knees", {"notice": number, "cadence": "daily", "topics": []})
    assert kinds(store) == ["confirm", "welcome", "confirm", "welcome"]


def test_another_cadence_is_a_change_and_no_welcome(store: storage.Store) -> None:
    confirm(store, asked(store, zone="Asia/Tokyo", hour=6))
    number = asked(store, Wanted("knees", "daily"))
    assert notices(store)[-1].data["known"] is True
    confirm(store, number)
    assert follows(store) == {"knees": ("active", "daily", ())}
    assert [kind for kind, _, _ in events(store)] == ["confirmed", "added", "confirmed", "changed"]
    assert kinds(store) == ["confirm", "welcome", "confirm"]
    # A form that left zone and hour open takes neither away.
    assert (person(store).zone, person(store).hour) == ("Asia/Tokyo", 6)
    assert followers(store) == {"knees": 1}


def test_the_same_again_changes_nothing_but_is_written_down(store: storage.Store) -> None:
    confirm(store, asked(store))
    since = rows(store, "follow")
    number = asked(store)
    confirm(store, number, NOON + timedelta(days=1))
    assert rows(store, "follow") == since
    assert [kind for kind, _, _ in events(store)] == ["confirmed", "added", "confirmed"]


def test_the_welcome_tells_what_comes_when(store: storage.Store) -> None:
    number = asked(store, Wanted("hands", "weekly"), Wanted("knees", "daily"), zone="Asia/Tokyo")
    confirm(store, number)
    welcome = notices(store)[-1]
    assert welcome.kind is NoticeKind.WELCOME
    assert welcome.data == {
        "publications": [
            {"slug": "hands", "title": "Hands", "cadence": "weekly"},
            {"slug": "knees", "title": "Knees", "cadence": "daily"},
        ],
        "next": "2026-11-03T06:00:00+00:00",
        "zone": "Asia/Tokyo",
        "language": None,
    }


def test_the_owner_can_do_without_a_welcome(store: storage.Store) -> None:
    number = asked(store)
    assert confirm(store, number, by=rules(welcome=False)).state == "confirmed"
    assert kinds(store) == ["confirm"]


def test_a_pause_is_of_the_person(store: storage.Store) -> None:
    confirm(store, asked(store))
    until = NOON + timedelta(days=10)
    with store.write() as db:
        storage.set_pause(db, person(store).id, until)
    confirm(store, asked(store, Wanted("hands", "weekly")))
    with store.read() as db:
        pauses = {each.publication: each.paused_until for each in storage.follows_of(db, person(store).id)}
    assert pauses == {"knees": until, "hands": until}


def test_an_old_link_leads_back_to_the_form(store: storage.Store) -> None:
    number = asked(store, Wanted("knees", "daily", ("rest",)))
    over = NOON + timedelta(days=3)
    assert confirm(store, number, over - timedelta(seconds=1)).state == "confirmed"
    number = asked(store, address="bob@example.org")
    found = confirm(store, number, over)
    assert (found.state, found.address) == ("expired", "bob@example.org")
    assert found.follows == (Wanted("knees", "weekly"),)
    assert follows(store, "bob@example.org") == {}


def test_what_went_away_meanwhile_is_left_out(store: storage.Store) -> None:
    number = asked(store, Wanted("hands", "weekly"), Wanted("knees", "daily"))
    found = follow.confirm(store, number, [HANDS], DIGESTS, rules(), NOON)
    assert found.state == "confirmed"
    assert found.follows == (Wanted("hands", "weekly"),)
    assert set(follows(store)) == {"hands"}


def test_a_mail_that_went_away_is_not_replaced_by_another(store: storage.Store) -> None:
    number = asked(store, Wanted("knees", "daily"))
    without = replace(KNEES, digests=())
    found = follow.confirm(store, number, [without], DIGESTS[:1], rules(), NOON)
    assert found.state == "nothing"
    assert follows(store) == {}
    assert confirm(store, number).state == "confirmed"  # it came back, and the link was not used up


def test_who_was_barred_meanwhile_stays_so(store: storage.Store) -> None:
    for reason in ("owner", "complaint", "bounce"):
        address = f"{reason}@example.org"
        number = asked(store, address=address)
        with store.write() as db:
            storage.suppress(db, address, reason, "", NOON)
        assert confirm(store, number).state == "blocked"
        assert follows(store, address) == {}
        with store.read() as db:
            assert follow.barred(db, address, KEYS) == reason


def test_a_notice_that_is_not_there_is_gone(store: storage.Store) -> None:
    assert {confirm(store, number).state for number in (0, 99, -1, 2**62)} == {"gone"}


def test_a_notice_of_somebody_forgotten_is_gone(store: storage.Store) -> None:
    number = asked(store)
    follow.erase(store, person(store).id, KEYS, NOON)
    assert confirm(store, number).state == "gone"


def test_other_notices_confirm_nothing(store: storage.Store) -> None:
    confirm(store, asked(store))
    (welcome,) = [each for each in notices(store) if each.kind is NoticeKind.WELCOME]
    assert confirm(store, welcome.id).state == "gone"


# ------------------------------------------------------------------------------------- another address


def moving(store: storage.Store, new: str = NEW, expires: timedelta = timedelta(days=1)) -> int:
    """Ada follows and has asked for another address; the notice."""
    confirm(store, asked(store))
    with store.write() as db:
        data = {"address": new, "old": ADA}
        who = storage.find_follower(db, "mail", ADA)
        assert who is not None
        return follow.notify(db, who, NoticeKind.ADDRESS, data, NOON, NOON + expires)


def test_another_address_is_used_and_the_old_one_told(store: storage.Store) -> None:
    number = moving(store)
    before = person(store).id
    assert follow.confirmation(store, number, PUBLICATIONS, DIGESTS, NOON).state == "ask"
    found = confirm(store, number)
    assert (found.state, found.address, found.old) == ("moved", NEW, ADA)
    assert person(store, NEW).id == before
    assert events(store, NEW)[-1] == ("address", None, {"from": ADA, "to": NEW, "notice": number})
    moved = notices(store)[-1]
    assert moved.kind is NoticeKind.MOVED
    assert {key: moved.data[key] for key in ("address", "new")} == {"address": ADA, "new": NEW}
    assert confirm(store, number, NOON + timedelta(days=9)).state == "moved"
    assert kinds(store).count("moved") == 1


def test_an_address_that_somebody_else_has_changes_nothing(store: storage.Store) -> None:
    confirm(store, asked(store, address=NEW))
    number = moving(store)
    before = rows(store, "follower")
    assert confirm(store, number).state == "taken"
    assert rows(store, "follower") == before
    assert kinds(store).count("moved") == 0


def test_who_only_asked_with_the_new_address_makes_room(store: storage.Store) -> None:
    pending = asked(store, address=NEW)
    number = moving(store)
    assert confirm(store, number).state == "moved"
    assert follows(store, NEW) == {"knees": ("active", "weekly", ())}
    assert confirm(store, pending).state == "gone"


def test_a_link_older_than_the_last_change_is_outdated(store: storage.Store) -> None:
    first = moving(store)
    with store.write() as db:
        who = storage.find_follower(db, "mail", ADA)
        assert who is not None
        data = {"address": "third@example.org", "old": ADA}
        second = follow.notify(db, who, NoticeKind.ADDRESS, data, NOON, NOON + timedelta(days=1))
    assert confirm(store, second).state == "moved"
    assert confirm(store, first).state == "outdated"
    assert person(store, "third@example.org")


def test_an_address_that_must_not_be_mailed_is_not_taken(store: storage.Store) -> None:
    number = moving(store)
    with store.write() as db:
        storage.suppress(db, NEW, "complaint", "", NOON)
    assert confirm(store, number).state == "blocked"
    assert person(store)


def test_the_link_to_a_new_address_expires(store: storage.Store) -> None:
    number = moving(store)
    assert confirm(store, number, NOON + timedelta(days=1)).state == "expired"
    assert person(store)


def test_evidence_is_json_that_others_can_read(store: storage.Store) -> None:
    confirm(store, asked(store, words="Schickt mir „alles“."))
    (row, _) = rows(store, "follow_event")
    assert json.loads(row.evidence)["words"] == "Schickt mir „alles“."
