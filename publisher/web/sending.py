"""Bytes to the other end of a connection, no faster than it takes them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from anyio import to_thread

from publisher.web.answers import Answer
from publisher.web.headers import DEFAULTS
from publisher.web.memory import OnDisk

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive, Send

Headers = list[tuple[bytes, bytes]]
_PIECE = 256 * 1024  # bytes that a connection may hold of an answer while its reader is slow


async def send_plain(answer: Answer, scope: HTTPScope, send: Send) -> None:
    """An answer that is not kept. HEAD gets the headers of GET (RFC 9110, 9.3.2)."""
    named = {**DEFAULTS, **answer.headers}
    if answer.status != 204:
        named |= {"content-type": answer.mime, "content-length": str(len(answer.body))}
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in named.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def send_body(body: bytes | OnDisk, receive: Receive, send: Send) -> None:
    """All of a body: at once when it is small, else piece by piece."""
    if isinstance(body, OnDisk):
        await send_file(body, 0, body.size, receive, send)
        return
    if len(body) <= 2 * _PIECE:
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    for start in range(0, len(body), _PIECE):
        more = start + _PIECE < len(body)
        await send({"type": "http.response.body", "body": body[start : start + _PIECE], "more_body": more})


async def send_file(file: OnDisk, start: int, size: int, receive: Receive, send: Send) -> None:
    """`size` bytes from `start`. Ends early when the other end has left: nobody reads a file for nobody."""
    if size == 0:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    left = asyncio.ensure_future(_left(receive))
    try:
        end = start + size
        while start < end and not left.done():
            piece = await to_thread.run_sync(file.read, start, min(_PIECE, end - start))
            if not piece:
                raise OSError("the file became shorter while it was sent")
            start += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": start < end})
    finally:
        left.cancel()
        with suppress(asyncio.CancelledError):
            await left


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
