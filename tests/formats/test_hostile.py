"""Whatever is in a guide, the feed is valid and the formats agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from publisher.formats import open_format
from publisher.model import Author, Enclosure, Entry, Feed, Image, Paging, Tombstone

from .reading import READERS
from .samples import BAD, HOME, RICH, entry
from .test_validity import BOOKS

NASTY = (
    "<b>",
    "a < b & c > d",
    "&amp;&#x26;&lt;",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- --><?php ?>",
    "👩‍🌾 🌱",
    "\u202eevil\u202c שלום مرحبا",
    "\ufeffmarked",
    "e\u0301\u2028\u2029",
    "\U0001fffe\ufdd0",
    BAD,
    "",
    " \t\n ",
    "x" * 10_240,
    "\"quoted' \\",
    "https://exa mple/ü?a=%zz#%",
    "//host/path",
    "http://[::1]:8000/x",
    "http://müller.example:80/ä?ß",
    "http://user:secret@ü.example/",
    "http://xn--/",
    "https://a..b.ü/",
    "javascript:alert(1)",
    "http://a:99999999/",
    "nobody@",
    "a@b",
)
characters = st.characters(exclude_categories=())  # surrogates and unassigned ones too
words = st.one_of(st.sampled_from(NASTY), st.text(characters, max_size=40))
maybe = st.one_of(st.none(), words)
zones = st.one_of(
    st.none(), st.just(UTC), st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
)
moments = st.datetimes(timezones=zones)
numbers = st.one_of(st.none(), st.integers(-1, 10**12))
authors = st.lists(st.builds(Author, words, maybe, maybe), max_size=3).map(tuple)
images = st.one_of(st.none(), st.builds(Image, words, words, maybe, numbers, numbers, numbers))
links = st.dictionaries(st.sampled_from(["rss", "atom", "jsonfeed", "opml"]), words)
files = st.lists(st.builds(Enclosure, words, words, st.integers(-1, 10**12)), max_size=3).map(tuple)

guides = st.builds(
    entry,
    st.just(1),
    url=st.one_of(words, st.just(HOME + "guide")),
    title=words,
    html=words,
    summary=words,
    published=moments,
    updated=moments,
    authors=authors,
    tags=st.lists(words, max_size=3).map(tuple),
    image=images,
    language=maybe,
    canonical=maybe,
    change=maybe,
    enclosures=files,
)
heads = st.builds(
    Feed,
    id=st.just(RICH.id),
    title=words,
    home_url=st.just(HOME),
    urls=st.just(RICH.urls),
    updated=moments,
    description=words,
    language=st.one_of(words, st.just("en")),
    authors=authors,
    image=images,
    rights=maybe,
    hubs=st.lists(words, max_size=2).map(tuple),
    paging=st.builds(Paging, st.just(False), links, links, links),
    tombstones=st.lists(st.builds(Tombstone, words.map("tag:x".__add__), words, moments), max_size=2).map(
        tuple
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(heads, guides)
@example(RICH, entry(1, title=BAD))
def test_any_guide_makes_valid_feeds_that_agree(feed: Feed, guide: Entry) -> None:
    documents = {kind: open_format(kind).write(feed, (guide,)) for kind in BOOKS}
    for kind, book in BOOKS.items():
        assert book.complaints(documents[kind]) == []
    (rss,), (atom,), (json,) = (READERS[kind](documents[kind]) for kind in READERS)
    assert rss == json
    assert replace(atom, title=json.title) == json
    assert atom.title == json.title or (not json.title and json.summary.startswith(atom.title))


@settings(max_examples=60)
@given(st.lists(words, max_size=8))
def test_no_title_is_lost_or_moved(titles: list[str]) -> None:
    several = [entry(number, title=title) for number, title in enumerate(titles, start=1)]
    for kind in READERS:
        read = READERS[kind](open_format(kind).write(RICH, several))
        assert [item.id for item in read] == [guide.id for guide in several]
        for item, title in zip(read, titles, strict=True):
            visible = [char for char in title if char.isalnum() and char.isprintable()]
            if visible or kind != "atom":
                assert [char for char in item.title if char.isalnum() and char.isprintable()] == visible
