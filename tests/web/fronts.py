"""A front with a site of a few lines behind it, for tests of what is kept and of what goes over the wire."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from anyio import CapacityLimiter

from publisher.pages import Pages, SiteHead
from publisher.site import bundled
from publisher.web.answers import Answer, Asked, FileAnswer, moved
from publisher.web.door import NothingHereError
from publisher.web.freshness import Freshness
from publisher.web.front import Front, Public
from publisher.web.memory import Memory, Once
from publisher.web.paths import Table

MODIFIED = datetime(2026, 11, 4, 12, tzinfo=UTC)
TEXT = "text/plain; charset=utf-8"
Work = Callable[[httpx.AsyncClient], Awaitable[Any]]


class House:
    """A front with one document, whose text and version a test changes as it likes."""

    def __init__(self, within: float = 0, folder: Path = Path()) -> None:
        self.now, self.version, self.text, self.folder = 100.0, 1, "first " * 200, folder
        self.made: list[str] = []
        self.problem: Exception | None = None
        self.hold: threading.Event | None = None
        self.begun = threading.Event()
        memory: Memory[Any] = Memory()
        self.freshness = Freshness(
            self.look, lambda _before, _now: memory.drop(lambda _: True), lambda: self.now, within
        )
        self.door: Any = SimpleNamespace(
            memory=memory,
            once=Once(),
            freshness=self.freshness,
            tags={},
            pages=Pages(SiteHead("Test", "https://guides.example"), [bundled("templates")]),
        )
        rows = [
            Public("/doc", self.document),
            Public("/page/", self.document, "with"),
            Public("/guide/{slug:str}", self.document, "without"),
            Public("/old", lambda _door, _asked: moved("./doc", 301)),
            Public("/static", lambda _door, asked: Answer(asked.query.encode(), TEXT), by_query=True),
            Public("/file", lambda _door, _asked: FileAnswer(self.folder / "file.bin", "audio/mpeg")),
        ]
        table = Table.of((row.path, row.slash is not None, row) for row in rows)
        self.front = Front(table, lambda: self.door, self.rest, CapacityLimiter(4))

    def look(self) -> int:
        if self.problem:
            raise self.problem
        return self.version

    def document(self, _door: object, asked: Asked) -> Answer:
        text = self.text  # as read from the database
        self.made.append(asked.path)
        self.begun.set()
        if self.hold:
            self.hold.wait(5)
        if text == "nothing":
            raise NothingHereError
        return Answer(text.encode(), TEXT, headers={"cache-control": "no-cache"}, modified=MODIFIED)

    async def rest(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def talk(self, work: Work) -> Any:
        async def talking() -> Any:
            transport = httpx.ASGITransport(self.front)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://guides.example") as client:
                return await asyncio.wait_for(work(client), 20)

        return asyncio.run(talking())

    def get(self, path: str = "/doc", method: str = "GET", **headers: str) -> httpx.Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        answer: httpx.Response = self.talk(lambda client: client.request(method, path, headers=named))
        return answer
