"""Content codings (RFC 9110, 8.4 and 12.5.3): bodies compressed when they are made, never per request."""

from __future__ import annotations

import gzip
from functools import lru_cache

IDENTITY = "identity"
_GZIP_LEVEL = 6
_BROTLI_QUALITY = 5  # 11 takes eighty times as long, and saves a tenth of the bytes
_COMPRESSED = ("text/", "application/")  # that we write: pages, feeds, style sheets, lists
_ALIKE = {"x-gzip": "gzip"}
_LONGEST = 512  # bytes of a header that are worth remembering

Weights = tuple[float, float, float]  # of br, gzip and identity; 0: not acceptable
CODINGS = ("br", "gzip", IDENTITY)


def compressed(body: bytes, mime: str) -> dict[str, bytes]:
    """coding -> body, smallest first; for a type that does not shrink, only as it is."""
    if not (mime.startswith(_COMPRESSED) or mime == "image/svg+xml"):
        return {IDENTITY: body}
    made = {coding: encoded(body, coding) for coding in CODINGS}
    return dict(sorted(made.items(), key=lambda pair: len(pair[1])))


def encoded(body: bytes, coding: str) -> bytes:
    """A body in one of `CODINGS`; the same bytes each time."""
    if coding == "br":
        import brotli  # type: ignore[import-untyped]

        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    return gzip.compress(body, _GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def weights(accept: bytes | None) -> Weights:
    """What an Accept-Encoding header says of each coding.

    Without a header only `identity` is sent, as every program can read that. Where `identity` is not named,
    it is as good as the best that is, so that a body that does not shrink is sent as it is.
    """
    if accept is None:
        return (0.0, 0.0, 1.0)
    return _remembered(accept) if len(accept) <= _LONGEST else _weights(accept)


def _weights(accept: bytes) -> Weights:
    said: dict[str, float] = {}
    for item in accept.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = _weight(parameters)
        if name and weight is not None:
            said[_ALIKE.get(name, name)] = weight
    others = said.get("*", 0.0)
    br, zipped = said.get("br", others), said.get("gzip", others)
    plain = said.get(IDENTITY)
    if plain is None:
        plain = said["*"] if "*" in said else max(br, zipped) or 1.0
    return (br, zipped, plain)


_remembered = lru_cache(maxsize=1024)(_weights)


def _weight(parameters: list[str]) -> float | None:
    """The q of one item, 1 without; None when it cannot be read: then the item does not count."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return None
            return weight if 0 <= weight <= 1 else None
    return 1.0
