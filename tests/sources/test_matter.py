from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from publisher.model import Author, Grade
from publisher.sources._matter import MAX_MATTER, Unusable, read_matter
from publisher.sources._meta import Meta, read_meta


def meta(yaml: str) -> Meta:
    return read_meta(read_matter(f"---\n{yaml}\n---\nText\n"), UTC)


def test_everything_that_can_be_written() -> None:
    read = meta(
        "id: knees/walk\ntitle: Walk\nslug: walk\nauthors:\n  - Ida\n  - {name: Tom, url: https://t.example}\n"
        "tags: [knees, 'walking']\nimage: {src: a.png, alt: A knee}\npublished: 2026-03-01\n"
        "updated: 2026-04-01 10:00\nrelease: 2026-05-01 09:00 Europe/Berlin\nchange: >\n  Shorter\n  steps.\n"
        "significance: Minor\nreview_by: 2027-01-01\nsummary: About\nlanguage: pt-BR\n"
        "canonical: https://elsewhere.example/walk?a=1"
    )
    assert (read.id, read.title, read.slug, read.summary) == ("knees/walk", "Walk", "walk", "About")
    assert read.authors == (Author("Ida"), Author("Tom", "https://t.example"))
    assert read.tags == ("knees", "walking")
    assert read.image is not None
    assert (read.image.src, read.image.alt, read.image.line) == ("a.png", "A knee", 9)
    assert read.published == datetime(2026, 3, 1, tzinfo=UTC)
    assert read.release == datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert (read.change, read.significance) == ("Shorter steps.", Grade.MINOR)
    assert (read.language, read.canonical) == ("pt-BR", "https://elsewhere.example/walk?a=1")
    assert (read.hold, read.remarks) == (False, ())


def test_scalars_stay_as_they_are_written() -> None:
    read = meta("title: No\nsummary: 2026-01-01\ntags: [1.10, yes, 007]\nauthors: ~\nslug:\nchange: null")
    assert (read.title, read.summary, read.tags) == ("No", "2026-01-01", ("1.10", "yes", "007"))
    assert (read.authors, read.slug, read.change) == ((), None, None)


def test_forms_that_people_use() -> None:
    assert meta("tags: hands,  morning pain, hands,").tags == ("hands", "morning pain")
    assert meta("authors: Ida Ray").authors == (Author("Ida Ray"),)
    assert meta("authors: {name: Ida, email: ida@example.org}").authors == (
        Author("Ida", None, "ida@example.org"),
    )
    assert meta("release: Hold").hold
    assert meta('title: "a\\0b\\tc"').title == "a b c"


@pytest.mark.parametrize(
    ("yaml", "line", "sentence"),
    [
        ("title: Sleep: what helps", 2, "put it in quotes"),
        ("tags: [a\nslug: b", 3, "not YAML"),
        ("tags:\n\t- a", 3, "not YAML"),
        ("title: 'a", 2, "not YAML"),
        ("title: a\x07", 2, "control character (U+0007)"),
        ("title: a\nslug: b\ntitle: c", 4, "a second time (first on line 2)"),
        ("title: [a, b]", 2, "`title` must be one line of text, not a list."),
        ("a: 1\ntitle: {b: c}", 3, "not a table"),
        (f"title: {'x' * 301}", 2, "301 characters long"),
        ("tags: {a: b}", 2, "`tags` must be a list of words"),
        ("tags: [[a]]", 2, "`tags` must be a list of words"),
        ("authors: [[a]]", 2, "`authors` must be names"),
        ("authors: [{url: https://x.example}]", 2, "needs a name"),
        ("authors: [{name: x, url: 'javascript:alert(1)'}]", 2, "not a web address"),
        ("authors: [{name: x, email: nowhere}]", 2, "not an e-mail address"),
        ("authors: [{name: x, age: 3}]", 2, "no `age`"),
        ("image: [a.png]", 2, "`image` must be a file's path"),
        ("image: {src: a.png, title: x}", 2, "`image` must be a file's path"),
        ("published: yesterday", 2, "`published`: 'yesterday' is not a date."),
        ("updated: 2026-02-30", 2, "no day or time that exists"),
        ("review_by: [2026-01-01]", 2, "must be one line of text"),
        ("release: maybe", 2, "write `hold`, or a date"),
        ("release: 2026-12-01 09:00 Europe/Berln", 2, "no time zone 'Europe/Berln'"),
        ("significance: materal", 2, "did you mean `material`?"),
        ("significance: huge", 2, "write typo, minor or material."),
        ("language: english please", 2, "a language code"),
        ("canonical: javascript:alert(1)", 2, "write a web address"),
        ("- a\n- b", 1, "no `key: value` lines"),
        ("just words", 1, "no `key: value` lines"),
        ("# Only a comment", 1, "no `key: value` lines"),
        ("a: &x 1\nb: *x", 3, "uses *references"),
        ("a: [[[[[1]]]]]", 2, "nested this deep"),
        ("? [a]\n: b", 2, "must be one word"),
        ("a: 1\n... \n%YAML 9.9", 4, "not YAML"),
        ("a: 1\n--- b", 1, "several YAML documents"),
        ("x: " + "y" * MAX_MATTER, 1, "larger than 32 KB"),
    ],
)
def test_what_holds_a_guide(yaml: str, line: int, sentence: str) -> None:
    with pytest.raises(Unusable) as error:
        meta(yaml)
    assert sentence in error.value.reason
    assert error.value.reason.endswith((".", "?"))
    assert error.value.line == line


@pytest.mark.parametrize(
    ("yaml", "remark"),
    [
        ("titel: x", "There is no key `titel`. It was ignored; did you mean `title`?"),
        ("date: 2026-01-01", "There is no key `date`. It was ignored; did you mean `published`?"),
        ("Author: x", "There is no key `Author`. It was ignored; did you mean `authors`?"),
        ("zzz: [1, {a: b}]", "There is no key `zzz`. It was ignored."),
    ],
)
def test_unknown_keys_are_told_and_ignored(yaml: str, remark: str) -> None:
    assert meta(f"title: x\n{yaml}").remarks == ((3, remark),)


def test_a_draft_from_elsewhere_is_not_published() -> None:
    assert meta("draft: true").hold
    assert "release: hold" in meta("draft: true").remarks[0][1]
    assert not meta("draft: false").hold


@pytest.mark.parametrize(
    "text",
    ["No front matter.\n", "---\n\nA rule, then text.\n", "-----\nA title\n-----\nText\n", "", "--- \ntext"],
)
def test_texts_without_front_matter_are_kept_whole(text: str) -> None:
    matter = read_matter(text)
    assert (dict(matter.values), matter.body) == ({}, text)


def test_front_matter_without_an_end_is_told() -> None:
    with pytest.raises(Unusable, match="has no end") as error:
        read_matter("\n\n---\ntitle: x\n\nText\n")
    assert error.value.line == 3


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    assert read_matter("\n\n---\n\ntitle: x\n---\n").lines == {"title": 5}


@pytest.mark.parametrize("start", ["[", "{a: ", "- ", "a: [", "? "])
def test_deep_nesting_does_not_end_the_process(start: str) -> None:
    """In a process of its own: YAML's usual tree builder dies of this by a signal."""
    code = (
        "import sys; from publisher.sources._matter import *\n"
        f"text = {start!r} * ({MAX_MATTER - 100} // {len(start)})\n"
        "try: read_matter('---\\n' + text + '\\n---\\n')\n"
        "except Unusable as error: print(error.reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.strip()
