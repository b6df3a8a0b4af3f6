"""Single habits of plain text, one each."""

from __future__ import annotations

import pytest

from publisher.text import read_plain
from publisher.text.lines import lines_of, repair
from publisher.text.structure import structure
from tests.text.reading import notation, xhtml

PROSE = "Long enough to be a paragraph of its own, and it ends as sentences do."


def seen(*blocks: str, title: str | None = None) -> list[str]:
    return notation(structure("\n\n".join(blocks), title=title))


def test_a_lone_paragraph_has_no_title() -> None:
    assert seen(PROSE) == [f"p {PROSE}"]


def test_empty_text_is_empty() -> None:
    assert structure("  \n\n \t").blocks == ()
    assert read_plain("").html == ""


def test_a_general_first_heading_is_no_title() -> None:
    assert seen("Introduction", PROSE) == ["h2 Introduction", f"p {PROSE}"]


def test_a_known_title_leaves_other_first_headings_alone() -> None:
    assert seen("Rowing Backwards", PROSE, title="Boats")[0] == "h2 Rowing Backwards"


def test_a_known_title_is_dropped_with_its_prefix_and_marks() -> None:
    for line in ("# Boats for All", "Title: Boats for all", "**BOATS FOR ALL**"):
        assert seen(line, PROSE, title="Boats for all") == [f"p {PROSE}"]


def test_a_heading_at_the_very_end_stays_as_words() -> None:
    assert seen(PROSE, "A Line With Nothing Below") == [f"p {PROSE}", "p A Line With Nothing Below"]


def test_an_unmarked_list_under_a_colon_stops_at_the_next_heading() -> None:
    assert seen(PROSE + " You need:", "a bucket", "a brush", "Cleaning", PROSE) == [
        f"p {PROSE} You need:",
        "- a bucket",
        "- a brush",
        "h2 Cleaning",
        f"p {PROSE}",
    ]


def test_short_lines_in_one_chunk_are_a_list_under_their_heading() -> None:
    assert seen(PROSE, "Tools\n2 buckets\n1 brush\n3 cloths", PROSE)[1:5] == [
        "h2 Tools",
        "- 2 buckets",
        "- 1 brush",
        "- 3 cloths",
    ]


def test_numbers_with_prose_between_are_headings_and_with_sentences_are_items() -> None:
    assert seen(PROSE, "1. Dig", PROSE, "2. Plant", PROSE)[1] == "h2 1. Dig"
    items = seen(PROSE, "1. Dig a hole.", "Make it deep, twice as deep as you think.", "2. Put the tree in.")
    assert items[1:] == ["# Dig a hole. Make it deep, twice as deep as you think.", "# Put the tree in."]
    html = read_plain("\n\n".join(["1. Dig a hole.", "Make it deep and wide.", "2. Put the tree in."])).html
    assert "<li><p>Dig a hole.</p><p>Make it deep and wide.</p></li>" in html.replace("\n", "")


def test_a_list_goes_on_counting_where_it_was_cut() -> None:
    html = read_plain(f"3. Stir.\n4. Wait.\n\n{PROSE}").html
    assert xhtml(html).find("ol").get("start") == "3"


def test_decimal_numbers_stand_under_whole_ones() -> None:
    assert seen(PROSE, "1. Water", PROSE, "1.1 Rain", PROSE, "2. Light", PROSE)[1::2] == [
        "h2 1. Water",
        "h3 1.1 Rain",
        "h2 2. Light",
    ]


def test_a_numbered_series_that_is_the_whole_text_stays_on_top() -> None:
    found = seen(
        "Three Ways to Save Water", PROSE, *(p for n in (1, 2, 3) for p in (f"{n}. Way Here", PROSE))
    )
    assert [line[:2] for line in found if line.startswith("h")] == ["h2", "h2", "h2"]


def test_long_runs_of_short_lines_are_a_list_with_headings_around() -> None:
    assert seen(PROSE, "What to Bring", "Rope", "Water", "Bread", "On the Way", PROSE)[1:6] == [
        "h2 What to Bring",
        "- Rope",
        "- Water",
        "- Bread",
        "h2 On the Way",
    ]


def test_a_caption_in_sentence_case_is_no_heading_where_headings_have_title_case() -> None:
    headed = [
        part for name in ("A Title", "First Part", "Second Part", "Third Part") for part in (name, PROSE)
    ]
    assert "p A gardener waters tomatoes in the evening" in seen(
        *headed, "A gardener waters tomatoes in the evening", PROSE
    )


@pytest.mark.parametrize(
    "line",
    [
        "He stopped. Then he went on",
        "See https://boats.example/knots",
        "and so it went on",
        "In the first week,",
        "200 g flour",
        "“Nonsense,” said the captain.",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert not any(block.startswith("h") for block in seen(PROSE, line, PROSE))


def test_urls_become_links_and_stars_become_strong() -> None:
    html = read_plain(f"{PROSE} **Mind** the gap: https://a.example/x?y=1&z=(2). <b>no</b> & so on").html
    assert '<a href="https://a.example/x?y=1&amp;z=(2)">https://a.example/x?y=1&amp;z=(2)</a>.' in html
    assert "<strong>Mind</strong>" in html
    assert "&lt;b&gt;no&lt;/b&gt; &amp; so on" in html


def test_hard_wraps_are_joined_and_real_line_ends_are_not() -> None:
    wrapped = "A paragraph that somebody wrapped by hand at about fifty columns\nbecause the terminal was narrow then."
    assert [line.text for line in lines_of(wrapped)] == [wrapped.replace("\n", " ")]
    assert len(lines_of("Flour\nSugar\nButter and a very small amount of salt")) == 3


def test_a_programmers_text_keeps_its_escapes() -> None:
    text = "Write \\n for a new line.\n\nThat is all there is to it.\n\nReally."
    assert repair(text) == text


def test_json_text_is_unescaped() -> None:
    assert repair('"Caf\\u00e9\\n\\nHe said \\"yes\\"."') == 'Café\n\nHe said "yes".'


def test_mojibake_with_lost_control_characters_is_repaired() -> None:
    assert repair("It’s “so” – café".encode().decode("latin-1")) == "It’s “so” – café"


def test_correct_text_is_not_repaired() -> None:
    text = "naïve Ærø ½ “quotes” ﬁ ２ 東京 — ok"
    assert repair(text) == text


def test_windows_and_old_mac_line_ends() -> None:
    assert [line.text for line in lines_of("one\r\rtwo\r\n\r\nthree\u2028four")] == [
        "one",
        "two",
        "three",
        "four",
    ]


def test_a_line_of_signs_parts_the_text() -> None:
    assert seen(PROSE, "* * *", PROSE)[1] == "hr"


def test_headings_with_the_same_words_get_ids_of_their_own() -> None:
    html = read_plain("\n\n".join([PROSE, "Care", PROSE, "Care", PROSE])).html
    assert [h.get("id") for h in xhtml(html).iter("h2")] == ["t-care", "t-care-2"]


def test_a_marker_alone_on_its_line_belongs_to_the_next() -> None:
    assert notation(structure(f"{PROSE}\n\n-\none\n-\ntwo\n")) == [f"p {PROSE}", "- one", "- two"]


def test_the_same_pictograph_on_lines_in_a_row_is_a_bullet() -> None:
    assert notation(structure(f"{PROSE}\n\n🌱 one\n🌱 two"))[1:] == ["- one", "- two"]
    assert notation(structure(f"{PROSE}\n\n🌱 Sowing\n\n{PROSE}"))[1] == "h2 🌱 Sowing"


def test_questions_in_any_language_are_headings_but_talk_is_not() -> None:
    for line in ("¿Se puede?", "Hvor længe holder den?", "Kuinka usein sitä kastellaan?"):
        assert notation(structure(f"{PROSE}\n\n{line}\n\n{PROSE}"))[1] == f"h2 {line}"
    assert notation(structure(f"{PROSE}\n\nSounds easy enough?\n\n{PROSE}"))[1] == "p Sounds easy enough?"


def test_a_heading_may_end_in_a_colon() -> None:
    assert notation(structure(f"{PROSE}\n\nBefore You Start:\n\n{PROSE}"))[1] == "h2 Before You Start"
    assert notation(structure(f"{PROSE}\n\nThis is what matters:\n\n{PROSE}"))[1] == "p This is what matters:"


def test_the_title_of_the_page_gives_way_to_the_title() -> None:
    text = f"Tying Knots | Rope Weekly\n\nTying Knots\n\n{PROSE}\n\nTying Knots"
    found = structure(text)
    assert found.title == "Tying Knots"
    assert [line.rule for line in found.dropped] == ["title-repeat", "title-repeat"]
