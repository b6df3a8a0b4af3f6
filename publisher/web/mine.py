"""What one follower follows, at an address for him alone: a page, and feeds for his reading program.

A link that we did not sign is refused before the database is asked anything. What he has already is not made
again: the key of a stream tells whether anything in it can differ. The page names none of his other links:
who reads the page may have got its address from a reading program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from publisher import library, tokens
from publisher.pages import Place, feed_addresses, mine_page, mine_view
from publisher.site import bundled
from publisher.web import codings
from publisher.web.answers import HTML, TEXT, Answer, Asked, moved, private
from publisher.web.conditions import CONDITIONS, evaluate, seconds
from publisher.web.door import Door, NothingHereError, looks
from publisher.web.kept import http_date

_PAGE, _FEED = "private, no-cache", "private, max-age=300"


@dataclass(frozen=True, slots=True)
class _Mine:
    """What a good link leads to. `home` is the page's address in the world."""

    stream: library.Stream
    home: str


def page(door: Door, asked: Asked) -> Answer:
    """Everything that the follower follows, what came since his last mail apart from what came before."""
    token = asked.given["token"]
    claims = door.site.links.claims(token, tokens.MINE, door.clock())
    if not asked.has_slash:
        return moved(f"./{token}/")
    mine = _open(door, token, claims, next(iter(asked.values("publication")), None))
    if mine is None:
        return _gone(door, asked)
    stream = mine.stream
    ends = door.catalogue.personal.last_mails(stream)
    own = [door.site.folder / "templates", bundled("templates")]
    modified = max([stream.modified, *ends.values()])
    return _answer(
        asked,
        (stream.key, mine.home, sorted(ends.items()), looks(own)),
        modified,
        {"cache-control": _PAGE},
        lambda: (_page(door, asked, mine, ends).encode(), HTML),
    )


def feed(door: Door, asked: Asked) -> Answer:
    """The same as a feed, with an entry for each new guide and each important change."""
    token = asked.given["token"]
    claims = door.site.links.claims(token, tokens.MINE, door.clock())
    suffix = unquote(asked.path).rpartition(".")[2]
    mine = _open(door, token, claims)
    if mine is None:
        return _gone(door, asked)
    said = door.pages.words(mine.stream.language or "")
    if mine.stream.follows:
        about = said.gettext(
            "New guides and important changes in what you follow. This feed is for you alone."
        )
    else:
        about = said.gettext("You follow nothing at the moment, so nothing comes here.")
    title = said.gettext("What you follow: %(site)s", site=door.site.settings.title)
    words = library.FeedWords(title, about, said.tag)
    kinds = {url.rpartition(".")[2]: url for url in feed_addresses(mine.home).values()}
    if suffix not in kinds:
        raise NothingHereError
    links = f'<{kinds[suffix]}>; rel="self", <{mine.home}>; rel="alternate"; type="text/html"'

    def make() -> tuple[bytes, str]:
        made = door.catalogue.personal.document(mine.stream, suffix, mine.home, words)
        if made is None:
            raise NothingHereError
        return made.body, f"{made.mime}; charset=utf-8"

    key = mine.stream.key, mine.home, suffix, words
    return _answer(asked, key, mine.stream.modified, {"cache-control": _FEED, "link": links}, make)


def _open(door: Door, token: str, claims: tuple[int, tokens.Claims], only: str | None = None) -> _Mine | None:
    """None for an address that was replaced, or of somebody who was forgotten."""
    follower, said = claims
    stream = door.catalogue.personal.stream(follower, said.generation, only)
    if stream is None:
        return None
    return _Mine(stream, f"{door.site.settings.base_url}/-/my/{token}/")


def _page(door: Door, asked: Asked, mine: _Mine, ends: dict[str, datetime]) -> str:
    stream = mine.stream
    news, earlier = _parted(stream, door.catalogue.personal.items(stream), ends)
    view = mine_view(
        news,
        earlier,
        [each.publication for each in stream.follows],
        door.pages.words(stream.language or ""),
        Place(door.site.settings.base_url, asked.root),
        home=mine.home,
        last=max(ends.values(), default=None),
        zone=stream.zone,
        only=stream.only,
    )
    return mine_page(door.pages, view, asked.root, stream.language)


def _parted(
    stream: library.Stream, items: Sequence[library.Item], ends: dict[str, datetime]
) -> tuple[list[library.Item], list[library.Item]]:
    """What came since the last mail about its publication (without one: since he follows), and the rest."""
    since = {each.publication.slug: each.since for each in stream.follows}

    def is_news(item: library.Item) -> bool:
        slug = item.publication.slug
        return item.told >= ends[slug] if slug in ends else item.at >= since[slug]

    return [each for each in items if is_news(each)], [each for each in items if not is_news(each)]


def _gone(door: Door, asked: Asked) -> Answer:
    """410: replaced by a new address, or nobody's any more. Which of the two is not told."""
    said = door.pages.words()
    title = said.gettext("This address is no longer in use")
    told = [
        said.gettext("It was replaced by a new one, or whoever it belonged to has left."),
        said.gettext("If it was yours, the preferences page shows the new one: every mail leads there."),
    ]
    return private(door.pages.notice(asked.root, title, told), 410)


def _answer(
    asked: Asked,
    key: object,
    modified: datetime,
    headers: dict[str, str],
    make: Callable[[], tuple[bytes, str]],
) -> Answer:
    """200, 304 or 412; the body is made only when it is sent. `key` is equal for equal bodies."""
    coding = _coding(asked.headers.get("accept-encoding"))
    tag = hashlib.blake2b(repr((key, coding)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    base = private("")
    told = {
        **base.headers,
        **headers,
        "etag": f'"{tag}"',
        "last-modified": http_date(modified),
        "vary": "accept-encoding",
    }
    fields = {
        name: asked.headers[name.decode()].encode("latin-1", "replace")
        for name in CONDITIONS
        if name.decode() in asked.headers
    }
    status = evaluate(fields, told["etag"].encode(), seconds(modified))
    if status == 304:
        return Answer(b"", TEXT, 304, told)
    if status == 412:
        return private("This is no longer what the request names.\n", 412)
    body, mime = make()
    if coding != codings.IDENTITY:
        told["content-encoding"] = coding
    return replace(base, body=codings.encoded(body, coding), mime=mime, headers=told)


def _coding(accept: str | None) -> str:
    """What the asker likes most of what we have; of equals, what is smallest."""
    weights = codings.weights(None if accept is None else accept.encode("latin-1", "replace"))
    best = max(weights)
    return codings.CODINGS[weights.index(best)] if best > 0 else codings.IDENTITY
