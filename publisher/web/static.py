"""What pages are made with: style sheets, scripts, the icon."""

from __future__ import annotations

from publisher.pages import is_vendored
from publisher.web.answers import CHECK, Answer, Asked
from publisher.web.door import Door, NothingHereError

_FOR_EVER = "public, max-age=31536000, immutable"
_ELSEWHERE = "follow.js"  # the one that other sites' pages load, with the form that they embed
_CSS = "text/css; charset=utf-8"


def asset(door: Door, asked: Asked) -> Answer:
    """A file of `templates/web/static/`. Pages ask for it by version, so that it may be kept for ever."""
    found = door.pages.assets.get(asked.given["name"])
    if found is None:
        raise NothingHereError
    vendored, named = is_vendored(found.name), asked.query == f"v={found.version}"
    headers = {"cache-control": _FOR_EVER if vendored or named else CHECK}
    if found.name == _ELSEWHERE:
        headers["cross-origin-resource-policy"] = "cross-origin"
    # Kept at its own address only: queries that anybody can think of would fill the memory.
    keep = named or (vendored and not asked.query)
    return Answer(found.body, found.mime, headers=headers, keep=keep)


def accents(door: Door, asked: Asked) -> Answer:  # noqa: ARG001
    """The generated style sheet with every publication's accent."""
    return Answer(door.pages.style(), _CSS, headers={"cache-control": CHECK})
