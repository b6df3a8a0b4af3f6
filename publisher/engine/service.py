"""`publisher run`: web, clock and sending in one process, with the sender's lock held for its whole life.

    uvicorn ── requests            (event loop)
    clock ──── APScheduler ──────▶ "it is time" ─┐
    clock ──── every two seconds ▶ "have a look" ┴▶ worker thread: reopen if files changed, then work

The clock only wakes the worker; what is due is always asked of storage, so that a stopped clock, a suspended
laptop or a leap of the wall clock loses nothing and repeats nothing.
"""

from __future__ import annotations

import asyncio
import errno
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from publisher import storage
from publisher.engine.moments import has_mail, next_event
from publisher.engine.ticking import Clock, TickReport, open_smtp, send_waiting, work
from publisher.errors import ConfigError, PublisherError
from publisher.model import Channel
from publisher.site import Site, open_site

_LOOK = 2  # seconds between two looks at the files
_PATIENCE = 30.0  # seconds after a problem, before the next try; by a clock that nobody sets

Fingerprint = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears what the service does; both are called in the worker's thread.

    `failed` gets a sentence, and the exception when it was one that nobody foresaw.
    """

    worked: Callable[[Site, TickReport], None]
    failed: Callable[[str, Exception | None], None]


class Application(Protocol):
    """The web door, as far as the service knows it."""

    def use(self, site: Site) -> None:
        """Answer from this Site from now on."""
        ...

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


class Worker(threading.Thread):
    """Does all that is due whenever it is woken. The only thread that changes the ledger."""

    def __init__(self, folder: Path, environ: Mapping[str, str], clock: Clock, listener: Listener) -> None:
        super().__init__(name="worker")
        self.folder, self.environ, self.clock, self.listener = folder, environ, clock, listener
        self._opened = _settings(_files(folder))  # before it is read: a later edit is then noticed
        self.site = _opened(folder, environ)
        self.stopping = threading.Event()
        self.scheduled: Callable[[datetime], None] = _nowhere
        self.moved: Callable[[Site], None] = _nowhere
        self._wakes: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._files: Fingerprint = {}
        self._changed = True  # there is something to collect
        self._not_before = 0.0
        self._said = ""

    def wake(self, _occurrence: datetime | None = None) -> None:
        """Have a look. May be called from any thread; several calls are one look."""
        if self._wakes.empty():
            self._wakes.put(None)

    def stop(self) -> None:
        """Finish the messages under way, and end."""
        self.stopping.set()
        self._wakes.put(None)

    def run(self) -> None:
        with ExitStack() as line:
            channel: Channel | None = None
            while not self.stopping.is_set():
                try:
                    if self._reopened() or channel is None:
                        channel = None
                        line.close()
                        channel = line.enter_context(open_smtp(self.site))
                    self._look(channel)
                except PublisherError as error:
                    self._fail(error.sentence())
                except OSError as error:
                    where = f"{error.filename}: " if error.filename else ""
                    self._fail(f"{where}{error.strerror or error}. It is tried again.")
                except Exception as error:  # noqa: BLE001  pages and mail go on after a mistake of ours
                    what = f"Something went wrong that should not ({type(error).__name__}: {error})."
                    self._fail(what, error)
                self._wakes.get()
        self.site.close()

    def _reopened(self) -> bool:
        """Open the site anew when its settings changed; True if that was so. Raises PublisherError.

        Settings that cannot be used are told once, and those before them hold until they are edited again.
        """
        present = _files(self.folder)
        if present != self._files:
            self._files, self._changed = present, True
            self._not_before = 0.0  # the edit may be the remedy
        settings = _settings(present)
        if settings == self._opened:
            return False
        try:
            fresh = _opened(self.folder, self.environ)
        except ConfigError:
            self._opened = settings
            raise
        self._opened = settings
        old, self.site = self.site, fresh
        self.moved(self.site)
        old.close()
        return True

    def _look(self, channel: Channel) -> None:
        now = self.clock()
        moment = next_event(self.site, now)
        due = self._changed or (moment is not None and moment <= now)
        if (due or has_mail(self.site)) and time.monotonic() >= self._not_before:
            do = work if due else send_waiting
            report = do(self.site, self.clock, channel, keep_going=lambda: not self.stopping.is_set())
            self._changed = self._changed and not due
            self.listener.worked(self.site, report)
            if report.problems:
                self._changed = True  # the next time everything is looked at, and kept for the owner
                self._not_before = time.monotonic() + _PATIENCE
            else:
                self._said = ""
            moment = next_event(self.site, self.clock())
        if moment is not None:
            self.scheduled(moment)

    def _fail(self, sentence: str, unforeseen: Exception | None = None) -> None:
        """Say what is wrong, once, and try again later."""
        self._not_before = time.monotonic() + _PATIENCE
        self._changed = True  # whatever was being taken in is looked at again
        if sentence != self._said:
            self._said = sentence
            self.listener.failed(sentence, unforeseen)


def _opened(folder: Path, environ: Mapping[str, str]) -> Site:
    """The site, with a mail server that can be used. Raises ConfigError, StorageError."""
    site = open_site(folder, environ)
    if site.smtp_error is not None:
        site.close()
        raise site.smtp_error
    return site


def _nowhere(_: object) -> None:
    """Who is told while there is nobody to tell."""


def serve(
    folder: Path,
    environ: Mapping[str, str],
    *,
    host: str,
    port: int,
    clock: Clock,
    listener: Listener,
    started: Callable[[Site, str], None],
    make_app: Callable[[Site, Clock], Application],
) -> None:
    """Run until SIGTERM or SIGINT, then drain. `started` hears the address when requests are answered.

    Raises ConfigError for a port that cannot be had, LockedError when another process of the site sends.
    """
    worker = Worker(folder, environ, clock, listener)
    try:
        with storage.sender_lock(worker.site.store, worker.site.var), _listen(host, port) as door:
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{door.getsockname()[1]}"
            app = make_app(worker.site, clock)
            worker.moved = app.use
            try:
                _run_loop(_run(worker, app, door, lambda: started(worker.site, address)))
            finally:
                worker.stop()
                if worker.ident is not None:
                    worker.join()
    finally:
        worker.site.close()


async def _run(worker: Worker, app: Application, door: socket.socket, started: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    scheduler = AsyncIOScheduler(timezone=UTC)
    options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(worker.wake, IntervalTrigger(seconds=_LOOK), id="look", **options)

    def schedule(moment: datetime) -> None:
        trigger = DateTrigger(moment)
        with suppress(RuntimeError):  # the loop has ended while the last messages were brought home
            loop.call_soon_threadsafe(
                lambda: scheduler.add_job(
                    worker.wake, trigger, args=[moment], id="next", replace_existing=True, **options
                )
            )

    worker.scheduled = schedule
    server = _Server(_settled(app))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.leave)
    scheduler.start()
    worker.start()
    started()
    try:
        await server.serve(sockets=[door])
    finally:
        scheduler.shutdown(wait=False)


def _settled(app: Application) -> uvicorn.Config:
    """No access log (addresses hold tokens), no trust in forwarding headers, no advertisement."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        http=getattr(app, "protocol", "auto"),
        ws="none",
        timeout_graceful_shutdown=5,
    )


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again, before the worker has drained."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def leave(self) -> None:
        self.should_exit = True


@contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, port), family=family)
    except OSError as error:
        if (error.errno or -1) < 0 or error.errno == errno.EADDRNOTAVAIL:  # below 0: the name is not known
            what, advice = f"{host!r} is no address of this machine", "Choose one with --host."
            raise ConfigError(what, advice=advice) from None
        what = f"port {port} of {host} cannot be had ({os.strerror(error.errno or 0)})"
        raise ConfigError(what, advice="Choose another one with --port, or end what listens there.") from None
    with door:
        # asyncio does this only for sockets that name their protocol; without it an answer takes 40 ms.
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield door


def _files(folder: Path) -> Fingerprint:
    """(size, time) of publisher.toml and everything in feeds/ and templates/."""
    paths = [folder / "publisher.toml", *(folder / "feeds").rglob("*"), *(folder / "templates").rglob("*")]
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue  # it went away under our eyes: the next look will not see it
        found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def _settings(files: Fingerprint) -> Fingerprint:
    return {path: mark for path, mark in files.items() if path.endswith((".toml", ".mjml", "email"))}


def _run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run it in the fast event loop, where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
