"""What sanitize lets through, resolves, rebuilds and removes."""

from __future__ import annotations

import pytest

from publisher.errors import ContentError
from publisher.text import plain, read_html, sanitize, scope_ids
from tests.text.reading import xhtml


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<p class=x style='color:red' data-y=1>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style><p>a", "<p>a</p>"),
        ("<svg><script>x</script><text>y</text></svg>a", "a"),
        ("<a href='javascript:alert(1)'>a</a>", "a"),
        ("<a href='java\nscript:alert(1)'>a</a>", "a"),
        ("<a href='&#106;avascript:alert(1)'>a</a>", "a"),
        ("<a href=' data:text/html,x'>a</a>", "a"),
        ("<img src='javascript:x'>", ""),
        ("<img src=x onerror=alert(1)>", '<img src="x" alt=""/>'),
        ("<form action=/x><input name=a><button>Send</button></form><p>a", "<p>a</p>"),
        ("<object data=x><embed src=y></object>a", "a"),
        ("<base href='https://evil.example'><p>a", "<p>a</p>"),
        ("<template><p>x</p></template>a", "a"),
        ("<p>a<!-- <script> --></p>", "<p>a</p>"),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", ""),
        ("<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", ""),
        ("<p hidden>a</p><p style='display: none'>b</p><p>c</p>", "<p>c</p>"),
    ],
)
def test_dangerous_things_are_gone(html: str, clean: str) -> None:
    assert sanitize(html) == clean


@pytest.mark.parametrize(
    "html",
    [
        '<p lang="de" dir="ltr">Hallo <span lang="fr">monde</span></p>',
        '<div dir="rtl">\u05e9\u05dc\u05d5\u05dd</div>',
        "<p><em>a</em> <strong>b</strong> <b>c</b> <i>d</i> <u>e</u> <s>f</s> <sub>g</sub> <sup>h</sup></p>",
        '<p><mark>a</mark> <abbr title="b">c</abbr> <time datetime="2024-03-01">d</time> <kbd>e</kbd></p>',
        "<p><del>a</del> <ins>b</ins><br/>c</p>",
        "<pre><code>if a &lt; b:\n    c &amp;&amp; d</code></pre>",
        "<blockquote><p>a</p></blockquote>",
        "<dl><dt>a</dt>\n<dd>b</dd></dl>",
        "<details><summary>a</summary>\n<p>b</p></details>",
        '<figure><img src="https://a.example/b.png" alt="c" height="10" width="20"/>\n<figcaption>d</figcaption></figure>',
        '<table><caption>a</caption><thead><tr><th scope="col">b</th></tr></thead><tbody><tr><td colspan="2">c</td></tr></tbody></table>',
        '<ol start="3" type="a"><li value="5">a</li></ol>',
        '<p><a href="https://a.example/?b=1&amp;c=2">d</a> <a href="mailto:e@f.example">g</a> <a href="/h">i</a></p>',
        "<p>a\u00a0b — “c” &lt; &amp; &gt; 𝒳 🙂</p>",
    ],
)
def test_allowed_things_stay_as_they_are(html: str) -> None:
    once = sanitize(html)
    assert xhtml(once) is not None
    assert sorted(once) == sorted(html)  # the order of attributes is ours
    assert sanitize(once) == once


def test_what_is_open_is_closed() -> None:
    assert sanitize("<ul><li>a<li>b") == "<ul><li>a</li>\n<li>b</li></ul>"
    assert sanitize("<p>a<br>b<hr>c") == "<p>a<br/>b</p>\n<hr/>\n<p>c</p>"
    assert sanitize("<b>a<i>b</b>c") == "<b>a<i>b</i></b>c"


def test_words_of_neighbouring_boxes_do_not_run_together() -> None:
    assert sanitize("<div>one</div><div>two</div>three") == "<p>one</p>\n<p>two</p>\n<p>three</p>"
    assert sanitize("<section><h2>a</h2>b</section><article>c</article>") == "<h2>a</h2>\n<p>b</p>\n<p>c</p>"
    assert plain(sanitize("<h2><div>one</div><div>two</div></h2>")) == "one two"
    assert plain(sanitize("<pre><div>one</div><div>two</div></pre>")).split() == ["one", "two"]


def test_two_breaks_make_a_paragraph() -> None:
    assert sanitize("one<br><br>two<br>three") == "<p>one</p>\n<p>two<br/>three</p>"


def test_strays_find_a_place() -> None:
    assert sanitize("<ul><li>a<ul><li>b</ul></ul>") == sanitize("<ul><li>a</li><ul><li>b</li></ul></ul>")
    assert sanitize("<table>one<tr><td>two</table>").startswith("<p>one</p>\n<table>")
    assert (
        sanitize("<details>b<figcaption>c</figcaption></details>") == "<details><p>b</p>\n<p>c</p></details>"
    )
    assert sanitize("<dl>a<div><dt>b<dd>c</div></dl>") == "<dl><dd>a</dd>\n<dt>b</dt>\n<dd>c</dd></dl>"


@pytest.mark.parametrize(
    ("html", "src"),
    [
        ('<img src="data:image/gif;base64,R0" data-src="/real.jpg">', "/real.jpg"),
        ('<img src="/spacer.gif" data-lazy-src="/real.jpg">', "/real.jpg"),
        ('<img src="/img/placeholder.png" srcset="/s.jpg 300w, /m.jpg 1200w, /l.jpg 4000w">', "/m.jpg"),
        ('<img srcset="/one.jpg, /two.jpg 2x">', "/two.jpg"),
        ('<img data-srcset="https://c.example/a,b.jpg 800w">', "https://c.example/a,b.jpg"),
        ('<picture><source srcset="/a.webp 800w"><img alt=""></picture>', "/a.webp"),
        ('<img class="lazy" data-src="/r.jpg"><noscript><img src="/r.jpg"></noscript>', "/r.jpg"),
        ('<noscript><img src="/only.jpg"></noscript>', "/only.jpg"),
        ('<img src="//cdn.example/a b.jpg">', "https://cdn.example/a%20b.jpg"),
        ('<img src="/s.gif" width="1" height="1" data-src="/real.jpg">', "/real.jpg"),
        ('<img style="visibility:hidden" data-cfsrc="/real.jpg">', "/real.jpg"),
        ('<img src="data:image/svg+xml,%3Csvg%3E" data-original-set="/a.jpg 400w, /b.jpg 900w">', "/b.jpg"),
        (
            '<amp-img src="/real.jpg" width="9"><noscript><img src="/real.jpg"></noscript></amp-img>',
            "/real.jpg",
        ),
        (
            '<img src="data:image/png;base64,AAAA" srcset="data:image/png;base64,AAAA 1x, /real.jpg 2x">',
            "/real.jpg",
        ),
        ("<img src=/real.jpg srcset='javascript:x 1x'>", "/real.jpg"),
    ],
)
def test_lazy_pictures_are_found(html: str, src: str) -> None:
    assert [image.get("src") for image in xhtml(sanitize(html)).iter("img")] == [src]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://t.example/a.gif" width="1" height="1">',
        '<img src="https://t.example/a.gif" width="0">',
        '<img src="https://t.example/a.gif" style="width:1px;height:1px">',
        '<img src="https://t.example/a.gif" style="display:none">',
        '<img src="https://pixel.wp.com/b.gif?x=1">',
        '<noscript><img height="1" width="1" src="https://www.facebook.com/tr?id=1"></noscript>',
        '<img src="https://pixel.wp.com/b.gif" data-src="https://pixel.wp.com/b.gif">',
        '<img src="https://mail.example/wf/open?upn=x">',
        '<img src="https://ir-de.amazon-adsystem.com/e/ir?t=x">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="">',
        '<img alt="nothing to see">',
    ],
)
def test_counters_and_empty_pictures_are_gone(html: str) -> None:
    assert "img" not in sanitize(f"<p>a</p>{html}")


def test_pictures_always_have_an_alternative_text_and_honest_sizes() -> None:
    assert sanitize('<img src=a width="640px" height="50%">') == '<img src="a" alt="" width="640"/>'
    assert sanitize('<img src=a width="-3" height="99999">') == '<img src="a" alt=""/>'
    found = sanitize('<img src=a loading=lazy decoding=async sizes="100vw" srcset="b 2x" class=c style="d">')
    assert found == '<img src="a" alt=""/>'
    assert sanitize("<img src=a alt='\"<b>&amp;\n c'>") == '<img src="a" alt="&quot;&lt;b&gt;&amp; c"/>'


def test_frames_and_players_become_links() -> None:
    frame = '<iframe src="https://v.example/embed/1" title="A & B"></iframe>'
    assert sanitize(frame) == '<p><a href="https://v.example/embed/1">A &amp; B</a></p>'
    assert (
        sanitize(f"<p>x {frame}</p>") == '<p>x</p>\n<p><a href="https://v.example/embed/1">A &amp; B</a></p>'
    )
    assert sanitize('<video><source src="https://v.example/a.mp4"></video>').endswith(">v.example</a></p>")
    assert sanitize('<iframe src="javascript:alert(1)"></iframe><iframe src="/local"></iframe>') == ""


@pytest.mark.parametrize(
    ("src", "page"),
    [
        ("https://www.youtube.com/embed/abc-_123?rel=0", "https://www.youtube.com/watch?v=abc-_123"),
        (
            "//www.youtube-nocookie.com/embed/abc123?start=90",
            "https://www.youtube.com/watch?v=abc123&amp;t=90s",
        ),
        (
            "https://www.youtube.com/embed/videoseries?list=PL1234",
            "https://www.youtube.com/playlist?list=PL1234",
        ),
        ("https://www.youtube.com/embed/%22%3E", "https://www.youtube.com/embed/%22%3E"),
        ("https://player.vimeo.com/video/123?h=abc12&title=0", "https://vimeo.com/123/abc12"),
        ("https://www.dailymotion.com/embed/video/x1y2", "https://www.dailymotion.com/video/x1y2"),
        ("https://embed.ted.com/talks/a_talk", "https://www.ted.com/talks/a_talk"),
        ("https://open.spotify.com/embed/episode/1a2b", "https://open.spotify.com/episode/1a2b"),
        ("https://w.soundcloud.com/player/?url=https%3A//api.example/1", "https://api.example/1"),
        (
            "https://w.soundcloud.com/player/?url=javascript:x",
            "https://w.soundcloud.com/player/?url=javascript:x",
        ),
        ("https://maps.example/embed?pb=1", "https://maps.example/embed?pb=1"),
    ],
)
def test_embedded_films_become_links_to_where_they_can_be_watched(src: str, page: str) -> None:
    assert sanitize(f'<iframe src="{src}" title="Film"></iframe>') == f'<p><a href="{page}">Film</a></p>'


def test_a_frame_that_loads_late_is_one_link() -> None:
    html = (
        '<iframe src="about:blank" data-src="https://player.vimeo.com/video/9" title="Film"></iframe>'
        '<noscript><iframe src="https://player.vimeo.com/video/9" title="Film"></iframe></noscript>'
    )
    assert sanitize(html) == '<p><a href="https://vimeo.com/9">Film</a></p>'


def test_cells_span_what_a_table_can_have() -> None:
    html = '<table><tr><td colspan="0">a</td><td rowspan="-2">b</td><td colspan="99999">c</td><td rowspan="3">d</td></tr></table>'
    assert sanitize(html) == (
        '<table><tbody><tr><td>a</td><td>b</td><td>c</td><td rowspan="3">d</td></tr></tbody></table>'
    )


@pytest.mark.parametrize(
    "page",
    [
        '<!doctype html><html lang="he" dir="rtl"><body><p>x</p>',
        "<html><body lang=he dir=RTL><p>x</p></body></html>",
        '<div lang="he" dir="rtl"><p>x</p></div>',
    ],
)
def test_a_page_from_right_to_left_stays_one(page: str) -> None:
    assert sanitize(page) == '<div lang="he" dir="rtl"><p>x</p></div>'
    assert read_html(page, title="T").html == sanitize(page)


def test_relative_urls_become_absolute_with_a_base() -> None:
    html = '<a href="../b?c#d">x</a> <a href="#e">y</a> <a href="mailto:f@g.example">z</a> <img src="i.png" alt="">'
    found = xhtml(sanitize(html, base_url="https://a.example/one/two/"))
    assert [a.get("href") for a in found.iter("a")] == ["https://a.example/one/b?c#d", "mailto:f@g.example"]
    assert found.find(".//img").get("src") == "https://a.example/one/two/i.png"


def test_broken_urls_are_dropped_and_their_words_kept() -> None:
    assert sanitize('<a href="http://[bad">x</a>', base_url="https://a.example") == "x"
    assert sanitize('<a href="\\\\evil.example">x</a>') == '<a href="https://evil.example">x</a>'


def test_footnotes_work_and_other_ids_go() -> None:
    html = (
        '<p id="unlinked">a<sup id="r1"><a href="#n1">1</a></sup></p><ol><li id="n1">note <a href="#r1">back</a></li></ol>'
        '<a href="#nowhere">dead</a>'
    )
    found = xhtml(sanitize(html))
    ids = {element.get("id") for element in found.iter() if element.get("id")}
    links = {a.get("href") for a in found.iter("a")}
    assert ids == {"t-r1", "t-n1"}
    assert links == {"#t-r1", "#t-n1"}
    assert "dead" in plain(sanitize(html))


def test_ids_find_an_element_that_may_carry_them() -> None:
    html = (
        '<p>a<span id="r1"><a href="#n1">1</a></span> b<span id="r2"><a href="#n2">2</a></span></p>'
        '<div id="n1"><p>one <a href="#r1">up</a></p></div><table><tr><td id="n2"><p>two <a href="#r2">up</a></p></table>'
    )
    found = xhtml(sanitize(html))
    ids = {element.get("id") for element in found.iter() if element.get("id")}
    links = {a.get("href")[1:] for a in found.iter("a")}
    assert len(list(found.iter("a"))) == 4
    assert links == ids


def test_links_to_what_is_left_out_lead_nowhere() -> None:
    assert sanitize('<p><a href="#n">1</a></p><p id="n" hidden>gone</p>') == "<p>1</p>"
    assert sanitize('<h2>x <a href="#p">¶</a></h2><p id="p">y</p>') == "<h2>x</h2>\n<p>y</p>"


def test_ids_of_two_guides_on_one_page_do_not_clash() -> None:
    html = sanitize(
        '<h2 id="a">x</h2><p><a href="#n">1</a> and href="#t-n" as words</p><ol><li id="n">y</li></ol>'
    )
    first, second = scope_ids(html, "1"), scope_ids(html, "2")
    ids = [e.get("id") for e in xhtml(first + second).iter() if e.get("id")]
    assert ids == ["t-1-a", "t-1-n", "t-2-a", "t-2-n"]
    assert [a.get("href") for a in xhtml(second).iter("a")] == ["#t-2-n"]
    assert 'href="#t-n" as words' in plain(first)
    assert sanitize(first) == first
    with pytest.raises(ValueError, match="lower-case letters"):
        scope_ids(html, '"><script>')


EVERYTHING = """<h2 id="h">T</h2><p lang="de" dir="ltr">a<br><wbr>b <a href="#n" id="r">1</a> &nbsp;&amp;&lt;&eacute;</p>
<ul><li>a<ol start=3 type=a reversed><li value=7>b</ol></ul><dl><dt>a<dd>b</dl><pre><code>a &lt;
  b</code></pre><blockquote>q</blockquote><hr><details open><summary>s</summary>d</details>
<table><caption>c</caption><colgroup><col span=2></colgroup><thead><tr><th scope=col>a</thead><tr><td colspan=2>b</table>
<figure><img src="a.png" alt="&quot;x&quot; <y>" width=9><figcaption>f</figcaption></figure><p id="n"><ruby>x<rt>y</rt></ruby></p>
<iframe src="https://v.example/1?a=1&b=2"></iframe><p><time datetime="2026">t</time><bdo dir=rtl>u</bdo></p>"""


def test_mail_templates_and_feeds_take_everything_that_we_let_through() -> None:
    from mjml import mjml2html

    clean = sanitize(EVERYTHING)
    assert {element.tag for element in xhtml(clean).iter()} >= {
        "table",
        "col",
        "details",
        "ruby",
        "wbr",
        "hr",
        "img",
        "bdo",
    }
    body = f"<mj-section><mj-column><mj-text>{clean}</mj-text></mj-column></mj-section>"
    mail = mjml2html(f"<mjml><mj-body>{body}</mj-body></mjml>", fonts={})
    assert plain(clean).split()[-1] in mail
    assert mail.count("<li") == clean.count("<li")


def test_ids_are_prefixed_once_unique_and_harmless() -> None:
    html = '<h2 id="a b&quot;">x</h2><h2 id="location">y</h2><h2 id="location">z</h2><p><a href="#location">w</a></p>'
    once = sanitize(html)
    assert [h.get("id") for h in xhtml(once).iter("h2")] == ["t-a-b", "t-location", None]
    assert '<a href="#t-location">' in once
    assert sanitize(once) == once


def test_permalinks_in_headings_go_and_their_id_moves_to_the_heading() -> None:
    html = '<h2><span id="how">How</span> <a class="anchor" href="#how">#</a></h2><section id="s"><h3>Deep</h3></section>'
    found = sanitize(html + '<p><a href="#s">down</a></p>')
    assert found.startswith('<h2 id="t-how">How</h2>\n<h3 id="t-s">Deep</h3>')


def test_characters_that_xml_forbids_are_gone() -> None:
    found = sanitize("<p>a\x01b\x0bc\ufffed&#1;e&#x1F;f\x9fg</p><img src=x alt='&#2;h'>")
    assert xhtml(found).findtext("p", "").replace("\ufffd", "").replace("\n", "") == "abcdefg"
    assert "h" in xhtml(found).find(".//img").get("alt")


def test_stand_ins_cannot_be_smuggled_in() -> None:
    assert sanitize("<p>a&#xFDD0;lt;b&#xFDD1;</p>") == "<p>alt;b</p>"
    assert sanitize('<a href="java&#xFDD0;script:x">a</a>') == "a"
    assert sanitize("<p>&#xFDD0;</p>") == ""


def test_lone_surrogates_do_no_harm() -> None:
    assert sanitize("<p>a\ud800b</p>") == "<p>ab</p>"


def test_a_page_that_is_one_form_keeps_its_text() -> None:
    text = "A long paragraph, as pages have them. " * 20
    assert "A long paragraph" in sanitize(f"<form><p>{text}</p><input name=x></form>")
    assert sanitize("<form><label>E-mail</label><input></form>") == ""


def test_task_lists_keep_their_boxes() -> None:
    assert (
        plain(sanitize("<ul><li><input type=checkbox checked> a<li><input type=checkbox> b</ul>"))
        == "- ☑ a\n- ☐ b"
    )


def test_binary_is_refused() -> None:
    with pytest.raises(ContentError, match="binary"):
        sanitize("<p>a\x00b</p>")
    with pytest.raises(ContentError, match="binary"):
        sanitize("\x89PNG\x1a\x02\x03" * 50)


def test_what_follows_a_place_to_break_a_word_stays() -> None:
    assert sanitize("<p>a<wbr>b <i>c</i></p>") == "<p>a<wbr/>b <i>c</i></p>"
