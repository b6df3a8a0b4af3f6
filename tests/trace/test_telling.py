"""Every fate, state and event has its sentence, in every language that we speak."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from publisher import editions, storage, trace
from publisher.model import DeliveryState, EditionState, Grade, NoticeKind
from publisher.site import bundled
from publisher.trace import Fate, Teller, Verdict
from publisher.words import Catalogues
from tests.trace.world import DIGESTS, KNEES

WHEN = datetime(2026, 5, 3, 8, 30, tzinfo=UTC)
MAILING = storage.MailingRow(12, "digest", "-:weekly", WHEN, WHEN, WHEN, WHEN, EditionState.DONE)
RULES = trace.Rules((KNEES,), DIGESTS, editions.pair_grades, "guides.example", "x")
CATALOGUES = Catalogues([bundled("templates")])


@pytest.fixture(params=CATALOGUES.languages)
def tell(request: pytest.FixtureRequest) -> Teller:
    return Teller(CATALOGUES.words(request.param), RULES, "Europe/Berlin")


def event(kind: str, **evidence: object) -> storage.EventRow:
    return storage.EventRow(WHEN, "knees", kind, evidence)


def test_every_fate_has_a_sentence_of_its_own(tell: Teller) -> None:
    circumstances = {"had": 2, "now": 3, "detail": "hands"}
    fates = [each for each in Fate if each is not Fate.TOLD]
    said = [tell.verdict(Verdict(fate, MAILING, WHEN, **circumstances), "knees") for fate in fates]  # type: ignore[arg-type]
    said += [tell.verdict(Verdict(fate), "knees") for fate in (Fate.WAITING, Fate.HAD, Fate.BARRED)]
    said += [
        tell.verdict(Verdict(Fate.GRADE, had=1, now=2, grade=grade), "knees")
        for grade in (Grade.NONE, Grade.TYPO, Grade.MINOR)
    ]
    said += [tell.verdict(Verdict(Fate.TOLD, MAILING, WHEN, state), "knees") for state in DeliveryState]
    assert all(each.endswith(".") and "%(" not in each for each in said)
    assert len(set(said)) > len(Fate) + 6


def test_every_state_notice_and_suppression_has_its_words(tell: Teller) -> None:
    assert all(tell.state(state) for state in DeliveryState)
    assert len({tell.notice(kind) for kind in NoticeKind}) == len(NoticeKind)
    for reason in ("owner", "complaint", "bounce", "erased", "something else"):
        assert "2026" in tell.suppression(storage.Suppression("a@example.org", reason, WHEN, ""))


def test_moments_are_told_where_somebody_lives(tell: Teller) -> None:
    assert tell.moment(WHEN).endswith("10:30")
    for zone in ("Nowhere/At-all", "../../etc/passwd", "", None):
        assert Teller(tell.words, RULES, zone).moment(WHEN).endswith("08:30")


KINDS = ("added", "returned", "changed", "imported", "left", "removed", "confirmed", "paused")
MORE = ("resumed", "preferences", "address", "erased", "of tomorrow")


@pytest.mark.parametrize("kind", [*KINDS, *MORE])
def test_every_event_is_told(tell: Teller, kind: str) -> None:
    assert tell.event(event(kind))
    assert tell.event(event(kind, until="no date", cadence=3, topics="x"))
    assert tell.evidence(event(kind)) == []


def test_evidence_is_told_in_plain_words() -> None:
    tell = Teller(CATALOGUES.words("en"), RULES, "UTC")
    asked = event("confirmed", words="Mail me", page="/-/follow/knees", ip="203.0.113.7", notice=4)
    assert tell.evidence(asked) == [
        "Agreed to: “Mail me”",
        "Asked on /-/follow/knees",
        "From the network address 203.0.113.7",
    ]
    listed = event("imported", consent="opted in", file="list.csv", line=12, ip=None, opted_in=None)
    assert tell.evidence(listed) == ["Agreed to: “opted in”", "From list.csv, line 12"]
    assert tell.event(event("added", cadence="weekly", topics=["hands", "feet"])) == (
        "Began to follow Knees, weekly, hands and feet"
    )
