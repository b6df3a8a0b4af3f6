"""Titles, levels and contents of Markdown and HTML."""

from __future__ import annotations

import pytest

from publisher.text import Section, plain, read_html, read_markdown, read_plain, sections
from publisher.text.headings import relevel
from tests.text.reading import xhtml

LEAD = "<p>" + "A lead that is a real paragraph. " * 10 + "</p>"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<h1>Boats</h1><p>a</p>", "Boats"),
        ("<p>2 March</p><h1>Boats</h1><p>a</p>", "Boats"),
        ("<header><h1>Boats</h1></header><h2>a</h2>", "Boats"),
        ("<title>Boats | Harbour</title><p>a</p>", "Boats"),
        ("<title>Boats - Harbour</title><h2>Boats</h2><p>a</p>", "Boats"),
        ("<title>Boats - Harbour</title><p>a</p>", "Boats - Harbour"),
        ("<title>Boats – Harbour</title>" + LEAD + "<h1>Boats</h1><p>a</p>", "Boats"),
        ("<h1>Boats</h1><p>a</p><h1>Oars</h1><p>b</p>", "Boats"),
        (LEAD + "<h1>Oars</h1><p>b</p>", None),
        ("<p>a</p><h1>Oars</h1><p>b</p><h1>Sails</h1>", None),
        ("<h2>Oars</h2><p>b</p>", None),
        ("<svg><title>icon</title></svg><p>a</p>", None),
        ("<p>a</p>", None),
        ("", None),
    ],
)
def test_title_of_html_is_the_one_that_is_really_there(html: str, title: str | None) -> None:
    found = read_html(html)
    assert found.title == title
    assert xhtml(found.html).find(".//h1") is None
    assert title is None or title not in plain(found.html)


def test_a_known_title_is_not_repeated_and_others_become_sections() -> None:
    assert read_html("<h1>Boats!</h1><p>a</p>", title="boats").html == "<p>a</p>"
    assert read_html("<p>Boats</p><p>a</p>", title="Boats").html == "<p>a</p>"
    kept = read_html("<h1>Boats</h1><p>a</p>", title="Ships")
    assert (kept.title, kept.html) == ("Ships", '<h2 id="t-boats">Boats</h2>\n<p>a</p>')


def test_only_the_main_part_of_a_page_is_content() -> None:
    page = (
        "<!doctype html><html lang=en><head><title>Boats · Harbour</title><style>a{}</style></head><body>"
        "<nav>Home</nav><header><h1>Harbour</h1></header><main><h2>Oars</h2><p>a</p></main><footer>© us</footer>"
    )
    found = read_html(page)
    assert found.title == "Boats"
    assert plain(found.html) == "Oars\n\na"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([1, 2, 2, 3], [2, 3, 3, 4]),
        ([3, 3, 4, 3], [2, 2, 3, 2]),
        ([2, 4, 4, 3], [2, 3, 3, 3]),
        ([4, 2, 3], [2, 2, 3]),
        ([1, 2, 3, 4, 5, 6, 6], [2, 3, 4, 5, 6, 6, 6]),
        ([], []),
    ],
)
def test_heading_levels_close_up_under_the_title(levels: list[int], expected: list[int]) -> None:
    assert relevel(levels) == expected


def test_headings_carry_ids_for_a_table_of_contents() -> None:
    html = read_html(
        "<h1>T</h1><h3>Über uns</h3><h5 id=own>B &amp; <em>C</em></h5><h3>Über uns</h3><h3>?!</h3>"
    ).html
    assert sections(html) == [
        Section(2, "t-uber-uns", "Über uns"),
        Section(3, "t-own", "B & C"),
        Section(2, "t-uber-uns-2", "Über uns"),
        Section(2, "t-section", "?!"),
    ]


def test_sections_of_foreign_html_may_have_no_ids() -> None:
    assert sections("<h2>a<br>b</h2>") == [Section(2, "", "a b")]


WRITTEN = {"s", "em", "table", "td", "dl", "dt", "dd", "ol", "pre", "code", "details"}
MARKDOWN = """# Boats

Wood[^1] ~~sinks~~ floats, *mostly*.

## Parts

| part | n |
|------|--:|
| oar  | 2 |

Keel
: The spine.

1. a
2. b

```python
a < b
```

<details><summary>More</summary>x</details>

[^1]: Oak.
"""


def test_markdown_has_what_writers_use() -> None:
    found = read_markdown(MARKDOWN)
    tree = xhtml(found.html)
    assert found.title == "Boats"
    assert {element.tag for element in tree.iter()} >= WRITTEN
    note = tree.find(".//sup/a").get("href")
    assert tree.find(f".//li[@id='{note[1:]}']") is not None
    assert [section.title for section in sections(found.html)] == ["Parts"]


def test_markdown_html_is_sanitised() -> None:
    found = read_markdown(
        "a <script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x>c</b>\n\n<iframe src=//y.example/z></iframe>"
    )
    assert "<script" not in found.html
    assert "alert(1)</" not in found.html
    assert "onclick" not in found.html
    assert '<a href="https://y.example/z">' in found.html


def test_markdown_does_not_link_what_only_looks_like_a_link() -> None:
    assert "<a" not in read_markdown("see file.py and www.example.com").html


def test_bare_text_becomes_paragraphs() -> None:
    assert read_html("one<br><br>two <b>three</b>").html == "<p>one</p>\n<p>two <b>three</b></p>"


def test_the_three_readers_agree() -> None:
    prose = "Long enough to be a paragraph, and it ends like one."
    as_text = read_plain(f"Boats\n\n{prose}\n\nOars\n\n{prose}\n\n- a\n- b")
    as_markdown = read_markdown(f"# Boats\n\n{prose}\n\n## Oars\n\n{prose}\n\n- a\n- b\n")
    as_html = read_html(f"<h1>Boats</h1><p>{prose}<h2>Oars</h2><p>{prose}<ul><li>a<li>b</ul>")
    assert as_text == as_markdown == as_html
