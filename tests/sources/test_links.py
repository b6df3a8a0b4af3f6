from __future__ import annotations

import struct
from pathlib import Path

import pytest

from publisher.model import Found, Image, Skipped
from publisher.sources import open_source
from publisher.sources._links import Place, join, rewrite

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"
GUIDES = {
    "articles/other.md": "other-slug",
    "articles/other": "other-slug",
    "articles/knees/brace": "brace",
    "articles/knees/brace.html": "brace",
}
FILES = {*GUIDES, "articles/images/x.png", "articles/images/two words.png", "plan.pdf", "articles/LICENSE"}
PLACE = Place("articles", GUIDES.get, FILES.__contains__)


@pytest.mark.parametrize(
    ("written", "rewritten"),
    [
        ("images/x.png", "articles/images/x.png"),
        ("./images/x.png", "articles/images/x.png"),
        ("images/two%20words.png", "articles/images/two%20words.png"),
        ("images/two words.png", "articles/images/two%20words.png"),
        ("../plan.pdf#page=2", "plan.pdf#page=2"),
        ("other.md", "other-slug"),
        ("./other", "other-slug"),
        ("other.md#steps", "other-slug#steps"),
        ("other.md?a=1&amp;b=2", "other-slug?a=1&amp;b=2"),
        ("knees/brace.html", "brace"),
        ("./elsewhere", "elsewhere"),  # a page of the publication, by its address
        ("LICENSE", "articles/LICENSE"),
        ("https://example.org/a?b=1&amp;c=2", "https://example.org/a?b=1&amp;c=2"),
        ("//example.org/x.png", "//example.org/x.png"),
        ("/root.png", "/root.png"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("#note-1", "#note-1"),
        ("", ""),
    ],
)
def test_addresses(written: str, rewritten: str) -> None:
    html = f'<p>See <a title="x > y" href="{written}">this</a>.</p>'
    assert rewrite(html, PLACE) == (html.replace(written, rewritten) if written else html, ())


def test_links_between_folders() -> None:
    place = Place("articles/knees", GUIDES.get, FILES.__contains__)
    assert rewrite('<a href="../other.md">o</a><img src="../images/x.png" />', place) == (
        '<a href="other-slug">o</a><img src="articles/images/x.png" />',
        (),
    )


def test_text_that_looks_like_a_tag_is_left_alone() -> None:
    html = '<pre><code>&lt;img src="images/x.png"&gt; href="other.md"</code></pre>'
    assert rewrite(html, PLACE) == (html, ())


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("images/none.png", "There is no file 'articles/images/none.png' to link to: mend the path."),
        ("../../secret.png", "leads out of the publication's folder"),
        ("%2Fetc/passwd", "leads out of the publication's folder"),
        ("..%2f..%2fsecret", "leads out of the publication's folder"),
    ],
)
def test_addresses_that_lead_nowhere_are_told_once(written: str, sentence: str) -> None:
    html, remarks = rewrite(f'<img src="{written}" /><img src="{written}" />', PLACE)
    assert len(remarks) == 1
    assert sentence in remarks[0]
    assert html.count("<img") == 2


def test_join_stays_inside() -> None:
    assert join("articles", "a/../b%20c.md") == "articles/b c.md"
    assert join("articles", "..") == "."
    assert join("articles", "../..") is None
    assert join("articles", "a%00b") is None


# ------------------------------------------------------------------------------- in a folder, with pictures


def read(root: Path, front: str, body: str = "Words in a paragraph.") -> list[Found | Skipped]:
    articles = root / "pub" / "articles"
    (articles / "images").mkdir(parents=True, exist_ok=True)
    (articles / "images" / "hand 100%.png").write_bytes(PNG)
    (articles / "images" / "fake.png").write_text("no picture")
    (root / "pub" / "feed.toml").write_text("")
    (root / "secret.png").write_bytes(PNG)
    (articles / "images" / "leak.png").unlink(missing_ok=True)
    (articles / "images" / "leak.png").symlink_to(root / "secret.png")
    (articles / "a.md").write_text(f"---\n{front}\n---\n\n{body}\n")
    _listing, *items = open_source("folder", root / "pub", {}).read({})
    return [item for item in items if isinstance(item, Found | Skipped) and "a.md" in item.where]


@pytest.mark.parametrize(
    "src", ["images/hand 100%.png", "images/hand%20100%25.png", "./images/hand 100%.png"]
)
def test_picture_beside_the_guide(tmp_path: Path, src: str) -> None:
    (guide,) = read(tmp_path, f"image: {{src: '{src}', alt: A hand}}")
    assert isinstance(guide, Found)
    url = "articles/images/hand%20100%25.png"
    assert guide.image == Image(url, "A hand", "image/png", len(PNG), 640, 480)


def test_picture_elsewhere(tmp_path: Path) -> None:
    (guide,) = read(tmp_path, "image: https://example.org/a.jpg")
    assert isinstance(guide, Found)
    assert guide.image == Image("https://example.org/a.jpg")


@pytest.mark.parametrize(
    ("src", "sentence"),
    [
        ("images/none.png", "There is no picture 'articles/images/none.png'"),
        ("images/fake.png", "is no PNG, JPEG, GIF or WebP"),
        ("images", "There is no picture"),
        ("images/leak.png", "There is no picture"),
        ("../../secret.png", "outside the publication's folder"),
        ("/etc/hosts", "neither a file beside the guide nor a web address"),
        ("javascript:alert(1)", "neither a file beside the guide nor a web address"),
        ("data:image/png;base64,AA", "neither a file beside the guide nor a web address"),
    ],
)
def test_guide_without_its_picture(tmp_path: Path, src: str, sentence: str) -> None:
    guide, remark = read(tmp_path, f"title: A\nimage: '{src}'")
    assert isinstance(guide, Found)
    assert isinstance(remark, Skipped)
    assert guide.image is None
    assert (remark.where, remark.path) == ("articles/a.md:3", None)
    assert sentence in remark.reason


def test_links_between_guides_know_slugs_without_reading_texts(tmp_path: Path) -> None:
    articles = tmp_path / "pub" / "articles"
    articles.mkdir(parents=True)
    (articles / "b.md").write_text("---\nslug: bee\n---\n\nThe other.\n")
    items = read(tmp_path, "title: A", "To [b](b.md#x), [self](a.md), ![hand](images/hand%20100%25.png).")
    (guide,) = items
    assert isinstance(guide, Found)
    assert 'href="bee#x"' in guide.html
    assert 'href="a"' in guide.html
    assert 'src="articles/images/hand%20100%25.png"' in guide.html
