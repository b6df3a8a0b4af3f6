"""What strangers may ask for, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import storage
from publisher.follow.limits import PER_ADDRESS, PER_NETWORK, PER_PUBLICATION, network_of, take_from, take_to
from tests.making import NOON


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", None),
        (None, None),
        ("unknown", None),
        ("203.0.113.7, 10.0.0.1", None),
        ("9" * 10_000, None),
    ],
)
def test_what_counts_as_one_asker(ip: str | None, network: str | None) -> None:
    assert network_of(ip) == network


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_household_is_one_asker(address: object, host: int) -> None:
    first = int(address) >> 64 << 64  # type: ignore[call-overload]
    from ipaddress import IPv6Address

    if IPv6Address(first).ipv4_mapped is None and IPv6Address(first | host).ipv4_mapped is None:
        assert network_of(str(IPv6Address(first))) == network_of(str(IPv6Address(first | host)))


def test_a_network_asks_in_a_burst_and_then_slowly(store: storage.Store) -> None:
    with store.write() as db:
        taken = [take_from(db, "203.0.113.7", ["knees"], NOON) for _ in range(PER_NETWORK.burst + 2)]
        assert taken == [True] * PER_NETWORK.burst + [False, False]
        assert take_from(db, "203.0.113.8", ["knees"], NOON)
        almost = NOON + PER_NETWORK.every - timedelta(seconds=1)
        assert not take_from(db, "203.0.113.7", ["knees"], almost)
        assert take_from(db, "203.0.113.7", ["knees"], NOON + PER_NETWORK.every)
        assert not take_from(db, "203.0.113.7", ["knees"], NOON + PER_NETWORK.every)


def test_a_network_over_its_limit_takes_nothing_from_others(store: storage.Store) -> None:
    with store.write() as db:
        for _ in range(PER_PUBLICATION.burst * 2):
            take_from(db, "203.0.113.7", ["knees"], NOON)
        assert take_from(db, "203.0.113.8", ["knees"], NOON)


def test_a_publication_holds_back_a_crowd(store: storage.Store) -> None:
    with store.write() as db:
        asked = [take_from(db, f"10.0.{n // 250}.{n % 250}", ["knees"], NOON) for n in range(205)]
        assert asked == [True] * PER_PUBLICATION.burst + [False] * 5
        assert take_from(db, "10.1.0.1", ["hands"], NOON)
        assert not take_from(db, "10.1.0.2", ["hands", "knees"], NOON)
        assert take_from(db, "10.1.0.3", ["knees"], NOON + PER_PUBLICATION.every)


def test_who_cannot_be_known_counts_for_the_publication_alone(store: storage.Store) -> None:
    with store.write() as db:
        assert all(take_from(db, None, ["knees"], NOON) for _ in range(PER_NETWORK.burst * 3))


def test_an_address_is_mailed_three_times_and_then_hourly(store: storage.Store) -> None:
    with store.write() as db:
        assert [take_to(db, "hmac:1", NOON) for _ in range(5)] == [True] * 3 + [False] * 2
        assert take_to(db, "hmac:2", NOON)
        assert not take_to(db, "hmac:1", NOON + PER_ADDRESS.every - timedelta(seconds=1))
        assert take_to(db, "hmac:1", NOON + PER_ADDRESS.every)
