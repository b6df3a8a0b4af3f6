"""From a Litestar request to an `Asked`, from an `Answer` to a response, from a fault to a page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from anyio import CapacityLimiter, to_thread
from litestar import Request, Response
from litestar.exceptions import HTTPException

from publisher.errors import PublisherError, StorageError, TemplateError, TokenError
from publisher.pages import Pages
from publisher.site import bundled
from publisher.web.answers import HTML, NEVER, Answer, Asked, private
from publisher.web.door import Door, NothingHereError

Act = Callable[[Door, Asked], Answer]
AnyRequest = Request[Any, Any, Any]

_log = logging.getLogger(__name__)
_LOST = (
    "<!doctype html><html lang=en><title>Something went wrong</title><h1>Something went wrong</h1><p>{}</p>"
)


def handler(
    act: Act, door_of: Callable[[], Door], threads: CapacityLimiter
) -> Callable[[AnyRequest], Awaitable[Response[bytes]]]:
    """A Litestar handler that does `act` in one of `threads`, and turns whatever it raises into a page."""

    async def handle(request: Request) -> Response[bytes]:  # type: ignore[type-arg]  # Litestar reads this
        body = await request.body() if request.method == "POST" else b""
        asked = _asked(request, body)
        answer = await to_thread.run_sync(_done, act, door_of(), asked, limiter=threads)
        return _response(asked, answer)

    return handle


def refusal(door_of: Callable[[], Door]) -> Callable[[AnyRequest, Exception], Response[bytes]]:
    """For what no handler of ours saw: no such route or method, a body that is too large."""

    def refuse(request: AnyRequest, error: Exception) -> Response[bytes]:
        asked = _asked(request)
        answer = _explained(door_of(), asked, error)
        allowed = getattr(error, "headers", None) or {}
        return _response(asked, answer.with_headers(**{name: str(value) for name, value in allowed.items()}))

    return refuse


def _done(act: Act, door: Door, asked: Asked) -> Answer:
    try:
        return act(door, asked)
    except Exception as error:  # noqa: BLE001  the door's last line: every fault becomes a page
        return _explained(door, asked, error)


def _explained(door: Door, asked: Asked, error: Exception) -> Answer:
    """The page for a failure: what it means for the reader, and never what it looked like inside."""
    status = getattr(error, "status_code", 500) if isinstance(error, HTTPException) else 500
    if isinstance(error, NothingHereError) or status == 404:
        return _safely(door, lambda pages: pages.not_found(asked.root), 404)
    if isinstance(error, TokenError):
        return _notice(door, asked, "This link does not work", [error.sentence()], 404)
    if status == 405:
        said = "This address can be looked at, but not used in the way that was tried."
        return _notice(door, asked, "That is not possible here", [said], status)
    if 400 <= status < 500:
        said = "What came was not complete, or larger than anything that belongs here. Please try again."
        return _notice(door, asked, "That could not be understood", [said], status)
    return _failed(door, asked, error)


def _failed(door: Door, asked: Asked, error: Exception) -> Answer:
    """Something is wrong on our side: the log says what, the page says how to find it there."""
    reference = secrets.token_hex(4)
    if isinstance(error, PublisherError):
        _log.error("A page could not be shown (reference %s): %s", reference, error.sentence())
    else:
        _log.error("A page could not be shown (reference %s)", reference, exc_info=error)
    if isinstance(error, StorageError):
        said = "The site cannot reach its database. Nothing was changed. Please try again in a minute."
        answer = _notice(door, asked, "Please try again", [said], 503, reference)
        return answer.with_headers(retry_after="60")
    said = "It is our mistake, not yours, and nothing was changed by it. Please try again later."
    return _notice(door, asked, "Something went wrong", [said], 500, reference)


def _notice(
    door: Door, asked: Asked, title: str, said: list[str], status: int, reference: str = ""
) -> Answer:
    return _safely(door, lambda pages: pages.notice(asked.root, title, said, reference), status, reference)


def _safely(door: Door, write: Callable[[Pages], str], status: int, reference: str = "") -> Answer:
    """A page in the site's own look; in the bundled one when the owner's templates are what is broken."""
    for pages in (door.pages, Pages(door.pages.site, [bundled("templates")])):
        try:
            return private(write(pages), status)
        except TemplateError as error:
            _log.error("A page for status %s could not be shown: %s", status, error.sentence())
    return Answer(_LOST.format(reference).encode(), HTML, status, {"cache-control": NEVER})


def _asked(request: AnyRequest, body: bytes = b"") -> Asked:
    scope = request.scope
    raw = bytes(scope.get("raw_path") or b"") or request.url.path.encode()
    given = {name: str(value) for name, value in scope.get("path_params", {}).items()}
    return Asked(
        method=request.method,
        path=raw.partition(b"?")[0].decode("ascii", "replace"),
        query=bytes(scope.get("query_string") or b"").decode("ascii", "replace"),
        given=given,
        headers=dict(request.headers.items()),
        client=request.client.host if request.client else None,
        body=body,
    )


def _response(asked: Asked, answer: Answer) -> Response[bytes]:
    """HEAD and 304 have the headers of the answer and no body (RFC 9110, 9.3.2 and 15.4.5)."""
    empty = asked.method == "HEAD" or answer.status in (204, 304)
    headers = dict(answer.headers)
    if answer.status not in (204, 304):
        headers |= {"content-type": answer.mime, "content-length": str(len(answer.body))}
    return Response(
        b"" if empty else answer.body, status_code=answer.status, headers=headers, media_type=answer.mime
    )
