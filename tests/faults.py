"""Sites that go wrong on purpose: an owner's user, a full disk, files that cannot be read.

Place.make(folder)           two publications, a follower and a mail that is due for each
place.run("tick")            the command line as a process of its own
place.run("tick", nobody=True)   the same as a user for whom permissions hold, when we are root
small_disk(folder)           a disk that is soon full (needs the right to mount)
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import editions, engine, follow
from publisher.site import open_site
from tests.servers.smtp import Server

ROOT = Path(__file__).resolve().parents[1]
NOBODY = 65534
PAST = datetime.now(UTC) - timedelta(days=9)  # a Friday at eight lies between then and now
WEEKLY = '{ kind = "cron", at = "0 8 * * FRI", timezone = "Europe/Berlin" }'

# Knees are told of in the site's mail, elbows in one of their own: two editions, one follower each.
FILES = {
    "publisher.toml": f"""\
title = "Example Guides"
base_url = "https://guides.example"
sender = "Example Guides <news@guides.example>"
database = "sqlite:///var/publisher.db?timeout=0.2"

[[digest]]
name = "weekly"
schedule = {WEEKLY}
""",
    "feeds/knees/feed.toml": 'title = "Knees"\n[[source]]\nbackfill = "announce"\n',
    "feeds/elbows/feed.toml": f"""\
title = "Elbows"

[[source]]
backfill = "announce"

[[digest]]
name = "weekly"
schedule = {WEEKLY}
""",
}
OWNER = "news@guides.example"
FOLLOWERS = {"ada@example.org": "knees", "ben@example.org": "elbows"}


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it wrote to both streams."""

    code: int
    text: str

    def lines(self, about: str) -> list[str]:
        """The lines that hold these words."""
        return [line.strip() for line in self.text.splitlines() if about in line]

    def sentence(self, about: str) -> str:
        """The one line that tells of it; fails when there is none, or more than one."""
        lines = self.lines(about)
        assert len(lines) == 1, f"{len(lines)} lines about {about!r} in:\n{self.text}"
        return lines[0]


def is_calm(said: Said) -> bool:
    """Whether nothing looks like a program that fell over."""
    return not any(words in said.text for words in ("Traceback", "went wrong that should not", 'File "'))


@dataclass(frozen=True, slots=True)
class Place:
    """A site's folder, and the mail server that it sends through (if it has one)."""

    folder: Path
    server: Server | None = None

    @classmethod
    def make(cls, folder: Path) -> Place:
        """Collected nine days ago, followed since then, and not looked at again."""
        for name, text in FILES.items():
            write(folder / name, text)
        for each in FOLLOWERS.values():
            guide = f"---\ntitle: How to rest your {each}\n---\nTwo days of rest, then a short walk.\n"
            write(folder / "feeds" / each / "articles" / "rest.md", guide)
        with open_site(folder, {}) as site:
            editions.prepare(site.store, site.digests, PAST)
            engine.collect_all(site, PAST)
            for address, slug in FOLLOWERS.items():
                chosen = [site.publication(slug)]
                follow.follow(site.store, address, chosen, cadence="weekly", consent="yes", now=PAST)
        return cls(folder)

    def copy(self, folder: Path, server: Server | None = None) -> Place:
        """The same in another folder, sending through `server`."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        place = Place(folder, server)
        if server is not None:
            place.add("publisher.toml", f"\n[smtp]\nhost = '127.0.0.1'\nport = {server.port}\n")
        return place

    def articles(self, slug: str = "knees") -> Path:
        return self.folder / "feeds" / slug / "articles"

    def add(self, name: str, text: str) -> None:
        """Append to one of the owner's files."""
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Change one of the owner's files; fails when there is nothing to change."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *words: str, nobody: bool = False, environ: Mapping[str, str] | None = None) -> Said:
        """`python -m publisher <words> --site <folder>`."""
        return run(*words, "--site", str(self.folder), nobody=nobody, environ=environ)

    def mailed(self) -> list[str]:
        """The followers who got mail, in the server's own words, each as often as one was accepted.

        The owner, who is told of what lasts, is none of them.
        """
        assert self.server is not None
        return sorted(each.recipient for each in self.server.accepted if each.recipient != OWNER)

    def give_away(self) -> None:
        """Let everything belong to the user that `nobody=True` runs as."""
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", str(self.folder)], check=True)


def write(path: Path, content: str | bytes) -> Path:
    """A file with this content, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def run(*words: str, nobody: bool = False, environ: Mapping[str, str] | None = None) -> Said:
    """The command line as a process. `nobody` is for root: as the user 65534, whom permissions bind."""
    with contextlib.ExitStack() as stack:
        command, options = [sys.executable], {}
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})}
        if nobody and os.geteuid() == 0:
            command, more, folders = _anybodys_python(stack)
            env |= more
            options = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "pass_fds": folders}
        done = subprocess.run(  # type: ignore[call-overload]
            [*command, "-m", "publisher", *words],
            capture_output=True,
            text=True,
            errors="replace",
            env=env,
            cwd="/",
            timeout=120,
            check=False,
            **options,
        )
    return Said(done.returncode, done.stdout + done.stderr)


def _anybodys_python(stack: contextlib.ExitStack) -> tuple[list[str], dict[str, str], list[int]]:
    """This Python for a user who may not enter the folders that it, or this checkout, lies in.

    The folders are handed over opened, and reached through /proc/self/fd: no folder above them is asked.
    """
    prefix = Path(sys.base_prefix).resolve()
    program = Path(getattr(sys, "_base_executable", sys.executable)).resolve().relative_to(prefix)
    folders = [os.open(each, os.O_RDONLY) for each in (prefix, ROOT, sysconfig.get_path("purelib"))]
    for each in folders:
        stack.callback(os.close, each)
    home, checkout, packages = (f"/proc/self/fd/{each}" for each in folders)
    env = {"PYTHONHOME": home, "PYTHONPATH": f"{checkout}:{packages}", "LD_LIBRARY_PATH": f"{home}/lib"}
    # env becomes this user first, and then starts Python: only then is /proc/self/fd its own.
    return ["/usr/bin/env", f"{home}/{program}"], env, folders


def is_refused(path: Path, *, writing: bool = False) -> bool:
    """Whether that user cannot read a file, list a folder, or write: asked of the system, not of its mode."""
    options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    read = ["/bin/ls" if path.is_dir() else "/bin/cat", str(path)]
    command = ["/bin/dd", "if=/dev/null", "conv=notrunc", f"of={path}"] if writing else read
    done = subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload]
    return done.returncode != 0 and b"ermission denied" in done.stderr


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that every user can reach: pytest's own is closed to others."""
    with tempfile.TemporaryDirectory(prefix="publisher-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size at `folder`. Skips the test where we may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no small disk: this needs root, and the right to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk to the last byte; the file that does. Fails if it was not full then."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    assert is_full(folder)
    return path


def is_full(folder: Path) -> bool:
    """Whether one more byte does not fit: tried, not computed."""
    probe = folder / "probe"
    try:
        probe.write_bytes(b"x")
    except OSError as error:
        return error.errno == errno.ENOSPC
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return False
