"""Single values made fit for a feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher.formats import _clean as clean

anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_text_is_what_xml_allows_and_stays_so(value: str) -> None:
    cleaned = clean.text(value)
    element = etree.Element("x")
    element.text = cleaned  # lxml raises on what XML forbids
    assert etree.fromstring(etree.tostring(element)).text in (cleaned, None)
    assert clean.text(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"], include_characters="\t\n")))
def test_text_that_is_allowed_is_untouched(value: str) -> None:
    assert clean.text(value) == value


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("a\x00b\x1fc\x7fd", "abcd"),
        ("a\x0bb\x0cc", "a b c"),
        ("a\r\nb\rc\nd\x85e", "a\nb\nc\nd\ne"),
        ("a\x80\x9fb\xa0c", "ab\xa0c"),
        ("\ufffea\uffffb\ufffd", "ab\ufffd"),
        ("\ud83c\udf31", ""),  # a pair of surrogates is no character in Python
        ("\U0001f331", "\U0001f331"),
    ],
)
def test_text_loses_only_what_it_must(value: str, cleaned: str) -> None:
    assert clean.text(value) == cleaned


@given(anything)
def test_a_line_is_a_line(value: str) -> None:
    line = clean.line(value)
    assert line == " ".join(line.split())
    assert clean.line(line) == line


@pytest.mark.parametrize(
    ("value", "base", "full"),
    [
        ("https://a.example", "", "https://a.example"),
        ("HTTPS://A.example/x", "", "https://A.example/x"),
        ("https://a.example/a b", "", "https://a.example/a%20b"),
        ("https://a.example/ä?ö=ü#ß", "", "https://a.example/%C3%A4?%C3%B6=%C3%BC#%C3%9F"),
        ("https://a.example/100%", "", "https://a.example/100%25"),
        ("https://a.example/%41%zz", "", "https://a.example/%41%25zz"),
        ("https://a.example/?q=a?b", "", "https://a.example/?q=a?b"),
        ("https://a.example/[x]", "", "https://a.example/%5Bx%5D"),
        ("http://[::1]:8000/x", "", "http://[::1]:8000/x"),
        ("http://127.0.0.1:8000", "", "http://127.0.0.1:8000"),
        ("https://grün.example:8443/x", "", "https://xn--grn-ioa.example:8443/x"),
        ("https://straße.example/", "", "https://xn--strae-oqa.example/"),
        (" https://a.example/x\n", "", "https://a.example/x"),
        ("rose.jpg", "https://a.example/garden/guide", "https://a.example/garden/rose.jpg"),
        ("/rose.jpg", "https://a.example/garden/guide", "https://a.example/rose.jpg"),
        ("//b.example/rose.jpg", "https://a.example/", "https://b.example/rose.jpg"),
        ("rose.jpg", "", ""),
        ("javascript:alert(1)", "https://a.example/", ""),
        ("data:text/html,x", "https://a.example/", ""),
        ("mailto:a@b.example", "", ""),
        ("https://user:secret@a.example/", "", ""),
        ("https://user:secret@grün.example/", "", ""),
        ("https://", "", ""),
        ("https://[broken", "", ""),
        ("https://a.example:port/", "", ""),
        ("https://\ud800.example/", "", ""),
        ("", "https://a.example/", ""),
        (None, "https://a.example/", ""),
    ],
)
def test_a_link_is_full_and_encoded_or_empty(value: str | None, base: str, full: str) -> None:
    assert clean.link(value, base) == full


@given(anything, st.sampled_from(["", "https://a.example/b/c"]))
def test_a_link_is_stable(value: str, base: str) -> None:
    once = clean.link(value, base)
    assert clean.link(once, base) == once
    assert once == "" or (once.isascii() and once.startswith(("http://", "https://")))


@pytest.mark.parametrize("part", ["a", "%41", "?", "/", "a.", "&", "ä", "]"])
@pytest.mark.parametrize(
    "start", ["https://a.example/", "https://a.example/?", "https://a.example/#", "https://"]
)
def test_a_link_of_100_kb_ends(start: str, part: str) -> None:
    """A search that is exponential, or even quadratic, would not come to its end here."""
    long = clean.link(start + part * 50_000 + "<")
    assert long == "" or long.endswith("%3C")


def zone(**offset: int) -> timezone:
    return timezone(timedelta(**offset))


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (datetime(2026, 3, 1, 9), "2026-03-01T09:00:00+00:00"),
        (datetime(2026, 3, 1, 9, 0, 1, 999_999, UTC), "2026-03-01T09:00:01+00:00"),
        (datetime(2026, 3, 1, 9, tzinfo=zone(hours=5, minutes=30)), "2026-03-01T03:30:00+00:00"),
        (datetime(1890, 1, 1, tzinfo=zone(minutes=53, seconds=28)), "1889-12-31T23:06:32+00:00"),
        (datetime.min.replace(tzinfo=zone(hours=1)), "0001-01-01T00:00:00+00:00"),
        (datetime.max.replace(tzinfo=zone(hours=-1)), "9999-12-31T23:59:59+00:00"),
    ],
)
def test_a_moment_is_utc_to_the_second(value: datetime, seen: str) -> None:
    assert clean.moment(value).isoformat() == seen


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en", "en"),
        (" en_GB ", "en-GB"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("English, please", ""),
        ("", ""),
        (None, ""),
        ("ü", ""),
        ("A", ""),
        ("i-klingon", ""),
    ],
)
def test_a_language_is_a_tag_or_nothing(value: str | None, tag: str) -> None:
    assert clean.language(value) == tag


@pytest.mark.parametrize(
    ("value", "address"),
    [("a@b.example", "a@b.example"), ("Ann <a@b.example>", ""), ("a@b@c", ""), ("nobody", ""), (None, "")],
)
def test_an_address_is_bare_or_nothing(value: str | None, address: str) -> None:
    assert clean.email(value) == address


def test_an_identifier_is_kept_as_it_is() -> None:
    assert clean.identifier("tag:grün.example,2026:Ä b\x00") == "tag:grün.example,2026:Äb"
    assert clean.identifier("tag:a.example,2026:<x>|%20") == "tag:a.example,2026:%3Cx%3E%7C%20"
