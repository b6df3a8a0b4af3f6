"""Running a document: its shell blocks in one shell, in a copy of the repository; its TOML read as ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from publisher.config import load_feed, load_site
from publisher.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120  # for one document


@dataclass(frozen=True, slots=True)
class Block:
    document: str
    line: int  # of the first line inside the fence, counted from one
    language: str
    text: str
    not_run: str | None = None

    @property
    def where(self) -> str:
        return f"{self.document}:{self.line}"


# --------------------------------------------------------------------------------------------- reading


def blocks(document: str, text: str) -> Iterator[Block]:
    """The fenced blocks of a document. Raises AssertionError for a block left out without a reason."""
    comment = ""
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "html_block":
            comment = token.content
            continue
        if token.type == "fence" and token.map:
            line = token.map[0] + 2
            reason = re.search(r"<!--\s*not run:?(.*?)-->", comment, re.DOTALL)
            assert not reason or reason[1].strip(), f"{document}:{line}: say why: <!-- not run: reason -->"
            language = token.info.split(" ")[0].lower()
            yield Block(document, line, language, token.content, reason[1].strip() if reason else None)
        comment = ""


def shell_text(block: Block) -> str:
    """What a reader would type, line by line where it stands in the block."""
    text = block.text
    if block.language == "console":
        prompts = (re.match(r"[$>] (.*)", line) for line in text.splitlines())
        text = "".join(f"{prompt[1] if prompt else ''}\n" for prompt in prompts)
    text = re.sub(r"\./run[ ]+(test-all|test|bench|check)\b[^&|;#\n]*", _look_up, text)
    return re.sub(
        r"(?m)(^|&& *)(\S*python3? -m )?(\S*/)?pytest\b[^&|;#\n]*", r"\1command -v pytest >/dev/null ", text
    )


def _look_up(match: re.Match[str]) -> str:
    return f"{{ ./run --help | grep -E '^ +{match[1]} ' >/dev/null; }} "


# --------------------------------------------------------------------------------------------- running

DRIVER = """
set -eE -o pipefail
trap 'printf "%s\\t%s\\t%s\\n" "$?" "$LINENO" "$BASH_COMMAND" >>"$REPORT"; exit 1' ERR
"""


def run_blocks(todo: list[Block], checkout: Path, workspace: Path, seconds: float = SECONDS) -> str | None:
    """Run the blocks of one document in one shell in `checkout`; None, or the story of what failed."""
    report, output = workspace / "report", workspace / "output"
    report.touch()
    driver = DRIVER
    for block in todo:
        script = workspace / str(block.line) / Path(block.document).name
        script.parent.mkdir()
        # As many empty lines above it as in the document: then the shell counts its lines as we do.
        script.write_text("\n" * (block.line - 1) + shell_text(block))
        driver += f'echo "{block.line}" >>"$REPORT"; source "{script}"\n'
    status = _run(driver, checkout, workspace, output, seconds)
    if status == 0:
        return None
    return _story(todo, report.read_text().splitlines(), output.read_text(errors="replace"), status)


def _run(driver: str, checkout: Path, workspace: Path, output: Path, seconds: float) -> int | None:
    """The shell's exit status; None if it was not done in time. Nothing that it started lives on."""
    with output.open("w") as file:
        shell = subprocess.Popen(
            ["bash", "-c", driver],
            cwd=checkout,
            env=environment(checkout, workspace),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return shell.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


def environment(checkout: Path, workspace: Path) -> dict[str, str]:
    """A newcomer's: an empty home, the publisher in PATH, no network for pip."""
    ours = ("PUBLISHER_", "PYTEST_", "XDG_", "PYTHONDONTWRITEBYTECODE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    for name in ("home", "tmp"):
        (workspace / name).mkdir(exist_ok=True)
    return {
        **kept,
        "HOME": str(workspace / "home"),
        "TMPDIR": str(workspace / "tmp"),
        "PATH": f"{checkout / '.venv/bin'}:{kept.get('PATH', '')}",
        "REPORT": str(workspace / "report"),
        "NO_COLOR": "1",
        "PYTHONPATH": str(checkout),  # .venv is shared, and points to where it was made
        "PIP_NO_INDEX": "1",
        "UV_OFFLINE": "1",
    }


def _story(todo: list[Block], report: list[str], output: str, status: int | None) -> str:
    fields = report[-1].split("\t", 2)
    started = next(
        block for block in reversed(todo) if str(block.line) in (line.split("\t")[0] for line in report)
    )
    if status is None:
        head = f"{started.where}: the block was not done within the document's {SECONDS} s"
    elif len(fields) == 3:
        head = f"{started.document}:{fields[1]}: exit code {fields[0]}\n  command: {fields[2]}"
    else:
        head = f"{started.where}: the shell ended in this block, exit code {status}"
    tail = "\n".join(f"  {line}" for line in output.splitlines()[-30:])
    return f"{head}\n  output:\n{tail}"


# -------------------------------------------------------------------------------------------- copying


def copy_repository(copy: Path) -> None:
    """Copy the repository's files, and set the copy up with this very environment."""
    for name in repository_files():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    lend_environment(copy)


def repository_files() -> list[str]:
    """What git has or would take; without git, everything but caches and dot-folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
        listed = [
            name
            for name in listed
            if not re.search(r"(^|/)(\.(git|venv|hypothesis|\w+_cache)|__pycache__|var|dist)/", name)
        ]
    return [name for name in listed if (ROOT / name).is_file()]


def lend_environment(copy: Path) -> None:
    """Make a .venv of links to the one that runs this, with the stamp that ./run looks for."""
    venv = copy / ".venv"
    venv.mkdir()
    for path in Path(sys.prefix).iterdir():
        if not path.name.startswith("."):
            (venv / path.name).symlink_to(path)
    made_of = hashlib.sha256(
        (copy / "uv.lock").read_bytes() + (copy / "pyproject.toml").read_bytes()
    ).hexdigest()
    (venv / ".stamp").write_text(f"{made_of}  - {venv.resolve()}\n")


# ----------------------------------------------------------------------------------------------- TOML


def check_toml(block: Block, folder: Path) -> str | None:
    """None, or what is wrong. If its first line is `# publisher.toml` or `# …/feed.toml`, so are its keys."""
    try:
        table = tomllib.loads(block.text)
        name = re.match(r"#\s*(\S*?)(publisher|feed)\.toml", block.text)
        title = "" if "title" in table else 'title = "T"\n'  # a snippet need not say it again
        if name:
            path = folder / f"{name[2]}.toml"
            path.write_text(title + block.text)
            load_site(folder) if name[2] == "publisher" else load_feed(path)
    except (tomllib.TOMLDecodeError, ConfigError) as error:
        return f"{block.where}: {error}"
    return None
