"""Pages as tests see them: every address in them, and every page that can be reached."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html

from tests.web.conftest import Server

# What a browser loads by itself; the rest of the links are for people to follow.
LOADED = ("img", "script", "iframe", "audio", "video", "source", "embed", "object")


def parse(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def loaded(text: str) -> list[str]:
    """What a browser fetches to show this page."""
    page = parse(text)
    found = [element.get("src", "") for element in page.iter(*LOADED)]
    rels = ("stylesheet", "icon", "preload")
    return found + [link.get("href", "") for link in page.iter("link") if link.get("rel") in rels]


def linked(text: str) -> list[str]:
    """Every address in the page that is on this site, as it is written."""
    page = parse(text)
    addresses = [element.get("href") or element.get("src") for element in page.iter("a", "link", *LOADED)]
    return [each for each in addresses if each and not urlsplit(each).scheme]


def crawl(server: Server, start: str = "/") -> dict[str, str]:
    """path -> text, of every page that links lead to, and the status of whatever else they lead to."""
    seen: dict[str, str] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = server.get(path)
        assert answer.status_code == 200, f"a link leads to {path}: {answer.status_code}"
        seen[path] = answer.content.decode("utf-8", "replace")
        if answer.headers["content-type"].startswith("text/html"):
            base = str(answer.url)
            waiting += [
                urldefrag(urljoin(base, each))[0].removeprefix(str(server.client.base_url).rstrip("/"))
                for each in linked(answer.text)
            ]
    return seen
