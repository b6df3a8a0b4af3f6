"""The rules of the house hold here; and each of them, on a planted example, can be broken."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("rule", house.RULES)
def test_this_repository_keeps_the_rule(rule: str) -> None:
    violations = house.RULES[rule](ROOT).violations
    assert not violations, "\n" + "\n".join(map(str, violations))


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write `files` below `root`, and an empty __init__.py into every package that has none."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for folder in path.relative_to(root).parents:
            if path.suffix == ".py" and str(folder) != ".":
                (root / folder / "__init__.py").touch()
    return root


def broken(rule: str, root: Path) -> list[str]:
    return [str(violation) for violation in house.RULES[rule](root).violations]


TABLE = 'KINDS = {"rss": "publisher.formats.rss:Rss", "atom": "publisher.formats.atom:Atom"}'

BAD_IMPORTS = {
    "upwards": ("collect.py", "from publisher.site import open_site", "verbs import only from below"),
    "sideways": ("collect.py", "import publisher.deliver", "verbs import only from below"),
    "config is below the kinds": (
        "config.py",
        "from publisher.schedules import x",
        "config import only from",
    ),
    "tools are neighbours": ("mail.py", "from publisher.text import clean", "tools import only from below"),
    "two rooms of kinds": ("formats/rss.py", "import publisher.digest", "kinds never import each other"),
    "two kinds of a room": ("formats/rss.py", "from publisher.formats import atom", "kinds never import"),
    "past the front door": ("collect.py", "from publisher.text.diff import x", "outsiders import the folder"),
    "a file as a name": ("collect.py", "from publisher.text import diff", "outsiders import the folder"),
    "relative": ("formats/rss.py", "from ..site import open_site", "kinds import only from below"),
    "in a function": (
        "text/diff.py",
        "def f():\n    import publisher.engine",
        "tools import only from below",
    ),
    "for the type checker": (
        "text/diff.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from publisher.site import Site",
        "tools import only from below",
    ),
    "on demand": ("text/diff.py", "import_module('publisher.web')", "tools import only from below"),
    "in a table": ("collect.py", "X = 'publisher.web:App'", "verbs import only from below"),
    "a door into a door": ("web/__init__.py", "from publisher.engine import run", "doors import only from"),
    "plan is pure": ("plan.py", "from publisher.storage import Store", "plan may import only model and"),
    "words are plain": ("model.py", "import httpx", "only the standard library"),
    "words apart": ("model.py", "from publisher.errors import X", "only the standard library"),
}


@pytest.mark.parametrize("name", BAD_IMPORTS)
def test_layers_see_an_import(tmp_path: Path, name: str) -> None:
    file, source, message = BAD_IMPORTS[name]
    others = {
        "publisher/formats/__init__.py": TABLE,
        "publisher/formats/atom.py": "",
        "publisher/text/diff.py": "",
    }
    root = plant(tmp_path, {**others, f"publisher/{file}": source})
    (found,) = broken("layers", root)
    assert message in found
    assert found.startswith(f"publisher/{file}:{len(source.splitlines())}:")


GOOD_IMPORTS = {
    "cli.py": "from publisher.web import app\nfrom publisher.site import open_site\nimport typer",
    "__main__.py": "from publisher.cli import app",
    "site.py": "from publisher.storage import Store\nfrom publisher.collect import collect",
    "collect.py": "from publisher import __version__\nfrom publisher.sources import open_source",
    "editions.py": "from publisher.plan import plan_edition",
    "plan.py": "from publisher.model import Pair\nfrom publisher.schedules import x\nimport datetime",
    "formats/__init__.py": TABLE,
    "formats/rss.py": "from publisher.formats._feedgen import head\nfrom publisher.text import clean",
    "formats/atom.py": "from ._feedgen import head",
    "formats/_feedgen.py": "from publisher.config import Settings\nimport feedgen",
    "text/__init__.py": "from publisher.text.diff import diff",
    "text/diff.py": "from publisher.errors import ContentError",
    "model.py": "from __future__ import annotations\nimport enum",
}


def test_layers_and_cycles_allow_what_the_design_allows(tmp_path: Path) -> None:
    root = plant(tmp_path, {f"publisher/{name}": source for name, source in GOOD_IMPORTS.items()})
    assert broken("layers", root) == []
    assert broken("cycles", root) == []


def test_cycles_sees_every_ring(tmp_path: Path) -> None:
    files = {
        "publisher/text/a.py": "from publisher.text import b",
        "publisher/text/b.py": "def f():\n    from publisher.text.c import x",
        "publisher/text/c.py": "import publisher.text.a",
        "publisher/mail/__init__.py": "from publisher.mail.smtp import send",
        "publisher/mail/smtp.py": "from publisher.mail import lines",
    }
    found = broken("cycles", plant(tmp_path, files))
    assert len(found) == 2
    ring = next(one for one in found if "text" in one).split(": an import cycle: ")[1].split(" → ")
    assert ring[0] == ring[-1]
    assert set(itertools.pairwise(ring)) == {
        ("publisher.text.a", "publisher.text.b"),
        ("publisher.text.b", "publisher.text.c"),
        ("publisher.text.c", "publisher.text.a"),
    }


def body(lines: int) -> str:
    return "".join(f"    x = {number}\n" for number in range(lines))


def test_shape_counts_modules_and_bodies(tmp_path: Path) -> None:
    long_docstring = '    """' + "word\n" * 60 + '    """\n'
    bodies = f"def fits():\n{long_docstring}{body(40)}\n\nasync def long():\n{body(41)}"
    root = plant(
        tmp_path,
        {
            "publisher/long.py": "x = 1\n" * 401,
            "publisher/fits.py": "x = 1\n" * 400,
            "publisher/bodies.py": bodies,
            "tests/test_x.py": f"def test_x():\n{body(45)}",
        },
    )
    report = house.shape(root)
    assert sorted(map(str, report.violations)) == [
        f"publisher/bodies.py:{1 + 62 + 40 + 2} long: a function of 41 lines; 40 is the most",
        "publisher/long.py: a module of 401 lines; 400 is the most",
        "tests/test_x.py:1 test_x: a function of 45 lines; 40 is the most",
    ]
    assert "publisher: 2 functions; median 40.5 lines, 90 % within 41" in "\n".join(report.tables)


def test_shape_of_nothing(tmp_path: Path) -> None:
    assert house.shape(tmp_path).violations == ()


def test_top_tells_strangers_from_what_git_ignores(tmp_path: Path) -> None:
    names = {"README.md": "", "notes.txt": "", ".editorconfig": "", "dist/x": "", "a.egg-info/x": ""}
    root = plant(tmp_path, {**names, ".gitignore": "/dist/\n*.egg-info/\n"})
    assert broken("top", root) == ["notes.txt: does not belong at the top level"]


EMPTY_TESTS = {
    "nothing": "def test_x():\n    pass",
    "only a call": "def test_x(tmp_path):\n    tmp_path.mkdir()",
    "a helper that proves nothing": "def helper():\n    return 1\ndef test_x():\n    helper()",
    "in a class": "class TestX:\n    async def test_x(self):\n        print()",
}
FULL_TESTS = {
    "an assertion": "def test_x():\n    assert f()",
    "raises": "def test_x():\n    with pytest.raises(ValueError):\n        f()",
    "a helper": "def deep():\n    assert f()\ndef helper():\n    deep()\ndef test_x():\n    helper()",
    "a helper from elsewhere": "from tests.helpers import check\ndef test_x():\n    check(1)",
    "a fixture": "def test_x(check):\n    check(1)",
    "a mock's own": "def test_x():\n    f.assert_called_once()",
}


@pytest.mark.parametrize("source", EMPTY_TESTS.values(), ids=EMPTY_TESTS)
def test_a_test_that_cannot_fail_is_seen(tmp_path: Path, source: str) -> None:
    (found,) = broken("tests", plant(tmp_path, {"tests/test_a.py": source}))
    assert "test_x cannot fail" in found


@pytest.mark.parametrize("source", FULL_TESTS.values(), ids=FULL_TESTS)
def test_a_test_that_can_fail_is_left_alone(tmp_path: Path, source: str) -> None:
    assert broken("tests", plant(tmp_path, {"tests/test_a.py": source})) == []


SILENT_SKIPS = [
    "@pytest.mark.skip\ndef test_x():\n    assert 1",
    "@pytest.mark.skip()\ndef test_x():\n    assert 1",
    "pytestmark = pytest.mark.skip",
    "@pytest.mark.skipif(x)\ndef test_x():\n    assert 1",
    "def test_x():\n    pytest.skip()\n    assert 1",
]
SPOKEN_SKIPS = [
    "@pytest.mark.skip('why')\ndef test_x():\n    assert 1",
    "@pytest.mark.skip(reason='why')\ndef test_x():\n    assert 1",
    "@pytest.mark.skipif(x, reason='why')\ndef test_x():\n    assert 1",
    "def test_x():\n    pytest.skip('why')\n    assert 1",
]


@pytest.mark.parametrize("source", SILENT_SKIPS)
def test_a_skip_without_a_reason_is_seen(tmp_path: Path, source: str) -> None:
    (found,) = broken("tests", plant(tmp_path, {"tests/test_a.py": source}))
    assert "a skip without a reason" in found


@pytest.mark.parametrize("source", SPOKEN_SKIPS)
def test_a_skip_with_a_reason_is_left_alone(tmp_path: Path, source: str) -> None:
    assert broken("tests", plant(tmp_path, {"tests/test_a.py": source})) == []


def test_a_long_sleep_is_seen(tmp_path: Path) -> None:
    source = "import time\ntime.sleep(0.5)\ntime.sleep(1)\nasync def f():\n    await anyio.sleep(2.5)"
    found = broken("tests", plant(tmp_path, {"tests/helpers.py": source}))
    assert [one.split(";")[0] for one in found] == [
        "tests/helpers.py:3: sleeps 1 s",
        "tests/helpers.py:5: sleeps 2.5 s",
    ]
