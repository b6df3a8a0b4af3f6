"""Paths that mean the same to everybody, and the table that they are looked up in."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.paths import LONGEST, Table, is_sound

SOUND = [
    "/",
    "/knees/",
    "/knees/stairs",
    "/a%20b/%C3%A4",
    "/-/media/knees/a.b/c%25.png",
    "/x;y=1,2!$&'()*+:@~",
]
UNSOUND = [
    *(
        "",
        "knees",
        "*",
        "//",
        "//knees",
        "/knees//stairs",
        "/knees//",
        "/./knees",
        "/knees/..",
        "/knees/%2e%2E/x",
    ),
    *("/knees%2Fstairs", "/knees%2f", "/a%5Cb", "/a\\b", "/%00", "/a%0d%0ab", "/a%7f", "/a\x7f", "/a b"),
    *("/%", "/%2", "/%zz", "/%ff", "/%c3", "/%ed%a0%80", "/" + "x" * LONGEST, "/ä"),
]


@pytest.mark.parametrize("path", SOUND)
def test_sound(path: str) -> None:
    assert is_sound(path.encode())


@pytest.mark.parametrize("path", UNSOUND)
def test_unsound(path: str) -> None:
    assert not is_sound(path.encode())


@given(
    st.lists(st.text(st.characters(exclude_characters="/\\", exclude_categories=["Cc", "Cs"]), min_size=1))
)
def test_whatever_a_client_encodes_properly_is_sound(parts: list[str]) -> None:
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    assert is_sound(path.encode()) == (
        len(path) <= LONGEST and not {".", ".."} & set(unquote(path).split("/"))
    )


@given(st.binary())
def test_nothing_that_comes_breaks_it(raw: bytes) -> None:
    assert is_sound(raw) in (True, False)


TABLE = Table.of(
    [
        ("/", False, "site"),
        ("/{pub:str}/", True, "publication"),
        ("/{pub:str}/feed.{suffix:str}", False, "feed"),
        ("/{pub:str}/{guide:str}", True, "guide"),
        ("/-/media/{pub:str}/{path:path}", False, "media"),
    ]
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", ("site", {})),
        ("/knees", ("publication", {"pub": "knees"})),
        ("/knees/", ("publication", {"pub": "knees"})),
        ("/knees/feed.atom", ("feed", {"pub": "knees", "suffix": "atom"})),
        ("/knees/feed.", ("guide", {"pub": "knees", "guide": "feed."})),
        ("/knees/feedxatom", ("guide", {"pub": "knees", "guide": "feedxatom"})),
        ("/knees/feed.atom/", ("guide", {"pub": "knees", "guide": "feed.atom"})),
        ("/knees/feed.atom/x", None),
        ("/knees/stairs/", ("guide", {"pub": "knees", "guide": "stairs"})),
        ("/knees/stairs\n", ("guide", {"pub": "knees", "guide": "stairs\n"})),
        ("/knees/stairs/x", None),
        ("/-", None),
        ("/-/", None),
        ("/-/x", None),
        ("/-x/", ("publication", {"pub": "-x"})),
        ("/-/media/knees/a/b.png", ("media", {"pub": "knees", "path": "a/b.png"})),
        ("/-/media/knees", None),
    ],
)
def test_what_is_where(path: str, found: object) -> None:
    assert TABLE.find(path) == found
