"""Texts made to take for ever end, and with a grade. That they end soon is what `bench_grade` measures."""

from __future__ import annotations

import random

import pytest

from publisher.model import Grade
from publisher.text import grade

MB = 1_000_000


def body(*parts: str) -> str:
    return f"<p>{''.join(parts)}</p>"


def words(seed: int, letters: str, size: int) -> str:
    return "".join(random.Random(seed).choices(letters, k=size))


def headings(count: int, word: str) -> str:
    return "".join(f"<h2>{word} {n}</h2>" for n in range(count))


def paragraphs(seed: int, count: int) -> str:
    chance = random.Random(seed)
    return "".join(f"<p>{chance.randrange(50)} or {chance.randrange(50)}.</p>" for _ in range(count))


LINE = words(1, "abc def. 123", MB)
HOSTILE = {
    "one line, one letter": (body(LINE), body(LINE[: MB // 2], "x", LINE[MB // 2 :])),
    "one line, all of it": (body(LINE), body(words(2, "abc def. 123", MB))),
    "one word": (body("a" * MB), body("a" * MB, "b")),
    "one number": (body("1" * MB), body("1" * MB, "2")),
    "numbers": (body("1 " * (MB // 2)), body("1 " * (MB // 2), "2")),
    "fractions": (body("1/" * (MB // 2)), body("1/" * (MB // 2), "2")),
    "telephones": (body("0 " * (MB // 2)), body("0-" * (MB // 2))),
    "addresses": (body("a@" * (MB // 2)), body("a@" * (MB // 2), "2")),
    "apostrophes": (body("a'" * (MB // 2)), body("a'" * (MB // 2), "2")),
    "sentences": (body("A. " * (MB // 9)), body("A. " * (MB // 9), "2")),
    "negations": (body("not only " * 5_000), body("not " * 5_000, "only " * 5_000)),
    "soup": (body(words(1, "ab ", 45_000)), body(words(2, "ab ", 45_000))),
    "headings, one more": (headings(100_000, "a"), headings(100_001, "a")),
    "headings, all others": (headings(100_000, "a"), headings(100_000, "b")),
    "headings, all alike": ("<h2>a</h2>" * 100_000, "<h2>a</h2>" * 99_999),
    "paragraphs, all alike": ("<p>So it is.</p>" * 20_000, "<p>So it is.</p>" * 20_000 + "<p>5</p>"),
    "paragraphs, few kinds": (paragraphs(1, 9_000), paragraphs(2, 9_000)),
    "items": (
        f"<ol>{paragraphs(1, 4_900).replace('p>', 'li>')}</ol>",
        f"<ol>{paragraphs(2, 4_900).replace('p>', 'li>')}</ol>",
    ),
    "code": (
        "<pre>" + "\n".join(map(str, range(20_000))) + "</pre>",
        "<pre>" + "\n".join(map(str, range(1, 20_001))) + "</pre>",
    ),
    "links": (
        body("<a href='https://a.example/'>x</a> " * 20_000),
        body("<a href='https://b.example/'>x</a> " * 20_000),
    ),
    "pictures": (
        "".join(f'<p><img src="{n}.png" alt="a {n}"/>b</p>' for n in range(5_000)),
        "".join(f'<p><img src="{n}.png" alt="a {n + 1}"/>b</p>' for n in range(5_000)),
    ),
    "signs": (body("<del>" * 90, "5", "</del>" * 90), body("&lt; ± " * 50_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends(name: str) -> None:
    old, new = HOSTILE[name]
    found = grade("", old, "", new)
    assert found.grade is Grade.MATERIAL
    assert len(found.detail) < 300


@pytest.mark.parametrize("html", ["<p>So it is.</p>" * 20_000, headings(20_001, "a")])
def test_what_is_too_large_to_look_at_can_still_be_the_same(html: str) -> None:
    changed = html.replace("<p>", '<p lang="en">').replace("<h2>", '<h2 lang="en">').replace(" ", "  ")
    assert grade("", html, "", changed).grade is Grade.NONE
    found = grade("", html, "", html + "<p>Well</p>")
    assert (found.grade, found.rule) == (Grade.MATERIAL, "too large")
    assert found.detail == "more than 20,000 tags"
