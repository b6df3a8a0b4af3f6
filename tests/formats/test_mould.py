"""What is poured into a mould is what feedgen writes, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings

from publisher.formats import _mould as mould
from publisher.formats import atom, open_format, rss
from publisher.formats._escape import as_html, hexadecimal, in_attribute, in_text
from publisher.formats._head import basis
from publisher.formats._prepare import prepare_entry
from publisher.model import Author, Enclosure, Entry, Image

from .samples import BAD_ENTRIES, ENTRIES, FULL, HOME, RICH, entry
from .test_hostile import guides

WRITERS: dict[str, Callable[[Entry], str]] = {"atom": atom._write, "rss": rss._write}
kinds = pytest.mark.parametrize("kind", WRITERS)


def by_feedgen(kind: str, guide: Entry) -> str:
    """An entry as feedgen writes it, with all its values and its content."""
    ready = prepare_entry(guide, basis(RICH)).entry
    if kind == "atom" and not ready.title:
        ready = replace(
            ready, title=ready.summary[:60].rpartition(" ")[0] if len(ready.summary) > 60 else ready.summary
        )
    return WRITERS[kind](ready)


@kinds
@pytest.mark.parametrize("guide", (*ENTRIES, *BAD_ENTRIES), ids=lambda guide: guide.slug)
def test_it_is_what_feedgen_writes(kind: str, guide: Entry) -> None:
    assert open_format(kind).entry(RICH, guide).decode() == by_feedgen(kind, guide)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(guides)
@example(
    entry(1, title='<b> & "x"', authors=(Author('"<&>'),), tags=('<&>"',), image=Image("a.png", '<"&amp;">'))
)
@example(
    entry(
        1,
        enclosures=(Enclosure("a?b=1&c=2", "a/b", 1),),
        canonical="https://a.example/?a=1&amp;b",
        summary="<b>",
    )
)
def test_it_is_what_feedgen_writes_whatever_is_in_it(guide: Entry) -> None:
    named = replace(guide, title=guide.title.strip() or "x")
    for kind in WRITERS:
        assert open_format(kind).entry(RICH, named).decode() == by_feedgen(kind, named)


@kinds
def test_a_warm_mould_and_a_cold_one_give_the_same(kind: str) -> None:
    made = open_format(kind)
    once = [made.entry(RICH, guide) for guide in ENTRIES]
    assert [made.entry(RICH, guide) for guide in ENTRIES] == once
    assert [open_format(kind).entry(RICH, guide) for guide in ENTRIES] == once


def test_feedgen_is_asked_once_for_each_shape() -> None:
    asked: list[Entry] = []

    def write(shape: Entry) -> str:
        asked.append(shape)
        return atom._write(shape)

    moulds = mould.Moulds(mould.Writer(write, atom._times, {}))
    for number in range(50):
        guide = entry(number, tags=(f"tag {number}",), authors=(Author(f"Author {number}"),))
        moulds.pour(prepare_entry(guide, basis(RICH)))
    assert len(asked) == 1
    moulds.pour(prepare_entry(entry(51), basis(RICH)))
    assert len(asked) == 2


def test_shapes_without_end_are_written_but_not_remembered() -> None:
    moulds = mould.Moulds(mould.Writer(atom._write, atom._times, {}))
    for number in range(mould._MOST + 20):
        guide = entry(1, enclosures=(Enclosure(HOME + "a", f"a/type-{number}", 1),))
        assert f"a/type-{number}".encode() in moulds.pour(prepare_entry(guide, basis(RICH)))
    assert len(moulds._known) == mould._MOST


def test_a_shape_holds_no_value() -> None:
    ready = prepare_entry(replace(FULL, html="<p>Secret</p>"), basis(RICH)).entry
    shape, values = mould.mask(ready, ("published", "updated"))
    assert values[:2] == ["published", "updated"]
    assert {"Pruning roses", "Rosa Dorn", "tools & blades", "48211"} <= set(values)
    assert not [value for value in (*values[2:], "Secret") if value in repr(shape)]


@pytest.mark.parametrize(
    ("written", "poured"),
    [
        ("<a>\x7f0\x7f</a>", '<a>&lt;&amp;"&gt;</a>'),
        ('<a b="\x7f0\x7f" c="\x7f0\x7f"/>', '<a b="&lt;&amp;&quot;&gt;" c="&lt;&amp;&quot;&gt;"/>'),
        ('<a b="c">\x7f0 and more\x7f</a>', '<a b="c">&lt;&amp;"&gt;</a>'),
        ("<t>\x7f0\x7f</t><d>\x7f0\x7f</d>", '<t>&#x3C;&#x26;"&#x3E;</t><d>&amp;lt;&amp;amp;"&amp;gt;</d>'),
        ("<a>\x7f\x7f</a><b>\x7f0\x7f</b>", '<a>CONTENT</a><b>&lt;&amp;"&gt;</b>'),
        ("nothing", "nothing"),
    ],
)
def test_a_value_is_escaped_as_its_place_wants_it(written: str, poured: str) -> None:
    made = mould.Mould(written, {"<t>": hexadecimal, "<d>": as_html})
    assert made.pour(['<&">'], b"CONTENT").decode() == poured


def test_escapes() -> None:
    assert [escape('a&<b>"') for escape in (in_text, in_attribute, as_html, hexadecimal)] == [
        'a&amp;&lt;b&gt;"',
        "a&amp;&lt;b&gt;&quot;",
        'a&amp;amp;&amp;lt;b&amp;gt;"',
        'a&#x26;&#x3C;b&#x3E;"',
    ]
