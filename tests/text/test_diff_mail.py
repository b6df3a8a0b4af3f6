"""The diff in a mail: short, self-contained, eaten by MJML, readable in any colours."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from mjml import mjml2html

from publisher.text import diff, diff_mail, diff_text, read_markdown, sanitize
from publisher.text.comparing import Diff, diff_words
from publisher.text.comparing.mail import ADDED_STYLE, REMOVED_STYLE

GUIDE = """# Fever

Zero line here.

## Dose

Take 5 mg of it twice a day. Rest after that.

- Drink water
- Stay in bed

1. Measure
2. Wait an hour

| age | dose |
|-|-|
| adults | 5 mg |

## When to call

Call after three days. See [the leaflet](https://a.example/1).

## Old advice

Nobody does that any more.
"""
NEW = """# Fever

Zero line here.

## Dose

Take 50 mg of it twice a day. Rest after that.

- Drink water
- Stay in bed
- Open a window & breathe

1. Measure it
2. Wait an hour

| age | dose |
|-|-|
| adults | 50 mg |

![A scale](https://p.example/a.png)

## When to call

Call after three days. See [the leaflet](https://a.example/2?a=1&b=2).
"""


def compare(old: str, new: str) -> Diff:
    return diff(read_markdown(old).html, read_markdown(new).html)


CHANGES = compare(GUIDE, NEW)


def seen(html: str) -> list[str]:
    """What a reader sees of each line where no style is known."""
    lines = etree.fromstring(f"<div>{html}</div>").xpath("./p | ./ul/li")
    return [" ".join("".join(line.itertext()).split()) for line in lines]


def test_it_can_be_read_where_no_style_is_known() -> None:
    assert seen(diff_mail(CHANGES, limit=20)) == [
        "Dose",
        "Take removed: 5 added: 50 mg of it twice a day. Rest after that.",
        "Added: Open a window & breathe",
        "1. Measure added: it",
        "adults | removed: 5 added: 50 mg",
        "Picture: added: A scale",
        "When to call",
        "Call after three days. See the leaflet. (link “the leaflet”: removed: https://a.example/1 "
        "added: https://a.example/2?a=1&b=2)",
        "Removed: Old advice",
        "Removed: Nobody does that any more.",
    ]


def test_the_text_part_says_the_same() -> None:
    assert diff_text(CHANGES, limit=20).split("\n\n") == [
        "[-…-] was removed, {+…+} was added.",
        "## Dose",
        "Take [-5-] {+50+} mg of it twice a day. Rest after that.",
        "- Added: Open a window & breathe\n1. Measure {+it+}",
        "adults | [-5-] {+50+} mg",
        "Picture: added: A scale",
        "## When to call",
        "Call after three days. See the leaflet. (link “the leaflet”: [-https://a.example/1-] "
        "{+https://a.example/2?a=1&b=2+})",
        "## Removed: Old advice",
        "Removed: Nobody does that any more.",
    ]


def test_only_as_many_changes_as_asked_for() -> None:
    assert seen(diff_mail(CHANGES, limit=2))[-1] == "… and 5 more changes"
    assert seen(diff_mail(CHANGES, limit=6))[-1] == "… and 1 more change"
    assert (
        seen(diff_mail(CHANGES))[-1] == diff_text(CHANGES, limit=5).split("\n")[-1] == "… and 2 more changes"
    )
    assert "more change" not in diff_mail(CHANGES, limit=7)
    assert "When to call" not in diff_mail(CHANGES, limit=5)
    assert seen(diff_mail(CHANGES, limit=2, words=diff_words("de")))[-1] == "… und 5 weitere Änderungen"


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        diff_mail(CHANGES, limit=limit)
    with pytest.raises(ValueError, match="at least 1"):
        diff_text(CHANGES, limit=limit)


def test_a_section_that_only_moved_is_one_change() -> None:
    parts = ["## A\n\none two three", "## B\n\nfour five", "## C\n\nsix seven"]
    moved = compare("\n\n".join(parts), "\n\n".join([*parts[1:], parts[0]]))
    assert seen(diff_mail(moved)) == ["(moved) A"]
    assert diff_text(moved, limit=1) == "## (moved) A"


def test_whole_blocks_need_no_legend() -> None:
    assert diff_text(compare("One.", "One.\n\nTwo."), limit=5) == "Added: Two."
    assert diff_text(compare("One.", "One."), limit=5) == "Nothing changed."


def test_one_huge_block_does_not_fill_the_mail() -> None:
    long = " ".join(f"word{n}" for n in range(20_000))
    added = diff("<p>a</p>", f"<p>a</p><p>{long}</p>")
    reworded = diff(f"<p>{long}</p>", f"<p>{re.sub('7', '8', long)}</p>")
    for changes in (added, reworded):
        mail, text = diff_mail(changes), diff_text(changes, limit=5)
        assert len(mail) < 20_000
        assert len(text) < 2_000
        assert "…" in mail


def test_mjml_takes_it() -> None:
    body = diff_mail(CHANGES, limit=20)
    page = mjml2html(
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section></mj-body></mjml>",
        fonts={},
    )
    for style in (ADDED_STYLE, REMOVED_STYLE):
        assert page.count(f'style="{style}"') == body.count(f'style="{style}"') > 0
    assert 'href="https://a.example/2?a=1&amp;b=2"' in page
    assert seen(f"<p>{page.partition('<p')[2].partition('>')[2].partition('</p>')[0]}</p>") == ["Dose"]


def test_nothing_foreign_is_a_link() -> None:
    old = sanitize('<p>go <a href="/a">there</a></p>')
    for target in ("/b", "ftp://x.example", "https://x.example/a b"):
        new = f'<p>go <a href="{target}">there</a></p>'
        assert "<a " not in diff_mail(diff(old, new))
    assert '<a href="mailto:a@b.example"' in diff_mail(
        diff(old, '<p>go <a href="mailto:a@b.example">there</a></p>')
    )
    assert (
        diff(old, '<p>go <a href="javascript:alert(1)">there</a></p>').sections[0].blocks[0].links[0].new
        is None
    )


def colours(style: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of the text and behind it, red, green and blue from 0 to 255."""
    found = dict(part.split(":") for part in style.split(";"))
    return tuple(tuple(bytes.fromhex(found[name][1:])) for name in ("color", "background-color"))  # type: ignore[return-value]


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """WCAG 2.2's contrast ratio."""

    def luminance(colour: tuple[int, ...]) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)
        ]
        return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", [ADDED_STYLE, REMOVED_STYLE])
def test_colours_can_be_read_as_they_are_and_inverted(style: str) -> None:
    text, behind = colours(style)
    assert contrast(text, behind) >= 7
    assert contrast(tuple(255 - v for v in text), tuple(255 - v for v in behind)) >= 7
    assert re.search("underline|line-through", style)
