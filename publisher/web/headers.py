"""Headers that every answer carries, whoever made it. There are no cookies, so no page needs a banner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.enums import ScopeType

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send


def policy(**more: str) -> str:
    """A Content-Security-Policy: our own style sheets and pictures, and `more` (`script_src=…`)."""
    rules = {
        "default-src": "'none'",
        "img-src": "'self'",
        "style-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return "; ".join(f"{name} {value}".strip() for name, value in rules.items())


DEFAULTS = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_ENCODED = tuple((name.encode(), value.encode()) for name, value in DEFAULTS.items())


class WithHeaders:
    """ASGI middleware around the whole door: adds what is missing of `DEFAULTS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                names = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(pair for pair in _ENCODED if pair[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_on)
