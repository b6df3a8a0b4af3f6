"""What a follower's story says is what the ledger says; and every revision has exactly one reason."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from publisher import editions, follow, life, storage, tokens, trace
from publisher.model import HAD_STATES, DeliveryState, DigestSpec, Grade, Publication
from publisher.trace import Fate
from tests.making import DAY, HOUR, NOON, Maker, publication, weekly

KEYS = tokens.Keys.new(bytes(32), "k1")
ADA = "ada@example.org"
KNEES = publication("knees")
DAILY = weekly(None, "daily", at="0 6 * * *")
WEEKLY = weekly(None)
DIGESTS = (WEEKLY, DAILY)
ANY_TIME = st.integers(0, 2**32 - 1)


@dataclass
class World:
    """A site without files, in which time goes on by hand."""

    store: storage.Store
    now: datetime = NOON
    publications: tuple[Publication, ...] = (KNEES,)
    digests: tuple[DigestSpec, ...] = DIGESTS
    postponed: set[tuple[int, int]] = field(default_factory=set)  # (edition, guide)

    @property
    def maker(self) -> Maker:
        return Maker(self.store)

    @property
    def rules(self) -> trace.Rules:
        return trace.Rules(
            self.publications, self.digests, editions.pair_grades, "guides.example", "instance"
        )

    def join(self, cadence: str = "weekly", topics: tuple[str, ...] = (), address: str = ADA) -> int:
        follow.follow(
            self.store, address, [KNEES], cadence=cadence, topics=topics, consent="asked", now=self.now
        )
        with self.store.read() as db:
            number = storage.find_follower(db, "mail", address)
        assert number is not None
        return number

    def freeze(self) -> list[int]:
        """Freeze what is due; the numbers of the editions."""
        made = editions.freeze_due(self.store, self.digests, self.publications, self.now)
        for each in made:
            self.postponed |= {(each.id, left.article) for left in each.planned.excluded if left.postponed}
        return [each.id for each in made]

    def send(self, state: DeliveryState = DeliveryState.SENT, reply: str = "") -> None:
        """Claim every open batch, and let each message end like this."""
        with self.store.write() as db:
            while found := storage.open_batch(db):
                edition, number = found
                row = storage.edition_row(db, edition)
                assert row is not None
                name = row.digest.partition(":")[2]
                pubs = list(storage.publication_ids(db).values())
                claimed = storage.claim_batch(
                    db, edition, number, node="t", pubs=pubs, cadence=name, now=self.now
                )
                results = [storage.Result(each.follower, state, reply) for each in claimed or ()]
                storage.record_results(db, edition, results, self.now)
                storage.close_batch(db, edition, number, self.now)
            storage.finish_editions(db, self.now)

    def week(self) -> None:
        """To the next Friday at eight, and a little."""
        self.now = WEEKLY.schedule.next(self.now) or self.now
        self.freeze()
        self.now += HOUR
        self.send()

    def story(self, article: int | None = None, **options: int | None) -> trace.Story:
        return trace.story(self.store, ADA, KEYS, self.rules, self.now, article=article, **options)

    def fates(self, article: int) -> dict[int, Fate]:
        guide = self.story(article).guide
        assert guide is not None
        return {each.number: each.verdict.fate for each in guide.revisions}

    def verdict(self, article: int, number: int) -> trace.Verdict:
        guide = self.story(article).guide
        assert guide is not None
        return next(each.verdict for each in guide.revisions if each.number == number)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    store = storage.open_store(database_url, tmp_path)
    storage.upgrade(store)
    made = World(store)
    with store.write() as db:
        storage.publication_id(db, "knees")
    editions.prepare(store, DIGESTS, NOON - HOUR, made.publications)
    yield made
    store.close()


def test_what_was_sent_is_told_with_its_edition(world: World) -> None:
    guide = world.maker.guide("stairs")
    world.join()
    world.now += HOUR
    world.maker.revise(guide, 1, world.now)
    world.week()
    verdict = world.verdict(guide, 1)
    assert (verdict.fate, verdict.state) == (Fate.TOLD, DeliveryState.SENT)
    assert verdict.mailing is not None
    assert verdict.mailing.digest == "-:weekly"
    (mail,) = world.story().mails
    assert mail.message_id.startswith(f"<e{mail.mailing.id}.f1.")
    assert [(line.row.slug, line.row.had, line.row.now, line.grade) for line in mail.lines] == [
        ("stairs", None, 1, None)
    ]


# ----------------------------------------------------------------------------- any history whatever

OPS = (
    *("new", "material", "material", "minor", "typo", "quiet", "withdraw", "restore"),
    *("join weekly", "join daily", "join hands", "leave", "pause", "resume", "suppress", "unsuppress"),
    *("hours", "hours", "days", "days", "tick", "tick", "tick bounced", "tick uncertain", "tick failed"),
)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a site that nobody follows, to be copied."""
    folder = tmp_path_factory.mktemp("blank")
    store = storage.open_store("sqlite:///blank.db", folder)
    storage.upgrade(store)
    with store.write() as db:
        storage.publication_id(db, "knees")
    editions.prepare(store, DIGESTS, NOON - HOUR, [KNEES])
    store.close()
    return folder / "blank.db"


@dataclass
class Life:
    """Does what a list of words says, and remembers what it must."""

    world: World
    numbers: dict[int, int] = field(default_factory=dict)  # guide -> its newest revision
    paused_until: datetime | None = None

    def do(self, word: str, chance: random.Random) -> None:
        world = self.world
        world.now += timedelta(minutes=1)  # no two things at once
        if word.startswith("join"):
            with world.store.read() as db:
                if storage.suppressed(db, ADA):
                    return
            cadence = "daily" if word == "join daily" else "weekly"
            world.join(cadence, ("hands",) if word == "join hands" else ())
        elif word in ("hours", "days"):
            world.now += chance.randint(1, 6) * (DAY if word == "days" else HOUR)
        elif word.startswith("tick"):
            world.freeze()
            world.now += timedelta(minutes=1)
            world.send(DeliveryState[word.partition(" ")[2].upper() or "SENT"])
        elif word in ("leave", "pause", "resume", "suppress", "unsuppress"):
            self.person(word, chance)
        else:
            self.guide(word, chance)

    def guide(self, word: str, chance: random.Random) -> None:
        world = self.world
        if word == "new" or not self.numbers:
            tags = [("hands",), ("feet",), ()][len(self.numbers) % 3]
            guide = world.maker.guide(f"guide-{len(self.numbers)}", tags=tags)
            self.numbers[guide] = 1
            world.maker.revise(guide, 1, world.now, archived=word == "quiet")
            return
        guide = chance.choice(sorted(self.numbers))
        if word in ("withdraw", "restore"):
            slug = f"guide-{sorted(self.numbers).index(guide)}"
            change = {"withdraw": lambda: life.withdraw(world.store, KNEES, slug, world.now)}
            (change.get(word) or (lambda: life.restore(world.store, KNEES, slug)))()
            return
        self.numbers[guide] += 1
        grade = Grade[word.upper()] if word in ("minor", "typo") else Grade.MATERIAL
        number = self.numbers[guide]
        world.maker.revise(guide, number, world.now, grade=grade, archived=word == "quiet")

    def person(self, word: str, chance: random.Random) -> None:
        world = self.world
        with world.store.write() as db:
            number = storage.find_follower(db, "mail", ADA)
            if number is None:
                return
            if word == "suppress":
                storage.suppress(db, ADA, "owner", "asked us", world.now)
            elif word == "unsuppress":
                storage.unsuppress(db, ADA)
            elif word == "leave":
                for pub in storage.end_follows(db, number, [1], None):
                    storage.add_event(db, number, pub, "left", {"how": "a button"}, world.now)
            elif any(each.state == "active" for each in storage.follows_of(db, number)):
                until = world.now + chance.randint(1, 20) * DAY if word == "pause" else None
                storage.set_pause(db, number, until)
                said = {"until": until.isoformat()} if until else {}
                kind = "paused" if until else "resumed"
                storage.add_event(db, number, None, kind, said, world.now)


def ledger(world: World, guide: int) -> dict[int, dict[int, DeliveryState]]:
    """revision -> {edition: state}, of what Ada's variants told of a guide; written another way on purpose."""

    query = (
        "SELECT i.now, d.edition_id, d.state FROM delivery d"
        " JOIN variant_item i ON i.variant_id = d.variant_id"
        " JOIN follower f ON f.id = d.follower_id"
        " WHERE f.endpoint = :who AND i.article_id = :guide"
    )
    found: dict[int, dict[int, DeliveryState]] = {}
    with world.store.read() as db:
        for row in db.execute(sa.text(query), {"who": ADA, "guide": guide}):
            found.setdefault(row.now, {})[row.edition_id] = DeliveryState(row.state)
    return found


def check(world: World, guide: int, count: int) -> dict[int, trace.Verdict]:
    """The story of a guide says what the ledger says, and one thing for each of its revisions."""
    told = world.story(guide).guide
    assert told is not None
    assert [each.number for each in told.revisions] == list(range(count, 0, -1))
    sent = ledger(world, guide)
    for each in told.revisions:
        verdict, known = each.verdict, sent.get(each.number, {})
        edition = verdict.mailing.id if verdict.mailing else None
        if known:
            assert verdict.fate is Fate.TOLD
            assert edition is not None
            assert verdict.state is known[edition]
            if DeliveryState.SENT in known.values():
                assert verdict.state is DeliveryState.SENT
            continue
        assert verdict.fate is not Fate.TOLD
        if verdict.fate is Fate.FOLDED:
            assert any(edition in states for number, states in sent.items() if number > each.number)
        if verdict.fate in (Fate.BARRED, Fate.POSTPONED) and edition is not None:
            assert (edition, guide) in world.postponed, verdict
        if verdict.fate is Fate.GRADE:
            assert verdict.grade is not None
            assert verdict.grade < Grade.MATERIAL
        if verdict.fate is Fate.HAD:
            had = [s for number, states in sent.items() if number >= each.number for s in states.values()]
            assert set(had) & set(HAD_STATES), verdict
    return {each.number: each.verdict for each in told.revisions}


# Without shrinking: it takes minutes, and what a history says is printed with the failure anyhow.
@settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.sampled_from(OPS), min_size=8, max_size=40), ANY_TIME)
def test_any_history_is_told_as_the_ledger_has_it(
    blank: Path, tmp_path_factory: pytest.TempPathFactory, words: list[str], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("life")
    (folder / "blank.db").write_bytes(blank.read_bytes())
    store = storage.open_store("sqlite:///blank.db", folder)
    try:
        life = Life(World(store))
        chance = random.Random(seed)
        for word in ["new", "join weekly", *words]:
            life.do(word, chance)
        before = {guide: check(life.world, guide, count) for guide, count in life.numbers.items()}
        comes_true(life.world, before)
    finally:
        store.close()


def comes_true(world: World, before: dict[int, dict[int, trace.Verdict]]) -> None:
    """What is to come with the next mail does, and what is not to come does not."""
    coming = [each for each in world.story().coming if each.at is not None]
    if not coming:
        return
    promised = {(line.row.article, line.row.now) for each in coming for line in each.lines}
    (at,) = {each.at for each in coming}
    assert at is not None
    world.now = max(world.now, at)
    world.freeze()
    for guide, verdicts in before.items():
        sent = ledger(world, guide)
        coming_now = ((number, each) for number, each in verdicts.items() if each.at == at)
        news = {number for number, verdict in coming_now if verdict.fate is Fate.NEXT}
        if news:
            assert max(news) in sent, verdicts
            assert (guide, max(news)) in promised
        for number, verdict in verdicts.items():
            if verdict.fate in (Fate.GRADE, Fate.TOPIC, Fate.HAD, Fate.LATER, Fate.LEFT, Fate.EARLY):
                assert number not in sent, verdict
    for guide, number in promised:
        assert number in ledger(world, guide)
