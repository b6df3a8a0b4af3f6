"""The documentation's commands run, and its TOML is what the publisher reads.

Every ```sh, ```bash and ```console block of a document is run in one shell, top to bottom, in a scratch copy
of the repository. `<!-- not run: why -->` above a block leaves it out, and the end of the output lists it.
Commands that would start these tests again (`./run test` and the like) are only looked up in `./run --help`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents import ROOT, Block, blocks, check_toml, copy_repository, run_blocks, shell_text

DOCUMENTS = [
    str(path.relative_to(ROOT))
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.is_file()
]
SHELLS = ("sh", "bash", "console")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of the repository, set up."""
    copy_repository(tmp_path / "checkout")
    return tmp_path / "checkout"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_run(
    document: str, scratch: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = [block for block in blocks(document, (ROOT / document).read_text()) if block.language in SHELLS]
    for block in found:
        if block.not_run:
            record_property("not run", f"{block.where}: {block.not_run}")
    story = run_blocks([block for block in found if not block.not_run], scratch, tmp_path)
    assert story is None, story


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_toml_can_be_read(document: str, tmp_path: Path) -> None:
    for block in blocks(document, (ROOT / document).read_text()):
        if block.language == "toml":
            story = check_toml(block, tmp_path)
            assert story is None, story


# --------------------------------------------------------------------------- the machinery, put to test

GUIDE = """\
# A guide

```sh
word=kept
cd docs
```

Then:

<!-- not run: it would never end -->
```sh
sleep 1000
```

1. In a list

   ```console
   $ echo "$word" \\
   >   "$(basename "$PWD")" >../said
   kept docs
   ```

```toml
title = "T"
```
"""


def shell_blocks(text: str) -> list[Block]:
    return [
        block for block in blocks("docs/guide.md", text) if block.language in SHELLS and not block.not_run
    ]


def test_blocks_are_found_with_their_lines() -> None:
    found = list(blocks("docs/guide.md", GUIDE))
    assert [(block.language, block.line, block.not_run) for block in found] == [
        ("sh", 4, None),
        ("sh", 12, "it would never end"),
        ("console", 18, None),
        ("toml", 24, None),
    ]


def test_the_shell_keeps_its_state_between_blocks(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "docs").mkdir(parents=True)
    assert run_blocks(shell_blocks(GUIDE), checkout, tmp_path) is None
    assert (checkout / "said").read_text() == "kept docs\n"


FAILING = """\
```sh
echo first
```

```sh
echo loud words
echo more >&2
if true; then
  ls no-such-file
fi
touch too-far
```
"""


def test_a_failure_is_told_with_file_line_command_and_output(tmp_path: Path) -> None:
    story = run_blocks(shell_blocks(FAILING), tmp_path, tmp_path) or "it did not fail"
    assert story.splitlines()[:2] == ["docs/guide.md:9: exit code 2", "  command: ls no-such-file"]
    for said in ("first", "loud words", "more", "cannot access 'no-such-file'"):
        assert f"  {said}" in story or said in story
    assert not (tmp_path / "too-far").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("false | true", "docs/guide.md:2: exit code 1"),
        ("no-such-program", "docs/guide.md:2: exit code 127"),
        ("exit 3", "docs/guide.md:2: the shell ended in this block, exit code 3"),
        ("fi", "docs/guide.md:2: "),
    ],
)
def test_every_way_to_fail_is_seen(tmp_path: Path, line: str, told: str) -> None:
    assert told in (run_blocks(shell_blocks(f"```sh\n{line}\n```"), tmp_path, tmp_path) or "it did not fail")


def ends_soon(process: int) -> bool:
    """Is it gone, or dead and not yet buried, within five seconds?"""
    stat = Path(f"/proc/{process}/stat")
    for _ in range(500):
        if not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_block_that_never_ends_is_ended_with_what_it_started(tmp_path: Path) -> None:
    text = "```sh\nsleep 1000 & echo $! >pid\nsleep 1000\n```"
    story = run_blocks(shell_blocks(text), tmp_path, tmp_path, seconds=0.5)
    assert "docs/guide.md:2: the block was not done" in (story or "it did not fail")
    assert ends_soon(int((tmp_path / "pid").read_text()))


def test_a_block_left_out_needs_a_reason() -> None:
    with pytest.raises(AssertionError, match=r"docs/guide\.md:3: say why"):
        list(blocks("docs/guide.md", "<!-- not run -->\n```sh\nls\n```"))


@pytest.mark.parametrize("command", ["./run test -k x", "./run test-all", "./run bench feeds", "./run check"])
def test_commands_that_would_run_these_tests_again_are_looked_up(
    scratch: Path, tmp_path: Path, command: str
) -> None:
    assert run_blocks(shell_blocks(f"```sh\n{command} && touch done\n```"), scratch, tmp_path) is None
    assert (scratch / "done").exists()


def test_a_command_that_run_does_not_list_fails(scratch: Path, tmp_path: Path) -> None:
    run = scratch / "run"
    run.write_text(run.read_text().replace("  bench ", "  gone "))
    assert "exit code 1" in (run_blocks(shell_blocks("```sh\n./run bench\n```"), scratch, tmp_path) or "")


def test_pytest_is_not_started_again() -> None:
    text = shell_text(
        Block("x.md", 1, "sh", "pip install x && pytest -q\npython -m pytest tests\necho pytest-xdist\n")
    )
    assert text.splitlines() == [
        "pip install x && command -v pytest >/dev/null ",
        "command -v pytest >/dev/null ",
        "echo pytest-xdist",
    ]


def test_the_scratch_copy_is_set_up_already(scratch: Path, tmp_path: Path) -> None:
    text = "```sh\n./run setup >said 2>&1\n.venv/bin/python -c 'import publisher, pytest'\n```"
    assert run_blocks(shell_blocks(text), scratch, tmp_path) is None
    assert (scratch / "said").read_text() == f"Ready: {scratch.resolve()}/.venv\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = ", "docs/x.md:7: Invalid value"),
        ('# publisher.toml\ntitle = "T"\nbase_ulr = "https://x.example"', "Did you mean `base_url`?"),
        ('# feeds/knees/feed.toml\nlanguage = "not a language"', "language"),
    ],
)
def test_toml_that_lies_is_seen(tmp_path: Path, text: str, told: str) -> None:
    assert told in (check_toml(Block("docs/x.md", 7, "toml", text), tmp_path) or "nothing was wrong")


@pytest.mark.parametrize("text", ['# publisher.toml\n[smtp]\nhost = "localhost"', "anything = [1, 2]"])
def test_toml_that_holds_is_left_alone(tmp_path: Path, text: str) -> None:
    assert check_toml(Block("docs/x.md", 7, "toml", text), tmp_path) is None
