"""The tests' own ground: databases, skips that are told, the guard against other machines, the site."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.config import load_feed, load_site
from tests.conftest import GUARD, NetworkError, is_local

HERE = Path(__file__).resolve().parent


PLANTED = """
import socket
import pytest

def test_database(database_url):
    assert database_url.startswith("sqlite")

@pytest.mark.browser
def test_browser(chromium):
    assert False

@pytest.mark.browser
@pytest.mark.xfail(reason="not yet", strict=True)
def test_known_to_fail():
    assert False

def test_unrelated():
    pytest.skip("of its own accord")

def test_that_swallows():
    with pytest.raises(Exception):
        socket.create_connection(("192.0.2.1", 25), timeout=1)
"""
SKIPS_ITSELF = "import pytest\npytest.importorskip('no_such_module')\ndef test_x():\n    assert True\n"


def run_pytest(folder: Path, **environment: str) -> str:
    """What a run says of the planted tests, which lie beside copies of conftest.py and what it needs."""
    tests = folder / "tests"
    tests.mkdir()
    for name in ("__init__.py", "conftest.py", "postgresql.py"):
        shutil.copy(HERE / name, tests / name)
    (tests / "test_planted.py").write_text(PLANTED)
    (tests / "test_skips_itself.py").write_text(SKIPS_ITSELF)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  postgresql: x\n  browser: x\n")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_TEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors"],
        cwd=folder,
        env={**inherited, "PATH": "/nowhere", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_what_is_missing_is_skipped_and_told(tmp_path: Path) -> None:
    said = run_pytest(tmp_path)
    assert "2 passed, 5 skipped, 1 error in" in said
    told = said.split("NOT TESTED HERE")[1]
    assert "1 tests  no PostgreSQL: `./run test-all` starts one" in told
    assert "2 tests  no Chromium: `./run test-all` installs it" in told
    assert "1 tests  of its own accord" in told
    assert "1 tests  could not import 'no_such_module'" in told
    assert "this test tried to leave the machine: socket.connect 192.0.2.1" in said


def test_a_strict_run_fails_where_it_would_skip(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, PUBLISHER_TEST_STRICT="1")
    assert "2 passed, 1 skipped, 5 errors in" in said
    assert "skipped, where nothing may be: no PostgreSQL" in said
    assert "skipped, where nothing may be: no Chromium" in said
    assert "skipped, where nothing may be: could not import 'no_such_module'" in said


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (socket.AF_INET, ("192.0.2.1", 25)),
        (socket.AF_INET6, ("2001:db8::1", 25)),
    ],
)
def test_the_guard_refuses_other_machines(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        for leave in (link.connect, link.connect_ex, lambda to: link.sendto(b"x", to)):
            with pytest.raises(NetworkError, match="this machine only"):
                leave(address)
    assert len(GUARD.attempts) == 3
    GUARD.attempts.clear()


@pytest.mark.parametrize("host", ["example.com", b"example.com", "localhost.example.com"])
def test_the_guard_refuses_to_look_up_other_machines(host: str | bytes) -> None:
    with pytest.raises(NetworkError, match=r"not to (localhost\.)?example\.com"):
        socket.getaddrinfo(host, 80)
    GUARD.attempts.clear()


def test_a_name_that_cannot_exist_is_answered_without_asking() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("mail.invalid", 25), timeout=1)
    assert GUARD.attempts == []


def test_the_guard_lets_this_machine_speak_to_itself(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        client.connect(str(tmp_path / "socket"))
    assert GUARD.attempts == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "a.localhost"]
)
def test_local_names(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "localhost.example.com", ""])
def test_foreign_names(host: str) -> None:
    assert not is_local(host)


def test_every_test_gets_an_empty_database(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE words (word TEXT)"))
        connection.execute(sa.text("INSERT INTO words VALUES (:word)"), {"word": "naïve"})
        assert connection.execute(sa.text("SELECT word FROM words")).scalar() == "naïve"
    # The engine stays open, as after a test that forgot to close it: the database must go all the same.


def test_every_test_gets_a_database_of_its_own(database_url: str) -> None:
    test_every_test_gets_an_empty_database(database_url)


def test_the_site_is_one(site_folder: Path) -> None:
    site = load_site(site_folder)
    feed = load_feed(site_folder / "feeds/knees/feed.toml")
    assert (site.base_url, [digest.name for digest in site.digest]) == ("https://guides.example", ["weekly"])
    assert (feed.title, [source.backfill for source in feed.source]) == ("Knees", ["announce"])
    assert {path.suffix for path in (site_folder / "feeds/knees/articles").iterdir()} == {".md", ".txt"}
