"""The rule books themselves: a good document breaks no rule; its planted fault breaks every rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publisher.formats import KINDS, open_format

from .atom_rules import ATOM
from .jsonfeed_rules import JSONFEED
from .opml_rules import OPML
from .rss_rules import RSS
from .rules import RuleBook, planted
from .samples import ARCHIVE, FULL, SITE, TALK, WITHDRAWN, entry

HEAD = replace(ARCHIVE, tombstones=WITHDRAWN, outlines=SITE.outlines)
GUIDES = (replace(FULL, enclosures=TALK.enclosures), entry(2))
GOOD = {kind: open_format(kind).write(HEAD, GUIDES) for kind in KINDS}

RSS_PLANTS = {
    "root_is_rss_2": ('version="2.0"', 'version="0.92"'),
    "one_channel": ("</rss>", "<channel><title>x</title></channel></rss>"),
    "channel_has_title_link_description": ("<description>What[^<]*</description>", ""),
    "channel_elements_come_once": ("<docs>", "<language>en</language><docs>"),
    "item_elements_come_once": ("<guid", '<guid isPermaLink="false">x</guid><guid'),
    "only_known_elements": ("<guid", "<summary>x</summary><guid"),
    "items_come_last": ("</channel>", "<ttl>5</ttl></channel>"),
    "links_are_full": ("<link>https://guides.example/garden/</link>", "<link>/garden/</link>"),
    "dates_are_rfc822": ("Sat, 28 Feb", "Sam, 28 Feb"),
    "updated_is_rfc3339": ("2026-03-01T", "2026-03-01 "),
    "languages_are_tags": ("<language>en-GB", "<language>English, please"),
    "image_is_whole": ("<url>https://guides.example/garden/logo.png</url>", ""),
    "image_is_small_and_common": ("<width>96", "<width>960"),
    "image_is_the_channels": ("<image>", "<image><title>Another</title>"),
    "items_say_something": ("</channel>", "<item><guid isPermaLink='false'>x</guid></item></channel>"),
    "nothing_is_blank": ("<category>roses", "<category> "),
    "guids_are_there_and_differ": ("garden/guide-2</guid>", "garden/guide-1</guid>"),
    "guids_are_honest": (' isPermaLink="false"', ""),
    "enclosures_are_whole": (' length="4096000"', ""),
    "one_enclosure": ("<enclosure", "<enclosure url='https://a.example/' length='1' type='a/b'/><enclosure"),
    "channel_links_to_itself": ('rel="self"', 'rel="next"'),
    "atom_links_have_relations": ('rel="via"', 'rel="whatever"'),
    "description_precedes_content": ("<description>(How[^<]*)</description>", r"<comments>\1</comments>"),
    "plain_text_is_hexadecimal": ("tools &#x26; blades", "tools &amp; blades"),
    "addresses_have_names": ("<guid", "<author>rosa@garden.example</author><guid"),
    "authors_are_named_once": ("<guid", "<author>rosa@garden.example (Rosa)</author><guid"),
    "markup_is_absolute": ("<content:encoded>", '<content:encoded>&lt;a href="/soil"&gt;x&lt;/a&gt;'),
    "descriptions_are_well_formed": ("How to dig", "Dig if x &lt; y"),
    "goes_on": ('rel="next-archive"', 'rel="prev-archive"'),
    "archives_say_where_the_present_is": ('rel="current"', 'rel="via"'),
    "media_groups_have_alternatives": ("<guid", "<media:group><media:content url='x'/></media:group><guid"),
    "media_is_described": ('fileSize="48211"', 'fileSize="large"'),
    "characters_are_printable": ("How to dig", "How to\x85 dig"),
}
ATOM_PLANTS = {
    "follows_the_grammar": ("published>", "released>"),
    "has_an_author_everywhere": ("author>", "contributor>"),
    "people_have_names": ("<name>Rosa Dorn</name>", "<name> </name>"),
    "has_content_or_alternate": ('<content.*?</content>|<link rel="alternate"[^>]*>', ""),
    "has_one_alternate_of_a_kind": (
        "<published>",
        '<link type="text/html" href="https://a.example/"/><published>',
    ),
    "links_to_itself": ('rel="self"', 'rel="next"'),
    "addresses_are_iris": ("<id>tag:", "<id> tag:"),
    "entries_differ": ("garden/guide-2</id>", "garden/guide-1</id>"),
    "dates_are_whole": (r"\+00:00</published>", "</published>"),
    "content_is_html": ('<content type="html">', '<content type="text">'),
    "enclosures_are_described": ('length="48211"', 'length="large"'),
    "relations_are_registered": ('rel="via"', 'rel="whatever"'),
    "text_of_type_text_holds_none": ('<summary type="text">', '<summary type="plain">'),
    "html_is_declared": ("<title>Pruning", "<title>&lt;/b&gt; Pruning"),
    "nothing_is_blank": ("<title>Pruning roses", "<title> "),
    "says_something": ("<summary.*?</summary>", ""),
    "leads_to_its_own_kind": ('rel="next" type="application/atom', 'rel="next" type="application/rss'),
    "goes_on": ('rel="next-archive"', 'rel="prev-archive"'),
    "archives_say_where_the_present_is": ('rel="current"', 'rel="via"'),
    "tombstones_are_whole": ('when="2026-03-01T', 'when="2026-03-01 '),
    "the_dead_are_dead": ("garden/ivy", "garden/guide-2"),
}
JSONFEED_PLANTS = {
    "version_is_1_1_and_first": ("version/1.1", "version/1"),
    "feed_has_a_title": ('"title": "Roots & shoots"', '"title": ""'),
    "feed_says_where_it_lives": ('"feed_url"', '"_feed_url"'),
    "items_is_a_list": (r'"items": \[', '"items": null, "_items": ['),
    "members_are_known": ('"tags"', '"categories"'),
    "members_have_their_types": ('"summary": "How to dig 1 holes."', '"summary": null'),
    "items_have_ids_of_their_own": ("garden/guide-2", "garden/guide-1"),
    "items_have_content": ('"content_html"', '"_content_html"'),
    "links_are_full": ('"home_page_url": "https://guides.example', '"home_page_url": "'),
    "dates_are_rfc3339": (r"\+00:00", ""),
    "authors_are_someone": ('"name": "Max"', '"name": ""'),
    "author_is_a_list": ('"authors"', '"author"'),
    "hubs_have_type_and_url": ('"type": "WebSub"', '"type": ""'),
    "tags_are_words": ('"roses"', '" "'),
    "languages_are_tags": ('"language": "en-GB"', '"language": "en_GB"'),
    "titles_are_not_blank": ('"title": "Guide 2"', '"title": " "'),
    "attachments_are_whole": ('"mime_type": "audio/mpeg"', '"mime_type": "sound"'),
    "goes_on": ("archive/1.jsonfeed", "archive/2.jsonfeed"),
    "content_is_told_once": ('"content_html"', '"content_text": "", "content_html"'),
}
OPML_PLANTS = {
    "root_is_opml_2": ('version="2.0"', 'version="1.1"'),
    "head_is_known": ("ownerName>", "owner>"),
    "head_is_valid": ("<dateModified>Sun", "<dateModified>Son"),
    "body_has_outlines": ("<outline", "<line"),
    "outlines_have_text": (' text="', ' words="'),
    "outlines_are_whole": (' xmlUrl="', ' url="'),
    "attributes_are_valid": ('language="de"', 'language="German, mostly"'),
    "nothing_is_listed_twice": ("https://guides.example/k.rss", "https://guides.example/garden/feed.atom"),
}
BOOKS: tuple[tuple[str, RuleBook[Any], dict[str, tuple[str, str]]], ...] = (
    ("rss", RSS, RSS_PLANTS),
    ("atom", ATOM, ATOM_PLANTS),
    ("jsonfeed", JSONFEED, JSONFEED_PLANTS),
    ("opml", OPML, OPML_PLANTS),
)
CASES = [(kind, book, name, plants) for kind, book, plants in BOOKS for name in book.rules]


@pytest.mark.parametrize(("kind", "book", "plants"), BOOKS, ids=[kind for kind, _, _ in BOOKS])
def test_a_good_document_breaks_no_rule(kind: str, book: RuleBook[Any], plants: dict[str, Any]) -> None:
    assert book.complaints(GOOD[kind]) == []
    assert plants.keys() == book.rules.keys()  # no rule without its fault, no fault without its rule


@pytest.mark.parametrize(
    ("kind", "book", "name", "plants"), CASES, ids=[f"{kind}-{name}" for kind, _, name, _ in CASES]
)
def test_every_rule_can_be_broken(
    kind: str, book: RuleBook[Any], name: str, plants: dict[str, tuple[str, str]]
) -> None:
    bad = planted(GOOD[kind], *plants[name])
    assert name in book.broken(bad)
