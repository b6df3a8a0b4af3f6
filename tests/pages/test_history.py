"""The history of a guide: every public revision, told so that eyes and ears can follow."""

from __future__ import annotations

import itertools
from dataclasses import replace

import lxml.html

from publisher.model import Change, Grade
from tests.pages.samples import FIRST, KNEES, head, pages, revisions, stock

STOCK = stock()
PAGES = pages(STOCK)
STAIRS = STOCK.guides["knees"][0]


def history(changes: tuple[Change, ...]) -> lxml.html.HtmlElement:
    text = PAGES.history(KNEES, head(KNEES), STAIRS, changes, infos=STOCK.feeds(KNEES))
    return lxml.html.document_fromstring(text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_section_for_each_public_revision_newest_first() -> None:
    sections = history(revisions()).find_class("revision")
    assert [each.get("id") for each in sections] == ["revision-5", "revision-4", "revision-3", "revision-1"]
    assert [words(each.find_class("small")[0].find("strong")) for each in sections] == [
        *("Important change", "Small change", "Spelling and punctuation", "First published"),
    ]
    assert [each.findtext("h2/a/time") for each in sections] == [
        *("2 August 2026", "3 July 2026", "3 June 2026", "4 May 2026"),
    ]
    assert words(sections[0].find_class("note")[0]) == "Rest for five minutes, not for two."
    assert not sections[1].find_class("note")


def test_what_came_and_went_is_told_in_words_too() -> None:
    newest = history(revisions()).find_class("revision")[0]
    assert [words(each) for each in newest.iter("del")][:1] == ["removed: two"]
    assert [words(each) for each in newest.iter("ins")][:1] == ["added: five"]
    for mark in (*newest.iter("ins"), *newest.iter("del")):
        assert mark[0].get("class") == "unseen"


def test_headings_have_no_gaps() -> None:
    levels = [int(each.tag[1]) for each in history(revisions()).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_a_guide_that_never_changed() -> None:
    page = history((Change(7, FIRST, "Stairs", Grade.MATERIAL),))
    assert "has not changed since it was published" in words(page)
    assert [each.get("id") for each in page.find_class("revision")] == ["revision-7"]
    assert not page.find_class("key")


def test_the_newest_difference_is_always_shown_and_old_ones_while_there_is_room() -> None:
    long = "<p>" + "long " * 6000 + "</p>"
    changes = [Change(n, FIRST, "Stairs", Grade.MATERIAL, html=long, brief="all") for n in range(9, 0, -1)]
    page = history(tuple(changes))
    sections = page.find_class("revision")
    shown = [bool(each.find_class("diff")) for each in sections]
    assert shown == [True, True] + [False] * 7
    assert "left out here" in words(sections[2])
    assert "left out" not in words(sections[-1])  # the first: nothing differed from anything
    assert len(lxml.html.tostring(page)) < 100_000
    huge = replace(changes[0], html=long * 4)
    assert history((huge, *changes[1:])).find_class("revision")[0].find_class("diff")


def test_hostile_words_in_a_note_stay_words() -> None:
    newest, *rest = revisions()
    evil = '"><script>alert(1)</script>'
    page = history((replace(newest, note=evil, brief=evil), *rest))
    assert not list(page.iter("script"))
    assert words(page.find_class("note")[0]) == evil


def test_the_guide_leads_to_its_history() -> None:
    text = PAGES.guide(KNEES, head(KNEES), STAIRS, infos=STOCK.feeds(KNEES))
    (box,) = lxml.html.document_fromstring(text).find_class("change")
    assert [each.get("href") for each in box.iter("a")] == ["../knees/stairs/history"]
    unchanged = PAGES.guide(KNEES, head(KNEES), STOCK.guides["knees"][1], infos=STOCK.feeds(KNEES))
    assert "/history" not in unchanged
