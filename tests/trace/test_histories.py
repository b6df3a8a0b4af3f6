"""Whatever happens, a story says what the ledger says, and what it says of the next mail comes true."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from publisher import life, storage, trace
from publisher.model import HAD_STATES, DeliveryState, Grade
from publisher.trace import Fate
from tests.making import DAY, HOUR
from tests.trace.world import ADA, KNEES, World

OPS = (
    *("new", "material", "material", "minor", "typo", "quiet", "withdraw", "restore"),
    *("join weekly", "join daily", "join hands", "leave", "pause", "resume", "suppress", "unsuppress"),
    *("hours", "hours", "days", "days", "tick", "tick", "tick bounced", "tick uncertain", "tick failed"),
)


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
@settings(max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.sampled_from(OPS), min_size=8, max_size=40), st.integers(0, 2**32 - 1))
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
