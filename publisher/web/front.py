"""The public's side of the door: what only depends on the path, answered from memory without a framework.

request ─▶ in memory, and young enough? ───────────────────────────────▶ 200, 304, 412 or 406
             └─ no ─▶ has anything changed? ─▶ made once, in a thread ─▶ kept ─┘
request that is not about the public's pages and feeds ─▶ the rest of the door (Litestar)
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar, cast
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread

from publisher.errors import StorageError
from publisher.web.answers import TEXT, Answer, Asked, FileAnswer, moved
from publisher.web.door import Door, NothingHereError
from publisher.web.faults import attempt, explained, not_possible
from publisher.web.files import prepare_file
from publisher.web.kept import Kept, prepare, quick_answer, send_kept
from publisher.web.paths import Table, is_sound
from publisher.web.sending import Headers, send_plain

if TYPE_CHECKING:
    from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

Act = Callable[[Door, Asked], Answer | FileAnswer]
T = TypeVar("T")
READ, QUICK = ("GET", "HEAD"), (b"GET", b"HEAD")
_QUERY = re.compile(rb"[\x21-\x7e]*")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Public:
    """One row of the site map: who answers a GET for this path, from nothing but the path and what is public.

    A page answers at one address, with a slash at its end or without, and the other one leads there (308);
    a document (`None`) has no other. `by_query`: the answer depends on the query, too.
    """

    path: str
    act: Act
    slash: Literal["with", "without"] | None = None
    by_query: bool = False


class Front:
    """ASGI. `rest` gets what is not in the table."""

    def __init__(
        self, table: Table[Public], door_of: Callable[[], Door], rest: ASGIApp, makers: CapacityLimiter
    ) -> None:
        self._table, self._door_of, self._rest, self._makers = table, door_of, rest, makers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":  # type: ignore[comparison-overlap]  # Litestar names it by an enum of str
            await self._http(cast("HTTPScope", scope), receive, send)
        else:
            await self._rest(scope, receive, send)

    def quick(self, method: bytes, target: bytes, headers: Headers) -> tuple[bytes, bytes] | None:
        """What is in memory and young enough, as it goes over the wire: the head without Date, and the body.

        For a server that has read a request in HTTP/1.1 and need not begin a task for it. None for all that
        takes longer; `target` is the path with its query, as it came.
        """
        door = self._door_of()
        if method not in QUICK or b"%" in target or not door.freshness.holds():
            return None
        path = target.decode("latin-1")
        kept = door.memory.get(path) or door.memory.get(path.partition("?")[0])
        return None if kept is None else quick_answer(kept, method, headers)

    async def _http(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        door = self._door_of()
        if scope["method"] in READ and b"%" not in _raw(scope) and door.freshness.holds():
            kept = door.memory.get(scope["path"])
            if kept is not None:
                await send_kept(kept, scope, receive, send)
                return
        found = self._table.find(scope["path"])
        sound = is_sound(_raw(scope))
        if found is None and sound:
            await self._rest(scope, receive, send)
            return
        answer = await self._answer(door, found if sound else None, scope)
        if isinstance(answer, Kept):
            await send_kept(answer, scope, receive, send)
        else:
            await send_plain(_with_query(answer, scope["query_string"]), scope, send)

    async def _answer(
        self, door: Door, found: tuple[Public, Mapping[str, str]] | None, scope: HTTPScope
    ) -> Answer | Kept:
        """All but the quick case."""
        if found is None:
            asked = _asked(scope, {})
            return await self._in_thread(lambda: explained(door, asked, NothingHereError()))
        row, given = found
        asked = _asked(scope, given)
        if asked.method not in READ:
            return await self._in_thread(lambda: _not_this_way(door, asked))
        return await self._found(door, row, asked, scope["path"])

    async def _found(self, door: Door, row: Public, asked: Asked, path: str) -> Answer | Kept:
        """From memory, or made: once for all who ask at the same time, and from what is public now."""
        try:
            if not door.freshness.holds():
                await door.freshness.renew()
        except StorageError as error:
            problem = error
            return await self._in_thread(lambda: explained(door, asked, problem))
        key = f"{path}?{asked.query}" if row.by_query and asked.query else path
        if (known := door.memory.get(key)) is not None:
            return known
        return await door.once.do((key, door.freshness.generation), lambda: self._make(door, row, asked, key))

    async def _make(self, door: Door, row: Public, asked: Asked, key: str) -> Answer | Kept:
        generation = door.freshness.generation
        made = await self._in_thread(lambda: attempt(partial(_made, row), door, asked))
        if isinstance(made, Answer):
            return made
        # Made while something changed: right for those who asked before that, and for nobody after them.
        if made.keep and generation == door.freshness.generation:
            door.memory.put(key, made.kept)
        return made.kept

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await to_thread.run_sync(call, limiter=self._makers)


@dataclass(frozen=True, slots=True)
class _Made:
    kept: Kept
    keep: bool


def _made(row: Public, door: Door, asked: Asked) -> _Made | Answer:
    """Do the row's act. What is not a 200 is no more than an Answer."""
    answer = row.act(door, asked)
    if isinstance(answer, FileAnswer):
        return _Made(prepare_file(answer, door.tags), keep=False)
    if answer.status != 200:
        return answer
    if row.slash is not None and asked.has_slash != (row.slash == "with"):
        last = asked.path.rstrip("/").rpartition("/")[2]
        return moved(f"../{last}" if asked.has_slash else f"./{last}/")
    try:
        return _Made(prepare(answer), answer.keep)
    except OSError as error:
        _log.warning("There is no room on disk for %s (%s): it is made for each request", asked.path, error)
        return _Made(prepare(answer, largest=sys.maxsize), keep=False)


def _not_this_way(door: Door, asked: Asked) -> Answer:
    """OPTIONS says what is possible (RFC 9110, 9.3.7); all other methods hear that they are not."""
    allow = {"allow": "GET, HEAD, OPTIONS"}
    if asked.method == "OPTIONS":
        return Answer(b"", TEXT, 204, allow)
    answer = not_possible(door, asked)
    return replace(answer, headers={**answer.headers, **allow})


def _asked(scope: HTTPScope, given: Mapping[str, str]) -> Asked:
    """Without headers: what is made for one must do for all."""
    query = scope["query_string"].decode("ascii", "replace")
    return Asked(scope["method"], _raw(scope).decode("ascii", "replace"), query, given, {}, None)


def _raw(scope: HTTPScope) -> bytes:
    """The path as it came. ASGI lets a server leave it out."""
    raw: bytes | None = scope.get("raw_path")
    return quote(scope["path"]).encode() if raw is None else raw


def _with_query(answer: Answer, query: bytes) -> Answer:
    """A redirect keeps the query."""
    location = answer.headers.get("location")
    if location is None or not query or not _QUERY.fullmatch(query):
        return answer
    return replace(answer, headers={**answer.headers, "location": f"{location}?{query.decode()}"})
