"""CSV as it comes: encodings, delimiters, quotes, ragged rows, zips."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from publisher import lists
from publisher.errors import FollowerError
from publisher.lists import files
from publisher.lists.opening import records


def read(path: Path) -> list[list[str]]:
    return [placed.record.cells for placed in records(lists.open_list(path, {}))]


@pytest.mark.parametrize(
    ("encoding", "found", "guessed"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8-sig", False),
        ("utf-16", "utf-16", False),
        ("utf-16-le", "utf-16-le", False),
        ("utf-16-be", "utf-16-be", False),
        ("cp1252", "cp1252", True),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str, found: str, guessed: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("email,name\nada@example.org,Zoë Grün\n".encode(encoding))
    sheet = lists.open_list(path, {}).sources[0].sheet
    assert (sheet.encoding, sheet.guessed) == (found, guessed)
    assert read(path) == [["ada@example.org", "Zoë Grün"]]


def test_what_is_not_windows_1252_either_is_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"email,name\nada@example.org,Zo\xeb\x81\n")
    assert lists.open_list(path, {}).sources[0].sheet.encoding == "latin-1"
    assert read(path)[0][1].startswith("Zoë")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'"na,me;"{delimiter}email\nAda{delimiter}ada@example.org\n')
    assert read(path) == [["Ada", "ada@example.org"]]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_excel_names_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"sep={delimiter}\r\nemail{delimiter}name\r\nada@example.org{delimiter}Ada\r\n")
    assert read(path) == [["ada@example.org", "Ada"]]


def test_lines_are_counted_through_quoted_newlines_and_empty_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'email,name\r\na@example.org,"one\r\ntwo"\r\n\r\n,\r\nb@example.org,B')
    placed = list(records(lists.open_list(path, {})))
    assert [(each.record.line, each.record.cells[0]) for each in placed] == [
        (2, "a@example.org"),
        (6, "b@example.org"),
    ]


def test_a_quote_that_never_closes_costs_its_rows_not_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('email,name\na@example.org,"open\n' + "filler,row\n" * 110_000 + "z@example.org,Z\n")
    placed = list(records(lists.open_list(path, {})))
    assert placed[0].wrong.startswith("a quote that is never closed")
    assert placed[-1].record.cells == ["z@example.org", "Z"]


def test_a_zip_brings_who_gets_mail_first(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("cleaned_x.csv", "subscribed_x.csv", "unsubscribed_x.csv"):
            archive.writestr(name, f"Email Address,MEMBER_RATING\n{name[:4]}@example.org,2\n")
        archive.writestr("campaigns.csv", "title,sent\nSpring,2020\n")
        archive.writestr("__MACOSX/._cleaned_x.csv", "x@example.org\n")
        archive.writestr("readme.md", "# no list")
    opened = lists.open_list(path, {})
    assert [source.sheet.name for source in opened.sources] == [
        "subscribed_x.csv",
        "unsubscribed_x.csv",
        "cleaned_x.csv",
    ]
    assert opened.skipped == ("campaigns.csv",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no column of it holds addresses"),
        (b"name,town\nAda,London\n", "no column of it holds addresses"),
        (b"PK\x03\x04 this is no zip", "zip file is damaged"),
    ],
)
def test_what_is_no_list_is_told_in_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(FollowerError, match=said):
        lists.open_list(path, {})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FollowerError, match="cannot be read"):
        lists.open_list(tmp_path / "none.csv", {})


def test_a_zip_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.csv", "email\n" + "a@example.org\n" * 1000, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    data[45:60] = b"\xff" * 15
    path.write_bytes(data)
    with pytest.raises(FollowerError, match=r"damaged|packed"):
        lists.open_list(path, {})


def test_a_fingerprint_is_of_bytes_and_wishes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("email\na@example.org\n")
    sheets = files.open_sheets(path)
    first = files.fingerprint(sheets, "{}")
    assert first == files.fingerprint(files.open_sheets(path), "{}") != files.fingerprint(sheets, '{"a": 1}')
    path.write_text("email\nb@example.org\n")
    assert files.fingerprint(files.open_sheets(path), "{}") != first
