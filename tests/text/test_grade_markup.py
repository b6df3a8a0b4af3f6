"""What markup tells: tables, code, links, pictures."""

from __future__ import annotations

import pytest

from publisher.model import Grade
from publisher.text import Graded, grade

NONE, TYPO, MINOR, MATERIAL = Grade


def graded(old: str, new: str) -> Graded:
    return grade("Walking", f"<p>What you can do.</p>{old}", "Walking", f"<p>What you can do.</p>{new}")


def cell(text: str) -> str:
    return (
        "<table><tr><th>What</th><th>How</th></tr>"
        f"<tr><td>It is for you</td><td>{text}</td></tr><tr><td>One</td><td>Other</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("5 mg", "50 mg", MATERIAL),
        ("yes", "no", MATERIAL),
        ("salt", "sugar", MATERIAL),
        ("✓", "✗", MATERIAL),
        ("✓", "", MATERIAL),
        ("★★★", "★★", MATERIAL),
        ("", "Never", MATERIAL),
        ("It is a very good way.", "It is a really good way.", MINOR),
        ("They recieve it.", "They receive it.", TYPO),
        ("five", "5", TYPO),
        ("‘so’", "'so'", NONE),
    ],
)
def test_a_cell_is_judged_by_its_words(old: str, new: str, level: Grade) -> None:
    assert graded(cell(old), cell(new)).grade is level


def test_a_column_more_is_material() -> None:
    old = "<table><tr><td>It</td></tr><tr><td>was</td></tr></table>"
    assert graded(old, old.replace("</td>", "</td><td>so</td>")).grade is MATERIAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rm -r", "rm -R"),
        ("log --all", "log -all"),
        ("a = 1", "a == 1"),
        ("if a:\n    b", "if a:\nb"),
        ("say 'so'", "say ’so’"),
        ("x;", "x"),
        ("recieve", "receive"),
    ],
)
@pytest.mark.parametrize("tag", ["<pre>{}</pre>", "<p>Type <code>{}</code> now.</p>"])
def test_in_code_every_character_counts(old: str, new: str, tag: str) -> None:
    if "\n" in old and "<pre>" not in tag:
        return  # within a line there are no lines
    found = graded(tag.format(old), tag.format(new))
    assert found.grade is MATERIAL
    assert found.rule in ("code", "sign")


def test_code_that_is_only_marked_as_code_is_no_change() -> None:
    assert graded("<p>Press Enter now.</p>", "<p>Press <kbd>Enter</kbd> now.</p>").grade is NONE


def link(url: str, text: str = "our page") -> str:
    return f'<p>See <a href="{url}">{text}</a> for it.</p>'


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("https://a.example/one", "https://a.example/two", MINOR),
        ("https://a.example/one", "https://www.a.example/one", MINOR),
        ("one.html", "two.html", MINOR),
        ("https://a.example/", "https://b.example/", MATERIAL),
        ("one.html", "https://b.example/", MINOR),
        ("mailto:a@a.example", "mailto:b@a.example", MATERIAL),
        ("https://[bad/", "https://[worse/", MATERIAL),
    ],
)
def test_a_link_target(old: str, new: str, level: Grade) -> None:
    found = graded(link(old), link(new))
    assert (found.grade, found.rule) == (level, "link")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://a.example/", "https://a.example/"),
        ("https://a.example/", "https://a.example/?utm_source=feed"),
        ("https://a.example/", "https://A.example/"),
        ("#one", "#two"),
    ],
)
def test_the_same_target_written_otherwise(old: str, new: str) -> None:
    assert graded(link(old), link(new)).grade is NONE


def test_a_link_more_is_minor() -> None:
    assert graded("<p>See our page for it.</p>", link("https://a.example/")).grade is MINOR


def picture(source: str, alt: str = "") -> str:
    return f'<p>Look:</p><figure><img src="{source}" alt="{alt}"/></figure>'


@pytest.mark.parametrize(
    ("old", "new", "level", "rule"),
    [
        (picture("a.png"), picture("b.png"), MINOR, "picture"),
        (picture("a.png"), "<p>Look:</p>", MINOR, "picture"),
        (picture("a.png"), picture("a.png?v=2"), NONE, "same"),
        (picture("a.png"), picture("a.png#x"), NONE, "same"),
        (picture("http://a.example/a.png"), picture("https://a.example/a.png"), NONE, "same"),
        (picture("http://[a"), picture("http://[b"), MINOR, "picture"),
        (picture("a.png", "Take 5 mg"), picture("a.png", "Take 50 mg"), MATERIAL, "number"),
        (picture("a.png", "Take 5 mg"), picture("b.png", "Take 50 mg"), MATERIAL, "number"),
        (picture("a.png", "They recieve it"), picture("a.png", "They receive it"), TYPO, "spelling"),
        (picture("a.png", "‘it’"), picture("a.png", "'it'"), NONE, "same"),
        (picture("a.png", ""), picture("a.png", "A dog"), NONE, "same"),
        (picture("a.png") + picture("b.png"), picture("b.png") + picture("a.png"), NONE, "same"),
        (picture("a.png") * 2, picture("a.png"), MINOR, "picture"),
    ],
)
def test_a_picture(old: str, new: str, level: Grade, rule: str) -> None:
    if old.count("<p>") != new.count("<p>"):
        new += "<p>Look:</p>"
    found = graded(old, new)
    assert (found.grade, found.rule) == (level, rule)
    back = graded(new, old)
    assert (back.grade, back.rule) == (level, rule)


def test_words_decide_over_pictures_and_links() -> None:
    old = "<p>It is nice.</p>" + link("https://a.example/one") + picture("a.png")
    new = "<p>It was nice.</p>" + link("https://a.example/two") + picture("b.png")
    typo = old.replace("nice", "nicce")
    assert graded(old, new).grade is MINOR
    assert graded(old, typo).grade is TYPO
    assert graded(typo, new.replace("nice", "5")).grade is MATERIAL
