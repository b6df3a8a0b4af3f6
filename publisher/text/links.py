"""URLs and pictures out of hostile attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from publisher.text.guard import legal
from publisher.text.rules import URL_SCHEMES

_STRIPPED = re.compile("[\x00-\x20\x7f-\x9f\u200b\ufeff]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_DESCRIPTOR = re.compile(r"(\d+(?:\.\d+)?)([wx])")
_LAZY = (
    *(
        "data-src",
        "data-lazy-src",
        "data-original",
        "data-orig-src",
        "data-lazy",
        "data-lazyload",
        "data-echo",
    ),
    *("data-cfsrc", "data-ezsrc", "nitro-lazy-src", "data-pin-media", "data-large-file", "data-full-url"),
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "nitro-lazy-srcset")
_PLACEHOLDER = re.compile(
    r"(?:^|[/_-])(?:blank|spacer|placeholder|transparent|loading|lazy(?:load)?|pixel|clear|1x1|dot)"
    r"\.(?:gif|png|svg|webp)$",
    re.IGNORECASE,
)
_TINY = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Counters that do not always say their size.
_COUNTERS = re.compile(
    r"^(?:https?:)?//(?:pixel\.wp\.com|stats\.wordpress\.com|www\.facebook\.com/tr\b|feeds\.feedburner\.com/~r/"
    r"|[^/]*\.(?:doubleclick|scorecardresearch|quantserve|imrworldwide|omtrdc)\.(?:net|com)|bat\.bing\.com|px\.ads\.linkedin\.com"
    r"|(?:www|ssl)\.google-analytics\.com|[^/]*\.list-manage\.com/track/|(?:analytics\.twitter|t)\.com?/i/adsct"
    r"|ir-[a-z]{2}\.amazon-adsystem\.com|(?:www\.)?awin1\.com/cshow|[^/]+/(?:wf/open|track/open|trk/open|piwik\.php|matomo\.php))",
    re.IGNORECASE,
)
_BEST_WIDTH = 1600  # pixels; wider pictures help no page of ours


def safe_url(value: str | None, base_url: str | None = None) -> str | None:
    """The URL if it is http, https, mailto or relative, else None. Absolute if `base_url` is given."""
    if not value:
        return None
    value = legal(value)
    value = _STRIPPED.sub(lambda m: "%20" if " " in m[0] else "", value.strip(" \t\n\r\f\x00"))
    value = value.replace("\\", "/")  # as browsers read it
    if value.startswith("//"):
        value = "https:" + value
    scheme = _SCHEME.match(value)
    if not value or (scheme and scheme[1].lower() not in URL_SCHEMES):
        return None
    try:
        urlsplit(value)
        return urljoin(base_url, value) if base_url and not scheme else value
    except ValueError:
        return None


def is_pixel(image: Any) -> bool:
    """Whether an img element is a counter or hidden rather than a picture."""
    if any(_COUNTERS.search((image.get(name) or "").strip()) for name in ("src", *_LAZY)):
        return True
    if any(image.get(name) for name in (*_LAZY, *_LAZY_SETS)):
        return False  # what is small or hidden is the stand-in
    sizes = (str(image.get(side) or "").strip().removesuffix("px") for side in ("width", "height"))
    style = image.get("style") or ""
    return any(size in ("0", "1") for size in sizes) or bool(_TINY.search(style) or _HIDDEN.search(style))


def picture_url(image: Any, base_url: str | None = None) -> str | None:
    """Where an img element's picture really is: lazy attributes, then src, then srcset, then `source`s."""
    for candidate in _candidates(image):
        url = safe_url(candidate, base_url)
        if url and not url.lower().startswith("mailto:") and not _PLACEHOLDER.search(urlsplit(url).path):
            return url
    return None


def _candidates(image: Any) -> Iterator[str | None]:
    yield from (image.get(name) for name in _LAZY)
    yield from (best_of(image.get(name)) for name in _LAZY_SETS)
    yield image.get("src")
    yield best_of(image.get("srcset"))
    parent = image.getparent()
    while parent is not None and parent.tag in ("source", "picture"):
        for source in (parent, *parent.iterchildren("source")):
            yield best_of(source.get("srcset") or source.get("data-srcset"))
        parent = parent.getparent()


def best_of(srcset: str | None) -> str | None:
    """The widest picture of a srcset that is not wider than 1600 px (or 2x); else the first."""
    best: tuple[float, str] | None = None
    for part in re.split(r",\s+|,(?=https?:|/)", (srcset or "").strip()):
        url, _, descriptor = part.strip().rstrip(",").rpartition(" ")
        size = _DESCRIPTOR.fullmatch(descriptor)
        if not url or not size:
            url, width = (part.strip().rstrip(","), 1.0)
        else:
            width = float(size[1]) * (_BEST_WIDTH / 2 if size[2] == "x" else 1)
        rank = width if width <= _BEST_WIDTH else -width
        if url and (best is None or rank > best[0]):
            best = (rank, url.strip())
    return best[1] if best else None
