"""An answer made ready to be sent many times: one variant per content coding, headers and all.

kept = prepare(answer)                     # once: compresses, hashes; in a worker thread
await send_kept(kept, scope, receive, send)     # per request: chooses, compares, hands over bytes
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from publisher.web import codings
from publisher.web.answers import TEXT, Answer
from publisher.web.conditions import CONDITIONS, evaluate, seconds
from publisher.web.headers import DEFAULTS
from publisher.web.memory import MIB, OnDisk, spool
from publisher.web.ranges import wanted_part
from publisher.web.sending import Headers, send_body, send_file, send_plain

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive, Send

LARGEST = 4 * MIB  # an answer whose variants are larger together waits on disk
_ASKED = frozenset({b"accept-encoding", b"range", b"if-range", *CONDITIONS})
_WITH_BODY = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
FIELDS = _ASKED | _WITH_BODY  # all that `quick_answer` looks at
# RFC 9110, 15.4.5: what a 304 repeats. Its other headers are those that the asker has kept.
_IN_BRIEF = (b"etag", b"cache-control", b"vary")


@dataclass(frozen=True, slots=True)
class Variant:
    """One representation: its strong tag, its bytes, and the headers of its 200 and of its 304.

    The headers are there a second time as they go over the wire, all but Date.
    """

    coding: str
    etag: bytes
    body: bytes | OnDisk
    full: Headers
    brief: Headers
    full_wire: bytes
    brief_wire: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """All variants of an answer, the smallest first."""

    variants: tuple[Variant, ...]
    modified: int | None  # seconds since 1970
    in_parts: bool = False  # whether Range is obeyed

    @property
    def in_memory(self) -> int:
        return 2_000 + sum(len(each.body) for each in self.variants if isinstance(each.body, bytes))

    @property
    def on_disk(self) -> int:
        return sum(each.body.size for each in self.variants if isinstance(each.body, OnDisk))

    def choose(self, accept: bytes | None) -> Variant | None:
        """The variant that is wanted most; of several, the smallest. None when none is acceptable."""
        br, zipped, plain = codings.weights(accept)
        best, chosen = 0.0, None
        for variant in self.variants:
            weight = br if variant.coding == "br" else zipped if variant.coding == "gzip" else plain
            if weight > best:
                best, chosen = weight, variant
        return chosen


def prepare(answer: Answer, largest: int = LARGEST) -> Kept:
    """Compress and hash the body of a 200. Raises OSError when a large one finds no room on disk."""
    bodies = codings.compressed(answer.body, answer.mime)
    large = sum(map(len, bodies.values())) > largest
    variants = []
    for coding, body in bodies.items():
        headers = {**answer.headers, "vary": "accept-encoding"}
        if coding != codings.IDENTITY:
            headers["content-encoding"] = coding
        tag = hashlib.sha256(body).hexdigest()[:32]
        held = spool(body) if large else body
        variants.append(_variant(coding, held, answer.mime, headers, tag, answer.modified))
    return Kept(tuple(variants), None if answer.modified is None else seconds(answer.modified))


def prepare_disk(body: OnDisk, mime: str, headers: Mapping[str, str], tag: str, modified: datetime) -> Kept:
    """A file that is sent as it is, and in parts. `tag` stands for its bytes."""
    headers = {**headers, "accept-ranges": "bytes"}
    return Kept(
        (_variant(codings.IDENTITY, body, mime, headers, tag, modified),), seconds(modified), in_parts=True
    )


def _variant(
    coding: str,
    body: bytes | OnDisk,
    mime: str,
    headers: Mapping[str, str],
    tag: str,
    modified: datetime | None,
) -> Variant:
    size = body.size if isinstance(body, OnDisk) else len(body)
    named = {**DEFAULTS, "content-type": mime, "content-length": str(size), "etag": f'"{tag}"', **headers}
    if modified is not None:
        named["last-modified"] = http_date(modified)
    full = [(name.encode("ascii"), value.encode("latin-1")) for name, value in named.items()]
    brief = [pair for pair in full if pair[0] in _IN_BRIEF]
    wires = _wire(b"200 OK", full), _wire(b"304 Not Modified", brief)
    return Variant(coding, named["etag"].encode(), body, full, brief, *wires)


def _wire(status: bytes, headers: Headers) -> bytes:
    return b"HTTP/1.1 %b\r\n%b" % (status, b"".join(b"%b: %b\r\n" % pair for pair in headers))


def http_date(moment: datetime) -> str:
    """A moment as RFC 9110, 5.6.7 wants it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def quick_answer(kept: Kept, method: bytes, headers: Headers) -> tuple[bytes, bytes] | None:
    """Head (still without Date) and body for a GET or HEAD in HTTP/1.1; None for what takes longer.

    It says what `send_kept` would say: a test compares them.
    """
    asked: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _ASKED:
            asked[name] = asked[name] + b", " + value if name in asked else value
        elif name in _WITH_BODY:
            return None
    variant = kept.choose(asked.pop(b"accept-encoding", None))
    if variant is None or not isinstance(variant.body, bytes):
        return None
    status = evaluate(asked, variant.etag, kept.modified) if asked else 200
    if status == 304:
        return variant.brief_wire, b""
    return (variant.full_wire, b"" if method == b"HEAD" else variant.body) if status == 200 else None


async def send_kept(kept: Kept, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer a GET or HEAD: 200, 304, 412, or 406 when no coding suits; a file also 206 and 416."""
    asked: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _ASKED:
            asked[name] = asked[name] + b", " + value if name in asked else value
    variant = kept.choose(asked.pop(b"accept-encoding", None))
    if variant is None:
        await send_plain(_UNACCEPTABLE, scope, send)
        return
    status = evaluate(asked, variant.etag, kept.modified) if asked else 200
    if status == 304:
        await send({"type": "http.response.start", "status": 304, "headers": variant.brief})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif status == 412:
        await send_plain(_CHANGED, scope, send)
    elif kept.in_parts and b"range" in asked and isinstance(variant.body, OnDisk):
        await _send_part(variant, variant.body, asked, scope, receive, send)
    else:
        await send({"type": "http.response.start", "status": 200, "headers": variant.full})
        await send_body(b"" if scope["method"] == "HEAD" else variant.body, receive, send)


async def _send_part(
    variant: Variant,
    file: OnDisk,
    asked: Mapping[bytes, bytes],
    scope: HTTPScope,
    receive: Receive,
    send: Send,
) -> None:
    """Range is for GET alone (RFC 9110, 14.2)."""
    named = dict(variant.full)
    part = wanted_part(asked, file.size, variant.etag, named[b"last-modified"])
    if part is None or scope["method"] == "HEAD":
        await send({"type": "http.response.start", "status": 200, "headers": variant.full})
        await send_body(b"" if scope["method"] == "HEAD" else file, receive, send)
        return
    first, length = part
    named[b"content-length"] = b"%d" % length
    named[b"content-range"] = b"bytes */%d" % file.size
    if length:
        named[b"content-range"] = b"bytes %d-%d/%d" % (first, first + length - 1, file.size)
    status = 206 if length else 416
    await send({"type": "http.response.start", "status": status, "headers": list(named.items())})
    await send_file(file, first, length, receive, send)


_UNACCEPTABLE = Answer(
    b"This is sent as it is, or compressed with gzip or br. The request accepts none of them.\n",
    TEXT,
    406,
    {"cache-control": "no-store", "vary": "accept-encoding"},
)
_CHANGED = Answer(
    b"This is no longer what the request names in If-Match or If-Unmodified-Since.\n",
    TEXT,
    412,
    {"cache-control": "no-store", "vary": "accept-encoding"},
)
