"""What a page says of itself to programs: link previews (OpenGraph) and schema.org (JSON-LD)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from markupsafe import Markup

from publisher.model import Author, Entry, Image, Publication
from publisher.pages import words
from publisher.pages.view import MetaView

SUMMARY = 300  # characters: more is cut off by whoever shows it
HEADLINE = 110  # characters that schema.org's Article may have
# In a <script> nothing is unescaped but "</script" and "<!--" mean something: no "<" may stand in it.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def card(
    kind: str, site: str, title: str, description: str, url: str, language: str, image: Image | None = None
) -> tuple[MetaView, ...]:
    """What others show of a link to the page. `kind` is "website", "article" or "profile"; `url` absolute."""
    return tuple(_card(kind, site, title, description, url, language, image))


def _card(
    kind: str, site: str, title: str, description: str, url: str, language: str, image: Image | None
) -> Iterator[MetaView]:
    yield MetaView("property", "og:type", kind)
    yield MetaView("property", "og:site_name", site)
    yield MetaView("property", "og:title", title)
    if description:
        yield MetaView("property", "og:description", words.clipped(description, SUMMARY))
    yield MetaView("property", "og:url", url)
    yield MetaView("property", "og:locale", language.replace("-", "_"))
    shown = image if image and _is_shown(image) else None
    if shown:
        yield MetaView("property", "og:image", shown.url)
        if shown.width and shown.height:
            yield MetaView("property", "og:image:width", str(shown.width))
            yield MetaView("property", "og:image:height", str(shown.height))
        if shown.alt:
            yield MetaView("property", "og:image:alt", shown.alt)
    yield MetaView("name", "twitter:card", "summary_large_image" if shown else "summary")


def article_card(entry: Entry, section: str) -> tuple[MetaView, ...]:
    """What a guide's page adds. `section` is its publication's title."""
    return (
        MetaView("property", "article:published_time", words.iso(entry.published)),
        MetaView("property", "article:modified_time", words.iso(entry.updated)),
        MetaView("property", "article:section", section),
        *(MetaView("property", "article:author", url) for each in entry.authors if (url := _page(each))),
        *(MetaView("property", "article:tag", tag) for tag in entry.tags),
        *(MetaView("name", "author", each.name.strip()) for each in entry.authors if each.name.strip()),
    )


def _page(author: Author) -> str:
    """A page of the author's own, or ""."""
    return author.url if author.url and words.is_web(author.url) else ""


def _is_shown(image: Image) -> bool:
    """Nobody who shows previews draws SVG."""
    return words.is_web(image.url) and not urlsplit(image.url).path.lower().endswith(".svg")


def article_data(
    entry: Entry, publication: Publication, title: str, language: str, site: str, base_url: str
) -> Markup:
    """schema.org's Article, to stand in <script type="application/ld+json">."""
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": entry.id,
        "headline": words.clipped(title, HEADLINE),
        "description": entry.summary,
        "inLanguage": language,
        "url": entry.url,
        "mainEntityOfPage": entry.canonical if words.is_web(entry.canonical or "") else entry.url,
        "datePublished": words.iso(entry.published),
        "dateModified": words.iso(entry.updated),
        "timeRequired": f"PT{max(1, entry.minutes)}M",
        "author": [_person(each) for each in entry.authors if each.name.strip()],
        "publisher": {"@type": "Organization", "name": site, "url": f"{base_url}/"},
        "isPartOf": {
            "@type": "CreativeWorkSeries",
            "name": publication.title,
            "url": f"{base_url}/{publication.slug}/",
        },
        "keywords": list(entry.tags),
        "image": entry.image.url if entry.image and words.is_web(entry.image.url) else "",
    }
    return script({key: value for key, value in found.items() if value})


def _person(author: Author) -> dict[str, str]:
    person = {"@type": "Person", "name": author.name.strip()}
    return person | {"url": url} if (url := _page(author)) else person


def script(data: Mapping[str, object]) -> Markup:
    """JSON that can stand in a <script>: whatever is in it, it cannot end the script or begin a comment."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate cannot be written as UTF-8.
    safe = written.translate(_ESCAPES).encode("utf-8", "replace").decode()
    return Markup(safe)  # noqa: S704
