"""The whole site as files: what is in it, and what a change of anything writes anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from publisher import build, engine, library
from publisher.site import Site, open_site
from tests.shelving import files_below

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'


@pytest.fixture
def folder(site_folder: Path) -> Path:
    """A site that was built once."""
    write(
        site_folder,
        "ice",
        "---\nid: ice\ntags: [cold]\n---\n# Ice on a knee\n\n![A bag](bag.svg)\n\n[Plan](plan.pdf)\n",
    )
    (site_folder / "feeds/knees/articles/bag.svg").write_bytes(PICTURE)
    (site_folder / "feeds/knees/articles/plan.pdf").write_bytes(b"%PDF one")
    rebuilt(site_folder)
    return site_folder


def write(folder: Path, name: str, words: str) -> None:
    (folder / f"feeds/knees/articles/{name}.md").write_text(words, encoding="utf-8")


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def rebuilt(folder: Path, now: datetime = MONDAY, *, collect: bool = True) -> build.BuildReport:
    with open_site(folder, {}) as site:
        if collect:
            engine.collect_all(site, now)
        return engine.build_site(site, folder / "out")


def names(folder: Path, paths: list[Path]) -> set[str]:
    return {path.relative_to(folder / "out").as_posix() for path in paths}


def out(folder: Path) -> dict[str, bytes]:
    return files_below(folder / "out")


def catalogue(site: Site) -> library.Catalogue:
    settings = site.settings
    return library.Catalogue(
        site.store,
        site.publications,
        base_url=settings.base_url,
        authority=settings.id_authority,
        site_title=settings.title,
    )


def test_every_document_and_page_is_there(folder: Path) -> None:
    files = out(folder)
    with open_site(folder, {}) as site:
        books = catalogue(site)
        for path in books.paths():
            document = books.document(path)
            assert document and files[path] == document.body, path
    assert {
        *("index.html", "404.html", "knees/index.html", "knees/stairs/index.html"),
        *("knees/stairs/history/index.html", "knees/tag/cold/index.html", "-/feeds/index.html"),
        *("-/feeds/knees/index.html", "-/all/knees/index.html", "-/all/knees/1/index.html"),
        *("-/style/accents.css", "-/static/site.css", "-/media/knees/articles/bag.svg"),
        "-/media/knees/articles/plan.pdf",
    } <= files.keys()


def test_a_build_that_remembers_is_the_same_as_one_that_does_not(folder: Path, tmp_path: Path) -> None:
    edit(folder / "feeds/knees/articles/stairs.md", lambda words: words.replace("one step", "two steps"))
    write(folder, "walk", "---\nid: walk\ntags: [cold]\n---\n# A walk\n\nGo slowly.\n")
    rebuilt(folder, MONDAY + HOUR)
    with open_site(folder, {}) as site:
        engine.build_site(site, tmp_path / "other")
    first, second = out(folder), files_below(tmp_path / "other")
    assert {path: body for path, body in first.items() if not path.startswith(".")} == {
        path: body for path, body in second.items() if not path.startswith(".")
    }


def test_what_is_known_to_be_unchanged_is_not_even_looked_at(folder: Path) -> None:
    """A text that changed behind the version's back stays unseen, until the version says so."""
    with open_site(folder, {}) as site, site.store.write() as db:
        db.execute(sql("UPDATE revision SET html = '<p>Behind the back.</p>'"))
    assert rebuilt(folder, collect=False).written == []
    with open_site(folder, {}) as site, site.store.write() as db:
        db.execute(sql("UPDATE publication SET version = version + 1"))
    assert "knees/stairs/index.html" in names(folder, rebuilt(folder, collect=False).written)


def test_a_new_guide_writes_what_tells_of_it(folder: Path) -> None:
    write(folder, "walk", "---\nid: walk\ntags: [walking]\n---\n# A walk\n\nGo slowly.\n")
    report = rebuilt(folder, MONDAY + HOUR)
    written = names(folder, report.written)
    assert {"knees/walk/index.html", "knees/feed.atom", "feed.rss", "sitemap.xml", "index.html"} <= written
    assert {"knees/tag/walking/feed.json", "knees/tag/walking/index.html"} <= written
    assert not {path for path in written if path.startswith(("knees/tag/cold/", "knees/updates."))}
    assert not {path for path in written if path.endswith("history/index.html")} - {
        "knees/walk/history/index.html"
    }
    assert report.removed == report.left == report.problems == []


def test_a_changed_guide_does_not_write_the_others(folder: Path) -> None:
    edit(folder / "feeds/knees/articles/stairs.md", lambda words: words.replace("one step", "two steps"))
    written = names(folder, rebuilt(folder, MONDAY + HOUR).written)
    assert {"knees/stairs/index.html", "knees/stairs/history/index.html", "knees/updates.atom"} <= written
    assert "knees/rest/index.html" not in written and "knees/ice/index.html" not in written


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("feeds/knees/feed.toml", lambda words: f'rights = "Yours"\n{words}', "knees/feed.atom"),
        ("feeds/knees/feed.toml", lambda words: f"entries = 1\n{words}", "knees/archive/1.rss"),
        (
            "publisher.toml",
            lambda words: words.replace("Example Guides", "Guides, examplary", 1),
            "feed.atom",
        ),
    ],
)
def test_a_changed_setting_is_written(
    folder: Path, name: str, change: Callable[[str], str], expected: str
) -> None:
    edit(folder / name, change)
    assert expected in names(folder, rebuilt(folder, collect=False).written)


def test_a_changed_template_is_written(folder: Path) -> None:
    (folder / "templates/web").mkdir(parents=True)
    (folder / "templates/web/guide.html").write_text("<p>{{ guide.title }}</p>", encoding="utf-8")
    rebuilt(folder, collect=False)
    assert out(folder)["knees/stairs/index.html"] == b"<p>Stairs with a sore knee</p>"


def test_a_file_that_was_replaced_is_copied_and_its_length_told(folder: Path) -> None:
    (folder / "feeds/knees/articles/plan.pdf").write_bytes(b"%PDF two, longer")
    written = names(folder, rebuilt(folder, collect=False).written)
    assert {"-/media/knees/articles/plan.pdf", "knees/feed.rss"} <= written
    assert b'length="16"' in out(folder)["knees/feed.rss"]
    (folder / "feeds/knees/articles/plan.pdf").unlink()
    assert names(folder, rebuilt(folder, collect=False).removed) == {"-/media/knees/articles/plan.pdf"}


def test_small_copies_of_pictures_for_mails_are_there(folder: Path) -> None:
    from PIL import Image

    Image.new("RGB", (700, 300), "red").save(folder / "feeds/knees/articles/wide.jpg")
    write(folder, "wide", "---\nid: wide\nimage: wide.jpg\n---\n# Wide\n\nText.\n")
    rebuilt(folder, MONDAY + HOUR)
    files = out(folder)
    copies = [path for path in files if path.startswith("-/picture/knees/")]
    assert copies == [
        "-/picture/knees/592/articles/wide.jpg",
        "-/picture/knees/1184/articles/wide.jpg",
    ] or sorted(copies) == ["-/picture/knees/1184/articles/wide.jpg", "-/picture/knees/592/articles/wide.jpg"]
    assert all(files[path].startswith(b"\xff\xd8") for path in copies)


def test_what_was_deleted_from_the_folder_comes_back(folder: Path) -> None:
    for path in ("knees/stairs/index.html", "feeds.opml", "-/media/knees/articles/bag.svg"):
        (folder / "out" / path).unlink()
        assert names(folder, rebuilt(folder, collect=False).written) == {path}


def test_a_page_changed_by_hand_stays_and_is_told(folder: Path) -> None:
    page = folder / "out/knees/stairs/index.html"
    page.write_bytes(b"by hand")
    for _ in range(2):
        report = rebuilt(folder, collect=False)
        assert page.read_bytes() == b"by hand" and report.written == [] and len(report.left) == 1


def test_a_withdrawn_guide_leaves_a_page_that_says_so(folder: Path) -> None:
    (folder / "feeds/knees/articles/ice.md").unlink()
    with open_site(folder, {}) as site:
        engine.tick(site, lambda: MONDAY + HOUR)
        engine.tick(site, lambda: MONDAY + timedelta(days=3))
    removed = names(folder, rebuilt(folder, MONDAY + timedelta(days=3)).removed)
    files = out(folder)
    for path in ("knees/ice/index.html", "knees/ice/history/index.html"):
        assert b"A bag" not in files[path] and b"noindex" in files[path]
    assert {"-/media/knees/articles/bag.svg", "knees/tag/cold/feed.atom"} <= removed
    assert b"deleted-entry" in files["knees/feed.atom"] and b"/ice<" not in files["sitemap.xml"]


def test_an_old_address_leads_to_the_new_one(folder: Path) -> None:
    edit(
        folder / "feeds/knees/articles/stairs.md",
        lambda words: words.replace("id: stairs", "id: stairs\nslug: steps"),
    )
    rebuilt(folder, MONDAY + HOUR)
    files = out(folder)
    old = files["knees/stairs/index.html"].decode()
    assert "http-equiv" in old and "https://guides.example/knees/steps" in old
    assert b"Use the rail" in files["knees/steps/index.html"]


def test_a_publication_whose_settings_are_broken_keeps_its_files(folder: Path) -> None:
    before = {path for path in out(folder) if path.startswith("knees/")}
    settings = folder / "feeds/knees/feed.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text("titel = 3\n", encoding="utf-8")
    report = rebuilt(folder, collect=False)
    assert report.removed == [] and before <= out(folder).keys()
    settings.write_text(good, encoding="utf-8")
    assert not {path for path in names(folder, rebuilt(folder, collect=False).written) if "knees" in path}


def test_a_publication_that_was_taken_away_goes(folder: Path) -> None:
    (folder / "feeds/knees").rename(folder / "knees-elsewhere")
    rebuilt(folder, collect=False)
    assert not [path for path in out(folder) if "knees" in path and not path.startswith(".")]
    assert "index.html" in out(folder)


def test_two_builds_of_processes_at_once_are_whole(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "publisher",
        "build",
        "--site",
        str(folder),
        "--out",
        str(folder / "out2"),
    ]
    environment = {**os.environ, "NO_COLOR": "1"}
    crew = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) for _ in range(2)]
    assert [each.wait(timeout=120) for each in crew] == [0, 0]
    second = files_below(folder / "out2")
    assert {p: b for p, b in out(folder).items() if p[0] != "."} == {
        p: b for p, b in second.items() if p[0] != "."
    }


def test_hosts_are_told_what_files_cannot_say(folder: Path) -> None:
    edit(
        folder / "feeds/knees/articles/stairs.md",
        lambda words: words.replace("id: stairs", "id: stairs\nslug: steps"),
    )
    (folder / "feeds/knees/articles/ice.md").unlink()
    with open_site(folder, {}) as site:
        engine.tick(site, lambda: MONDAY + HOUR)
        engine.tick(site, lambda: MONDAY + timedelta(days=3))
    rebuilt(folder, MONDAY + timedelta(days=3))
    files = out(folder)
    assert files["_redirects"].decode().splitlines() == [
        "/knees/stairs /knees/steps 301!",
        "/knees/stairs/history /knees/steps/history 301!",
        "/knees/ice /410.html 410!",
        "/knees/ice/history /410.html 410!",
    ]
    moved = files["-/hosting/moved.map"].decode().splitlines()
    assert moved[:2] == [
        '"/knees/stairs" "https://guides.example/knees/steps";',
        '"/knees/stairs/" "https://guides.example/knees/steps";',
    ]
    assert files["-/hosting/gone.map"].decode().startswith('"/knees/ice" 1;\n')
    assert b"withdrawn" in files["410.html"] and b'href="/-/static/' in files["410.html"]


def test_the_command_says_what_it_did(folder: Path) -> None:
    (folder / "out/knees/rest/index.html").write_bytes(b"by hand")
    (folder / "out/knees/feed.rss").unlink()
    command = [
        sys.executable,
        "-m",
        "publisher",
        "build",
        "--site",
        str(folder),
        "--out",
        str(folder / "out"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False
    )
    assert done.returncode == 0
    assert "1 file written," in done.stdout.replace("\n", " ") and "feed.rss" in done.stdout.replace("\n", "")
    assert "somebody else" in done.stderr.replace("\n", " ")
