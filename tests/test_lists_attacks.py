"""Attacks on lists and the ledger: files that are broken, people who go while others work, numbers that lie."""

from __future__ import annotations

import os
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import event, select

from publisher import audit, deliver, editions, engine, follow, lists, storage, tokens
from publisher.cli import run
from publisher.errors import FollowerError
from publisher.model import DeliveryState, Envelope, Outcome
from publisher.site import open_site
from publisher.storage.tables import metadata
from tests.lists.making import KEYS, Lister
from tests.making import HOUR, NOON, Maker, publication, weekly

ADA = "ada@example.org"
FRIDAY = NOON.replace(day=6)


@pytest.fixture
def lister(database_url: str, tmp_path: Path) -> Iterator[Lister]:
    store = storage.open_store(database_url, tmp_path)
    storage.upgrade(store)
    yield Lister(store, tmp_path)
    store.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Lister]:
    store = storage.open_store("sqlite:///lite.db", tmp_path)
    storage.upgrade(store)
    yield Lister(store, tmp_path)
    store.close()


# ------------------------------------------------------------------------------------------ broken files


def test_rows_behind_a_quote_that_is_never_closed_are_told(lite: Lister) -> None:
    rows = "".join(f"p{n}@example.org,P\n" for n in range(1000))
    _, problems = lite.take(f'email,name\nada@example.org,Ada\nben@example.org,"Ben\n{rows}')
    assert [(each.line, "lines 3 to 1,003" in each.why) for each in problems] == [(3, True)]
    assert lite.active() == {ADA}


def test_rows_between_two_stray_quotes_are_told(lite: Lister) -> None:
    text = f'email,name\n{ADA},Ada\nben@example.org,"Ben\ncem@example.org,Cem\ndora@example.org,"Dora\n'
    _, problems = lite.take(text + "eva@example.org,Eva\n")
    assert [each.line for each in problems] == [3]
    assert lite.active() == {ADA, "eva@example.org"}


def test_cells_of_several_lines_are_cells(lite: Lister) -> None:
    text = f'email,name,note\n{ADA},Ada,"moved,\nask ada@new.example"\nben@example.org,"B\r\nN",x'
    assert lite.take(text) == ({"added": 2}, [])


@pytest.mark.parametrize("dry", [True, False])
def test_a_report_is_not_written_over_the_list_itself(lite: Lister, dry: bool) -> None:
    path = lite.write("email\nada@example.org\nnobody\n")
    linked = lite.folder / "linked.csv"
    linked.symlink_to(path)
    with pytest.raises(FollowerError, match="over the list"):
        lite.take(path, lite.wishes(report=linked), dry=dry)
    assert path.read_text() == "email\nada@example.org\nnobody\n"


@pytest.mark.parametrize("name", ["pipe", "pipe.opml"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    assert not lists.is_opml(path)
    with pytest.raises(FollowerError, match="it is no file"):
        lists.open_list(path, {})


def test_a_delimiter_of_the_file_s_own_is_shown(
    site_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("sep=#\nemail#name\nada@example.org#Ada\n")
    words = ["followers", "import", str(file), "--consent", "asked", "--dry-run", "--site", str(site_folder)]
    assert run(words) == 0
    assert "'#'" in capsys.readouterr().out


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_zip_is_told_however_it_is_packed(tmp_path: Path, packed: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr("x.csv", "email\n" + "".join(f"p{n}@example.org\n" for n in range(200)))
    data = path.read_bytes()
    refused = 0
    for place in range(35, 400, 5):
        path.write_bytes(data[:place] + b"\xd9\xf7\xff" + data[place + 3 :])
        try:
            list(lists.opening.records(lists.open_list(path, {})))
        except FollowerError:
            refused += 1
    assert refused > 30


def test_a_line_without_an_end_costs_no_memory(lite: Lister) -> None:
    path = lite.folder / "long.csv"
    with path.open("w") as out:
        out.write("email,name\nben@example.org,")
        for _ in range(60):
            out.write("x" * 1_000_000)
        out.write("\nada@example.org,Ada\n")
    tracemalloc.start()
    _, problems = lite.take(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [each.line for each in problems] == [2] and lite.active() == {ADA}
    assert peak < 40_000_000


def test_two_imports_do_not_write_one_report(lite: Lister) -> None:
    path = lite.write("email\nada@example.org\nnobody\n")
    report = lite.folder / "report.csv"
    first = lists.import_list(
        lite.store, lists.open_list(path, {}), lite.wishes(report=report), KEYS, NOON, chunk=1
    )
    next(first), next(first)
    before = report.read_bytes()
    with pytest.raises(FollowerError, match="another import writes this report"):
        lite.take(path, lite.wishes(report=report))
    assert report.read_bytes() == before and b"nobody" in before
    list(first)


# ----------------------------------------------------------------- people who go while others are at work


def test_who_is_forgotten_while_a_list_names_him_stays_forgotten(lister: Lister) -> None:
    """He asked to follow once and never confirmed, so that no follow of his could be locked."""
    with lister.store.write() as db:
        storage.add_follower(db, "mail", ADA, NOON)
    took = threading.Thread(target=lister.take, args=(f"email\n{ADA}\n",), daemon=True)
    lister.wishes()
    with lister.store.write() as db:
        number = storage.find_follower(db, "mail", ADA)
        assert number is not None
        storage.forget(db, number)
        storage.suppress(db, tokens.fingerprints(KEYS, ADA)[0], "erased", "", NOON)
        took.start()
        took.join(0.7)
    took.join(30)
    assert lister.active() == set() and lister.counted()["knees"] == 0
    with lister.store.read() as db:
        assert storage.follows_of(db, number) == []


@dataclass
class Refusing:
    """A channel that refuses everybody; before each answer something else happens."""

    reply: str
    meanwhile: Callable[[Envelope], None]
    seen: list[str] = field(default_factory=list)

    def send(self, envelopes: Iterable[Envelope], journal: deliver.LedgerJournal) -> Iterator[Outcome]:
        for each in envelopes:
            self.seen.append(each.recipient)
            journal.intent(each)
            self.meanwhile(each)
            yield Outcome(
                each.edition, each.follower, DeliveryState.BOUNCED, f"{self.reply} <{each.recipient}>"
            )


def edition_of(lister: Lister, *names: str) -> tuple[int, list[int]]:
    """An edition that waits to be sent to these people; it and their numbers."""
    maker, knees = Maker(lister.store), publication("knees", weekly())
    editions.prepare(lister.store, [weekly()], NOON, [knees])
    people = maker.people(names)
    maker.revise(maker.guide("stairs"), 1, NOON + HOUR)
    (frozen,) = editions.freeze_due(lister.store, [weekly()], [knees], FRIDAY)
    return frozen.id, people


def send(lister: Lister, edition: int, channel: Refusing) -> deliver.BatchReport:
    report = deliver.run_batch(
        lister.store,
        edition,
        1,
        pubs=["knees"],
        cadence="weekly",
        channel=channel,  # type: ignore[arg-type]
        personal=lambda number, row: Envelope(number, row.follower, "n@example.org", row.address, b""),
        node="test",
        clock=lambda: FRIDAY,
    )
    assert report is not None
    return report


def test_who_is_forgotten_in_a_batch_that_runs_is_not_written_to(lister: Lister) -> None:
    edition, (_, ben) = edition_of(lister, "ada", "ben")

    def forget_ben(each: Envelope) -> None:
        follow.erase(lister.store, ben, KEYS, FRIDAY)

    channel = Refusing("451 4.2.0 busy", forget_ben)
    send(lister, edition, channel)
    assert channel.seen == [ADA]
    assert audit.audit(lister.store, FRIDAY).holds


def test_a_bounce_does_not_write_down_who_was_forgotten_meanwhile(lister: Lister) -> None:
    edition, (ada,) = edition_of(lister, "ada")
    channel = Refusing("550 5.1.1 no such user", lambda _: follow.erase(lister.store, ada, KEYS, FRIDAY))
    report = send(lister, edition, channel)
    assert [state for _, state, _ in report.notes] == [DeliveryState.BOUNCED]
    with lister.store.read() as db:
        said = {
            table.name: repr([tuple(row) for row in db.execute(select(table))])
            for table in metadata.sorted_tables
        }
    assert [name for name, text in said.items() if "ada@" in text] == []


# ------------------------------------------------------------------------------------ numbers that lie


def test_a_relay_that_refuses_everybody_does_not_lift_what_a_list_said(lister: Lister) -> None:
    edition, _ = edition_of(lister, *(f"p{n}" for n in range(25)))

    def take_a_list(each: Envelope) -> None:
        if each.recipient.startswith("p3@"):
            lister.take("email,status\nold@example.org,bounced\n", now=FRIDAY + HOUR)

    send(lister, edition, Refusing("550 5.1.1 no such user", take_a_list))
    assert lister.suppressed("p2@example.org") is None
    assert lister.suppressed("old@example.org") == "bounce"


def test_an_end_by_a_list_leaves_nothing_owed(lister: Lister) -> None:
    edition_of(lister, "ada")
    with lister.store.write() as db:
        number, pub = storage.find_follower(db, "mail", ADA), storage.publication_id(db, "knees")
        assert number is not None
        active = storage.FollowState.ACTIVE
        storage.set_follow(db, number, pub, cadence="daily", topics="", state=active, now=FRIDAY)
        assert storage.earliest_owed(db, [pub], "daily") is not None
    lister.take(f"email,status\n{ADA},unsubscribed\n", now=FRIDAY)
    with lister.store.read() as db:
        assert storage.earliest_owed(db, [pub], "daily") is None


def test_a_topic_is_written_the_same_on_every_database(lister: Lister) -> None:
    Maker(lister.store).people(["ada"], topics="Hands,a%b")
    found = {}
    for topic in ("Hands", "hands", "Hand_", "a%b", "a%", "%"):
        with lister.store.read() as db:
            found[topic] = storage.segment_size(db, follow.parse_segment(f'topic:"{topic}"'))
    assert found == {"Hands": 1, "hands": 0, "Hand_": 0, "a%b": 1, "a%": 0, "%": 0}


def test_a_tick_counts_no_followers_whose_digest_there_is(site_folder: Path) -> None:
    said: list[str] = []
    with open_site(site_folder, {}) as site:
        engine.tick(site, lambda: NOON)
        Maker(site.store).people(["ada", "ben"])
        event.listen(site.store.engine, "before_cursor_execute", lambda *found: said.append(found[2]))
        engine.tick(site, lambda: NOON + HOUR)
    counting = [each for each in said if "count(" in each.lower() and " follow" in each.lower()]
    assert said and counting == []
