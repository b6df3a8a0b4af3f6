from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.model import Fingerprint, Found, Grade, Listing, Skipped, Unchanged
from publisher.sources import open_source

Item = Found | Unchanged | Skipped
TEXT = "\n\nSome words about it, enough for a paragraph.\n"


class Folder:
    """A publication's folder in a temporary place."""

    def __init__(self, root: Path) -> None:
        self.root = root / "pub"
        (self.root / "articles").mkdir(parents=True)

    def write(self, name: str, text: str | bytes = "Words." + TEXT) -> Path:
        path = self.root / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, known: Mapping[str, Fingerprint] | None = None, **options: object) -> list[Item]:
        items = open_source("folder", self.root, options).read(known or {})
        return [item for item in items if not isinstance(item, Listing)]

    def found(self) -> list[Found]:
        return [item for item in self.read() if isinstance(item, Found)]

    def one(self) -> Found:
        (found,) = self.found()
        return found

    def told(self) -> list[tuple[str, str, str | None]]:
        return [(item.where, item.reason, item.path) for item in self.read() if isinstance(item, Skipped)]

    def known(self) -> dict[str, Fingerprint]:
        return {item.path: item.fingerprint for item in self.found() if item.path and item.fingerprint}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def stages(items: list[Item]) -> list[tuple[str, str | None]]:
    return [(type(item).__name__, item.path) for item in items]


# -------------------------------------------------------------------------------- names, slugs and titles


def test_names_come_from_paths(folder: Folder) -> None:
    for name in (
        "warm-up.md",
        "knees/brace.HTML",
        "knees/Deep Down.txt",
        ".draft.md",
        "notes.pdf",
        ".x/a.md",
    ):
        folder.write(name, "<p>Words.</p>" if "HTML" in name else "Words." + TEXT)
    assert [(item.foreign_id, item.slug, item.path) for item in folder.found()] == [
        ("knees/Deep Down", "deep-down", "articles/knees/Deep Down.txt"),
        ("knees/brace", "brace", "articles/knees/brace.HTML"),
        ("warm-up", "warm-up", "articles/warm-up.md"),
    ]


def test_front_matter_wins(folder: Folder) -> None:
    folder.write(
        "a.md", "---\nid: old/name\nslug: New Name!\ntitle: T\nsignificance: typo\n---\n# Other" + TEXT
    )
    guide = folder.one()
    assert (guide.foreign_id, guide.slug, guide.title) == ("old/name", "new-name", "T")
    assert guide.significance is Grade.TYPO


def test_title_from_the_text_or_the_name(folder: Folder) -> None:
    folder.write("a.md", "# From *the* text" + TEXT)
    folder.write("b_long-name.md", TEXT)
    assert [item.title for item in folder.found()] == ["From the text", "B long name"]


def test_line_ends_and_marks_do_not_matter(folder: Folder) -> None:
    text = "---\ntitle: Crème\n---\n\nUn peu.\n\nEncore.\n"
    folder.write("a.md", text)
    folder.write("b.md", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    folder.write("c.md", text.replace("\n", "\r").encode("utf-16"))
    plain, *others = folder.found()
    assert [(item.title, item.html) for item in others] == [(plain.title, plain.html)] * 2


def test_paths_above_other_options(folder: Folder) -> None:
    folder.write("../guides/a.md", "---\npublished: 2026-07-01 10:00\n---" + TEXT)
    (guide,) = folder.read(path="guides/", timezone="Europe/Berlin")
    assert isinstance(guide, Found)
    assert (guide.path, guide.published and guide.published.hour) == ("guides/a.md", 8)
    (guide,) = folder.read(path="./guides")
    assert guide.path == "guides/a.md"


# ------------------------------------------------------------------------------------ what cannot be used


def test_each_fault_is_one_sentence_and_the_rest_comes(folder: Folder) -> None:
    folder.write("good.md")
    folder.write("binary.md", b"\x89PNG\xff\xfe\x00\x00" * 9)
    folder.write("blank.txt", " \n\t\n")
    folder.write("empty.md", "---\ntitle: x\n---\n\n")
    folder.write("huge.html", b"<p>" + b"x" * 5_000_000)
    folder.write("russian.txt", "Вода нужна почве, а не листьям.".encode("koi8-r"))
    folder.write("script.html", "<script>alert(1)</script>")
    folder.write("yaml.md", "---\ntitle: a\ntags: [x\n---\nText")
    told = folder.told()
    assert [where for where, _, _ in told] == [
        "articles/binary.md:1",
        "articles/blank.txt",
        "articles/empty.md",
        "articles/huge.html",
        "articles/russian.txt:1",
        "articles/script.html",
        "articles/yaml.md:4",
    ]
    assert all(path and where.startswith(path) for where, _, path in told)
    for (_, reason, _), words in zip(
        told,
        ("UTF-8", "empty", "no text under", "larger than 5 MB", "UTF-8", "shown", "not YAML"),
        strict=True,
    ):
        assert words in reason
        assert reason.endswith(".")
        assert "\n" not in reason
    assert folder.one().path == "articles/good.md"


def test_windows_text_is_read_and_told(folder: Folder) -> None:
    folder.write(
        "a.txt", "The café’s “special” – naïve, but good. Größe 5 °C\n\nAnd more words.".encode("cp1252")
    )
    guide, remark = folder.read()
    assert isinstance(guide, Found)
    assert "café’s “special” – naïve" in guide.html + guide.title
    assert isinstance(remark, Skipped)
    assert remark.path is None
    assert "Windows-1252" in remark.reason


def test_an_unknown_key_keeps_the_guide(folder: Folder) -> None:
    folder.write("a.md", "---\ntitle: A\nauthr: Ida\n---" + TEXT)
    guide, remark = folder.read()
    assert isinstance(guide, Found)
    assert remark == Skipped(
        "articles/a.md:3", "There is no key `authr`. It was ignored; did you mean `authors`?", None
    )


def test_odd_files_are_told(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("Secret words." + TEXT)
    inside = folder.write("real.md")
    articles = inside.parent
    (articles / "link.md").symlink_to(inside)
    (articles / "away.md").symlink_to(outside)
    (articles / "broken.md").symlink_to(articles / "nowhere.md")
    (articles / "loop.md").symlink_to(articles / "loop.md")
    (articles / "folder").symlink_to(tmp_path)
    os.mkfifo(articles / "pipe.md")
    (articles / "new\nline.md").write_text("Words." + TEXT)
    Path(os.fsdecode(os.fsencode(articles) + b"/caf\xe9.md")).write_text("Words." + TEXT)
    assert [item.foreign_id for item in folder.found()] == ["link", "real"]
    told = {path: reason for _, reason, path in folder.told()}
    assert set(told) == {
        f"articles/{name}"
        for name in (
            "away.md",
            "broken.md",
            "caf\ufffd.md",
            "folder",
            "loop.md",
            "new\ufffdline.md",
            "pipe.md",
        )
    }
    assert "leaves the publication" in told["articles/away.md"]
    assert "not a regular file" in told["articles/pipe.md"]
    assert "Links to folders" in told["articles/folder"]


def test_deep_folders_end(folder: Folder) -> None:
    folder.write("d/" * 40 + "a.md")
    ((where, reason, _),) = folder.told()
    assert where.count("/d") == 33
    assert "too deep" in reason


@pytest.fixture
def public_folder() -> Iterator[Folder]:
    """A folder that other users may enter; pytest's own are private."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Folder(Path(place))


def test_files_and_folders_without_permission(public_folder: Folder) -> None:
    """As another user, because root may read everything."""
    folder = public_folder
    folder.write("good.md")
    folder.write("shut.md").chmod(0)
    folder.write("closed/a.md").parent.chmod(0)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from publisher.sources import open_source\n"
        f"source = open_source('folder', Path({str(folder.root)!r}), {{}})\n"
        "list(source.read({}))  # imports all, while it may\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: open(sys.argv[1]); print('the fault is not real')\n"
        "except PermissionError: pass\n"
        "for item in list(source.read({}))[1:]: print(type(item).__name__, item.path, getattr(item, 'reason', ''))\n"
    )
    shut = str(folder.root / "articles" / "shut.md")
    done = subprocess.run([sys.executable, "-c", code, shut], capture_output=True, text=True, check=False)
    (folder.root / "articles" / "closed").chmod(0o755)
    why = "It cannot be read (Permission denied): check its owner and permissions."
    assert done.stdout.splitlines() == [
        f"Skipped articles/closed {why}",
        "Found articles/good.md ",
        f"Skipped articles/shut.md {why}",
    ], done.stderr


@pytest.mark.parametrize("path", ["", "/etc", "..", "a/../../b", "x\0y", "out"])
def test_folders_outside_are_refused(folder: Folder, tmp_path: Path, path: str) -> None:
    (folder.root / "out").symlink_to(tmp_path)
    with pytest.raises(SourceError, match=r"feeds/pub/feed.toml: path: .* is not a folder inside"):
        folder.read(path=path)


def test_options_and_folders_that_are_wrong(folder: Folder) -> None:
    with pytest.raises(SourceError, match=r"no option `pth`. Did you mean `path`\?"):
        folder.read(pth="articles")
    with pytest.raises(SourceError, match="`path` must be text"):
        folder.read(path=3)
    with pytest.raises(SourceError, match="timezone: there is no time zone 'Berlin'"):
        folder.read(timezone="Berlin")
    with pytest.raises(SourceError, match="'nowhere' cannot be read"):
        folder.read(path="nowhere")
    folder.write("a.md")
    with pytest.raises(SourceError, match="Not a directory"):
        folder.read(path="articles/a.md")


# -------------------------------------------------------------------------------------------- one name, twice


def test_two_files_with_one_name_are_both_held(folder: Folder) -> None:
    folder.write("a.md")
    folder.write("b.md", "---\nid: a\n---" + TEXT)
    folder.write("c.md")
    assert stages(folder.read()) == [
        ("Skipped", "articles/a.md"),
        ("Skipped", "articles/b.md"),
        ("Found", "articles/c.md"),
    ]
    (first, _, _), (_, second, _) = folder.told()
    assert first == "articles/a.md"
    assert second == (
        "Its id 'a' is also that of articles/a.md: give one of them its own `id`. Until then, both are held."
    )


def test_a_newcomer_with_the_name_of_a_known_guide(folder: Folder) -> None:
    folder.write("a.md")
    known = folder.known()
    folder.write("a.txt")
    assert [item[0] for item in stages(folder.read(known))] == ["Skipped", "Skipped"]
    folder.write("a.txt", "---\nid: another\n---" + TEXT)
    assert stages(folder.read(known)) == [("Unchanged", "articles/a.md"), ("Found", "articles/a.txt")]


# ------------------------------------------------------------------------------------------------- history


def history(folder: Folder) -> None:
    folder.write("knees/brace.md", "---\ntitle: Now\n---" + TEXT)
    for number, name in ((10, "10.md"), (1, "1.md"), (2, "2.txt")):
        folder.write(f".history/knees__brace/{name}", f"---\ntitle: Then {number}\n---" + TEXT)
    folder.write("a.md")


def test_past_texts_come_first_and_in_order(folder: Folder) -> None:
    history(folder)
    items = folder.found()
    assert [(item.foreign_id, item.title, item.past) for item in items] == [
        ("a", "A", False),
        ("knees/brace", "Then 1", True),
        ("knees/brace", "Then 2", True),
        ("knees/brace", "Then 10", True),
        ("knees/brace", "Now", False),
    ]
    assert {item.slug for item in items[1:]} == {"brace"}
    assert {item[0] for item in stages(folder.read(folder.known()))} == {"Unchanged"}


def test_only_what_changed_is_found(folder: Folder) -> None:
    history(folder)
    known = folder.known()
    folder.write("knees/brace.md", "---\ntitle: Newer\n---" + TEXT)
    assert [name for name, _ in stages(folder.read(known))] == ["Unchanged"] * 4 + ["Found"]
    folder.write(".history/knees__brace/11.md", "---\ntitle: Then 11\n---" + TEXT)
    assert [name for name, _ in stages(folder.read(known))][-2:] == ["Found", "Found"]
    known = folder.known()
    folder.write(".history/knees__brace/12.md", "---\ntitle: Then 12\n---" + TEXT)
    assert stages(folder.read(known))[-2:] == [
        ("Found", "articles/.history/knees__brace/12.md"),
        ("Unchanged", "articles/knees/brace.md"),
    ]


def test_history_follows_the_id(folder: Folder) -> None:
    folder.write("a.md", "---\nid: b\n---" + TEXT)
    folder.write("b.md", "---\nid: a\n---" + TEXT)
    folder.write(".history/a/1.md", "---\ntitle: Then\n---" + TEXT)
    expected = [("b", False), ("a", True), ("a", False)]
    assert [(item.foreign_id, item.past) for item in folder.found()] == expected
    known = folder.known()
    assert {name for name, _ in stages(folder.read(known))} == {"Unchanged"}
    del known["articles/.history/a/1.md"]
    (past,) = [item for item in folder.read(known) if isinstance(item, Found)]
    assert (past.foreign_id, past.past) == ("a", True)


def test_a_held_guide_does_not_become_its_own_past(folder: Folder) -> None:
    history(folder)
    folder.write("knees/brace.md", "---\npublished: never\n---" + TEXT)
    assert [item.foreign_id for item in folder.found()] == ["a"]


def test_faults_in_history(folder: Folder) -> None:
    history(folder)
    folder.write(".history/knees__brace/2.md")
    folder.write(".history/knees__brace/old.md")
    folder.write(".history/knees__brace/10.md", "---\ntitle: [\n---" + TEXT)
    folder.write(".history/gone/1.md")
    told = {where: reason for where, reason, _ in folder.told()}
    assert set(told) == {
        "articles/.history/gone",
        "articles/.history/knees__brace/10.md:3",
        "articles/.history/knees__brace/2.txt",
        "articles/.history/knees__brace/old.md",
    }
    assert "No guide has the id" in told["articles/.history/gone"]
    assert "already the text with this number" in told["articles/.history/knees__brace/2.txt"]
    assert [item.title for item in folder.found()] == ["A", "Then 1", "Brace", "Now"]


# -------------------------------------------------------------------------------------- scale, without clocks


def test_known_files_are_not_opened(folder: Folder) -> None:
    """Proved by the files' own access: they cannot be read any more, and nobody notices."""
    history(folder)
    known = folder.known()
    for path in known:
        (folder.root / path).rename(folder.root / f"{path}.kept")
        os.mkfifo(folder.root / path)  # opening it would wait for ever
        (folder.root / path).unlink()
        status = known[path]
        with (folder.root / path).open("wb") as file:
            file.truncate(status.size)  # zeros: no text
        os.utime(folder.root / path, ns=(0, status.mtime_ns))
    assert {name for name, _ in stages(folder.read(known))} == {"Unchanged"}


def test_many_guides_are_handed_over_one_by_one(folder: Folder) -> None:
    for number in range(300):
        folder.write(f"{number:03}.md")
    reading = open_source("folder", folder.root, {}).read({})
    assert isinstance(next(reading), Listing)
    assert next(iter(reading)).path == "articles/000.md"
    folder.write("299.md", "Newer." + TEXT)  # read when its turn comes
    assert "Newer" in [item.html for item in reading if isinstance(item, Found)][-1]
