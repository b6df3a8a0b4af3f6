"""Plain text, hashes, summaries, reading times, slugs."""

from __future__ import annotations

import pytest

from publisher.text import content_hash, minutes, normalise, plain, slugify, summarise


def test_plain_text_reads_well() -> None:
    html = """<h2>Oars</h2><p>Two <em>of</em> <a href="/x">them</a>,<br/>at least.</p>
<ul><li>ash</li><li>spruce<ul><li>light</li></ul></li></ul><ol start="3"><li>dip</li><li>pull</li></ol>
<blockquote><p>Row!</p><p>Harder!</p></blockquote><pre><code>a
  b</code></pre><hr/><table><caption>Sizes</caption><tr><th>boat</th><th>m</th></tr><tr><td>skiff</td><td>4</td></tr></table>
<dl><dt>Keel</dt><dd>The spine.</dd></dl><figure><img src="x" alt="y"/><figcaption>A skiff</figcaption></figure>"""
    assert plain(html) == (
        "Oars\n\nTwo of them,\nat least.\n\n- ash\n- spruce\n  - light\n\n3. dip\n4. pull\n\n"
        "> Row!\n>\n> Harder!\n\na\n  b\n\n* * *\n\nSizes\n\nboat | m\nskiff | 4\n\nKeel\n    The spine.\n\nA skiff"
    )


def test_plain_text_of_items_with_paragraphs_is_spaced() -> None:
    assert plain("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>") == "- a\n\n  b\n\n- c"


def test_plain_text_of_foreign_html_is_sanitised_first() -> None:
    assert plain("<p>a<br>b&nbsp;c<script>x</script>") == "a\nb\u00a0c"
    assert plain("") == ""


@pytest.mark.parametrize(
    "html",
    [
        '<p>It\'s  5-10 mg,\nsaid "she"...</p>',
        "<div><p>It’s 5–10 mg, said “she”…</p></div>",
        "<h2 id='x'>It‘s 5—10 mg,</h2><ul><li>said <b>„she“</b>…</li></ul>",
        "<p>It\u2019s 5\u201110\u00a0mg, said \u00abshe\u00bb\u2026</p><hr/><p> </p>",
    ],
)
def test_template_churn_makes_no_new_hash(html: str) -> None:
    assert normalise("T", html) == 'T It\'s 5-10 mg, said "she"...'
    assert content_hash("T", html) == content_hash("T", '<p>It\'s 5-10 mg, said "she"...</p>')


def test_composed_and_decomposed_letters_are_one() -> None:
    assert content_hash("é", "<p>ñ</p>") == content_hash("e\u0301", "<p>n\u0303</p>")


@pytest.mark.parametrize(
    "other", ["<p>Take 50 mg</p>", "<p>take 5 mg</p>", "<p>Take 5 mg.</p>", "<p>5 mg Take</p>"]
)
def test_real_changes_make_a_new_hash(other: str) -> None:
    assert content_hash("T", other) != content_hash("T", "<p>Take 5 mg</p>")
    assert content_hash("T2", "<p>Take 5 mg</p>") != content_hash("T", "<p>Take 5 mg</p>")


PAGE = """<p>See <a href="https://x.example/a">the table</a> and <code>--flag</code>.</p>
<figure><a href="/big/q.jpg"><img src="/q.png" alt=""/></a></figure><pre><code>if a:
    b()</code></pre>"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x.example/a", "x.example/b"),
        ("x.example/a", "x.example/a?page=2"),
        ("x.example/a", "x.example/a#part"),
        ("/q.png", "/r.png"),
        ("--flag", "–flag"),
        ("    b()", "b()"),
        ("if a:", "if A:"),
        ('<img src="/q.png" alt=""/>', ""),
        ('<a href="https://x.example/a">the table</a>', "the table"),
    ],
)
def test_links_pictures_and_code_are_part_of_the_hash(old: str, new: str) -> None:
    assert old in PAGE
    assert content_hash("T", PAGE.replace(old, new)) != content_hash("T", PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://x.example/a", "HTTP://X.example/a?utm_source=mail&amp;fbclid=1"),
        ("/q.png", "/q.png?v=20260303#x"),
        ("/big/q.jpg", "/bigger/q.jpg"),
        (
            '<a href="/big/q.jpg"><img src="/q.png" alt=""/></a>',
            '<img src="/q.png" alt="A table" width="3"/>',
        ),
        ("the table</a> and", '<em>the</em>\n table</a> and <a href="#t-x" id="t-y"></a>'),
        ("b()</code>", "b()  \n</code>"),
        ("See ", "\u200bS\u00adee\u00a0"),
    ],
)
def test_churn_around_links_and_pictures_makes_no_new_hash(old: str, new: str) -> None:
    assert old in PAGE
    assert content_hash("T", PAGE.replace(old, new)) == content_hash("T", PAGE)


@pytest.mark.parametrize(
    "stamp",
    [
        "Updated: 3 March 2026",
        "Last reviewed 2026-03-03",
        "Published on March 3rd, 2026 by Ana Ropes",
        "Last updated: 03/03/2026, 9:30 am · 5 min read",
        "Zuletzt aktualisiert am 3. März 2026",
        "Mis à jour le 3 mars 2026",
        "Lesezeit: ca. 4 Minuten",
        "Reading time: 4–5 minutes",
        "© 2026 Example. All rights reserved.",
        "Copyright 2026 Example",
    ],
)
def test_stamps_count_for_nothing(stamp: str) -> None:
    assert content_hash("T", f"<p>Take 5 mg</p><p><small>{stamp}</small></p>") == content_hash(
        "T", "<p>Take 5 mg</p>"
    )
    assert content_hash("T", f"<p>{stamp}<br/>{stamp}</p><p>Take 5 mg</p>") == content_hash(
        "T", "<p>Take 5 mg</p>"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Valid until 3 March 2026",
        "3 March 2026",
        "Date: 3 March 2026",
        "Simmer for 5 min",
        "5 min",
        "Reviewed by Dr. Ropes",
        "Updated in 2026 after the recall",
        "The copyright of 2026 photographs is ours.",
        "Updated: 3 March 2026. The dose is 5 mg now.",
    ],
)
def test_dates_that_a_guide_speaks_of_count(line: str) -> None:
    assert content_hash("T", f"<p>Take 5 mg</p><p>{line}</p>") != content_hash("T", "<p>Take 5 mg</p>")


def test_hash_of_anything_can_be_made() -> None:
    assert len(content_hash("\ud800", "<p>\ud800</p><a href='http://[x'>y</a>")) == 64


def test_hash_is_sha256_in_hexadecimal() -> None:
    assert len(content_hash("", "")) == 64
    assert int(content_hash("", ""), 16)


SENTENCE = "Boats are made of wood, of steel or of hope. "


@pytest.mark.parametrize(
    ("html", "limit", "summary"),
    [
        ("<h2>Oars</h2><p>Short.</p>", 200, "Short."),
        (f"<p>{SENTENCE * 3}</p>", 100, (SENTENCE * 2).strip()),
        ("<p>One two three four five six seven eight nine ten</p>", 24, "One two three four five…"),
        ("<p>Give 5 mg to Dr. Who and then some more of it</p>", 30, "Give 5 mg to Dr. Who and then…"),
        (
            f"<figure><figcaption>{SENTENCE}</figcaption></figure><p>x</p><p>{SENTENCE}</p>",
            50,
            SENTENCE.strip(),
        ),
        (
            f"<p>{SENTENCE}</p><p>And of <b>paper</b> &amp; glue, if you are a child.</p>",
            200,
            SENTENCE + "And of paper & glue, if you are a child.",
        ),
        ("<ul><li>only a list</li></ul>", 200, "only a list"),
        (
            "<p>船は木でできています。鉄でできた船もあります。紙の船もあります。</p>",
            24,
            "船は木でできています。鉄でできた船もあります。",
        ),
        ("", 200, ""),
    ],
)
def test_summaries(html: str, limit: int, summary: str) -> None:
    assert summarise(html, limit) == summary
    assert len(summary) <= limit


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", 1),
        ("<p>" + "word " * 220 + "</p>", 1),
        ("<p>" + "word " * 1100 + "</p>", 5),
        ("<p>" + "it’s well-known " * 550 + "</p>", 5),
        ("<p>" + "船" * 2500 + "</p>", 5),
        ("<p>" + "ไทย" * 2200 + "</p>", 5),
    ],
)
def test_reading_time(html: str, expected: int) -> None:
    assert minutes(html) == expected


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("How to Row: A Guide", "how-to-row-a-guide"),
        ("Crème brûlée & Søren's 5½ ﬁsh", "creme-brulee-sørens-5-1-2-fish"),
        ("  --Don’t! --  ", "dont"),
        ("Straße", "strasse"),
        ("東京 の船", "東京-の船"),
        ("हिन्दी लेख", "हिन्दी-लेख"),
        ("한국어", "한국어"),
        ("Ё-моё", "ё-моё"),
        ("①②", "12"),
        ("???", ""),
        ("", ""),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug
    assert slugify(slug) == slug


def test_long_slugs_end_with_a_word() -> None:
    assert slugify("boat " * 40) == "-".join(["boat"] * 16)
    assert len(slugify("b" * 500)) == 80
