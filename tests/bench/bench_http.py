"""A feed over HTTP: what a reader's poll costs, beside nginx and beside feedgen for each request.

    python -m tests.bench.bench_http

One feed of 300 KB on loopback, by one process of each: sent whole, sent with gzip, and not sent because the
reader has it (304). nginx sends the same bytes from files, compressed beforehand. feedgen writes the feed for
every request, as a small site would. The load is wrk's; where there is none, a few lines of our own for all.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.bench_formats import guides, line

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
GUIDES, SIZE = 30, 9_600  # together, with what a feed says around them, 300 KB
PATH = "/garden/feed.atom"
SECONDS, ROUNDS, CONNECTIONS = 1, 7, 16
TARGET = 1 / 3
NGINX = """\
worker_processes 1; daemon off; master_process off; pid {0}/pid; error_log {0}/error.log crit; {1}
events {{ worker_connections 256; }}
http {{
  access_log off; server_tokens off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  open_file_cache max=10 inactive=60s; types {{ application/atom+xml atom; }}
  client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0};
  uwsgi_temp_path {0}; scgi_temp_path {0};
  server {{ listen 127.0.0.1:{2}; root {0}/www; gzip_static {3};
    add_header Vary Accept-Encoding; add_header Cache-Control no-cache; }}
}}
"""


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    pid: int = 0


@dataclass(frozen=True)
class Rate:
    """Requests per second, and what each cost the server, in microseconds of its processor's time."""

    per_second: float
    cost: float


# --------------------------------------------------------------------------------------------- the servers


def site_app(folder: str) -> Any:
    from publisher.site import open_site
    from publisher.web import create_app

    return create_app(open_site(Path(folder), {}), lambda: NOW)


def feedgen_app(_: str) -> Any:
    """What a few lines of feedgen in a handler do."""
    entries = guides(GUIDES, SIZE)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = written(entries)
        headers = [(b"content-type", b"application/atom+xml"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def written(entries: Any) -> bytes:
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id("tag:guides.example,2026:garden")
    feed.title("Garden")
    feed.updated(NOW)
    feed.link(href="https://guides.example/garden/", rel="alternate")
    for entry in entries:
        item = feed.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.updated(entry.updated)
        item.link(href=entry.url)
        item.summary(entry.summary)
        item.content(entry.html, type="html")
    return bytes(feed.atom_str())


def serve(make: Callable[[str], Any], folder: str, port: int) -> None:
    """uvicorn as `publisher run` has it, in a process of its own."""
    import asyncio

    import uvicorn

    from publisher.engine.service import _settled

    with socket.create_server(("127.0.0.1", port)) as door:
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(_settled(make(folder)))
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(server.serve(sockets=[door]))


def loop_factory() -> Callable[[], Any] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@contextmanager
def process(name: str, make: Callable[[str], Any], folder: str) -> Iterator[Server]:
    port = free_port()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(make, folder, port))
    child.start()
    try:
        wait_for(port)
        yield Server(name, port, child.pid or 0)
    finally:
        child.terminate()
        child.join()


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        raise FileNotFoundError("nginx")
    port = free_port()
    static = (
        "--with-http_gzip_static_module"
        in subprocess.run([program, "-V"], check=False, capture_output=True, text=True).stderr
    )
    user = "user root;" if Path("/root").is_dir() and Path("/proc/self").owner() == "root" else ""
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder, user, port, "on" if static else "off"))
    child = subprocess.Popen([program, "-p", str(folder), "-c", str(settings)])
    try:
        wait_for(port)
        yield Server("nginx", port, child.pid)
    finally:
        child.terminate()
        child.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens at port {port}")


# ------------------------------------------------------------------------------------------------ the load


def ask(server: Server, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", PATH, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def load(server: Server, headers: dict[str, str]) -> Rate:
    """By wrk, or by our own few lines."""
    before = processor(server.pid)
    rate, seconds = (_by_wrk if shutil.which("wrk") else _by_hand)(server, headers)
    return Rate(rate, (processor(server.pid) - before) / (rate * seconds) * 1e6)


def processor(pid: int) -> float:
    """Seconds that a process has spent, in itself and in the kernel; 0 where nobody tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _by_wrk(server: Server, headers: dict[str, str]) -> tuple[float, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{PATH}"], capture_output=True, text=True, check=True
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", said.stdout)
    if found is None or "Non-2xx" in said.stdout:
        raise RuntimeError(said.stdout + said.stderr)
    return float(found[1]), SECONDS


def _by_hand(server: Server, headers: dict[str, str]) -> tuple[float, float]:
    """A thread for each of a few connections; eight requests are sent before their answers are read."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode() * 8
    one = _one_answer(server, request[: len(request) // 8])
    counts: list[int] = []
    ends = time.perf_counter() + SECONDS

    def reader() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            count, into = 0, bytearray(1 << 20)
            while time.perf_counter() < ends:
                connection.sendall(request)
                left = 8 * one
                while left > 0 and (got := connection.recv_into(into, min(left, len(into)))):
                    left -= got
                count += 8
            counts.append(count)

    threads = [threading.Thread(target=reader) for _ in range(4)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    return sum(counts) / seconds, seconds


def _one_answer(server: Server, request: bytes) -> int:
    """How many bytes one answer has, from its first to its last."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.recv(1 << 16)
    head = got.partition(b"\r\n\r\n")[0]
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    no_body = head.startswith(b"HTTP/1.1 304")
    return len(head) + 4 + (0 if no_body or length is None else int(length[1]))


# --------------------------------------------------------------------------------------------- the measure


def make_site(folder: Path) -> None:
    from publisher import engine
    from publisher.site import open_site

    articles = folder / "feeds/garden/articles"
    articles.mkdir(parents=True)
    (folder / "publisher.toml").write_text('title = "Bench"\nbase_url = "https://guides.example"\n')
    (folder / "feeds/garden/feed.toml").write_text('title = "Garden"\n')
    for entry in guides(GUIDES, SIZE):
        (articles / f"{entry.slug}.html").write_text(f"<h1>{entry.slug}</h1>{entry.html}", encoding="utf-8")
    with open_site(folder, {}) as site:
        engine.collect_all(site, NOW)


def cases(server: Server) -> dict[str, dict[str, str]]:
    """What is asked of a server; its own tag makes the 304."""
    zipped, _ = ask(server, {"Accept-Encoding": "gzip"})
    tag = zipped.getheader("ETag") or ""
    return {
        "200 as it is": {"Accept-Encoding": "identity"},
        "200 gzip": {"Accept-Encoding": "gzip"},
        "304": {"Accept-Encoding": "gzip", "If-None-Match": tag},
    }


def check(server: Server, body: bytes, zipped: bytes) -> None:
    """All that is compared is the same: the bytes, the coding, and that nothing comes with a 304."""
    wanted = {"200 as it is": (200, body), "200 gzip": (200, zipped), "304": (304, b"")}
    for name, headers in cases(server).items():
        answer, got = ask(server, headers)
        if (answer.status, got) != wanted[name]:
            raise RuntimeError(f"{server.name} answers {name} with {answer.status} and {len(got)} bytes")


def measure(servers: list[Server]) -> dict[tuple[str, str], Rate]:
    """(server, case) -> medians of rounds that take turns."""
    taken: dict[tuple[str, str], list[Rate]] = {}
    asked = {server.name: cases(server) for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            for name, headers in asked[server.name].items():
                if server.name != "feedgen" or name == "200 as it is":
                    taken.setdefault((server.name, name), []).append(load(server, headers))
    return {
        key: Rate(
            statistics.median(each.per_second for each in rates),
            statistics.median(each.cost for each in rates),
        )
        for key, rates in taken.items()
    }


def report(found: dict[tuple[str, str], Rate]) -> None:
    for name in ("200 as it is", "200 gzip", "304"):
        ours, peer = found["publisher", name], found.get(("nginx", name))
        ratio = ""
        if peer is not None:
            tell(f"nginx, {name}", peer, "the limit")
            share = ours.per_second / peer.per_second
            met = "" if name == "200 as it is" else f", target 1/3 {'met' if share >= TARGET else 'MISSED'}"
            ratio = f"{share:.2f} x nginx{met}"
        tell(f"publisher, {name}", ours, ratio)
    naive = found["feedgen", "200 as it is"]
    times = found["publisher", "200 as it is"].per_second / naive.per_second
    tell("feedgen for each request", naive, f"publisher {times:,.0f} x")


def tell(name: str, rate: Rate, ratio: str) -> None:
    line(name, f"{rate.per_second:,.0f}/s", f"{rate.cost:6.0f} µs  {ratio}")


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make_site(folder / "site")
        ours = stack.enter_context(process("publisher", site_app, str(folder / "site")))
        body, zipped = (ask(ours, {"Accept-Encoding": coding})[1] for coding in ("identity", "gzip"))
        print(
            f"  a feed of {len(body):,} bytes, {len(zipped):,} with gzip; {'wrk' if shutil.which('wrk') else 'no wrk'}"
        )
        servers = [ours, stack.enter_context(process("feedgen", feedgen_app, ""))]
        (folder / "www/garden").mkdir(parents=True)
        (folder / "www/garden/feed.atom").write_bytes(body)
        (folder / "www/garden/feed.atom.gz").write_bytes(zipped)
        try:
            servers.append(stack.enter_context(nginx(folder)))
        except (FileNotFoundError, TimeoutError) as error:
            print(f"  without nginx ({error}): there is nothing to compare with but feedgen", file=sys.stderr)
        for server in servers:
            if server.name != "feedgen":
                check(server, body, zipped)
        report(measure(servers))


if __name__ == "__main__":
    main()
