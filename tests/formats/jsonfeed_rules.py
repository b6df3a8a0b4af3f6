"""What a JSON Feed 1.1 is, in our words. Source: https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .rules import RuleBook

TOP = {
    "version",
    "title",
    "home_page_url",
    "feed_url",
    "description",
    "user_comment",
    "next_url",
    "icon",
    "favicon",
    "authors",
    "language",
    "expired",
    "hubs",
    "items",
}
ITEM = {
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "banner_image",
    "date_published",
    "date_modified",
    "authors",
    "tags",
    "language",
    "attachments",
}
TYPED = (TOP | ITEM) - {"expired"}
LISTS = {"authors", "hubs", "items", "tags", "attachments"}
URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

Json = dict[str, Any]


def parse(data: bytes) -> Json:
    def once(pairs: list[tuple[str, Any]]) -> Json:
        assert len(pairs) == len(dict(pairs)), "a member comes twice"
        return dict(pairs)

    feed = json.loads(data.decode("utf-8"), object_pairs_hook=once)
    assert isinstance(feed, dict)
    return feed


JSONFEED = RuleBook(parse)


def every(feed: Json) -> Iterator[Json]:
    """The top and every item."""
    yield feed
    yield from feed.get("items") or []


def unknown(element: Mapping[str, Any], names: set[str]) -> Iterator[str]:
    for name in element:
        if name not in names and not re.fullmatch(r"_[A-Za-z][^.]*", name):
            yield name


@JSONFEED.rule("Top-level, version")
def version_is_1_1_and_first(feed: Json) -> Iterator[str]:
    if next(iter(feed.items()), None) != ("version", "https://jsonfeed.org/version/1.1"):
        yield f"version {feed.get('version')}"


@JSONFEED.rule("Top-level, title")
def feed_has_a_title(feed: Json) -> Iterator[str]:
    if not feed.get("title"):
        yield "no title"


@JSONFEED.rule("Top-level: home_page_url and feed_url are required on the public web")
def feed_says_where_it_lives(feed: Json) -> Iterator[str]:
    for name in ("home_page_url", "feed_url"):
        if not feed.get(name):
            yield f"no {name}"


@JSONFEED.rule("Top-level, items")
def items_is_a_list(feed: Json) -> Iterator[str]:
    if not isinstance(feed.get("items"), list):
        yield f"items is {feed.get('items')!r}"


@JSONFEED.rule("Extensions: names of others begin with _")
def members_are_known(feed: Json) -> Iterator[str]:
    yield from unknown(feed, TOP)
    for item in feed.get("items") or []:
        yield from unknown(item, ITEM)


@JSONFEED.rule("Types of members; there is no null")
def members_have_their_types(feed: Json) -> Iterator[str]:
    for element in every(feed):
        for name, value in element.items():
            if name in TYPED and not isinstance(value, list if name in LISTS else str):
                yield f"{name} is {value!r}"


@JSONFEED.rule("Items, id")
def items_have_ids_of_their_own(feed: Json) -> Iterator[str]:
    ids = [item.get("id") for item in feed.get("items") or []]
    if not all(ids):
        yield "an item without id"
    if len(ids) != len(set(ids)):
        yield "two items with one id"


@JSONFEED.rule("Items, content_html and content_text")
def items_have_content(feed: Json) -> Iterator[str]:
    for item in feed.get("items") or []:
        if "content_html" not in item and "content_text" not in item:
            yield str(item.get("id"))


@JSONFEED.rule("URLs are full")
def links_are_full(feed: Json) -> Iterator[str]:
    names = [
        "home_page_url",
        "feed_url",
        "next_url",
        "icon",
        "favicon",
        "url",
        "external_url",
        "image",
        "banner_image",
    ]
    people = [author for element in every(feed) for author in element.get("authors") or []]
    for element in [*every(feed), *people, *(feed.get("hubs") or [])]:
        for name in names:
            if name in element and not URL.fullmatch(str(element[name])):
                yield f"{name} {element[name]!r}"


@JSONFEED.rule("Items, dates are RFC 3339")
def dates_are_rfc3339(feed: Json) -> Iterator[str]:
    for item in feed.get("items") or []:
        for name in ("date_published", "date_modified"):
            if not RFC3339.fullmatch(str(item.get(name, "2026-01-01T00:00:00Z"))):
                yield f"{name} {item[name]!r}"


@JSONFEED.rule("Authors: a list of objects with at least one member")
def authors_are_someone(feed: Json) -> Iterator[str]:
    for element in every(feed):
        for author in element.get("authors") or []:
            if not author or any(unknown(author, {"name", "url", "avatar"})) or not all(author.values()):
                yield repr(author)


@JSONFEED.rule("Deprecations: author")
def author_is_a_list(feed: Json) -> Iterator[str]:
    for element in every(feed):
        if "author" in element:
            yield "author in place of authors"


@JSONFEED.rule("Subscribing to real-time notifications")
def hubs_have_type_and_url(feed: Json) -> Iterator[str]:
    for hub in feed.get("hubs") or []:
        if not hub.get("type") or not hub.get("url"):
            yield repr(hub)


@JSONFEED.rule("Items, tags are plain strings")
def tags_are_words(feed: Json) -> Iterator[str]:
    for item in feed.get("items") or []:
        for tag in item.get("tags") or []:
            if not isinstance(tag, str) or not tag.strip():
                yield repr(tag)


@JSONFEED.rule("language: RFC 5646")
def languages_are_tags(feed: Json) -> Iterator[str]:
    for element in every(feed):
        if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", str(element.get("language", "en"))):
            yield repr(element["language"])


@JSONFEED.rule("Items, title: omitted rather than blank")
def titles_are_not_blank(feed: Json) -> Iterator[str]:
    for element in every(feed):
        for name in ("title", "summary", "description"):
            if name in element and not str(element[name]).strip():
                yield f"blank {name}"


@JSONFEED.rule("Attachments: url and mime_type are required")
def attachments_are_whole(feed: Json) -> Iterator[str]:
    known = {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"}
    for item in feed.get("items") or []:
        for file in item.get("attachments") or []:
            if not URL.fullmatch(str(file.get("url"))) or any(unknown(file, known)):
                yield repr(file)
            if not re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", str(file.get("mime_type"))):
                yield f"mime_type {file.get('mime_type')}"
            if not isinstance(file.get("size_in_bytes", 1), int):
                yield f"size_in_bytes {file['size_in_bytes']!r}"


@JSONFEED.rule("Top-level, next_url must not be the feed's own")
def goes_on(feed: Json) -> Iterator[str]:
    if "next_url" in feed and feed["next_url"] == feed.get("feed_url"):
        yield feed["next_url"]


@JSONFEED.rule("Items, content_html and content_text: not the same thing twice")
def content_is_told_once(feed: Json) -> Iterator[str]:
    for item in feed.get("items") or []:
        if "content_html" in item and "content_text" in item:
            yield str(item.get("id"))
