"""What is kept, and for how long: bounds in bytes, one maker for many askers, no answer older than promised."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import StorageError
from publisher.web.freshness import Freshness
from publisher.web.memory import Memory, Once, spool


@dataclass(frozen=True)
class Thing:
    in_memory: int
    on_disk: int = 0


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 10))


# --------------------------------------------------------------------------------------------- memory


def test_the_longest_unused_leaves_first() -> None:
    memory: Memory[Thing] = Memory(limit=30)
    for name in "abc":
        memory.put(name, Thing(10))
    assert memory.get("a")
    memory.put("d", Thing(10))
    assert [name for name in "abcd" if name in memory] == ["a", "c", "d"]


def test_what_is_too_large_for_all_of_it_throws_nothing_out() -> None:
    memory: Memory[Thing] = Memory(limit=30, disk_limit=50)
    memory.put("a", Thing(10))
    memory.put("large", Thing(31))
    memory.put("larger", Thing(1, 51))
    assert len(memory) == 1
    memory.put("a", Thing(31))  # it has grown: the old one must not be sent instead
    assert len(memory) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 40), st.integers(0, 40)), max_size=60))
def test_it_never_holds_more_than_it_may(puts: list[tuple[str, int, int]]) -> None:
    memory: Memory[Thing] = Memory(limit=60, disk_limit=50)
    for name, size, disk in puts:
        memory.put(name, Thing(size, disk))
        held = [memory.get(each) for each in "abcdef" if each in memory]
        assert memory.in_memory == sum(each.in_memory for each in held if each) <= 60
        assert memory.on_disk == sum(each.on_disk for each in held if each) <= 50
        assert memory.get(name) == Thing(size, disk)  # what came last is there
    memory.drop(lambda _: True)
    assert (len(memory), memory.in_memory, memory.on_disk) == (0, 0, 0)


def test_bytes_on_disk_can_be_read_by_many_at_once() -> None:
    held = spool(b"0123456789" * 1000)
    assert held.size == 10_000
    assert (held.read(3, 4), held.read(9_998, 50), held.read(20_000, 5)) == (b"3456", b"89", b"")


# ----------------------------------------------------------------------------------------------- once


def test_of_many_one_makes_it() -> None:
    once: Once[int] = Once()
    made = []

    async def make() -> int:
        await asyncio.sleep(0.01)
        made.append(1)
        return len(made)

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(once.do("x", make) for _ in range(50)))

    async def twice() -> tuple[list[int], list[int]]:
        return await all_at_once(), await all_at_once()

    assert run(twice()) == ([1] * 50, [2] * 50)


def test_whoever_stops_waiting_stops_nobody_else() -> None:
    once: Once[str] = Once()

    async def make() -> str:
        await asyncio.sleep(0.02)
        return "made"

    async def scene() -> str:
        first = asyncio.ensure_future(once.do("x", make))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(once.do("x", make))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert run(scene()) == "made"


def test_all_who_wait_hear_of_a_failure_and_the_next_one_tries_again() -> None:
    once: Once[str] = Once()
    outcomes = [StorageError("away"), None]

    async def make() -> str:
        await asyncio.sleep(0)
        if problem := outcomes.pop(0):
            raise problem
        return "made"

    async def scene() -> tuple[list[Any], str]:
        both = await asyncio.gather(once.do("x", make), once.do("x", make), return_exceptions=True)
        return both, await once.do("x", make)

    failed, then = run(scene())
    assert [type(each) for each in failed] == [StorageError, StorageError]
    assert then == "made"


# ------------------------------------------------------------------------------------------ freshness


class World:
    """Something that changes, and a clock that is turned by hand."""

    def __init__(self, within: float) -> None:
        self.now, self.version, self.looks = 100.0, 1, 0
        self.told: list[tuple[int | None, int]] = []
        self.freshness = Freshness(self.look, self.changed, lambda: self.now, within)

    def look(self) -> int:
        self.looks += 1
        return self.version

    def changed(self, before: int | None, now: int) -> None:
        self.told.append((before, now))

    def ask(self) -> None:
        async def asking() -> None:
            if not self.freshness.holds():
                await self.freshness.renew()

        run(asking())


def test_a_change_is_seen_when_the_moment_is_over() -> None:
    world = World(within=0.25)
    world.ask()
    assert world.told == [(None, 1)]
    world.version = 2
    world.now += 0.24
    world.ask()
    assert (world.looks, world.told) == (1, [(None, 1)])
    world.now += 0.01
    world.ask()
    assert (world.looks, world.told) == (2, [(None, 1), (1, 2)])
    world.now += 1000
    world.ask()
    assert (world.looks, len(world.told), world.freshness.generation) == (3, 2, 2)


def test_without_a_moment_each_request_looks() -> None:
    world = World(within=0)
    for number in range(1, 6):
        world.version = number
        world.ask()
        assert world.told[-1][1] == number


def test_a_look_that_fails_is_told_and_tried_again() -> None:
    class Away(World):
        def look(self) -> int:
            if self.looks == 0:
                self.looks += 1
                raise StorageError("away")
            return super().look()

    world = Away(within=1)
    with pytest.raises(StorageError):
        world.ask()
    assert not world.freshness.holds()
    world.ask()
    assert world.told == [(None, 1)]


def test_a_look_under_way_counts_only_if_it_was_begun_late_enough() -> None:
    """The look has read version 1 when version 2 comes, and with it somebody who knows of version 2."""
    reading, may_end = threading.Event(), threading.Event()

    class Slow(World):
        def look(self) -> int:
            seen = super().look()
            if self.looks == 1:
                reading.set()
                may_end.wait(5)
            return seen

    world = Slow(within=0)

    async def scene() -> list[int]:
        first = asyncio.ensure_future(world.freshness.renew())
        await asyncio.to_thread(reading.wait, 5)
        world.version = 2
        world.now += 1
        second = asyncio.ensure_future(world.freshness.renew())
        await asyncio.sleep(0)
        may_end.set()
        await first
        await second
        return [now for _, now in world.told]

    assert run(scene()) == [1, 2]


def test_many_who_ask_are_one_look() -> None:
    world = World(within=0.25)

    async def crowd() -> None:
        await asyncio.gather(*(world.freshness.renew() for _ in range(100)))

    run(crowd())
    assert world.looks == 1
