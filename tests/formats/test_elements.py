"""Content with everything that the sanitiser lets through comes out of every format as it went in."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import feedparser
import pytest

from publisher.formats import FEEDS as FEED_KINDS
from publisher.formats import open_format
from publisher.text import sanitize
from publisher.text.rules import ATTRIBUTES, TAGS

from .reading import READERS
from .samples import HOME, RICH, entry
from .test_validity import BOOKS

PAGE = """
<h1 id="top" lang="en">One</h1><h2 dir="rtl">שתיים</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6>
<p>a <a href="https://a.example/?b=1&amp;c=2#d">link</a>, <a href="#top">up</a>,
<abbr title="as &quot;such&quot;">abbr</abbr> <b>b</b> <bdi>bdi</bdi> <bdo dir="rtl">bdo</bdo> <cite>cite</cite>
<code>if a &lt; b &amp;&amp; c</code> <del datetime="2026-03-01">del</del> <dfn title="t">dfn</dfn> <em>em</em> <i>i</i>
<ins datetime="2026-03-01">ins</ins> <kbd>kbd</kbd> <mark>mark</mark> <q>q</q> <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>
<s>s</s> <samp>samp</samp> <small>small</small> <span lang="fr">span</span> <strong>strong</strong> <sub>sub</sub>
<sup>sup</sup> <time datetime="2026-03-01">1 March</time> <u>u</u> <var>var</var> one<br>two 👩‍🌾 long<wbr></p>
<ul><li>ul</li></ul><ol start="3" type="a" reversed><li value="7">ol</li></ol><dl><dt>dt</dt><dd>dd</dd></dl>
<table><caption>caption</caption><colgroup span="1"><col span="1"></colgroup><thead><tr><th scope="col">th</th></tr></thead>
<tbody><tr><td colspan="2" rowspan="1">td</td></tr></tbody><tfoot><tr><td>foot</td></tr></tfoot></table>
<figure><img src="https://a.example/a.png" alt="&lt;alt&gt;" width="4" height="3"><figcaption>figcaption</figcaption></figure>
<blockquote>blockquote</blockquote><pre>pre
  <code>kept</code></pre><hr><details open><summary>summary</summary><p>details</p></details><div lang="de">div</div>
"""
HTML = sanitize(PAGE)
# What the W3C feed validator, and with it many readers' sanitisers, take for safe in content.
SAFE = re.findall(
    r"\w+",
    """a abbr acronym address article aside b bdi big blockquote br caption center cite code col colgroup dd del
    details dfn dir div dl dt em figcaption figure footer font h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li
    main mark menu ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot
    th thead time tr tt u ul var wbr""",
)
SAFE_ATTRIBUTES = re.findall(
    r"\w+",
    """abbr align alt cite class colspan datetime dir height href hreflang id lang open reversed rowspan scope span src
    start summary title translate type value width""",
)


class Found(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_page_has_every_element_and_attribute() -> None:
    found = Found(HTML)
    assert found.tags == TAGS
    assert found.attributes == set().union(*ATTRIBUTES.values())


def test_validators_take_all_of_it_for_safe() -> None:
    assert TAGS.difference(SAFE) == {"bdo"}  # which it forgot: bdi, the newer one, is there
    assert not set().union(*ATTRIBUTES.values()).difference(SAFE_ATTRIBUTES)


@pytest.mark.parametrize("kind", FEED_KINDS)
def test_it_comes_out_as_it_went_in(kind: str) -> None:
    document = open_format(kind).write(RICH, (entry(1, html=HTML),))
    (read,) = READERS[kind](document)
    assert read.content == HTML.replace('href="#t-top"', f'href="{HOME}guide-1#t-top"')
    assert BOOKS[kind].complaints(document) == []


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a href="#x">a</a>', f'<a href="{HOME}guide-1#x">a</a>'),
        ('<a id="y" href="#x" lang="de">a</a>', f'<a id="y" href="{HOME}guide-1#x" lang="de">a</a>'),
        (
            '<code>&lt;a href="#x"&gt;</code><a href="#y">b</a>',
            f'<code>&lt;a href="#x"&gt;</code><a href="{HOME}guide-1#y">b</a>',
        ),
        ('<abbr title="href=&quot;#x">a</abbr> href="#x"', '<abbr title="href=&quot;#x">a</abbr> href="#x"'),
        ('<a href="https://a.example/#x">a</a>', '<a href="https://a.example/#x">a</a>'),
    ],
)
def test_links_inside_a_guide_lead_to_its_page(html: str, told: str) -> None:
    (read,) = READERS["atom"](open_format("atom").write(RICH, (entry(1, html=html),)))
    assert read.content == told
    (read,) = READERS["atom"](open_format("atom").write(RICH, (entry(1, html=html, url=""),)))
    assert read.content == html


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_readers_library_keeps_the_words_and_nearly_all_elements(kind: str) -> None:
    document = open_format(kind).write(RICH, (entry(1, html=HTML),))
    shown = feedparser.parse(document).entries[0].content[0].value  # through its own sanitiser
    assert TAGS - Found(shown).tags <= {"bdi", "bdo", "rp", "rt", "ruby", "wbr", "mark", "summary", "details"}
    for word in (
        "if a &lt; b &amp;&amp; c",
        "שתיים",
        "漢",
        "👩‍🌾",
        "figcaption",
        "https://a.example/?b=1&amp;c=2#d",
    ):
        assert word in shown


def test_json_holds_it_unescaped() -> None:
    (item,) = json.loads(open_format("jsonfeed").write(RICH, (entry(1, html=HTML),)))["items"]
    assert item["content_html"].replace(f"{HOME}guide-1", "") == HTML
