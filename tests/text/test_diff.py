"""What the diff says of small edits: told in the notation of `diff_text`, `[-gone-] {+come+}`."""

from __future__ import annotations

import re

import pytest

from publisher.text import diff, diff_html, diff_summary, diff_text, read_markdown, sanitize
from publisher.text.comparing import (
    Diff,
    LinkDiff,
    Op,
    Run,
    Status,
    StruckDiff,
    diff_words,
    new_text,
    old_text,
)


def compare(old: str, new: str) -> Diff:
    """The diff of two Markdown texts."""
    return diff(read_markdown(old).html, read_markdown(new).html)


def told(old: str, new: str, context: int | None = 0) -> list[str]:
    """The lines of the diff, empty ones and those about what is folded left out."""
    lines = diff_text(compare(old, new), context=context).split("\n")
    return [line for line in lines if line and not line.startswith("… ")]


EDITS = {
    "a figure": (
        "Take 5 mg with water. Rest after it.",
        "Take 50 mg with water. Rest after it.",
        ["Take [-5-] {+50+} mg with water. Rest after it."],
    ),
    "a few words": (
        "You may drive the next day if you feel well.",
        "You must not drive the next day, even if you feel well.",
        ["You [-may-] {+must not+} drive the next day{+, even+} if you feel well."],
    ),
    "a sentence more": (
        "Boil the water. Add the salt.",
        "Boil the water. Wait until it sings. Add the salt.",
        ["Boil the water. {+Wait until it sings.+} Add the salt."],
    ),
    "a sentence less": (
        "Boil the water. Wait until it sings. Add the salt.",
        "Boil the water. Add the salt.",
        ["Boil the water. [-Wait until it sings.-] Add the salt."],
    ),
    "most of a sentence": (
        "Prune in spring. Most people water their roses every evening, when it is cooler. Feed in June.",
        "Prune in spring. Roses want water at dawn, before the evening heat dries their leaves. Feed in June.",
        [
            "Prune in spring. [-Most people water their roses every evening, when it is cooler.-] "
            "{+Roses want water at dawn, before the evening heat dries their leaves.+} Feed in June."
        ],
    ),
    "a sentence that only grew": (
        "Prune in spring. Take it. Feed your roses in June.",
        "Prune in spring. Take it every morning with a large glass of water. Feed your roses in June.",
        ["Prune in spring. Take it {+every morning with a large glass of water+}. Feed your roses in June."],
    ),
    "a paragraph less": (
        "The first one stays.\n\nNobody needs the second.\n\nThe third one stays.",
        "The first one stays.\n\nThe third one stays.",
        ["[-Nobody needs the second.-]"],
    ),
    "a paragraph more": (
        "The first one stays.",
        "The first one stays.\n\nA second one came.",
        ["{+A second one came.+}"],
    ),
    "paragraphs that changed places": (
        "The kettle is hot.\n\nThe cups are old.\n\nMilk comes last.",
        "Milk comes last.\n\nThe kettle is hot.\n\nThe cups are old.",
        ["(moved) Milk comes last."],
    ),
    "an item more": ("- rope\n- knife\n", "- rope\n- lamp\n- knife\n", ["- {+lamp+}"]),
    "items reordered": ("- rope\n- knife\n- lamp\n", "- lamp\n- rope\n- knife\n", ["- (moved) lamp"]),
    "a step reworded": (
        "1. Loosen the nut\n2. Lift the wheel\n",
        "1. Loosen the nut\n2. Lift the front wheel\n",
        ["2. Lift the {+front+} wheel"],
    ),
    "an item of an item": (
        "- rope\n  - hemp\n- knife\n",
        "- rope\n  - hemp\n  - nylon\n- knife\n",
        ["  - {+nylon+}"],
    ),
    "a cell": (
        "| age | dose |\n|-|-|\n| adults | 5 mg |\n| children | 2 mg |\n",
        "| age | dose |\n|-|-|\n| adults | 10 mg |\n| children | 2 mg |\n",
        ["adults | [-5-] {+10+} mg"],
    ),
    "a column": (
        "| age | dose |\n|-|-|\n| adults | 5 mg |\n",
        "| age | sex | dose |\n|-|-|-|\n| adults | any | 10 mg |\n",
        ["age | {+sex+} | dose", "adults | {+any+} | [-5-] {+10+} mg"],
    ),
    "a row less": (
        "| age | dose |\n|-|-|\n| adults | 5 mg |\n| children | 2 mg |\n",
        "| age | dose |\n|-|-|\n| adults | 5 mg |\n",
        ["[-children-] | [-2 mg-]"],
    ),
    "a line of code": (
        "```\nlet a = 1\n  let b = 2\n```",
        "```\nlet a = 1\n  let b = 20\n```",
        ["      let b = [-2-] {+20+}"],
    ),
    "a picture more": (
        "Look at this boat.",
        "Look at this boat.\n\n![A red boat](https://p.example/a.png)",
        ["Picture: {+A red boat+}"],
    ),
    "a picture less": (
        "Look at this boat.\n\n![A red boat](https://p.example/a.png)",
        "Look at this boat.",
        ["Picture: [-A red boat-]"],
    ),
    "what stands for a picture": (
        "![A red boat](https://p.example/a.png)",
        "![A red sail boat](https://p.example/a.png)",
        ["Picture: A red {+sail+} boat"],
    ),
    "another file for a picture": (
        "![A red boat](https://p.example/a.png)",
        "![A red boat](https://p.example/b.png)",
        ["Nothing changed."],
    ),
    "a decorative picture": ("Look.", "Look.\n\n![](https://p.example/line.png)", ["Nothing changed."]),
    "where a link leads": (
        "Read [the leaflet](https://a.example/1) first.",
        "Read [the leaflet](https://a.example/2) first.",
        [
            "Read the leaflet first. (link “the leaflet”: [-https://a.example/1-] {+https://a.example/2+})",
        ],
    ),
    "a link on words that stayed": (
        "Read the leaflet first.",
        "Read [the leaflet](https://a.example/2) first.",
        ["Read the leaflet first. (link “the leaflet”: {+https://a.example/2+})"],
    ),
    "words struck out": (
        "Take 5 mg daily.",
        "Take ~~5 mg~~ daily.",
        ["Take 5 mg daily. (now struck out: “5 mg”)"],
    ),
    "words struck out no more": (
        "Take ~~5 mg~~ daily.",
        "Take 5 mg daily.",
        ["Take 5 mg daily. (no longer struck out: “5 mg”)"],
    ),
    "a footnote": (
        "Tides turn twice a day.[^1]\n\n[^1]: Nearly everywhere.",
        "Tides turn twice a day.[^1]\n\n[^1]: Almost everywhere.",
        ["1. [-Nearly-] {+Almost+} everywhere."],
    ),
    "only where a footnote stands": (
        "Tides turn twice a day.[^1] So do we.\n\n[^1]: Nearly everywhere.",
        "Tides turn twice a day. So do we.[^1]\n\n[^1]: Nearly everywhere.",
        ["Nothing changed."],
    ),
    "Hebrew": ("שלום עולם טוב מאוד", "שלום עולם רע מאוד", ["שלום עולם [-טוב-] {+רע+} מאוד"]),
    "Japanese": (
        "毎朝、水を二杯飲みます。夜は飲みません。",
        "毎朝、水を三杯飲みます。夜は飲みません。",
        ["毎朝、水を[-二-]{+三+}杯飲みます。夜は飲みません。"],
    ),
    "a Japanese sentence more": (
        "毎朝、水を二杯飲みます。",
        "毎朝、水を二杯飲みます。夜は飲みません。",
        ["毎朝、水を二杯飲みます。{+夜は飲みません。+}"],
    ),
    "quotes and dashes": ('It\'s "so" - here.', "It’s “so” – here.", ["Nothing changed."]),
    "emphasis": ("Never do it.", "**Never** *do* it.", ["Nothing changed."]),
    "paragraphs that became items": (
        "One rope.\n\nTwo knives.",
        "- One rope.\n- Two knives.",
        ["Nothing changed."],
    ),
}


@pytest.mark.parametrize(("old", "new", "lines"), EDITS.values(), ids=EDITS)
def test_small_edits(old: str, new: str, lines: list[str]) -> None:
    assert told(old, new) == lines


TWO = "# Tea\n\n## Water\n\nUse fresh water for it.\n\n## Leaves\n\nTwo spoons of leaves.\n\n## Time\n\nThree minutes."


def test_a_section_that_moved() -> None:
    new = "# Tea\n\n## Leaves\n\nTwo spoons of leaves.\n\n## Time\n\nThree minutes.\n\n## Water\n\nUse fresh water for it."
    assert told(TWO, new) == ["## (moved) Water"]
    assert diff_summary(compare(TWO, new)) == "“Water” moved"


def test_a_section_that_moved_and_was_edited() -> None:
    new = "# Tea\n\n## Leaves\n\nTwo spoons of leaves.\n\n## Time\n\nThree minutes.\n\n## Water\n\nUse cold water for it."
    assert told(TWO, new) == ["## (moved) Water", "Use [-fresh-] {+cold+} water for it."]
    section = next(section for section in compare(TWO, new).sections if section.status is Status.MOVED)
    assert section.is_edited
    assert diff_summary(compare(TWO, new)) == "“Water” moved and changed"


def test_a_heading_that_was_renamed_keeps_its_section() -> None:
    assert told(TWO, TWO.replace("## Time", "## How long")) == ["## [-Time-] {+How long+}"]
    assert diff_summary(compare(TWO, TWO.replace("## Time", "## How long"))) == "“How long” changed"


def test_sections_that_came_and_went() -> None:
    new = TWO.replace("## Time\n\nThree minutes.", "## Cups\n\nWarm them up.")
    assert told(TWO, new) == ["## [-Time-]", "[-Three minutes.-]", "## {+Cups+}", "{+Warm them up.+}"]
    assert diff_summary(compare(TWO, new)) == "1 section added, 1 removed"
    assert diff_summary(compare(TWO, TWO.partition("## Time")[0])) == "1 section removed"


@pytest.mark.parametrize("word", ["\x1b[31m", "\x9b31m", "\x07", "\x85", "\x7f"])
def test_controls_of_a_terminal_never_get_out(word: str) -> None:
    old = f'<p>{word.replace(chr(27), "")}a <a href="https://a.example/{word[1:]}">b{word[-1]}</a></p>'
    new = f'<p>c{word[1:]}a <a href="https://a.example/2">b{word[-1]}</a> <s>d{word[-1]}</s></p>'
    for limit in (None, 5):
        text = diff_text(diff(old, new), limit=limit)
        assert all(char == "\n" or char.isprintable() for char in text)


def test_a_control_within_our_own_xhtml_does_not_get_out() -> None:
    old = '<p>a <a href="https://a.example/1">b\x9b31m</a> and <s>c\x9b31m</s> and d\x9b31m</p>'
    changes = diff(old, old.replace("/1", "/2&#10;## x").replace("s>", "u>"))
    assert diff_text(changes).isprintable()
    assert changes.sections[0].blocks[0].links == (
        LinkDiff("b31m", "https://a.example/1", "https://a.example/2 ## x"),
    )
    assert changes.sections[0].blocks[0].struck == (StruckDiff("c31m", False),)


def test_a_text_without_headings_is_summed_up_by_its_parts() -> None:
    assert diff_summary(compare("- a\n- b\n", "- a\n- b\n- c\n- d\n")) == "2 items added"
    assert diff_summary(compare("One.\n\n- a\n", "One two.\n\n- a\n- b\n")) == "1 paragraph changed, 1 added"
    assert diff_summary(compare("```\na = 1\n```", "```\na = 2\n```")) == "1 line changed"
    assert diff_summary(compare("a", "a")) == "nothing changed"


def test_runs_join_words_of_one_fate_and_show_the_new_marks() -> None:
    (section,) = compare('Say "yes" or go home now.', "Say “yes” or stay here tonight now.").sections
    assert section.blocks[0].parts[0] == (
        Run(Op.EQUAL, "Say “yes” or"),
        Run(Op.DELETE, " go home"),
        Run(Op.INSERT, " stay here tonight"),
        Run(Op.EQUAL, " now."),
    )


def test_both_texts_can_be_read_from_a_diff() -> None:
    changes = compare(
        "Zero.\n\n## A\n\none two\n\n## B\n\nthree four", "## B\n\nthree five\n\n## A\n\none two\n\nsix"
    )
    assert old_text(changes) == ["Zero.", "A", "one two", "B", "three four"]
    assert new_text(changes) == ["B", "three five", "A", "one two", "six"]


def test_what_is_folded_is_counted() -> None:
    old = "\n\n".join(f"Paragraph number {n}." for n in range(8)) + "\n\n## A\n\nx\n\n## B\n\ny"
    text = diff_text(compare(old, old.replace("number 4", "number four")), context=1)
    assert text.split("\n\n") == [
        "… 3 paragraphs unchanged …",
        "Paragraph number 3.",
        "Paragraph number [-4-] {+four+}.",
        "Paragraph number 5.",
        "… 2 paragraphs unchanged …",
        "… 2 sections unchanged …",
    ]
    assert "unchanged" not in diff_text(compare(old, old.replace("number 4", "number four")), context=None)


@pytest.mark.parametrize("sea", [" ".join(f"word{n}" for n in range(200)), "水を飲みます" * 100])
def test_the_middle_of_a_long_unchanged_stretch_is_left_out(sea: str) -> None:
    changes = diff(f"<p>One {sea} two</p>", f"<p>Uno {sea} dos</p>")
    text = diff_text(changes)
    assert "…" in text
    assert len(text) < 350
    assert sea.strip() in diff_text(changes, context=None)


def test_only_gained_and_lost_lines_of_code_are_one_insertion_and_one_deletion() -> None:
    html = diff_html(compare("```\na\nb\nc\n```", "```\na\nx > 1\ny > 2\nc\n```"))
    assert html == (
        '<pre><code>a\n<del><span class="unseen" dir="auto">removed: </span>b</del>\n'
        '<ins><span class="unseen" dir="auto">added: </span>x &gt; 1\ny &gt; 2</ins>\nc</code></pre>'
    )


def test_markup_of_lists_tables_quotes_and_terms() -> None:
    old = sanitize(
        "<h2>A</h2><ul><li>a<ol><li>x y b</ol></ul><blockquote><p>x y c</blockquote><dl><dt>d<dd>x y e</dl>"
        "<table><tr><th>f<th>g<tr><td>h<td>i</table>"
    )
    new = re.sub(r"\b([bcei])<", r"\g<1>2<", old)
    html = diff_html(diff(old, new))
    gone, come = (
        '<del><span class="unseen" dir="auto">removed: </span>',
        '<ins><span class="unseen" dir="auto">added: </span>',
    )
    for name in "bcei":
        html = html.replace(f"{gone}{name}</del>", f"-{name}").replace(f"{come}{name}2</ins>", f"+{name}")
    assert html.split("\n") == [
        '<h3 dir="auto">A</h3>',
        '<ul dir="auto"><li>a',
        '<ol dir="auto"><li value="1">x y -b +b</li></ol></li></ul>',
        '<blockquote><p dir="auto">x y -c +c</p></blockquote>',
        '<dl dir="auto"><dt>d</dt>',
        "<dd>x y -e +e</dd></dl>",
        '<table dir="auto"><tbody><tr><th>f</th><th>g</th></tr><tr><td>h</td><td>-i +i</td></tr></tbody></table>',
    ]


def test_one_announcement_for_words_in_a_row() -> None:
    html = diff_html(compare("We go to the old harbour now.", "We go to a very small quay now."))
    assert html.count("removed: ") == html.count("added: ") == 1


def test_german() -> None:
    german = diff_words("de-AT")
    changes = compare(
        "# T\n\n## Dosis\n\nTäglich 5 mg.\n\n## Hinweis\n\nRuhe.", "# T\n\n## Dosis\n\nTäglich 50 mg."
    )
    assert diff_summary(changes, words=german) == "1 Abschnitt geändert, 1 entfernt"
    assert "entfernt: </span>5" in diff_html(changes, words=german)
    assert diff_text(compare("a", "a"), words=german) == "Nichts hat sich geändert."
    renamed = compare("# T\n\n## Dosis\n\nTäglich.", "# T\n\n## Dosis\n\nTäglich!")
    assert diff_summary(renamed, words=german) == "„Dosis“ geändert"
    assert diff_words("pt") == diff_words("en") == diff_words("")
