"""What can be wrong with a whole site: a row for each fault, each in a site of its own.

A fault is a context: made when it is entered, mended when it is left. Its row proves that it is one, says what
must be heard of it, and what goes out all the same.
"""

from __future__ import annotations

import socket
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from publisher.config import SiteFile
from publisher.site import bundled
from tests.bad_files import no_day
from tests.faults import Place, is_refused, write

Fault = Callable[[Place], AbstractContextManager[object]]  # made when entered, mended when left
Prove = Callable[[Place], bool]


@dataclass(frozen=True)
class SiteRow:
    """One fault of a site. `mailed` are those whose mail goes out all the same; feeds do unless `stops`."""

    name: str
    fault: Fault
    is_real: Prove
    says: str
    about: str = "publisher: "
    command: tuple[str, ...] = ("tick",)
    nobody: bool = False
    mailed: tuple[str, ...] = ()
    stops: bool = False  # nothing can be read without it
    environ: tuple[tuple[str, str], ...] = ()


def changed(name: str, old: str, new: str) -> Fault:
    """A file of the owner's in which `old` became `new`."""

    @contextmanager
    def fault(place: Place) -> Iterator[None]:
        before = (place.folder / name).read_text(encoding="utf-8")
        place.replace(name, old, new)
        yield
        write(place.folder / name, before)

    return fault


def replaced(name: str, content: str | bytes) -> Fault:
    """A file with another content."""

    @contextmanager
    def fault(place: Place) -> Iterator[None]:
        path = place.folder / name
        before = path.read_bytes() if path.exists() else None
        write(path, content)
        yield
        path.unlink() if before is None else path.write_bytes(before)

    return fault


@contextmanager
def without_feeds(place: Place) -> Iterator[None]:
    feeds = place.folder / "feeds"
    feeds.rename(place.folder / "elsewhere")
    yield
    (place.folder / "elsewhere").rename(feeds)


@contextmanager
def read_only_database(place: Place) -> Iterator[None]:
    for suffix in ("", "-wal", "-shm"):
        if (path := database(place).with_name(f"publisher.db{suffix}")).exists():
            path.chmod(0o444)
    yield
    database(place).chmod(0o644)


@contextmanager
def locked_database(place: Place) -> Iterator[None]:
    with closing(sqlite3.connect(database(place), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def newer_database(place: Place) -> Iterator[None]:
    with closing(sqlite3.connect(database(place))) as db:
        (now,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
        for version in ("9999", now):
            db.execute("UPDATE alembic_version SET version_num = ?", (version,))
            db.commit()
            if version != now:
                yield


@contextmanager
def taken_port(_: Place) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


@contextmanager
def unknown_variable(place: Place) -> Iterator[None]:
    """A template for all mails of the site; elbows keep a good one of their own."""
    good = bundled(TEMPLATE).read_text(encoding="utf-8")
    bad = good.replace("{{ title }}", "{{ nonsense }}", 1)
    write(place.folder / "feeds/elbows/templates/email/digest.mjml", good)
    path = write(place.folder / TEMPLATE, bad)
    yield
    path.unlink()


@contextmanager
def server_away(place: Place) -> Iterator[int]:
    """The settings name a port at which nobody listens."""
    assert place.server is not None
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = int(other.getsockname()[1])
    with changed("publisher.toml", f"port = {place.server.port}", f"port = {port}")(place):
        yield port


def database(place: Place) -> Path:
    return place.folder / "var/publisher.db"


def settings(place: Place) -> str:
    return (place.folder / "publisher.toml").read_text(encoding="utf-8")


def refuses(statement: str, why: str) -> Prove:
    """Whether the database itself says no to another program."""

    def is_real(place: Place) -> bool:
        opened = sqlite3.connect(database(place), timeout=0, isolation_level=None)
        with closing(opened) as db, pytest.raises(sqlite3.DatabaseError, match=why):
            db.execute(statement)
        return True

    return is_real


def is_no_toml(place: Place) -> bool:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(settings(place))
    return True


def is_written(words: str) -> Prove:
    return lambda place: words in settings(place)


def is_undeclared(place: Place) -> bool:
    """Whether Jinja itself sees a name that nothing in the bundled template has."""
    names = [
        meta.find_undeclared_variables(Environment().parse(path.read_text()))
        for path in (place.folder / TEMPLATE, bundled(TEMPLATE))
    ]
    return names[0] - names[1] == {"nonsense"}


def nobody_answers(place: Place) -> bool:
    port = int(tomllib.loads(settings(place))["smtp"]["port"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    return True


TEMPLATE = "templates/email/digest.mjml"
TOML = "publisher.toml"
NEVER = '\n[[digest]]\nname = "x"\nschedule = { kind = "cron", at = "0 0 30 2 *" }\n\n[[digest]]'
NO_KEY = "/nowhere/secret.key"

IN_SITES = [
    SiteRow(
        "an empty publisher.toml",
        replaced(TOML, ""),
        lambda place: settings(place) == "",
        r"publisher: publisher\.toml: the key `title` is missing\. Write `title = …`\.",
        stops=True,
    ),
    SiteRow(
        "a TOML typo",
        changed(TOML, "[[digest]]", "[[digest]"),
        is_no_toml,
        r"publisher: publisher\.toml:6: it is not TOML: .+ Look at column \d+\.",
        stops=True,
    ),
    SiteRow(
        "an unknown key",
        changed(TOML, "sender", "sendr"),
        lambda place: not {"sendr"} & SiteFile.model_fields.keys() and "sendr" in settings(place),
        r"publisher: publisher\.toml:3: there is no key `sendr`\. Did you mean `sender`\?",
        stops=True,
    ),
    SiteRow(
        "a base_url that ends with spaces",
        changed(TOML, 'guides.example"\nsender', 'guides.example  "\nsender'),
        is_written('.example  "'),
        r"publisher: publisher\.toml:2: `base_url` is not a web address .+ \(found 'https://guides\.example  '\)\.",
        stops=True,
    ),
    SiteRow(
        "no feeds",
        without_feeds,
        lambda place: not (place.folder / "feeds").exists(),
        r"feeds: it cannot be read \(No such file or directory\)\. Each publication is a folder .+",
        about="feeds: ",
        stops=True,
    ),
    SiteRow(
        "a schedule that never fires",
        changed(TOML, "[[digest]]", NEVER),
        lambda place: no_day(place.folder),
        r"publisher\.toml: digest\[1\]\.schedule\.at: '0 0 30 2 \*' .+ This digest is left out until then\.",
        about="publisher.toml: ",
        mailed=("ada@example.org", "ben@example.org"),
    ),
    SiteRow(
        "no password for the mail server",
        changed(TOML, "[smtp]", "[smtp]\nusername = 'ada'"),
        is_written("username"),
        r"publisher: publisher\.toml: smtp\.username: ada has no password\. Set PUBLISHER_SMTP_PASSWORD, or .+",
    ),
    SiteRow(
        "no file of keys",
        changed(TOML, "", ""),
        lambda place: not Path(NO_KEY).exists(),
        r"publisher: PUBLISHER_SECRET_KEY_FILE: the file /nowhere/secret\.key cannot be read .+ instead\.",
        environ=(("PUBLISHER_SECRET_KEY_FILE", NO_KEY),),
    ),
    SiteRow(
        "a read-only database",
        read_only_database,
        lambda place: is_refused(database(place), writing=True),
        r"publisher: .+/publisher\.db: the database is read-only\. Check the owner and permissions .+",
        nobody=True,
    ),
    SiteRow(
        "a locked database",
        locked_database,
        refuses("BEGIN IMMEDIATE", "locked"),
        r"publisher: .+/publisher\.db: the database is locked by another program\. Close .+",
    ),
    SiteRow(
        "a database of a newer version",
        newer_database,
        refuses(
            "SELECT x FROM y WHERE 0 = (SELECT version_num = '9999' FROM alembic_version)", "no such table"
        ),
        r"publisher: .+/publisher\.db: the database was made by a newer version\. Install .+",
        stops=True,
    ),
    SiteRow(
        "a damaged database",
        replaced("var/publisher.db", b"not a database at all " * 1000),
        refuses("SELECT 1 FROM edition", "not a database"),
        r"publisher: .+/publisher\.db: the file is no database\. Restore it from a backup, .+",
        stops=True,
    ),
    SiteRow(
        "a taken port",
        taken_port,
        lambda place: True,
        r"publisher: port \d+ of 127\.0\.0\.1 cannot be had \(Address already in use\)\. Choose another .+",
        command=("run", "--port", "{}"),
    ),
    SiteRow(
        "a missing template variable",
        unknown_variable,
        is_undeclared,
        r"Edition \d+ waits\. .+/templates/email/digest\.mjml:8: There is no variable “nonsense”\. Known .+",
        about="waits",
        mailed=("ben@example.org",),
    ),
    SiteRow(
        "a mail server that is away",
        server_away,
        nobody_answers,
        r"mail server 127\.0\.0\.1:\d+: nothing answers there\. Check `host` and `port` in \[smtp\]; .+",
        about="mail server",
    ),
]
