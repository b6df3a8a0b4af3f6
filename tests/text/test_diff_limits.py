"""Hostile pairs of texts: compared in bounded time. Each would take minutes if anything were quadratic."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from publisher.errors import ContentError
from publisher.text import diff, diff_html, diff_mail, diff_text
from publisher.text.comparing import Diff, Status, new_text, old_text
from publisher.text.comparing.align import align, common
from publisher.text.comparing.runs import sentences


def letters(count: int, seed: int, alphabet: str = "ab") -> str:
    return " ".join(random.Random(seed).choices(alphabet, k=count))


def paragraph(text: str) -> str:
    return f"<p>{text}</p>"


def assert_whole(changes: Diff, old: str, new: str) -> None:
    """Nothing was lost on the way, and all of it can be shown."""
    assert "".join(old_text(changes)).split() == old.split()
    assert "".join(new_text(changes)).split() == new.split()
    assert diff_text(changes)
    assert diff_html(changes)


LINES = {
    "one word at the end": ("word " * 40_000, "word " * 40_000 + "sword"),
    "one word in the middle": ("word " * 200_000, "word " * 99_000 + "sword " + "word " * 101_000),
    "two words in any order": (letters(50_000, 1), letters(50_000, 2)),
    "long and short": (letters(100_000, 1), letters(30, 2)),
    "short and long": (letters(30, 2), letters(100_000, 1)),
    "no space at all": ("w" * 1_000_000, "w" * 999_999 + "v"),
    "Japanese": ("水を飲む" * 10_000, "水を飲む" * 5_000 + "茶" + "水を飲む" * 5_000),
    "many sentences": ("So it is. " * 20_000, "So it was. " * 20_000),
    "dots": ("." * 200_000 + " A", "." * 200_000 + " B"),
    "quotes behind dots": (".'" * 100_000 + " A", ".'" * 100_000 + " B"),
}


@pytest.mark.parametrize(("old", "new"), LINES.values(), ids=LINES)
def test_one_very_long_line(old: str, new: str) -> None:
    changes = diff(paragraph(old), paragraph(new))
    assert not changes.is_empty
    assert_whole(changes, old, new)
    assert len(diff_mail(changes)) < 20_000


def test_hard_spaces_in_front_of_a_break() -> None:
    sea = "a" + "\u00a0" * 300_000
    changes = diff(paragraph(f"{sea}<br/>b"), paragraph(f"{sea}<br/>c"))
    assert_whole(changes, "a b", "a c")


def test_so_many_words_that_only_the_whole_is_told() -> None:
    old, new = letters(20_000, 1, "abc"), letters(20_000, 2, "abc")
    (block,) = diff(paragraph(old), paragraph(new)).sections[0].blocks
    assert max(len(run.text) for run in block.parts[0]) > 30_000


def headings(count: int, text: str) -> str:
    return "".join(f"<h2>{text.format(n)}</h2><p>x{n}</p>" for n in range(count))


def test_a_hundred_thousand_equal_headings() -> None:
    changes = diff("<h2>Same</h2>" * 100_000, "<h2>Same</h2>" * 99_999)
    assert Counter(section.status for section in changes.sections) == {
        Status.SAME: 100_000,
        Status.REMOVED: 1,
    }


@pytest.mark.parametrize("text", ["Other {}", "Same"])
def test_many_other_headings(text: str) -> None:
    old, new = headings(4_000, "Same"), headings(3_600, text)
    changes = diff(old, new)
    assert len(new_text(changes)) == 7_200
    assert len(old_text(changes)) == 8_000
    assert len(diff_mail(changes)) < 20_000


def test_many_headings_in_another_order() -> None:
    parts = [f"<h2>Part {n}</h2><p>x{n}</p>" for n in range(4_000)]
    changes = diff("".join(parts), "".join(reversed(parts)))
    states = Counter(section.status for section in changes.sections if section.heading)
    assert states == {Status.MOVED: 3_999, Status.SAME: 1}


def test_many_equal_paragraphs() -> None:
    same = paragraph("The same thing.") * 20_000
    changes = diff(
        same, paragraph("The same thing.") * 10_000 + paragraph("Another.") + same[: len(same) // 2]
    )
    (block,) = [block for block in changes.sections[0].blocks if block.status is not Status.SAME]
    assert block.status is Status.ADDED
    assert block.parts[0][0].text == "Another."


def test_many_paragraphs_that_are_all_reworded_are_replaced_as_wholes() -> None:
    changes = diff(paragraph("one thing") * 5_000, paragraph("one thought") * 5_000)
    states = Counter(block.status for block in changes.sections[0].blocks)
    assert states == {Status.REMOVED: 5_000, Status.ADDED: 5_000}


@pytest.mark.parametrize(
    ("before", "behind"), [("<blockquote>", "</blockquote>"), ("<ul><li>", "</li></ul>")]
)
def test_deep_nesting(before: str, behind: str) -> None:
    levels = 99 if before == "<blockquote>" else 49
    old, new = (before * levels + paragraph(text) + behind * levels for text in ("a b c d", "a b e d"))
    assert_whole(diff(old, new), "a b c d", "a b e d")


def test_deeper_nesting_is_refused() -> None:
    with pytest.raises(ContentError, match="more than 100 levels deep"):
        diff("", "<div>" * 20_000 + "x")


def test_wide_tables_and_long_lists() -> None:
    row = "".join(f"<td>{n}</td>" for n in range(5_000))
    wide = f"<table><tbody><tr>{row}</tr></tbody></table>"
    changes = diff(wide, wide.replace("<td>2500</td>", "<td>x</td><td>y</td>"))
    assert len(new_text(changes)) == 5_001
    assert len(diff_mail(changes)) < 20_000
    items = "".join(f"<li>item {n}</li>" for n in range(5_000))
    changes = diff(f"<ul>{items}</ul>", f"<ol>{items}</ol>")
    assert changes.is_empty


def test_sentences_are_the_text() -> None:
    text = "One. Two?! “Three.” Four e.g. five 3.5. Six…\nSeven。八。"
    assert "".join(sentences(text)) == text
    assert [one.strip() for one in sentences(text)] == [
        "One.",
        "Two?!",
        "“Three.”",
        "Four e.g. five 3.5.",
        "Six…",
        "Seven。",
        "八。",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_longest_common_subsequence_is_exact(seed: int) -> None:
    chance = random.Random(seed)
    old, new = (chance.choices("abc", k=chance.randrange(12)) for _ in range(2))
    pairs = common(old, new)
    assert [old[i] for i, _ in pairs] == [new[j] for _, j in pairs]
    assert pairs == sorted(pairs)
    assert len(pairs) == longest(old, new)
    assert len({i for i, _ in align(old, new)}) == len({j for _, j in align(old, new)}) <= len(pairs)


def longest(old: list[str], new: list[str]) -> int:
    """The textbook's table."""
    above = [0] * (len(new) + 1)
    for one in old:
        line = [0]
        for column, other in enumerate(new):
            line.append(above[column] + 1 if one == other else max(above[column + 1], line[column]))
        above = line
    return above[-1]


def test_a_long_sequence_beside_a_short_one_is_turned_round() -> None:
    old, new = "ab" * 5_000, "ba" * 20
    assert len(common(old, new)) == len(common(new, old)) == 40
