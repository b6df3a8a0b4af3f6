"""A small site behind a real server on a loopback socket."""

from __future__ import annotations

import base64
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from publisher import engine
from publisher.site import Site, open_site
from publisher.web import WebDoor, create_app
from tests.conftest import SITE

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)  # a Wednesday
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# Words that stand nowhere else, so that a search for them finds every leak.
SECRETS = ("zwiebelturm", "quittengelee", "mondkalender", "nachtfalter", "pusteblume", "wolkenschaf")
EXTRAS = {
    "feeds/knees/articles/picture.md": """\
---
title: A knee & its <parts>
authors: [Ida Sørensen]
tags: [anatomy]
published: 2026-10-02 23:30
image: { src: images/knee.png, alt: "Drawing of a knee" }
---
See [how to rest it](rest.txt) and [the hospital](https://hospital.example/).

## Bones

Three of them.

## Muscles

Many.

### The large one

In front.

## Ligaments

Four.
""",
    "feeds/knees/articles/waiting.md": """\
---
title: The zwiebelturm method
slug: quittengelee
authors: [Ottilie Wolkenschaf]
tags: [mondkalender]
release: 2027-01-01
image: { src: images/pusteblume.png, alt: "nachtfalter" }
---
A nachtfalter is seen in ![a picture](images/pusteblume.png).
""",
}


def make_site(folder: Path, **more: str) -> Path:
    """The shared example site, with a picture and a guide that waits for its release."""
    for name, text in {**SITE, **EXTRAS, **more}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    images = folder / "feeds/knees/articles/images"
    images.mkdir()
    for name in ("knee.png", "pusteblume.png", ".hidden.png", "unused.png"):
        (images / name).write_bytes(PNG)
    return folder


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `client` talks to it over TCP."""

    site: Site
    app: WebDoor
    client: httpx.Client
    clock: Clock = field(default_factory=Clock)

    @property
    def port(self) -> int:
        return self.client.base_url.port or 0

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers={key.replace("_", "-"): value for key, value in headers.items()})


@contextmanager
def running(app: object, **options: object) -> Iterator[str]:
    """uvicorn in a thread, as the service runs it; its address."""
    settled = {
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        "proxy_headers": False,
        "http": getattr(app, "protocol", "auto"),
        "timeout_graceful_shutdown": 1,
    }
    config = uvicorn.Config(app, **{**settled, **options})  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # asyncio does so by itself only for listeners that it opened: without it every answer takes 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def calling(address: str) -> Iterator[httpx.Client]:
    # Nothing here speaks TLS, and reading the certificates takes longer than a test.
    with httpx.Client(base_url=address, trust_env=False, verify=False) as client:
        yield client


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The site in `folder`, collected and served."""
    clock = Clock()
    with open_site(folder, {}) as site:
        engine.collect_all(site, clock())
        app = create_app(site, clock, within=0)
        with running(app) as address, calling(address) as client:
            yield Server(site, app, client, clock)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder with its database, collected once; for copies."""
    folder = make_site(tmp_path_factory.mktemp("made") / "site")
    with open_site(folder, {}) as site:
        engine.collect_all(site, NOW)
    return folder


@pytest.fixture(scope="module")
def reading(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that change nothing."""
    with serving(shutil.copytree(made, tmp_path_factory.mktemp("reading") / "site")) as server:
        yield server


@pytest.fixture(scope="session")
def stage(made: Path) -> Iterator[tuple[WebDoor, str, Clock]]:
    """A running door that is given one site after the other."""
    clock = Clock()
    with open_site(made, {}) as site:
        app = create_app(site, clock, within=0)
        with running(app) as address:
            yield app, address, clock


@pytest.fixture
def server(made: Path, stage: tuple[WebDoor, str, Clock], tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own."""
    app, address, clock = stage
    clock.now = NOW
    with open_site(shutil.copytree(made, tmp_path / "site"), {}) as site, calling(address) as client:
        app.use(site)
        yield Server(site, app, client, clock)


@pytest.fixture(scope="session")
def following_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two publications that can be followed by mail, collected once; for copies."""
    from tests.web.following import make_following

    folder = make_following(tmp_path_factory.mktemp("following") / "site")
    with open_site(folder, {}) as site:
        engine.collect_all(site, NOW)
    return folder


@pytest.fixture
def following(following_folder: Path, stage: tuple[WebDoor, str, Clock], tmp_path: Path) -> Iterator[Server]:
    """Such a site behind a server, of this test's own."""
    app, address, clock = stage
    clock.now = NOW
    copy = shutil.copytree(following_folder, tmp_path / "site")
    with open_site(copy, {}) as site, calling(address) as client:
        app.use(site)
        yield Server(site, app, client, clock)
