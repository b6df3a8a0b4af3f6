"""What pages are made with: style sheets, scripts, the icon."""

from __future__ import annotations

from publisher.pages import is_vendored
from publisher.web.answers import CHECK, Answer, Asked, conditional
from publisher.web.door import Door, NothingHereError

_FOR_EVER = "public, max-age=31536000, immutable"
_CSS = "text/css; charset=utf-8"


def asset(door: Door, asked: Asked) -> Answer:
    """A file of `templates/web/static/`. Pages ask for it by version, so that it may be kept for ever."""
    found = door.pages.assets.get(asked.given["name"])
    if found is None:
        raise NothingHereError
    named = asked.values("v") == [found.version] or is_vendored(found.name)
    return conditional(
        asked, Answer(found.body, found.mime, headers={"cache-control": _FOR_EVER if named else CHECK})
    )


def accents(door: Door, asked: Asked) -> Answer:
    """The generated style sheet with every publication's accent."""
    return conditional(asked, Answer(door.pages.style(), _CSS, headers={"cache-control": CHECK}))
