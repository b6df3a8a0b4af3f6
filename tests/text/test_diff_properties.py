"""What holds for every diff, whatever the two texts are."""

from __future__ import annotations

import random
import re
from collections import Counter
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.errors import ContentError
from publisher.text import diff, diff_html, diff_mail, diff_summary, diff_text, read_plain, sanitize
from publisher.text.comparing import Diff, Status, diff_words, new_text, old_text
from publisher.text.fold import fold, fold_marks
from publisher.text.rules import ATTRIBUTES, TAGS
from tests.text.reading import FIXTURES
from tests.text.test_properties import soup

MAIL_TAGS = {"p", "ul", "li", "strong", "em", "a", "ins", "del", "span"}


def texts(html: str) -> list[str]:
    """The texts of what `guides` makes, block by block, read without the code under test."""
    root = etree.fromstring(f"<div>{html}</div>")
    found = (" ".join("".join(block.itertext()).split()) for block in root.iter("p", "li", "h2", "td"))
    return [text for text in found if text]


WORDS = [
    "tide",
    "mast",
    "5 mg",
    "oar",
    "Keel.",
    "sail",
    "“rope”",
    "knot",
    "it's",
    "10,5 %",
    "水を飲む。",
    "שלום",
    "the",
    "No!",
]
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(
    lambda w: escape(" ".join(w), quote=False)
)


def row_of(cells: list[str]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


inline = st.builds(
    lambda mark, text: mark.format(text),
    st.sampled_from(
        ["{}", "{}", "{} <em>so</em> it is", '<a href="https://a.example/?b=1&amp;c">{}</a>', "<s>{}</s>"]
    ),
    words,
)
tables = st.lists(st.lists(words, min_size=2, max_size=3), min_size=1, max_size=3).map(
    lambda rows: f"<table><tbody>{''.join(map(row_of, rows))}</tbody></table>"
)
lists = st.builds(
    lambda tag, items: f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>",
    st.sampled_from(["ul", "ol"]),
    st.lists(inline, min_size=1, max_size=4),
)
blocks = st.one_of(
    inline.map("<p>{}</p>".format),
    inline.map("<p>{}</p>".format),
    words.map("<h2>{}</h2>".format),
    inline.map("<blockquote><p>{}</p></blockquote>".format),
    lists,
    tables,
)
guides = st.lists(blocks, max_size=10).map("\n".join)


@st.composite
def revisions(draw: st.DrawFn) -> tuple[str, str]:
    """A guide, and what became of it: blocks moved, removed, added, words swapped."""
    parts = draw(st.lists(blocks, max_size=10))
    chance = random.Random(draw(st.integers(0, 2**32)))
    edited = list(parts)
    for _ in range(draw(st.integers(0, 6))):
        place = chance.randrange(len(edited) + 1)
        match chance.choice(["move", "remove", "add", "word", "word"]):
            case "add":
                edited.insert(place, draw(blocks))
            case "move" if edited:
                edited.insert(place - 1, edited.pop(chance.randrange(len(edited))))
            case "remove" if edited:
                edited.pop(place - 1)
            case "word" if edited:
                old = chance.choice(["tide", "mast", "oar", "5 mg", "the"])
                edited[place - 1] = edited[place - 1].replace(
                    old, chance.choice(["sea", "50 mg", "", "its own"]), 1
                )
    return sanitize("\n".join(parts)), sanitize("\n".join(edited))


def assert_closed_and_clean(changes: Diff) -> None:
    """The page is what the sanitiser makes of it but for class names, the mail is made of few tags."""
    page = diff_html(changes)
    without_classes = re.sub(r' class="(?:unseen|folded)"', "", page)
    assert sanitize(without_classes) == without_classes
    for element in etree.fromstring(f"<div>{page}</div>").iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES["*"] - {"id"} | ATTRIBUTES.get(element.tag, set()) | {
            "class"
        }
    mail = diff_mail(changes)
    for element in etree.fromstring(f"<div>{mail}</div>").iterdescendants():
        assert element.tag in MAIL_TAGS
        assert set(element.attrib) <= {"dir", "style", "href"}
        assert re.match("https?://|mailto:", element.get("href", "mailto:"))
    for html in (page, mail):
        assert "<script" not in html.lower()


def assert_told_as_text(changes: Diff) -> None:
    for text in (diff_text(changes), diff_text(changes, context=None), diff_text(changes, limit=3)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert not re.search("[\x00-\x1f\x7f-\x9f]", diff_summary(changes, words=diff_words("de")))


@settings(max_examples=50, deadline=None)
@given(guides)
def test_a_text_does_not_differ_from_itself(html: str) -> None:
    clean = sanitize(html)
    changes = diff(clean, clean)
    assert changes.is_empty
    assert diff_text(changes) == "Nothing changed."
    assert diff_mail(changes) == diff_html(changes) == "<p>Nothing changed.</p>"
    assert diff_summary(changes) == "nothing changed"


@settings(max_examples=60, deadline=None)
@given(revisions())
def test_a_diff_applied_to_the_old_text_is_the_new_one(pair: tuple[str, str]) -> None:
    old, new = pair
    changes = diff(old, new)
    assert list(map(fold_marks, old_text(changes))) == list(map(fold_marks, texts(old)))
    assert list(map(fold_marks, new_text(changes))) == list(map(fold_marks, texts(new)))
    if list(map(fold_marks, texts(old))) != list(map(fold_marks, texts(new))):
        assert not changes.is_empty


@settings(max_examples=30, deadline=None)
@given(revisions())
def test_what_is_shown_is_clean(pair: tuple[str, str]) -> None:
    changes = diff(*pair)
    assert_closed_and_clean(changes)
    assert_told_as_text(changes)


@settings(max_examples=30, deadline=None)
@given(revisions())
def test_every_section_and_block_is_told_once(pair: tuple[str, str]) -> None:
    changes, back = diff(*pair), diff(*reversed(pair))
    for side in ("old", "new"):
        places = [getattr(section, side) for section in changes.sections]
        assert sorted(place for place in places if place is not None) == list(
            range(sum(place is not None for place in places))
        )
    assert changes.is_empty == back.is_empty
    assert all((section.new is None) == (section.status is Status.REMOVED) for section in changes.sections)


@settings(max_examples=30, deadline=None)
@given(revisions())
def test_everything_is_shown_without_a_context(pair: tuple[str, str]) -> None:
    changes = diff(*pair)
    shown = etree.fromstring(f"<div>{diff_html(changes, context=None)}</div>")
    for part in shown.xpath(".//small | .//span[@class] | .//ins"):
        part.text = ""
        for inner in list(part):
            part.remove(inner)
    left = Counter(fold("".join(shown.itertext())))
    assert left == Counter(fold("".join(old_text(changes))))


@settings(max_examples=50, deadline=None)
@given(soup, soup)
def test_any_html_is_compared_or_refused_in_a_sentence(one: str, other: str) -> None:
    try:
        old, new = sanitize(one), sanitize(other)
    except ContentError:
        return
    changes = diff(old, new)
    assert diff(new, new).is_empty
    assert Counter(fold("".join(new_text(changes)))) == letters(new)
    assert Counter(fold("".join(old_text(changes)))) == letters(old)
    assert_closed_and_clean(changes)
    assert_told_as_text(changes)


@settings(max_examples=50, deadline=None)
@given(soup, soup)
def test_html_that_nobody_sanitised_does_no_harm(one: str, other: str) -> None:
    try:
        changes = diff(one, other)
    except ContentError:
        return
    assert_closed_and_clean(changes)
    assert_told_as_text(changes)


def letters(html: str) -> Counter[str]:
    """All letters and digits of our own XHTML, those that stand for pictures among them."""
    root = etree.fromstring(f"<div>{html}</div>")
    for mark in root.xpath(".//sup[.//a[starts-with(@href, '#')]]"):
        for part in mark.iter():
            part.text, part.tail = "", part.tail if part is mark else ""
    alts = [image.get("alt") or "" for image in root.iter("img") if not image.xpath("ancestor::pre")]
    return Counter(fold("".join([*root.itertext(), *alts])))


NAMES = sorted(path.stem for path in FIXTURES.glob("*.txt"))


def mutated(html: str, chance: random.Random) -> str:
    """The same guide with a few lines lost, doubled, moved, swapped in words, or cut open."""
    lines = html.split("\n")
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines.pop(place)
            case 1:
                lines.insert(chance.randrange(len(lines) + 1), lines[place])
            case 2:
                lines.insert(chance.randrange(len(lines)), lines.pop(place))
            case 3:
                found = lines[place].split(" ")
                chance.shuffle(found)
                lines[place] = " ".join(found)
            case _:
                cut = chance.randrange(len(lines[place]) + 1)
                lines[place] = (
                    lines[place][:cut]
                    + chance.choice(["<script>x</script>", "&", "7 mg", "<b>"])
                    + lines[place][cut:]
                )
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
def test_mutations_of_real_shapes(name: str) -> None:
    old = read_plain((FIXTURES / f"{name}.txt").read_text()).html
    chance = random.Random(name)
    for _ in range(2):
        new = sanitize(mutated(old, chance))
        changes = diff(old, new)
        assert Counter(fold("".join(new_text(changes)))) == letters(new)
        assert Counter(fold("".join(old_text(changes)))) == letters(old)
        assert diff(new, new).is_empty
        assert_closed_and_clean(changes)
        assert_told_as_text(changes)
