"""From a fault to a page: what it means for the reader, and never what it looked like inside."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from litestar.exceptions import HTTPException

from publisher.errors import PublisherError, StorageError, TemplateError, TokenError
from publisher.pages import Pages
from publisher.site import bundled
from publisher.web.answers import HTML, NEVER, Answer, Asked, private
from publisher.web.door import NothingHereError

if TYPE_CHECKING:
    from publisher.web.door import Door

T = TypeVar("T")
_log = logging.getLogger(__name__)
_LOST = (
    "<!doctype html><html lang=en><title>Something went wrong</title><h1>Something went wrong</h1><p>{}</p>"
)


def attempt(act: Callable[[Door, Asked], T], door: Door, asked: Asked) -> T | Answer:
    """What `act` answers, or the page for what it raises."""
    try:
        return act(door, asked)
    except Exception as error:  # noqa: BLE001  the door's last line: every fault becomes a page
        return explained(door, asked, error)


def explained(door: Door, asked: Asked, error: Exception) -> Answer:
    """The page for a failure."""
    status = getattr(error, "status_code", 500) if isinstance(error, HTTPException) else 500
    if isinstance(error, NothingHereError) or status == 404:
        return _safely(door, lambda pages: pages.not_found(asked.root), 404)
    if isinstance(error, TokenError):
        return _notice(door, asked, "This link does not work", [error.sentence()], 404)
    if status == 405:
        return not_possible(door, asked)
    if 400 <= status < 500:
        said = "What came was not complete, or larger than anything that belongs here. Please try again."
        return _notice(door, asked, "That could not be understood", [said], status)
    return _failed(door, asked, error)


def not_possible(door: Door, asked: Asked) -> Answer:
    """405, still without its Allow."""
    said = "This address can be looked at, but not used in the way that was tried."
    return _notice(door, asked, "That is not possible here", [said], 405)


def _failed(door: Door, asked: Asked, error: Exception) -> Answer:
    """Something is wrong on our side: the log says what, the page says how to find it there."""
    reference = secrets.token_hex(4)
    if isinstance(error, PublisherError):
        _log.error("A page could not be shown (reference %s): %s", reference, error.sentence())
    else:
        _log.error("A page could not be shown (reference %s)", reference, exc_info=error)
    if isinstance(error, StorageError):
        said = "The site cannot reach its database. Nothing was changed. Please try again in a minute."
        answer = _notice(door, asked, "Please try again", [said], 503, reference)
        return answer.with_headers(retry_after="60")
    said = "It is our mistake, not yours, and nothing was changed by it. Please try again later."
    return _notice(door, asked, "Something went wrong", [said], 500, reference)


def _notice(
    door: Door, asked: Asked, title: str, said: list[str], status: int, reference: str = ""
) -> Answer:
    return _safely(door, lambda pages: pages.notice(asked.root, title, said, reference), status, reference)


def _safely(door: Door, write: Callable[[Pages], str], status: int, reference: str = "") -> Answer:
    """A page in the site's own look; in the bundled one when the owner's templates are what is broken."""
    for pages in (door.pages, Pages(door.pages.site, [bundled("templates")])):
        try:
            return private(write(pages), status)
        except TemplateError as error:
            _log.error("A page for status %s could not be shown: %s", status, error.sentence())
    return Answer(_LOST.format(reference).encode(), HTML, status, {"cache-control": NEVER})
