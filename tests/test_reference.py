"""docs/reference.md is what the code says, and whatever the code does not explain is found.

Each check is shown to fail: something without a description is planted, and must be told.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import typer
from pydantic import BaseModel

from publisher import channels, config, formats, schedules, sources
from publisher.web import routes
from tests.reference import (
    PAGE,
    ROOT,
    Section,
    addresses,
    commands,
    environment,
    kinds,
    sections,
    settings,
    text,
)
from tests.reference import templates as template_variables
from tests.reference.__main__ import main
from tests.reference.writing import attribute_docs, compare, first_sentence, keys

AGAIN = "run `.venv/bin/python -m tests.reference`"


def test_everything_is_described() -> None:
    assert [gap for section in sections() for gap in section.gaps] == []


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(sections()), AGAIN


def in_the_page() -> set[str]:
    """Names that must be there, gathered without the code that writes the page."""
    models = (config.SiteFile, config.FeedFile, config.SmtpTable, config.DigestTable, config.SourceTable)
    names = {f"`{key}`" for model in models for key in model.model_fields}
    for table in (sources.KINDS, schedules.KINDS, channels.KINDS):
        names |= {f"### {kind}\n" for kind in table}
    names |= {f"`{kind}`" for kind in formats.KINDS}
    names |= {
        f"`{path.replace('{', '<').replace(':str}', '>').replace(':path}', '>')}`" for _, path, _ in routes()
    }
    names |= {f"### publisher {name}\n" for name in ("init", "run", "tick", "followers add", "db upgrade")}
    names |= {
        "`--site PATH`",
        "`-q`, `--quiet`",
        "`PUBLISHER_SMTP_PASSWORD_FILE`",
        "`significance`",
        "`timezone`",
    }
    return names | {
        "`guide.change`",
        "`unsubscribe_url`",
        "`assets.style`",
        "`leaving.state`",
        "`section.id`",
    }


def test_every_kind_key_address_and_command_stands_in_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in sorted(in_the_page()) if name not in page] == []


# -------------------------------------------------------------------------------------------- commands


def planted_app(command: Callable[..., None]) -> typer.Typer:
    app, group = typer.Typer(), typer.Typer()
    group.command("plant")(command)
    app.add_typer(group, name="garden")
    return app


def test_a_command_without_help_is_found() -> None:
    def plant() -> None:
        pass

    assert commands.section(planted_app(plant)).gaps == (
        "`publisher garden plant` has no help: give its function a docstring.",
    )


def test_an_option_and_an_argument_without_help_are_found() -> None:
    def plant(
        seed: str = typer.Argument(metavar="SEED"),
        deep: int = typer.Option(3, "--deep", "-d"),
        dry: bool = typer.Option(False, help="Without water."),
    ) -> None:
        """Put it into the earth."""

    section = commands.section(planted_app(plant))
    assert [gap.partition(" has no help")[0] for gap in section.gaps] == [
        "`SEED` of `publisher garden plant`",
        "`-d NUMBER`, `--deep NUMBER` of `publisher garden plant`",
    ]
    assert "`publisher garden plant SEED [OPTIONS]`" in section.text
    assert "| `--dry` | Without water. |" in section.text


# --------------------------------------------------------------------------------------- the owner's files

MODELS = '''
class Bed(BaseModel):
    width: int = 3


class Garden(BaseModel):
    """A garden."""

    name: str
    """What it is called."""
    beds: list[Bed] = []
'''


class Bed(BaseModel):
    width: int = 3


class Garden(BaseModel):
    name: str
    beds: list[Bed] = []


def test_a_key_without_description_is_found_in_inner_tables_too(tmp_path: Path) -> None:
    source = tmp_path / "garden.py"
    source.write_text(MODELS)
    section = settings.section("garden.toml", "One.", Garden, source)
    assert section.gaps == (
        "garden.py does not describe the key `beds` of Garden.",
        "garden.py does not describe the key `width` of Bed.",
    )
    assert "| `name` | text | must be there | What it is called. |" in section.text
    assert "### [[beds]] in garden.toml" in section.text


def test_only_a_string_right_under_a_key_describes_it() -> None:
    assert attribute_docs(ast.parse(MODELS)) == {"Garden": {"name": "What it is called."}}


# ----------------------------------------------------------------------------------------- environment

READS = """
import os
_KEY = "OTHER_KEY"
a = os.environ["PLAIN"]
b = environ.get("ASKED", "")
c = os.getenv("GOT")
d = config.secret(_KEY, environ)
e = typer.Option(envvar="PUBLISHER_PLANTED")
f = {"title": "PUBLISHER is no variable"}
"""


def test_every_way_to_read_the_environment_is_seen() -> None:
    assert set(environment.variables(ast.parse(READS))) == {"PLAIN", "ASKED", "GOT", "PUBLISHER_PLANTED"}


def test_a_variable_without_description_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(READS)
    source = tmp_path / "settings.py"
    described = "PLAIN  x\n    ASKED  x\n    GOT  x\n    GONE  x"
    source.write_text(f'"""Settings.\n\nThe environment:\n\n    {described}\n"""\n')
    assert environment.section(tmp_path, source).gaps == (
        "settings.py does not describe the variable `OTHER_KEY`.",
        "settings.py does not describe the variable `PUBLISHER_PLANTED`.",
        "settings.py describes the variable `GONE`, which there is not.",
    )


# ----------------------------------------------------------------------------------------------- kinds

KIND = """
from dataclasses import dataclass
from {package}._shared import read_zone


@dataclass
class Given:
    depth: int = 1


class Plant:
    suffix, mime = "plant", "text/plant"

    @classmethod
    def from_options(cls, folder, options, language):
        Given.from_options(options)
        return options.get("seed"), options["earth"], read_zone(options)
"""
SHARED = 'def read_zone(table):\n    return table.get("zone")\n'


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, str]]:
    """Plants a kind with this docstring; the table of kinds that names it."""
    package = f"garden_{abs(hash(tmp_path))}"
    monkeypatch.syspath_prepend(str(tmp_path))

    def plant(docstring: str) -> dict[str, str]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        (tmp_path / package / "_shared.py").write_text(SHARED)
        (tmp_path / package / "rose.py").write_text(docstring + KIND.format(package=package))
        return {"rose": f"{package}.rose:Plant"}

    return plant


def test_a_key_of_a_kind_without_description_is_found(garden: Callable[[str], dict[str, str]]) -> None:
    table = garden('"""A rose.\n\nKeys:\n\n    seed  where it comes from\n    colour  gone\n"""\n')
    section = kinds.section("Plants", "Kinds of plants.", table)
    assert [gap.rpartition(" the ")[2] for gap in section.gaps] == [
        "key `depth`.",
        "key `earth`.",
        "key `zone`.",
        "key `colour`, which there is not.",
    ]
    assert "### rose\n\nA rose." in section.text


def test_a_kind_without_description_is_found(garden: Callable[[str], dict[str, str]]) -> None:
    table = garden("")
    told = "has no docstring that says what the kind is."
    assert any(gap.endswith(told) for gap in kinds.section("Plants", "Kinds.", table).gaps)
    assert [gap.endswith(told) for gap in kinds.format_section("Plants", "Kinds.", table).gaps] == [True]


def test_a_key_of_front_matter_without_description_is_found() -> None:
    meta = ModuleType("meta", "Front matter.\n\nKeys:\n\n    title  what it is called\n    mood  gone")
    vars(meta).update(KEYS=("title", "slug"), _ELSEWHERE={})
    assert [gap.rpartition(" the ")[2] for gap in kinds.front_matter(meta).gaps] == [
        "key `slug`.",
        "key `mood`, which there is not.",
    ]


# ------------------------------------------------------------------------------ addresses, templates, words


def test_an_address_without_description_is_found() -> None:
    def answer(door: object, asked: object) -> None: ...

    (gap,) = addresses.section([(("GET",), "/{publication:str}/planted", answer)]).gaps
    assert gap.endswith("which answers /{publication:str}/planted, has no docstring.")


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    """templates/README.md among its templates, to be spoilt."""
    return Path(shutil.copytree(ROOT / "templates", tmp_path / "templates")) / "README.md"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| `guide.change` | the last change note, or empty |", "variable `guide.change`."),
        ("| `assets.icon` | the icon |", "variable `assets.icon`."),
        ("| `older` | the id from which an older page goes on, or empty | inbox |", "variable `older`."),
        ("| `root` |", "variable `root`."),
        ("| `guide.html` | one guide |", "template `guide.html`."),
        ("| `section.level` |", "variable `section.level`."),
    ],
)
def test_a_template_variable_without_description_is_found(readme: Path, row: str, told: str) -> None:
    lines = readme.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(row)]
    assert len(kept) == len(lines) - 1
    readme.write_text("".join(kept), encoding="utf-8")
    assert [gap.rpartition(" the ")[2] for gap in template_variables.section(readme).gaps] == [told]


def test_a_described_variable_that_is_not_given_is_found(readme: Path) -> None:
    whole = readme.read_text(encoding="utf-8")
    readme.write_text(
        whole.replace("| `guide.url` | the way", "| `guide.mood` | gone |\n| `guide.url` | the way")
    )
    told = "templates/README.md describes the variable `guide.mood`, which there is not."
    assert template_variables.section(readme).gaps == (told,)


@pytest.mark.parametrize("name", ["web/planted.html", "email/planted.mjml"])
def test_a_template_without_description_is_found(readme: Path, name: str) -> None:
    (readme.parent / name).touch()
    file = name.rpartition("/")[2]
    assert template_variables.section(readme).gaps == (
        f"templates/README.md does not describe the template `{file}`.",
    )


def test_what_is_compared_is_told_both_ways() -> None:
    assert compare("key", {"a", "b"}, {"b": "", "c": ""}, "It") == [
        "It does not describe the key `a`.",
        "It describes the key `c`, which there is not.",
    ]


def test_keys_are_read_from_their_table_only() -> None:
    said = "A kind.\n\n    not  a key\n\nKeys:\n\n    at    when\n    zone  where\n\n    no  key either"
    assert keys(said) == {"at": "when", "zone": "where"}
    assert first_sentence("One of\nthem. Another.\n\nMore.") == "One of them."


def test_the_page_is_written_when_nothing_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reference.md"
    assert main([Section("Plants", "A rose.", ("It does not describe the thorn.",))], page) == 1
    assert capsys.readouterr().err == "It does not describe the thorn.\n"
    assert not page.exists()
    assert main([Section("Plants", "A rose.")], page) == 0
    assert page.read_text().endswith("- [Plants](#plants)\n\n## Plants\n\nA rose.\n")
