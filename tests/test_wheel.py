"""The wheel: built, installed in a clean environment outside the checkout, and used as its owner would.

What it depends on is borrowed from the environment of these tests; `publisher` itself comes from the wheel, and
that is proved before anything else. Building needs hatchling: from uv's cache, or once from the package index.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.running import PATIENCE, wait

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
HEAVY = (
    *(
        "aiosmtpd",
        "alembic",
        "apscheduler",
        "asyncio",
        "email_validator",
        "feedgen",
        "ftfy",
        "httpx",
        "jinja2",
    ),
    *(
        "litestar",
        "lxml",
        "markdown_it",
        "mjml",
        "pydantic",
        "rich",
        "sqlalchemy",
        "structlog",
        "uvicorn",
        "yaml",
    ),
)


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and an empty folder to work in."""

    bin: Path
    desk: Path

    def run(self, *words: str) -> str:
        """What `publisher <words>` writes to its standard output; it must succeed."""
        done = subprocess.run(
            [str(self.bin / "publisher"), *words],
            capture_output=True,
            text=True,
            cwd=self.desk,
            env=self.environ(),
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environ(self) -> dict[str, str]:
        """Nothing that could lead back to the checkout."""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PUBLISHER"))
        }
        return {**kept, "PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.desk)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [str(UV), "build", "--quiet", "--wheel", "--out-dir", str(out), str(ROOT)]
    for more in (["--offline"], []):
        done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode == 0:
            return next(out.glob("*.whl"))
    if "Failed to resolve requirements from `build-system.requires`" in done.stderr:
        pytest.skip("no hatchling to build the wheel with: neither in uv's cache nor from the package index")
    raise AssertionError(done.stderr)


def uv(*words: str) -> None:
    subprocess.run([str(UV), *words], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("installed")
    uv("venv", "--quiet", "--python", sys.executable, str(home / "env"))
    python = home / "env/bin/python"
    uv("pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel))
    (packages,) = (home / "env/lib").glob("python*/site-packages")
    # A folder named in a .pth file comes last, and the .pth files in it (the checkout's is one) are not read.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (home / "desk").mkdir()
    return Installed(python.parent, home / "desk")


@pytest.fixture(scope="module")
def site(installed: Installed) -> str:
    """A site made by `publisher init`, in a folder with a space, taken through the steps that it names."""
    said = installed.run("init", "my guides")
    steps = [shlex.split(line)[1:] for line in said.splitlines() if line.startswith("  publisher ")]
    assert {step[0] for step in steps} >= {"collect", "followers", "forecast", "tick"}
    for step in steps:
        if step[0] != "run":
            assert step[-1] == "my guides"
            installed.run(*step)
    return "my guides"


def test_it_holds_what_the_checkout_shows(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    paths = [path for room in ("publisher", "templates", "feeds") for path in (ROOT / room).rglob("*")]
    shown = {
        str(path.relative_to(ROOT)) for path in paths if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name if name.startswith("publisher/") else f"publisher/_bundled/{name}" for name in shown}
    packed.add("publisher/_bundled/publisher.toml")
    own = {name for name in names if ".dist-info/" not in name}
    assert own == packed, sorted(own ^ packed)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_publisher_comes_from_the_wheel(installed: Installed) -> None:
    code = "import publisher, publisher.site as s; print(publisher.__file__); print(s.bundled('templates'))"
    said = subprocess.run(
        [str(installed.bin / "python"), "-c", code],
        capture_output=True,
        text=True,
        cwd=installed.desk,
        env=installed.environ(),
        check=True,
    )
    for line in said.stdout.splitlines():
        assert Path(line).is_relative_to(installed.bin.parent), line
        assert not Path(line).is_relative_to(ROOT)


def test_a_site_of_its_own_works_at_once(installed: Installed, site: str) -> None:
    assert "you@example.com" in installed.run("followers", "list", "--site", site)
    assert "written" in installed.run("build", "--site", site)
    public = installed.desk / site / "var/public"
    for slug in ("living-with-arthritis", "the-repair-bench"):
        assert json.loads((public / slug / "feed.json").read_text(encoding="utf-8"))["items"]
        assert "<rss" in (public / slug / "feed.rss").read_text(encoding="utf-8")
        assert "<main" in (public / slug / "index.html").read_text(encoding="utf-8")


def test_the_demo_mails_with_bundled_templates(installed: Installed) -> None:
    installed.run("demo", "--dir", "demo")
    mails = sorted((installed.desk / "demo/var/inbox").rglob("*.eml"))
    assert mails
    message = email.message_from_bytes(mails[0].read_bytes(), policy=email.policy.default)
    html = message.get_body(("html",))
    assert html is not None and "List-Unsubscribe" in message
    assert not (installed.desk / "demo/feeds").is_symlink()


def test_it_serves_pages_and_ends_on_sigterm(installed: Installed, site: str) -> None:
    with serving(installed, site) as address:
        front = httpx.get(f"{address}/")
        assert front.status_code == 200 and "/the-repair-bench/" in front.text
        guides = httpx.get(f"{address}/the-repair-bench/feed.json").json()["items"]
        assert guides
        for path in re.findall(r'(?:href|src)="([^"]*/-/[^"]+\.(?:css|js|svg))"', front.text):
            assert httpx.get(httpx.URL(f"{address}/").join(path)).status_code == 200, path
        assert httpx.get(f"{address}/the-repair-bench/sharpen-a-kitchen-knife").status_code == 200
        assert httpx.get(f"{address}/-/inbox", follow_redirects=True).status_code == 200


@contextmanager
def serving(installed: Installed, site: str) -> Iterator[str]:
    """`publisher run` on a free port; what it says goes to a file, as under a service manager."""
    log = installed.desk / "run.log"
    command = [str(installed.bin / "publisher"), "run", "--port", "0", "--site", site]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, cwd=installed.desk, env=installed.environ()
        )
    try:
        found = wait(
            lambda: re.search(r" is at (http://\S+?)/ ", log.read_text(encoding="utf-8")), "an address"
        )
        yield found[1]  # type: ignore[index]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, log.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["tick", "--help"]], ids=" ".join)
def test_help_waits_for_nothing_heavy(words: list[str]) -> None:
    """The cause of a quick start, which a test can hold; what it takes in seconds is measured by a benchmark."""
    code = "import sys; from publisher.cli import run; run(sys.argv[1:]); print('loaded:', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    said, _, loaded = done.stdout.rpartition("loaded:")
    assert "publisher" in loaded.split() and said.strip()
    heavy = set(HEAVY) & set(loaded.split())
    # For a command's own options typer brings pydantic along.
    assert heavy == set() or (words == ["tick", "--help"] and heavy <= {"pydantic"}), heavy
