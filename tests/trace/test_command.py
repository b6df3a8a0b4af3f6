"""`publisher trace`: one screen for people, data for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import engine, follow
from publisher.cli import run
from publisher.site import open_site

NOW = datetime.now(UTC) - timedelta(days=9)
ADA = "ada@example.org"


@pytest.fixture
def folder(site_folder: Path) -> Path:
    """A site that Ada follows, with one mail sent to her."""
    with open_site(site_folder, {}) as site:
        engine.collect_all(site, NOW)
        consent = "asked \x1b[2J at the market"
        follow.follow(site.store, ADA, site.publications, cadence="weekly", consent=consent, now=NOW)
        engine.tick(site, lambda: NOW + timedelta(days=8))
    return site_folder


def test_the_whole_story(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", ADA, "--site", str(folder)]) == 0
    said = capsys.readouterr().out
    for part in ("ada@example.org", "follower 1 since", "Follows", "To come", "Mails", "History"):
        assert part in said
    assert "new       Stairs with a sore knee (version 1)" in said
    assert "<e1.f1." in said
    assert "Agreed to: “asked" in said
    assert "\x1b" not in said


def test_the_same_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", ADA, "--site", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (mail,) = told["mails"]
    assert (told["follower"], mail["state"], mail["edition"]) == (1, "sent", 1)
    assert {each["slug"] for each in mail["guides"]} == {"stairs", "rest"}
    assert [each["kind"] for each in told["events"]] == ["added"]


@pytest.mark.parametrize("named", ["knees/stairs", "stairs", "articles/stairs.md"])
def test_one_guide_however_it_is_named(folder: Path, capsys: pytest.CaptureFixture[str], named: str) -> None:
    assert run(["trace", ADA, named, "--site", str(folder), "--json"]) == 0
    (revision,) = json.loads(capsys.readouterr().out)["guide"]["revisions"]
    assert (revision["fate"], revision["state"], revision["edition"]) == ("told", "sent", 1)
    assert run(["trace", ADA, named, "--site", str(folder)]) == 0
    assert "Sent in the weekly mail of" in capsys.readouterr().out


def test_what_is_not_there_is_told_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "eve@example.org", "--site", str(folder)]) == 1
    assert "eve@example.org is not known here" in capsys.readouterr().out
    for words in (["trace", ADA, "nothing"], ["trace", ADA, "knees/nothing"], ["trace", "no address"]):
        assert run([*words, "--site", str(folder)]) == 1
        said = capsys.readouterr().err
        assert said.startswith("publisher: ")
        assert "Traceback" not in said


def test_who_was_forgotten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_site(folder, {}) as site:
        follow.erase(site.store, 1, site.keys, NOW)
    assert run(["trace", ADA, "--site", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "everything was to be forgotten" in said
    assert "The way back" in said


def test_who_must_not_be_mailed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_site(folder, {}) as site:
        follow.block(site.store, ADA, "asked us by telephone", NOW)
    assert run(["trace", ADA, "--site", str(folder)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "“asked us by telephone”" in said
    assert f"publisher followers unblock {ADA}" in said
    assert "but not to an address that must not be mailed" in said
