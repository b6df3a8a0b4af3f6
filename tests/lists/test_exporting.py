"""Out and in again: an export taken into an empty site gives the same export."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from functools import partial

from publisher import follow, lists, storage
from tests.lists.making import KEYS, Lister, csv_of
from tests.making import DAY, NOON


def furnish(lister: Lister) -> None:
    """Everything that can be known of followers, and names that a spreadsheet would calculate."""
    lister.take(
        "email,name,language,zone,hour,tags,topics,cadence\n"
        'ada@example.org,"=HYPERLINK(""x"")",en-GB,Europe/London,7,"vip,early bird","b,a",daily\n'
        "ben@example.net,'quoted,,,,,,\n"
        'chitra@example.org,-1+1,de,,,"[1]",,weekly\n',
        lister.wishes(to=("knees", "hips"), cadence="weekly"),
    )
    lister.take(
        csv_of(["dora@example.org", "gone@example.org", "fay@example.org"]),
        now=NOON + timedelta(microseconds=1),
    )
    with lister.store.write() as db:
        pubs = storage.publication_ids(db)
        ada, ben, dora = (
            storage.find_follower(db, "mail", f"{name}")
            for name in ("ada@example.org", "ben@example.net", "dora@example.org")
        )
        storage.set_pause(db, ada, NOON + 30 * DAY)
        storage.add_event(db, ada, None, "preferences", {"said": 'a "quote", \n and ünïcode'}, NOON + DAY)
        storage.end_follows(db, ben, [pubs["knees"]], None)
        storage.add_event(db, ben, pubs["knees"], "left", {"how": "one click"}, NOON + DAY)
        storage.set_follow(
            db, dora, pubs["hips"], cadence="weekly", topics="", state=storage.FollowState.PENDING, now=NOON
        )
        storage.add_event(db, dora, pubs["hips"], "asked", {}, NOON)
        storage.suppress(db, "dora@example.org", "bounce", "550 5.1.1 no such user", NOON + DAY)
        storage.suppress(db, "stranger@example.org", "owner", "wrote by hand, =1+1", NOON)
        gone = storage.find_follower(db, "mail", "gone@example.org")
    follow.erase(lister.store, gone, KEYS, NOON + DAY)


def test_an_export_makes_the_same_followers_again(lister: Lister, lite: Lister) -> None:
    furnish(lister)
    first = lister.export()
    counts, problems = lite.take(lite.write(first), lite.wishes(to=()), now=NOON + 9 * DAY)
    assert problems == [] and counts["suppressed"] == 2
    assert lite.export() == first
    assert lite.counted() == lister.counted()
    assert lite.suppressed("stranger@example.org") == "owner"
    again, problems = lite.take(lite.write(first), lite.wishes(to=()), now=NOON + 10 * DAY)
    assert set(again) == {"unchanged", "suppressed"} and problems == [] and lite.export() == first


def test_the_other_way_round_too(lister: Lister, lite: Lister) -> None:
    furnish(lite)
    first = lite.export()
    lister.take(lister.write(first), lister.wishes(to=()), now=NOON + 9 * DAY)
    assert lister.export() == first


def test_an_old_export_brings_nobody_back_who_has_gone_since(lister: Lister) -> None:
    furnish(lister)
    old = lister.export()
    with lister.store.write() as db:
        number = storage.find_follower(db, "mail", "ada@example.org")
        pubs = storage.publication_ids(db)
        storage.end_follows(db, number, list(pubs.values()), None)
        storage.add_event(db, number, pubs["hips"], "left", {}, NOON + 2 * DAY)
        storage.add_event(db, number, pubs["knees"], "left", {}, NOON + 2 * DAY)
        fay = storage.find_follower(db, "mail", "fay@example.org")
    follow.erase(lister.store, fay, KEYS, NOON + 2 * DAY)
    before = lister.export()
    counts, problems = lister.take(lister.write(old), lister.wishes(to=()), now=NOON + 3 * DAY)
    assert {(each.address, each.kind) for each in problems} == {
        ("ada@example.org", "left"),
        ("fay@example.org", "barred"),
    }
    assert lister.export() == before and "added" not in counts


def test_a_spreadsheet_finds_no_formula_in_an_export(lite: Lister) -> None:
    furnish(lite)
    rows = list(csv.reader(io.StringIO(lite.export())))
    assert len(rows) > 8
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_one_publication_and_one_segment(lister: Lister) -> None:
    furnish(lister)
    rows = list(csv.DictReader(io.StringIO(lister.export(publication="knees"))))
    assert {row["publication"] for row in rows} == {"knees"} and len(rows) == 5
    vips = follow.parse_segment("tag:vip")
    members = lambda db, after, limit: storage.segment_members(db, vips, after, limit)  # noqa: E731
    rows = list(csv.DictReader(io.StringIO(lister.export(members=members))))
    assert {row["endpoint"] for row in rows} == {"ada@example.org"} and len(rows) == 2


def test_json_says_the_same(lite: Lister) -> None:
    assert json.loads(lite.export(form="json")) == []
    furnish(lite)
    found = json.loads(lite.export(form="json"))
    ada = next(
        each for each in found if each["endpoint"] == "ada@example.org" and each["publication"] == "knees"
    )
    assert ada["name"] == '=HYPERLINK("x")' and ada["tags"] == ["early bird", "vip"] and ada["hour"] == 7
    assert ada["topics"] == ["a", "b"] and ada["evidence"][0]["kind"] == "imported"
    assert len(found) == lite.export().count("\r\n") - 1


def test_pages_are_read_to_the_end(lite: Lister) -> None:
    lite.take(csv_of(f"p{number}@example.org" for number in range(2500)), chunk=1000)
    with lite.store.write() as db:
        columns = ("endpoint", "reason", "at", "note")
        storage.add_rows(
            db, "suppression", columns, [(f"s{n}@example.org", "owner", NOON, "") for n in range(2100)]
        )
    assert lite.export().count("\r\n") == 1 + 2500 + 2100


def test_evidence_from_a_hostile_file_is_looked_at(lite: Lister) -> None:
    head = ",".join(lists.COLUMNS)
    empty = dict.fromkeys(lists.COLUMNS, "")
    good = {
        **empty,
        "endpoint": "a@example.org",
        "publication": "knees",
        "cadence": "weekly",
        "state": "active",
    }
    event = {"at": NOON.isoformat(), "kind": "added", "evidence": {}}
    bad = [
        {"evidence": "[1]"},
        {"evidence": "{"},
        {"evidence": "[" * 5000},
        {"evidence": json.dumps([{**event, "kind": "x" * 41}])},
        {"evidence": json.dumps([{**event, "evidence": {"x": "\ud800"}}])},
        {"evidence": json.dumps([{**event, "at": "0001-01-01T00:00+09:00"}])},
        {"since": "yesterday"},
        {"state": "odd"},
        {"suppression": "mood"},
        {"endpoint": "hmac:" + "0" * 64},
    ]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(head.split(","))
    table.writerows([list({**good, **each}.values()) for each in [*bad, {}]])
    counts, problems = lite.take(lite.write(text.getvalue()), lite.wishes(to=()))
    assert counts == {"invalid": len(bad), "added": 1}
    assert [each.line for each in problems] == list(range(2, 2 + len(bad)))
    assert lite.person("a@example.org").history[0].kind == "imported"  # it brought no evidence of its own


def test_an_export_streams(lite: Lister) -> None:
    lite.take(csv_of(f"p{number}@example.org" for number in range(1500)), chunk=1000)
    pieces = partial(lists.export_list, lite.store)
    assert max(map(len, pieces())) < len(lite.export()) and len(list(pieces())) == 4
