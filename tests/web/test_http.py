"""Validators, HEAD, methods, and the headers that every answer carries (RFC 9110)."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.conftest import Server

PAGES = ("/", "/knees/", "/knees/picture")
FEEDS = ("/knees/feed.atom", "/knees/feed.rss", "/knees/feed.json")
FILES = ("/-/media/knees/articles/images/knee.png", "/-/static/site.css", "/-/style/accents.css")
OTHERS = ("/-/healthz", "/-/inbox/", "/nothing", "/-/unsubscribe/x", "/-/media/knees/x.png", "/knees")
EVERYTHING = (*PAGES, *FEEDS, *FILES, *OTHERS)


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
def test_every_answer_carries_the_headers(reading: Server, method: str, path: str) -> None:
    answer = reading.client.request(method, path)
    rules = answer.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "unsafe" not in rules or "sandbox" in rules
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    assert "set-cookie" not in answer.headers
    assert answer.status_code < 500


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", EVERYTHING)
def test_head_is_get_without_the_body(reading: Server, path: str, coding: str) -> None:
    wanted = {"accept-encoding": coding}
    head = reading.client.head(path, headers=wanted)
    with reading.client.stream("GET", path, headers=wanted) as got:
        body = b"".join(got.iter_raw())
    assert head.content == b""
    assert head.status_code == got.status_code
    changing = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }
    assert head.headers["content-length"] == str(len(body))


@pytest.mark.parametrize("path", (*PAGES, *FEEDS, *FILES))
def test_what_the_asker_has_is_not_sent_again(reading: Server, path: str) -> None:
    etag = reading.get(path).headers["etag"]
    assert etag.startswith('"')  # strong
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        for method in ("GET", "HEAD"):
            again = reading.client.request(method, path, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b""), known
            assert again.headers["etag"] == etag
            assert "content-type" not in again.headers
    for other in ('"other"', "", etag.strip('"')):
        assert reading.get(path, if_none_match=other).status_code == 200


@pytest.mark.parametrize("path", FEEDS)
def test_the_time_of_change_counts_only_without_a_tag(reading: Server, path: str) -> None:
    answer = reading.get(path)
    modified, etag = answer.headers["last-modified"], answer.headers["etag"]
    assert reading.get(path, if_modified_since=modified).status_code == 304
    assert reading.get(path, if_modified_since="Fri, 01 Jan 2027 00:00:00 GMT").status_code == 304
    assert reading.get(path, if_modified_since="Wed, 01 Jan 2020 00:00:00 GMT").status_code == 200
    assert reading.get(path, if_modified_since="yesterday").status_code == 200
    assert reading.get(path, if_modified_since=modified, if_none_match='"other"').status_code == 200
    older = "Wed, 01 Jan 2020 00:00:00 GMT"
    assert reading.get(path, if_modified_since=older, if_none_match=etag).status_code == 304


def test_style_sheets_are_kept_as_long_as_they_are_the_same(reading: Server) -> None:
    page = reading.get("/knees/").text
    address = page.split('rel="stylesheet" href="..')[1].split('"')[0]
    assert "?v=" in address
    assert "immutable" in reading.get(address).headers["cache-control"]
    assert reading.get("/-/static/site.css").headers["cache-control"] == "no-cache"
    assert reading.get("/-/static/site.css?v=0123456789").headers["cache-control"] == "no-cache"


def test_pictures_may_come_from_elsewhere_on_guides_only(reading: Server) -> None:
    def rules(path: str) -> list[str]:
        return reading.get(path).headers["content-security-policy"].split("; ")

    assert "img-src 'self' https:" in rules("/knees/picture")
    assert "img-src 'self'" in rules("/")
    assert "img-src 'self'" in rules("/nothing")
    assert not any(rule.startswith("script-src") for rule in rules("/knees/picture"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_cannot_be_changed(reading: Server, method: str) -> None:
    answer = reading.client.request(method, "/knees/picture")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "<h1>That is not possible here</h1>" in answer.text


def test_a_body_that_is_too_large(reading: Server) -> None:
    answer = reading.client.post("/-/unsubscribe/x", content=b"x" * 100_000)
    assert answer.status_code == 413
    assert "could not be understood" in answer.text


TRAVERSALS = [
    *("/-/media/knees/../feed.toml", "/-/media/knees/..%2ffeed.toml", "/-/media/knees/%2e%2e/publisher.toml"),
    *("/-/media/knees//etc/passwd", "/-/media/knees/%2Fetc%2Fpasswd", "/-/media/knees/articles/stairs.md"),
    *("/-/media/knees/articles/images/.hidden.png", "/-/media/../../etc/passwd", "/-/media/-/x.png"),
    *("/-/media/knees/articles/images/knee.png%00.txt", "/-/media/knees/articles/images/unused.png"),
    *("/-/media/knees/articles/images/%252e%252e/knee.png", "/-/media/knees/..\\..\\publisher.toml"),
    *("/-/static/../site.html", "/-/static/..%2fguide.html", "/-/static/.hidden", "/-/static/%2e%2e"),
    *(
        "/-/static/base.html",
        "/-/static/",
        "/-/",
        "/-",
        "//evil.example/",
        "/%00",
        "/knees/%ff",
        "/knees/%0d%0aX: y",
    ),
    *(
        "/../../etc/passwd",
        "/knees/../../etc/passwd",
        "/-/inbox/..%2f..%2fsecret.key",
        "/KNEES/",
        "/knees/STAIRS",
    ),
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_nothing_but_what_is_public_can_be_reached(reading: Server, path: str) -> None:
    """Sent as it is: clients tidy such addresses up before they ask."""
    connection = http.client.HTTPConnection("127.0.0.1", reading.port, timeout=5)
    try:
        connection._validate_path = lambda url: None  # type: ignore[attr-defined]
        connection.request("GET", path.replace(" ", "%20"))
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    assert answer.status in (400, 404), body
    for secret in ("root:", "Use the rail", "k1 ", "backfill", "{% block"):
        assert secret not in body


def test_the_health_of_the_site(server: Server) -> None:
    assert server.get("/-/healthz").text == "ok\n"


def test_hosts_do_not_matter_to_the_public_pages(reading: Server) -> None:
    for host in ("guides.example", "evil.example:99"):
        answer = reading.get("/knees/", host=host)
        assert answer.status_code == 200
        assert "evil" not in answer.text


def test_many_at_once(reading: Server) -> None:
    """More requests than threads and than database connections."""
    paths = [*PAGES, *FEEDS] * 10
    with ThreadPoolExecutor(24) as pool:
        assert {answer.status_code for answer in pool.map(reading.get, paths)} == {200}
