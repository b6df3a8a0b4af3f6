"""The web door. `public()` and `personal()` are the site map: what is where, and which function answers.

    app = create_app(site, clock)      # an ASGI application, to be run by uvicorn
    app.use(site)                      # from now on with another opened Site (its feed.toml was edited)

    request ─▶ Front ─▶ what everybody gets alike: pages, feeds, files; made once, sent from memory
                 └────▶ Litestar: what is for one person, or changes something

Handlers are plain functions from (Door, Asked) to Answer. Litestar and jinja2 are imported when an
application is made, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

    from publisher.site import Site
    from publisher.web.door import Door
    from publisher.web.front import Front, Public
    from publisher.web.serving import Act

__all__ = ["WebDoor", "create_app", "routes"]

READ, CHANGE = ("GET", "HEAD"), ("POST",)
LARGEST = 64 * 1024  # bytes that anyone may send us
# What is worked on at once: together, and with the look at what has changed, fewer than the database has
# connections. A crowd that waits for pages keeps nobody from leaving.
MAKERS, THREADS = 6, 6


def public() -> list[Public]:
    """What everybody gets alike, from nothing but the path and what is public."""
    from publisher.web import button, documents, following, media, reading, static
    from publisher.web.front import Public

    pub, pages = "/{publication:str}", "/-/feeds/"
    return [
        Public("/", reading.site),
        *(Public(path, documents.document) for path in documents.SITE),
        Public(f"{pub}/", reading.publication, "with"),
        *(Public(f"{pub}/{path}", documents.document) for path in documents.OWN),
        Public(f"{pub}/tag/{{term:str}}/", reading.tag, "with"),
        Public(f"{pub}/author/{{term:str}}/", reading.author, "with"),
        Public(f"{pub}/{{guide:str}}", reading.guide, "without"),
        Public(f"{pub}/{{guide:str}}/history", reading.history, "without"),
        Public(pages, reading.site_feeds, "with"),
        Public(f"{pages}{{publication:str}}", reading.feeds, "without"),
        Public("/-/follow/", following.site_page, "with"),
        Public("/-/follow/{publication:str}", following.publication_page, "without"),
        Public("/-/button/{publication:str}", button.button, "without"),
        Public("/-/badge/{publication:str}.svg", button.picture),
        Public("/-/all/{publication:str}/", reading.newest, "with"),
        Public("/-/all/{publication:str}/{number:str}", reading.listing, "without"),
        Public("/-/media/{publication:str}/{path:path}", media.media),
        Public("/-/picture/{publication:str}/{width:str}/{path:path}", media.picture),
        Public("/-/static/{name:str}", static.asset, by_query=True),
        Public("/-/style/accents.css", static.accents),
    ]


def personal() -> list[tuple[tuple[str, ...], str, Act]]:
    """(methods, path, who answers) of what is for one person, or changes something."""
    from publisher.web import confirming, following, health, inbox, mine, why

    return [
        *_own_affairs(),
        (CHANGE, "/-/ask", following.ask),
        (READ, "/-/confirm/{token:str}", confirming.show),
        (CHANGE, "/-/confirm/{token:str}", confirming.act),
        (READ, "/-/why/{token:str}", why.show),
        (READ, "/-/my/{token:str}/", mine.page),
        (READ, "/-/my/{token:str}/feed.atom", mine.feed),
        (READ, "/-/my/{token:str}/feed.rss", mine.feed),
        (READ, "/-/my/{token:str}/feed.json", mine.feed),
        (READ, "/-/inbox", inbox.listed),
        (READ, "/-/inbox/{mail:str}", inbox.as_page),
        (READ, "/-/inbox/{mail:str}/text", inbox.as_text),
        (READ, "/-/inbox/{mail:str}/headers", inbox.as_headers),
        (READ, "/-/inbox/{mail:str}/source", inbox.as_source),
        (READ, "/-/inbox/{mail:str}/source.eml", inbox.source_file),
        (READ, "/-/inbox/{mail:str}/frame", inbox.frame),
        (READ, "/-/healthz", health.alive),
    ]


def _own_affairs() -> list[tuple[tuple[str, ...], str, Act]]:
    """What a follower does himself, behind a signed link: leave, prefer, see and move his account."""
    from publisher.web import account, leaving, preferring, story

    return [
        (READ, "/-/unsubscribe/{token:str}", leaving.ask),
        (CHANGE, "/-/unsubscribe/{token:str}", leaving.stop),
        (CHANGE, "/-/unsubscribe/{token:str}/all", leaving.stop_all),
        (CHANGE, "/-/unsubscribe/{token:str}/again", leaving.again),
        (READ, "/-/preferences/{token:str}", preferring.show),
        (CHANGE, "/-/preferences/{token:str}", preferring.save),
        (CHANGE, "/-/preferences/{token:str}/feeds", preferring.feeds),
        (CHANGE, "/-/preferences/{token:str}/account", preferring.account),
        (READ, "/-/account/{token:str}", account.show),
        (READ, "/-/account/{token:str}/data.json", account.data),
        (CHANGE, "/-/account/{token:str}/address", account.address),
        (CHANGE, "/-/account/{token:str}/erase", account.erase),
        (READ, "/-/account/{token:str}/story", story.show),
    ]


def routes() -> list[tuple[tuple[str, ...], str, Any]]:
    """(methods, path, who answers), the whole site."""
    return [*((READ, row.path, row.act) for row in public()), *personal()]


class WebDoor:
    """The ASGI application of one site."""

    def __init__(self, site: Site, clock: Callable[[], datetime], within: float) -> None:
        self._clock, self._within = clock, within
        self.use(site)
        self._app = _assemble(lambda: self._door)
        self.quick = self._app.quick  # for `protocol`

    def use(self, site: Site) -> None:
        """Answer from this Site from now on; requests that are under way keep the one before."""
        from publisher.web.door import open_door

        self._door = open_door(site, self._clock, self._within)

    @property
    def protocol(self) -> Any:
        """For uvicorn's `http=`: its protocol with a short way to what is in memory, where httptools is."""
        try:
            from publisher.web.protocol import QuickProtocol
        except ImportError:
            return "h11"
        return QuickProtocol

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def create_app(site: Site, clock: Callable[[], datetime], within: float = 0.25) -> WebDoor:
    """The site as an ASGI application. `clock` tells the time for consent, links and the next mail.

    No answer is older than `within` seconds: 0 asks the database at each request whether anything changed.
    """
    return WebDoor(site, clock, within)


def _assemble(door_of: Callable[[], Door]) -> Front:
    from anyio import CapacityLimiter
    from litestar import HttpMethod, Litestar, route

    from publisher.web.front import Front
    from publisher.web.headers import WithHeaders
    from publisher.web.paths import Table
    from publisher.web.serving import handler, refusal

    threads = CapacityLimiter(THREADS)
    handlers = [
        route(path, http_method=[HttpMethod(method) for method in methods], status_code=200)(
            handler(act, door_of, threads)
        )
        for methods, path, act in personal()
    ]
    app = Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        exception_handlers={Exception: refusal(door_of)},
        request_max_body_size=LARGEST,
    )
    table = Table.of((row.path, row.slash is not None, row) for row in public())
    return Front(table, door_of, WithHeaders(app), CapacityLimiter(MAKERS))
