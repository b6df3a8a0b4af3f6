"""Whatever stands in a file: one guide, or one sentence; never an exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model import Found, Skipped
from publisher.sources import open_source
from publisher.sources._links import Place, rewrite
from publisher.sources._matter import Unusable, read_matter
from publisher.sources._meta import KEYS
from publisher.sources._picture import read_picture

SIGNS = st.sampled_from(
    ["---\n", "\n", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "'", '"', "#", "|\n", "\t", "\x85"]
)
LINE = st.one_of(SIGNS, st.sampled_from([f"\n{key}: " for key in KEYS]), st.text(max_size=12))
FRONT = st.lists(LINE, max_size=12).map(lambda parts: "---\n" + "".join(parts) + "\n---\nText.\n")
SUFFIXES = st.sampled_from([".md", ".html", ".txt"])
PLACE = Place("articles", lambda _: None, lambda _: False)


@settings(max_examples=80, deadline=None)
@given(
    data=st.one_of(FRONT.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=200)),
    suffix=SUFFIXES,
)
def test_a_file_is_a_guide_or_a_sentence(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "articles" / f"a{suffix}"
        path.parent.mkdir()
        path.write_bytes(data)
        _listing, first, *remarks = open_source("folder", Path(place), {}).read({})
    assert isinstance(first, Found) or (isinstance(first, Skipped) and first.path and not remarks)
    assert all(isinstance(item, Skipped) and item.path is None for item in remarks)
    if isinstance(first, Found):
        for line in (first.title, first.slug, first.foreign_id, *first.tags):
            assert line
            assert not any(ord(char) < 32 for char in line)


@settings(max_examples=300, deadline=None)
@given(FRONT)
def test_front_matter_is_read_or_told(text: str) -> None:
    try:
        matter = read_matter(text)
    except Unusable as error:
        assert error.reason.endswith((".", "?"))
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1
    else:
        assert matter.body in text
        assert set(matter.lines) == set(matter.values)


@given(st.text(alphabet='<>"= abhrefsrc./%?#', max_size=60))
def test_links_of_nonsense(text: str) -> None:
    html, _ = rewrite(text, PLACE)
    assert html.count("<") == text.count("<")


@given(
    st.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"GIF89a",
            b"\xff\xd8\xff",
            b"RIFF....WEBPVP8X",
            b"RIFF....WEBPVP8L",
        ]
    ),
    st.binary(max_size=64),
)
def test_pictures_of_nonsense(head: bytes, rest: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(head + rest)
        file.flush()
        seen = read_picture(Path(file.name))
    assert seen is not None
    assert seen.length == len(head + rest)
    assert (seen.width is None) == (seen.height is None)
