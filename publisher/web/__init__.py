"""The web door. `ROUTES` is the site map: what is where, and which function answers.

    app = create_app(site, clock)      # an ASGI application, to be run by uvicorn
    app.use(site)                      # from now on with another opened Site (its feed.toml was edited)

Handlers are plain functions from (Door, Asked) to Answer; Litestar carries them. Litestar and jinja2 are
imported when an application is made, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from publisher.site import Site
    from publisher.web.door import Door
    from publisher.web.serving import Act

__all__ = ["WebDoor", "create_app", "routes"]

READ, CHANGE = ("GET", "HEAD"), ("POST",)
LARGEST = 64 * 1024  # bytes that anyone may send us
THREADS = 8  # requests worked on at once: fewer than the database has connections


def routes() -> list[tuple[tuple[str, ...], str, Act]]:
    """(methods, path, who answers), the whole site."""
    from publisher.web import health, inbox, leaving, reading, static

    return [
        (READ, "/", reading.site),
        (READ, "/{publication:str}", reading.publication),
        (READ, "/{publication:str}/{guide:str}", reading.guide),
        *((READ, path, reading.feed) for path in reading.feed_paths()),
        (READ, "/-/media/{publication:str}/{path:path}", reading.media),
        (READ, "/-/static/{name:str}", static.asset),
        (READ, "/-/style/accents.css", static.accents),
        (READ, "/-/unsubscribe/{token:str}", leaving.ask),
        (CHANGE, "/-/unsubscribe/{token:str}", leaving.stop),
        (CHANGE, "/-/unsubscribe/{token:str}/again", leaving.again),
        (READ, "/-/inbox", inbox.listed),
        (READ, "/-/inbox/{mail:str}", inbox.as_page),
        (READ, "/-/inbox/{mail:str}/text", inbox.as_text),
        (READ, "/-/inbox/{mail:str}/headers", inbox.as_headers),
        (READ, "/-/inbox/{mail:str}/source", inbox.as_source),
        (READ, "/-/inbox/{mail:str}/source.eml", inbox.source_file),
        (READ, "/-/inbox/{mail:str}/frame", inbox.frame),
        (READ, "/-/healthz", health.alive),
    ]


class WebDoor:
    """The ASGI application of one site."""

    def __init__(self, site: Site, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.use(site)
        self._app = _assemble(lambda: self._door)

    def use(self, site: Site) -> None:
        """Answer from this Site from now on; requests that are under way keep the one before."""
        from publisher.web.door import open_door

        self._door = open_door(site, self._clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def create_app(site: Site, clock: Callable[[], datetime]) -> WebDoor:
    """The site as an ASGI application. `clock` tells the time for consent, links and the next mail."""
    return WebDoor(site, clock)


def _assemble(door_of: Callable[[], Door]) -> ASGIApp:
    from anyio import CapacityLimiter
    from litestar import HttpMethod, Litestar, route

    from publisher.web.headers import WithHeaders
    from publisher.web.serving import handler, refusal

    threads = CapacityLimiter(THREADS)
    handlers = [
        route(path, http_method=[HttpMethod(method) for method in methods], status_code=200)(
            handler(act, door_of, threads)
        )
        for methods, path, act in routes()
    ]
    app = Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        exception_handlers={Exception: refusal(door_of)},
        request_max_body_size=LARGEST,
    )
    return WithHeaders(app)
