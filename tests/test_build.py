"""Files written into a folder: only what changed, whole or not at all, and nobody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from publisher.build import BuildReport, build, open_export
from publisher.build.manifest import JOURNAL, MANIFEST
from publisher.errors import StorageError
from tests.faults import fill, small_disk
from tests.shelving import files_below

SITE = {"index.html": b"home", "knees/index.html": b"knees", "knees/stairs/index.html": b"stairs"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def made(out: Path, files: dict[str, bytes]) -> BuildReport:
    return build(out, files.items())


def site_of(out: Path) -> dict[str, bytes]:
    """The files, without the manifest."""
    return {path: body for path, body in files_below(out).items() if path != MANIFEST}


def names(out: Path, paths: list[Path]) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in paths)


def test_unchanged_files_keep_bytes_and_times(out: Path) -> None:
    assert names(out, made(out, SITE).written) == sorted(SITE)
    before = {path: path.stat() for path in out.rglob("*") if path.is_file()}
    report = made(out, SITE)
    assert report.written == report.removed == report.left == [] and len(report.unchanged) == 3
    after = {path: path.stat() for path in out.rglob("*") if path.is_file()}
    assert {p: (s.st_mtime_ns, s.st_ino) for p, s in before.items()} == {
        p: (s.st_mtime_ns, s.st_ino) for p, s in after.items()
    }
    report = made(out, {**SITE, "index.html": b"new home"})
    assert names(out, report.written) == ["index.html"] and (out / "index.html").read_bytes() == b"new home"


def test_what_is_made_of_the_same_is_not_made_again(out: Path) -> None:
    asked = []

    def body() -> bytes:
        asked.append(1)
        return b"page"

    def once(made_of: str) -> None:
        with open_export(out) as export:
            export.put("page.html", body, made_of=made_of)

    once("one")
    once("one")
    assert len(asked) == 1
    once("two")
    assert len(asked) == 2
    (out / "page.html").unlink()
    once("two")
    assert len(asked) == 3 and (out / "page.html").read_bytes() == b"page"


def test_a_copied_folder_is_still_known_by_its_bytes(out: Path) -> None:
    made(out, SITE)
    os.utime(out / "index.html", ns=(1, 1))
    report = made(out, {**SITE, "index.html": b"new"})
    assert names(out, report.written) == ["index.html"] and report.left == []


def test_the_manifest_says_what_was_written(out: Path) -> None:
    made(out, SITE)
    said = json.loads((out / MANIFEST).read_bytes())
    assert set(said["files"]) == set(SITE)
    assert said["files"]["index.html"]["size"] == 4 and len(said["files"]["index.html"]["sha256"]) == 64
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "index.html", "knees"]


# ---------------------------------------------------------------------------------------- other people


def test_a_file_that_was_changed_by_hand_is_left_and_told(out: Path) -> None:
    made(out, SITE)
    (out / "index.html").write_bytes(b"by hand")
    for _ in range(2):
        report = made(out, {**SITE, "index.html": b"new home", "knees/index.html": b"new knees"})
        assert (out / "index.html").read_bytes() == b"by hand"
        (said,) = report.left
        assert said.startswith(f"{out}/index.html: it was changed") and "delete it" in said
    (out / "index.html").unlink()
    assert names(out, made(out, SITE).written) == ["index.html", "knees/index.html"]


def test_a_file_changed_back_is_ours_again(out: Path) -> None:
    made(out, SITE)
    (out / "index.html").write_bytes(b"by hand")
    made(out, SITE)
    (out / "index.html").write_bytes(b"home")
    assert made(out, SITE).left == []
    assert made(out, {**SITE, "index.html": b"newer"}).left == []


def test_only_what_was_written_here_is_taken_away(out: Path) -> None:
    made(out, {**SITE, "knees/old/index.html": b"old", "hips/index.html": b"hips"})
    (out / "knees/old/notes.txt").write_text("mine")
    (out / "CNAME").write_text("guides.example")
    (out / "hips/index.html").write_bytes(b"by hand")
    report = made(out, SITE)
    assert names(out, report.removed) == ["knees/old/index.html"]
    (said,) = report.left
    assert "hips/index.html: it is no longer part of the site" in said
    assert set(site_of(out)) == {*SITE, "knees/old/notes.txt", "CNAME", "hips/index.html"}
    assert made(out, SITE).left == []  # said once; it is the owner's now


def test_empty_folders_go_with_their_last_file(out: Path) -> None:
    made(out, {**SITE, "hips/a/b/index.html": b"deep"})
    made(out, SITE)
    assert not (out / "hips").exists() and (out / "knees").exists()


def test_what_was_there_before_us_is_left(out: Path) -> None:
    out.mkdir()
    (out / "index.html").write_bytes(b"my own home page")
    report = made(out, SITE)
    assert (out / "index.html").read_bytes() == b"my own home page" and len(report.left) == 1
    made(out, {})
    assert site_of(out) == {"index.html": b"my own home page"}


def test_an_older_folder_of_ours_is_taken_over(out: Path) -> None:
    (out / "-/style").mkdir(parents=True)
    (out / "-/style/accents.css").write_bytes(b"")
    (out / "index.html").write_bytes(b"old home")
    report = made(out, SITE)
    assert report.left == [] and (out / "index.html").read_bytes() == b"home"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"format": 1}', b'{"format":1,"groups":{},"files":{"a":1}}']
)
def test_a_damaged_manifest_stops_nothing(out: Path, damage: bytes) -> None:
    made(out, {**SITE, "-/style/accents.css": b""})
    (out / MANIFEST).write_bytes(damage)
    report = made(out, {**SITE, "-/style/accents.css": b"", "index.html": b"new"})
    assert report.left == [] and (out / "index.html").read_bytes() == b"new"
    assert json.loads((out / MANIFEST).read_bytes())["files"]


# -------------------------------------------------------------------------------------------- links


def test_no_link_leads_out_of_the_folder(out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(b"precious")
    made(out, SITE)
    (out / "hips").symlink_to(elsewhere)
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(elsewhere / "precious")
    (out / "ring").symlink_to("ring")
    report = made(out, {**SITE, "hips/index.html": b"x", "hips/precious": b"x", "ring/a": b"x"})
    assert files_below(elsewhere) == {"precious": b"precious"}
    assert len(report.left) == 4 and (out / "index.html").is_symlink()


def test_nothing_behind_a_link_is_taken_away(out: Path, tmp_path: Path) -> None:
    made(out, SITE)
    (out / "knees").rename(tmp_path / "moved")
    (out / "knees").symlink_to(tmp_path / "moved")
    made(out, {"index.html": b"home"})
    assert files_below(tmp_path / "moved") == {"index.html": b"knees", "stairs/index.html": b"stairs"}


def test_the_folder_itself_may_be_a_link(out: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    out.symlink_to(tmp_path / "real")
    made(out, SITE)
    assert site_of(tmp_path / "real") == SITE


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/./b", "a\0b"])
def test_a_path_that_leaves_the_folder_is_a_mistake_of_ours(out: Path, path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        made(out, {path: b"x"})


def test_what_stands_in_the_way_is_left(out: Path) -> None:
    (out / "index.html").mkdir(parents=True)
    (out / "knees").write_bytes(b"a file")
    report = made(out, SITE)
    assert len(report.left) == 3 and site_of(out) == {"knees": b"a file"}


# --------------------------------------------------------------------------------------- interruptions


def test_after_an_error_the_old_site_stands_and_the_next_build_mends_it(out: Path) -> None:
    made(out, {**SITE, "old.html": b"old"})

    def broken() -> bytes:
        raise StorageError("the database is away")

    def build_half() -> None:
        with open_export(out) as export:
            export.put("index.html", b"new home")
            export.put("knees/index.html", broken)

    with pytest.raises(StorageError, match="away"):
        build_half()
    assert site_of(out).keys() - {JOURNAL} == {*SITE, "old.html"} and (out / JOURNAL).exists()
    report = made(out, {**SITE, "index.html": b"newest home"})
    assert report.left == [] and (out / "index.html").read_bytes() == b"newest home"
    assert names(out, report.removed) == ["old.html"] and not (out / JOURNAL).exists()


def test_a_failure_before_the_first_file_leaves_nothing_behind(out: Path) -> None:
    def fail() -> None:
        with open_export(out):
            raise StorageError("the database is away")

    with pytest.raises(StorageError):
        fail()
    assert files_below(out) == {}


KILLED = """
import os, sys
from pathlib import Path
from publisher.build import open_export
def body():
    os._exit(9)
with open_export(Path(sys.argv[1])) as export:
    export.put("index.html", b"half a new site")
    export.put("knees/index.html", body)
"""


def test_a_build_that_was_killed_is_not_taken_for_somebody_elses_work(out: Path) -> None:
    made(out, SITE)
    done = subprocess.run([sys.executable, "-c", KILLED, str(out)], timeout=60, check=False)
    assert done.returncode == 9
    (out / ".publisher-part-0123").write_bytes(b"half a file")
    report = made(out, {**SITE, "index.html": b"new home"})
    assert report.left == [] and site_of(out) == {**SITE, "index.html": b"new home"}


def test_two_builds_at_once_take_turns(out: Path) -> None:
    inside: list[str] = []
    seen: list[list[str]] = []

    def one(name: str) -> None:
        with open_export(out) as export:
            inside.append(name)
            for number in range(50):
                export.put(f"{number}.html", f"{name} {number}".encode())
            seen.append(list(inside))
            inside.remove(name)

    crew = [threading.Thread(target=one, args=(f"build {number}",)) for number in range(6)]
    for each in crew:
        each.start()
    for each in crew:
        each.join(timeout=30)
    assert all(len(each) == 1 for each in seen) and len(seen) == 6
    bodies = {body.split()[1] for body in site_of(out).values()}
    assert len(bodies) == 1 and len(site_of(out)) == 50


def test_a_full_disk_leaves_the_old_site_working(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        out = disk / "out"
        made(out, SITE)
        filler = fill(disk)
        with pytest.raises(StorageError, match="No space left on device"):
            made(out, {path: body * 5_000 for path, body in SITE.items()})
        assert site_of(out) == SITE
        filler.unlink()
        report = made(out, {path: body * 5_000 for path, body in SITE.items()})
        assert len(report.written) == 3 and report.left == []


def test_a_file_that_cannot_be_read_is_told_and_its_copy_stays(out: Path, tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"png")
    build(out, [("-/media/a.png", source)])
    source.unlink()
    report = build(out, [("-/media/a.png", source), ("index.html", b"home")])
    assert "cannot be read" in report.problems[0] and (out / "-/media/a.png").read_bytes() == b"png"
    assert report.removed == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        made(tmp_path / "file" / "out", SITE)
    (tmp_path / "ring").symlink_to("ring")
    with pytest.raises(StorageError):
        made(tmp_path / "ring", SITE)


def test_groups_are_kept_or_made_anew(out: Path) -> None:
    with open_export(out) as export:
        export.put("a.html", b"a", group="a")
        export.put("b.html", b"b", group="b")
        export.close_group("a", "one")
        export.close_group("b", "one")
    with open_export(out) as export:
        assert export.made_of("a") == "one" and export.is_whole("a") and export.paths("a") == ["a.html"]
        export.keep("a")
    assert site_of(out) == {"a.html": b"a"}
    (out / "a.html").write_bytes(b"A")
    with open_export(out) as export:
        assert not export.is_whole("a") and export.made_of("b") is None
        export.keep("a")
    assert site_of(out) == {"a.html": b"A"}
