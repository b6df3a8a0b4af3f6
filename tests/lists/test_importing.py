"""Taking lists in, on both databases: consent, standing, choices of people, doubles, others at the same time."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import follow, lists, storage, tokens
from publisher.errors import FollowerError, RefusedError
from tests.lists.making import KEYS, Lister, csv_of
from tests.making import DAY, NOON, publication

KNEES, HIPS = publication("knees"), publication("hips")


def kinds(problems: list[lists.Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.kind) for problem in problems]


@pytest.mark.parametrize("consent", ["", "  "])
def test_without_consent_nothing_is_taken_in(lister: Lister, consent: str) -> None:
    with pytest.raises(FollowerError, match="consent"):
        lister.take(csv_of(["a@example.org"]), lister.wishes(consent=consent))
    assert not lister.follows()


def test_a_list_becomes_follows_with_evidence(lister: Lister) -> None:
    wishes = lister.wishes(to=("knees", "hips"), tags=("moved",), cadence="daily")
    counts, problems = lister.take(csv_of(f"p{number}@example.org" for number in range(10)), wishes)
    assert counts == {"added": 10} and problems == []
    assert lister.counted() == {"knees": 10, "hips": 10}
    person = lister.person("p7@example.org")
    assert person.tags == ["moved"] and {each.cadence for each in person.follows} == {"daily"}
    assert [(each.publication, each.kind, each.at) for each in person.history] == [
        ("knees", "imported", NOON),
        ("hips", "imported", NOON),
    ]
    assert json.loads(person.history[0].evidence) == {
        "consent": "the old site",
        "file": "people.csv",
        "vendor": "plain",
        "line": 9,
        "opted_in": None,
        "ip": None,
    }


def test_doubles_are_told_wherever_they_stand(lister: Lister) -> None:
    text = csv_of(
        ["a@example.org", "b@example.org", "A@example.org", "c@example.org", "a@EXAMPLE.org", "b@example.org"]
    )
    counts, problems = lister.take(text)
    assert counts == {"added": 3, "duplicate": 3}  # A@ and a@ are one person
    assert kinds(problems) == [(4, "duplicate"), (6, "duplicate"), (7, "duplicate")]


def test_who_follows_already_keeps_what_he_chose(lister: Lister) -> None:
    lister.take("email,cadence,name\na@example.org,daily,Ada\nb@example.org,daily,\n")
    text = "email,cadence,name,language,tags\na@example.org,weekly,Other,de,vip\nb@example.org,weekly,Ben,,\n"
    counts, _ = lister.take(text + "c@example.org,weekly,,,\n", now=NOON + DAY)
    assert counts == {"added": 1, "changed": 2}
    ada, ben = lister.person("a@example.org"), lister.person("b@example.org")
    assert (ada.name, ada.language, ada.tags, ada.follows[0].cadence) == ("Ada", "de", ["vip"], "daily")
    assert ben.name == "Ben" and len(ben.history) == 1
    assert lister.take(text, now=NOON + 2 * DAY)[0] == {"unchanged": 2}
    assert lister.counted() == {"knees": 3, "hips": 0}


def test_who_has_left_is_not_brought_back_and_whom_the_owner_removed_is(lister: Lister) -> None:
    lister.take(csv_of(["left@example.org", "removed@example.org", "stays@example.org"]))
    with lister.store.write() as db:
        for name in ("left", "removed"):
            number = storage.find_follower(db, "mail", f"{name}@example.org")
            pub = storage.publication_ids(db)["knees"]
            storage.end_follows(db, number, [pub], None)
            storage.add_event(db, number, pub, name, {}, NOON)
    counts, problems = lister.take(
        csv_of(["left@example.org", "removed@example.org", "stays@example.org"]), now=NOON + DAY
    )
    assert counts == {"left": 1, "returned": 1, "unchanged": 1}
    assert kinds(problems) == [(2, "left")]
    assert lister.active() == {"removed@example.org", "stays@example.org"}
    assert lister.counted()["knees"] == 2


def test_unsubscribed_elsewhere_ends_what_is_known_here_and_keeps_no_stranger(lister: Lister) -> None:
    lister.take(csv_of(["a@example.org", "b@example.org"]))
    text = "email,status\na@example.org,unsubscribed\nx@example.org,unsubscribed\n"
    assert lister.take(text, now=NOON + DAY)[0] == {"ended": 1, "unsubscribed": 1}
    assert lister.active() == {"b@example.org"} and lister.counted()["knees"] == 1
    with lister.store.read() as db:
        assert storage.find_follower(db, "mail", "x@example.org") is None
    again, problems = lister.take(csv_of(["a@example.org"]), now=NOON + 2 * DAY)
    assert again == {"left": 1} and kinds(problems) == [(2, "left")]


def test_in_one_file_the_later_unsubscribed_holds(lister: Lister) -> None:
    text = "email,status\na@example.org,active\na@example.org,unsubscribed\na@example.org,active\n"
    for chunk in (1, 10):
        assert lister.take(text, now=NOON, chunk=chunk)[0]["added" if chunk == 1 else "left"]
        assert lister.active() == set() and lister.counted()["knees"] == 0


def test_who_must_not_be_mailed_stays_out_even_when_he_was_forgotten(lister: Lister) -> None:
    names = ["owner@example.com", "gone@example.com", "old-key@example.com", "fine@example.com"]
    lister.take(csv_of(["gone@example.com"]))
    with lister.store.write() as db:
        storage.suppress(db, "owner@example.com", "owner", "", NOON)
        number = storage.find_follower(db, "mail", "gone@example.com")
        storage.suppress(db, tokens.fingerprints(KEYS, "old-key@example.com")[1], "erased", "", NOON)
    follow.erase(lister.store, number, KEYS, NOON)
    counts, problems = lister.take(csv_of(names), now=NOON + DAY)
    assert counts == {"barred": 3, "added": 1}
    assert [(each.address, each.why) for each in problems] == [
        ("owner@example.com", "it is blocked here"),
        ("gone@example.com", "its owner asked to be forgotten"),
        ("old-key@example.com", "its owner asked to be forgotten"),
    ]
    assert lister.active() == {"fine@example.com"}
    with lister.store.read() as db:
        for name in names:  # the room that erases says the same, address by address
            assert (follow.barred(db, name, KEYS) is None) == (name == "fine@example.com")


@pytest.mark.parametrize("word", ["bounced", "complained", "blocked"])
def test_what_must_not_be_mailed_there_must_not_here(lister: Lister, word: str) -> None:
    text = f"email,status\na@example.org,{word}\nb@example.org,active\na@example.org,active\n"
    counts, problems = lister.take(text)
    assert counts == {"suppressed": 1, "suppressions": 1, "added": 1, "barred": 1}
    assert kinds(problems) == [(4, "barred")] and lister.active() == {"b@example.org"}
    assert lister.take(text, now=NOON + DAY)[0] == {"suppressed": 1, "unchanged": 1, "barred": 1}


def test_unusual_addresses_are_told_and_stay_unless_refused(lister: Lister) -> None:
    text = csv_of(["postmaster@example.org", "x@mailinator.com", "ada@example.org"])
    refusing = lister.wishes(refuse=frozenset(("role", "disposable")))
    counts, problems = lister.take(text, refusing)
    assert counts == {"unusual": 2, "added": 1} and kinds(problems) == [(2, "unusual"), (3, "unusual")]
    counts, problems = lister.take(text, now=NOON + DAY)
    assert counts == {"role": 1, "disposable": 1, "added": 2, "unchanged": 1}
    assert kinds(problems) == [(2, "role"), (3, "disposable")]


def test_the_report_holds_every_problem_and_no_formula(lister: Lister) -> None:
    report = lister.folder / "report.csv"
    text = "email,name\n" + "".join(f"=bad{number},x\n" for number in range(50))
    lister.take(text, lister.wishes(report=report))
    lines = report.read_text().splitlines()
    assert lines[0] == "file,line,address,what,why" and len(lines) == 51
    assert lines[1].startswith("people.csv,2,'=bad0,invalid,")


def test_a_dry_run_says_the_same_and_changes_nothing(lister: Lister) -> None:
    text = csv_of(
        ["a@example.org", "bad", "b@example.org", "c@example.org", "postmaster@example.org", "a@example.org"]
    )
    dry = lister.take(text, dry=True)
    assert not lister.follows()
    assert lister.take(text) == dry


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a@example.org", "b@example.org", "c@example.net", "info@example.org", "bad"]),
        st.sampled_from(["active", "active", "active", "unsubscribed", "bounced", "pending", "what"]),
        st.sampled_from(["knees", "hips", ""]),
        st.sampled_from(["", "x", "y"]),
        st.sampled_from(["", "Ada", "Ben"]),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded database to be copied: many are needed."""
    folder = tmp_path_factory.mktemp("empty")
    store = storage.open_store("sqlite:///empty.db", folder)
    storage.upgrade(store)
    store.close()
    return folder / "empty.db"


def two_imports(empty: Path, folder: Path, chunk: int, lists_: list[list[tuple[str, ...]]]) -> list[object]:
    """What is told of two lists in a row, rehearsed and taken in; and the export at the end."""
    shutil.copy(empty, folder / f"{chunk}.db")
    store = storage.open_store(f"sqlite:///{chunk}.db", folder)
    lister = Lister(store, folder)
    told: list[object] = []
    for at, rows in enumerate(filter(None, lists_)):
        text = "email,status,publication,tags,name\n" + "".join(",".join(row) + "\n" for row in rows)
        dry = lister.take(text, now=NOON + at * DAY, chunk=chunk, dry=True)
        taken = lister.take(text, now=NOON + at * DAY, chunk=chunk)
        assert taken == dry
        told.append(taken)
    lister.counted()
    told.append(lister.export())
    store.close()
    return told


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_how_a_file_is_cut_into_chunks_changes_nothing(
    empty: Path, tmp_path: Path, first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    whole = two_imports(empty, tmp_path, 100, [first, second])
    assert two_imports(empty, tmp_path, 1, [first, second]) == whole
    assert two_imports(empty, tmp_path, 3, [first, second]) == whole


def test_somebody_confirms_between_two_looks(lister: Lister) -> None:
    """The follower appears after we looked, before we write: the chunk is done again, and nothing is lost."""
    path = lister.write(csv_of(["a@example.org", "b@example.org"]))
    opened = lists.open_list(path, {})
    with lister.store.write() as db:
        storage.start_import(db, "other", "x", NOON)
        storage.add_follower(db, "mail", "b@example.org", NOON)
    counts = list(lists.import_list(lister.store, opened, lister.wishes(), KEYS, NOON))[-1].counts
    assert counts == {"added": 2} and lister.active() == {"a@example.org", "b@example.org"}


def test_rows_whose_key_is_taken_are_refused_as_overtaken(lister: Lister) -> None:
    with lister.store.write() as db:
        storage.add_follower(db, "mail", "a@example.org", NOON)
    with (
        pytest.raises(RefusedError) as caught,
        lister.store.write() as db,
    ):
        columns = ("id", "channel", "endpoint", "token_generation", "created_at")
        storage.add_rows(
            db, "follower", columns, [(*storage.new_numbers(db, 1), "mail", "a@example.org", 0, NOON)]
        )
    assert storage.may_try_again(caught.value) or lister.store.is_sqlite


def test_two_processes_do_not_take_the_same_list_in(lister: Lister) -> None:
    opened = lists.open_list(lister.write(csv_of(f"p{number}@example.org" for number in range(9))), {})
    wishes = lister.wishes()
    slow = lists.import_list(lister.store, opened, wishes, KEYS, NOON, chunk=3)
    next(slow)
    rest = list(lists.import_list(lister.store, opened, wishes, KEYS, NOON + timedelta(seconds=9), chunk=3))
    assert rest[-1].counts == {"added": 9} and rest[0].resumed_at == 3
    with pytest.raises(FollowerError, match="another process"):
        next(slow)
    assert len(lister.active()) == 9 and lister.counted()["knees"] == 9


def test_an_import_that_is_done_is_done_and_can_be_had_again(lister: Lister) -> None:
    text = csv_of(["a@example.org"])
    assert lister.take(text)[0] == {"added": 1}
    assert lister.take(text, now=NOON + DAY)[0] == {"unchanged": 1}
