"""The first half of the double opt-in: what is written down, and what nobody can find out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher import audit, follow, storage
from publisher.errors import FollowerError
from publisher.follow import Wanted
from publisher.model import DeliveryState
from tests.follow.asked import (
    ADA,
    CADENCES,
    KEYS,
    PUBLICATIONS,
    ask,
    asking,
    confirm,
    follows,
    kinds,
    notices,
    rows,
    rules,
    statements,
)
from tests.making import NOON


def test_nothing_is_followed_until_the_mail_is_answered(store: storage.Store) -> None:
    assert ask(store, asking()) is True
    (notice,) = notices(store)
    assert notice.kind.value == "confirm"
    assert notice.expires_at == NOON + timedelta(days=3)
    assert notice.used_at is None
    assert follows(store) == {}
    assert rows(store, "follow_event") == []
    assert len(rows(store, "delivery")) == 1  # the mail that asks


def test_the_evidence_is_kept_and_the_ip_is_not(store: storage.Store) -> None:
    one = asking(ADA, Wanted("knees", "daily", ("rest", "stairs", "rest")), zone="Europe/Berlin", hour=7)
    ask(store, one)
    assert notices(store)[0].data == {
        "publications": [
            {"slug": "knees", "title": "Knees", "cadence": "daily", "topics": ["rest", "stairs"]}
        ],
        "zone": "Europe/Berlin",
        "hour": 7,
        "language": None,
        "page": "/-/follow/knees",
        "words": "Send me these.",
        "ip": None,
        "known": False,
    }


def test_the_owner_can_have_the_ip_kept(store: storage.Store) -> None:
    ask(store, asking(), by=rules(keep_ip=True, expires="6 hours"))
    (notice,) = notices(store)
    assert notice.data["ip"] == "203.0.113.7"
    assert notice.expires_at == NOON + timedelta(hours=6)


def test_a_known_address_and_a_new_one_are_the_same_work(store: storage.Store) -> None:
    ask(store, asking("known@example.org"))
    confirm(store, notices(store)[0].id)
    ask(store, asking("warm@example.org"))  # whatever is compiled or read only once
    with statements(store) as known:
        assert ask(store, asking("known@example.org")) is True
    with statements(store) as new:
        assert ask(store, asking("new@example.org")) is True

    # What differs is only that the known one's row of the limit is there already.
    def limits(said: list[str]) -> list[str]:
        return ["throttle" if "throttle" in each else each for each in said]

    assert limits(known) == limits(new)
    assert [each.data["known"] for each in notices(store) if each.kind.value == "confirm"][-2:] == [
        True,
        False,
    ]


def test_spellings_of_an_address_are_one_address(store: storage.Store) -> None:
    for spelt in (ADA, f"  {ADA} ", "ada@EXAMPLE.org"):
        assert ask(store, asking(spelt))
    assert len(rows(store, "follower")) == 1
    assert ask(store, asking("ada@Example.ORG")) is True  # the fourth within the hour: no mail, same answer
    assert len(notices(store)) == 3


def test_an_address_is_not_flooded_and_whoever_floods_does_not_learn_it(store: storage.Store) -> None:
    answers = [ask(store, asking(ip=f"203.0.113.{n}")) for n in range(20)]
    assert answers == [True] * 20
    assert len(notices(store)) == 3
    ask(store, asking(), NOON + timedelta(hours=1))
    assert len(notices(store)) == 4


def test_one_network_is_told_to_wait(store: storage.Store) -> None:
    answers = [ask(store, asking(f"a{n}@example.org")) for n in range(12)]
    assert answers == [True] * 10 + [False] * 2
    assert len(notices(store)) == 10


def test_limits_name_nobody(store: storage.Store) -> None:
    ask(store, asking())
    keys = [row.key for row in rows(store, "throttle")]
    assert sorted(key.partition(":")[0] for key in keys) == ["ip", "mail", "publication"]
    assert not any("ada" in key or "example" in key for key in keys)


def test_who_must_not_be_mailed_gets_the_same_answer_and_no_mail(store: storage.Store) -> None:
    for reason in ("owner", "complaint", "bounce"):
        address = f"{reason}@example.org"
        with store.write() as db:
            storage.suppress(db, address, reason, "", NOON)
        assert ask(store, asking(address)) is True
    with store.read() as db:
        assert storage.open_batch(db) is None
        states = [set(counts) for counts in storage.state_counts(db).values()]
    assert states == [{DeliveryState.SUPPRESSED}] * 3
    assert audit.audit(store, NOON).holds


def test_whether_an_address_is_barred_cannot_be_read_from_the_work(store: storage.Store) -> None:
    with store.write() as db:
        storage.suppress(db, "blocked@example.org", "owner", "", NOON)
    ask(store, asking("first@example.org"))  # the limits of network and publication have their rows
    done = []
    for address in ("blocked@example.org", "new@example.org"):
        with statements(store) as said:
            ask(store, asking(address))
        done.append(said)
    assert done[0] == done[1]


def test_who_was_forgotten_may_come_back_by_himself(store: storage.Store) -> None:
    ask(store, asking())
    confirm(store, notices(store)[0].id)
    with store.read() as db:
        number = storage.find_follower(db, "mail", ADA)
    assert number is not None
    follow.erase(store, number, KEYS, NOON)
    later = NOON + timedelta(days=1)
    assert ask(store, asking(), later) is True
    last = notices(store)[-1]
    assert last.kind.value == "confirm"
    assert last.follower != number
    assert confirm(store, last.id, later).state == "confirmed"
    with store.read() as db:
        assert follow.barred(db, ADA, KEYS) is None


@pytest.mark.parametrize(
    ("address", "setting"), [("postmaster@example.org", "roles"), ("somebody@mailinator.com", "disposable")]
)
def test_addresses_of_nobody_are_the_owners_choice(store: storage.Store, address: str, setting: str) -> None:
    assert ask(store, asking(address)) is True
    assert len(notices(store)) == 1
    with pytest.raises(FollowerError) as error:
        ask(store, asking(address), by=rules(**{setting: "refuse"}))
    assert error.value.where == "email"
    assert len(notices(store)) == 1


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (asking(""), "email"),
        (asking("nobody"), "email"),
        (asking("a" * 10_000 + "@example.org"), "email"),
        (asking("ada@example.org\r\nBcc: eve@example.org"), "email"),
        (follow.Asking(ADA, ()), "publication"),
        (asking(ADA, Wanted("elbows", "weekly")), "publication"),
        (asking(ADA, Wanted("hands", "daily")), "cadence"),
        (asking(ADA, Wanted("knees", "")), "cadence"),
        (asking(ADA, Wanted("knees", "x" * 10_000)), "cadence"),
        (asking(ADA, Wanted("knees", "weekly", ("cooking",))), "topics"),
        (asking(ADA, Wanted("hands", "weekly", ("stairs",))), "topics"),
        (asking(zone="Europe/Atlantis"), "zone"),
        (asking(zone="../../etc/passwd"), "zone"),
        (asking(zone="x" * 10_000), "zone"),
        (asking(hour=24), "hour"),
        (asking(hour=-1), "hour"),
        (asking(language="<b>"), "language"),
    ],
)
def test_a_form_that_cannot_be_names_its_field(one: follow.Asking, field: str) -> None:
    with pytest.raises(FollowerError) as error:
        follow.check_asking(one, PUBLICATIONS, CADENCES, rules())
    assert error.value.where == field


def test_a_form_that_cannot_be_asks_the_database_nothing(store: storage.Store) -> None:
    with statements(store) as said, pytest.raises(FollowerError):
        ask(store, asking("nobody"))
    assert said == []


def test_evidence_from_outside_is_one_short_line(store: storage.Store) -> None:
    ask(store, asking(page="https://evil.example/\r\n\x00\ud800" + "x" * 10_000, words="yes\n\u202e" * 400))
    data = notices(store)[0].data
    assert data["page"].startswith("https://evil.example/xxx")
    assert len(data["page"]) <= 500
    assert len(data["words"]) <= 500
    assert "\n" not in data["words"]


def test_several_publications_are_one_mail(store: storage.Store) -> None:
    ask(store, asking(ADA, Wanted("hands", "weekly"), Wanted("knees", "daily"), Wanted("hands", "weekly")))
    (notice,) = notices(store)
    assert [each["slug"] for each in notice.data["publications"]] == ["hands", "knees"]
    assert kinds(store) == ["confirm"]


def test_the_check_alone_writes_nothing(store: storage.Store) -> None:
    with statements(store) as said:
        endpoint, _ = follow.check_asking(asking(" ada@EXAMPLE.org"), PUBLICATIONS, CADENCES, rules())
    assert (endpoint, said) == (ADA, [])
