"""How old an answer may be: what is public is looked at again before anything older is sent."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread

from publisher.web.memory import Once

V = TypeVar("V")
WITHIN = 0.25  # seconds

# The bound is on what a person can notice: a quarter of a second after a guide is withdrawn, nobody is sent
# it any more. For the database it means four tiny queries a second, however many readers there are.


class Freshness(Generic[V]):
    """Asks `look` for the version of everything at most every `within` seconds, and only when somebody asks.

    `changed(before, now)` hears of a new version before anybody is answered from it; the first one comes with
    `before` None. A request never waits for the look of another site: each has a thread of its own.
    """

    def __init__(
        self,
        look: Callable[[], V],
        changed: Callable[[V | None, V], None],
        clock: Callable[[], float],
        within: float = WITHIN,
    ) -> None:
        self._look, self._changed, self._clock, self._within = look, changed, clock, within
        self._looked = -math.inf  # when the last look that came back was begun
        self._known: V | None = None
        self._begun = self._ended = 0  # looks, counted; and which one came back last
        self._one = CapacityLimiter(1)
        self._once: Once[None] = Once()
        self.generation = 0  # counts versions seen

    def holds(self) -> bool:
        """Whether what is known is young enough for a request that comes now."""
        return self._clock() - self._looked < self._within

    async def renew(self) -> None:
        """Look, unless a look that was begun recently enough is under way. Raises what `look` raises."""
        came, before = self._clock(), self._begun
        while came - self._looked >= self._within and self._ended <= before:
            await self._once.do(None, self._renewed)

    async def _renewed(self) -> None:
        begun = self._clock()
        self._begun += 1
        number = self._begun
        seen = await to_thread.run_sync(self._look, limiter=self._one)
        if seen != self._known:
            before, self._known = self._known, seen
            self.generation += 1
            self._changed(before, seen)
        self._looked, self._ended = begun, number
