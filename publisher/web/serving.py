"""From a Litestar request to an `Asked`, and from an `Answer` to a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from anyio import CapacityLimiter, to_thread
from litestar import Request, Response

from publisher.web.answers import Answer, Asked
from publisher.web.door import Door
from publisher.web.faults import attempt, explained

Act = Callable[[Door, Asked], Answer]
AnyRequest = Request[Any, Any, Any]


def handler(
    act: Act, door_of: Callable[[], Door], threads: CapacityLimiter
) -> Callable[[AnyRequest], Awaitable[Response[bytes]]]:
    """A Litestar handler that does `act` in one of `threads`, and turns whatever it raises into a page."""

    async def handle(request: Request) -> Response[bytes]:  # type: ignore[type-arg]  # Litestar reads this
        body = await request.body() if request.method == "POST" else b""
        asked = _asked(request, body)
        answer = await to_thread.run_sync(attempt, act, door_of(), asked, limiter=threads)
        return _response(asked, answer)

    return handle


def refusal(door_of: Callable[[], Door]) -> Callable[[AnyRequest, Exception], Response[bytes]]:
    """For what no handler of ours saw: no such route or method, a body that is too large."""

    def refuse(request: AnyRequest, error: Exception) -> Response[bytes]:
        asked = _asked(request)
        answer = explained(door_of(), asked, error)
        allowed = getattr(error, "headers", None) or {}
        return _response(asked, answer.with_headers(**{name: str(value) for name, value in allowed.items()}))

    return refuse


def _asked(request: AnyRequest, body: bytes = b"") -> Asked:
    scope = request.scope
    raw = bytes(scope.get("raw_path") or b"") or request.url.path.encode()
    given = {name: str(value) for name, value in scope.get("path_params", {}).items()}
    return Asked(
        method=request.method,
        path=raw.partition(b"?")[0].decode("ascii", "replace"),
        query=bytes(scope.get("query_string") or b"").decode("ascii", "replace"),
        given=given,
        headers=_joined(request.headers.multi_items()),
        client=request.client.host if request.client else None,
        body=body,
    )


def _joined(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lines of one name are one list (RFC 9110, 5.3): each of several proxies may add a line of its own."""
    headers: dict[str, str] = {}
    for name, value in lines:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _response(asked: Asked, answer: Answer) -> Response[bytes]:
    """HEAD has the headers of the answer and no body (RFC 9110, 9.3.2); 304 tells nothing of a body."""
    without = answer.status in (204, 304)
    empty = asked.method == "HEAD" or without
    headers = dict(answer.headers)
    if not without:
        headers |= {"content-type": answer.mime, "content-length": str(len(answer.body))}
    return Response(
        b"" if empty else answer.body, status_code=answer.status, headers=headers, media_type=answer.mime
    )
