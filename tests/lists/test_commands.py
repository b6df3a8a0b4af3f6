"""`publisher followers import` and `export`, as an owner types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.cli import run
from tests.lists.making import FIXTURES


@pytest.fixture
def typed(site_folder: Path, capsys: pytest.CaptureFixture[str]):
    """A function that runs one command line on the site: (exit code, standard output, standard error)."""

    def type_(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["followers", *words, "--site", str(site_folder)])
        out, err = capsys.readouterr()
        return code, out, err

    return type_


def test_the_mapping_is_shown_and_a_dry_run_changes_nothing(typed) -> None:
    code, out, _ = typed("import", str(FIXTURES / "ghost.csv"), "--consent", "moved", "--dry-run")
    assert code == 0
    for said in (
        "Ghost",
        "UTF-8",
        "commas",
        "labels",
        "Ignored: id, note",
        "Nothing was changed",
        "2  follow from now on",
    ):
        assert said in out, out
    assert "ada@example.org" not in typed("list")[1]


def test_an_import_and_its_export(typed, tmp_path: Path) -> None:
    code, out, _ = typed(
        "import", str(FIXTURES / "kit.csv"), "--consent", "moved", "--yes", "--tag", "kit", "--json"
    )
    told = json.loads(out)
    assert code == 0 and told["counts"]["added"] == 2 and told["files"][0]["vendor"] == "kit"
    assert told["files"][0]["columns"]["email_address"] == "address" and told["problems"][0]["line"] == 7
    code, first, _ = typed("export")
    path = tmp_path / "out.csv"
    path.write_text(first, newline="")
    code, out, _ = typed("import", str(path), "--consent", "moved", "--yes", "--json")
    assert code == 0 and json.loads(out)["files"][0]["vendor"] == "publisher"
    assert typed("export")[1] == first
    assert len(json.loads(typed("export", "--format", "json")[1])) == first.count("\r\n") - 1
    assert typed("export", "--who", "tag:kit")[1].count("\r\n") == 3
    assert typed("export", "-p", "elbows")[0] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--yes"], 2, "--consent"),
        (["--consent", " ", "--yes"], 2, "how these people agreed"),
        (["--consent", "x"], 1, "nobody is here to ask"),
        (["--consent", "x", "--yes", "--cadence", "hourly"], 1, "knees has no digest 'hourly'"),
        (["--consent", "x", "--yes", "-p", "elbows"], 1, "no publication 'elbows'"),
        (["--consent", "x", "--yes", "--tag", "a,b"], 1, "is no tag"),
        (["--consent", "x", "--yes", "--email", "a@example.org"], 2, "OPML"),
        (["--consent", "x", "--yes", "--map", "Nope=name"], 1, "no column 'Nope'"),
        (["--consent", "x", "--yes", "--report", "/nowhere/report.csv"], 1, "cannot be written"),
    ],
)
def test_what_is_wrong_is_one_sentence(typed, words: list[str], code: int, said: str) -> None:
    found, _, err = typed("import", str(FIXTURES / "kit.csv"), *words)
    assert found == code and said in err.replace("\n", " "), err
    assert "Traceback" not in err


def test_a_site_of_several_publications_wants_to_know_which(site_folder: Path, typed) -> None:
    (site_folder / "feeds/hips").mkdir()
    (site_folder / "feeds/hips/feed.toml").touch()
    words = ("import", str(FIXTURES / "kit.csv"), "--consent", "x", "--yes")
    code, _, err = typed(*words)
    assert code == 1 and "Choose with -p: hips, knees" in err
    assert typed(*words, "-p", "knees")[0] == 0


def test_an_opml_file_needs_a_person(typed, tmp_path: Path) -> None:
    path = tmp_path / "x.opml"
    path.write_text('<opml><body><outline xmlUrl="https://guides.example/knees/feed.atom"/></body></opml>')
    words = ("import", str(path), "--consent", "x", "--yes")
    assert "names publications, not people" in typed(*words)[2]
    assert typed(*words, "--email", "ada@example.org")[0] == 0
    assert "ada@example.org" in typed("list")[1]


def test_roles_that_the_site_refuses_stay_out(site_folder: Path, typed, tmp_path: Path) -> None:
    settings = site_folder / "publisher.toml"
    settings.write_text(settings.read_text() + '\n[follow]\nroles = "refuse"\n')
    path = tmp_path / "x.csv"
    path.write_text("email\npostmaster@example.org\nx@mailinator.com\n")
    told = json.loads(typed("import", str(path), "--consent", "x", "--yes", "--json")[1])
    assert told["counts"] == {"unusual": 1, "disposable": 1, "added": 1}


def test_help_needs_nothing_heavy() -> None:
    code = "import sys; from publisher.cli import app; print([m for m in sys.modules if m in ('sqlalchemy', 'csv')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "sqlalchemy" not in said
