"""Accept-Encoding (RFC 9110, 12.5.3), and what is made for it."""

from __future__ import annotations

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.answers import Answer
from publisher.web.codings import IDENTITY, compressed, weights
from publisher.web.kept import prepare

LONG = prepare(Answer(b"<p>word after word</p>" * 1000))
SHORT = prepare(Answer(b"<p>"))


def chosen(accept: str | None, kept: object = LONG) -> str | None:
    variant = kept.choose(None if accept is None else accept.encode())  # type: ignore[attr-defined]
    return variant.coding if variant else None


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("deflate", IDENTITY),
        ("zstd", IDENTITY),
        ("*", "br"),
        ("*;q=0", None),
        ("gzip;q=0", IDENTITY),
        ("gzip;q=0, *", "br"),
        ("br;q=0.5, gzip;q=1", "gzip"),
        ("br;q=0.5, gzip;q=0.8, identity;q=1", IDENTITY),
        ("gzip;q=0.5", "gzip"),
        ("gzip ; Q=0.5 , identity ; q=0.4", "gzip"),
        ("identity", IDENTITY),
        ("identity;q=0", None),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0, deflate", None),
        ("*;q=0, identity", IDENTITY),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("br;q=nonsense", IDENTITY),
        ("br;q=5", IDENTITY),
        ("br;q=nan", IDENTITY),
        (";;;,,,=,q=1", IDENTITY),
    ],
)
def test_what_is_chosen(accept: str | None, coding: str | None) -> None:
    assert chosen(accept) == coding


def test_what_does_not_shrink_is_sent_as_it_is_unless_that_is_refused() -> None:
    assert chosen("gzip, br", SHORT) == IDENTITY
    assert chosen("gzip, identity;q=0", SHORT) == "gzip"


def test_every_coding_can_be_read_back_and_is_the_same_each_time() -> None:
    body = "Äpfel & Birnen ".encode() * 500
    first, second = compressed(body, "application/atom+xml"), compressed(body, "application/atom+xml")
    assert first == second
    assert brotli.decompress(first["br"]) == gzip.decompress(first["gzip"]) == first[IDENTITY] == body
    assert list(first) == ["br", "gzip", IDENTITY]


def test_pictures_are_small_already() -> None:
    assert list(compressed(b"x" * 1000, "image/png")) == [IDENTITY]
    assert len(compressed(b"x" * 1000, "image/svg+xml")) == 3


def test_every_variant_has_a_tag_of_its_own() -> None:
    assert len({variant.etag for variant in LONG.variants}) == 3


@given(st.binary(max_size=600))
def test_nothing_that_comes_breaks_it(accept: bytes) -> None:
    assert all(0 <= weight <= 1 for weight in weights(accept))
