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
from publisher.words import noted

if TYPE_CHECKING:
    from publisher.web.door import Door
    from publisher.words import Words

T = TypeVar("T")
Told = Callable[["Words"], tuple[str, str]]  # a page's title, and what it says
# What is wrong with links that are refused, as it is raised: so that catalogues have it.
LINKS = (
    noted(
        "This link is not complete, or not one of ours. Please open it again from the mail, or copy all of"
        " it."
    ),
    noted("This link is not one of ours. Please open it again from the mail."),
    noted("This link has expired. Please ask for a new one."),
    noted("This link was mailed to another address. Please ask for a new one."),
)
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
        return _notice(door, asked, lambda say: _bad_link(say, error), 404)
    if status == 405:
        return not_possible(door, asked)
    if 400 <= status < 500:
        return _notice(door, asked, _unclear, status)
    return _failed(door, asked, error)


def not_possible(door: Door, asked: Asked) -> Answer:
    """405, still without its Allow."""
    return _notice(door, asked, _wrong_way, 405)


def _failed(door: Door, asked: Asked, error: Exception) -> Answer:
    """Something is wrong on our side: the log says what, the page says how to find it there."""
    reference = secrets.token_hex(4)
    if isinstance(error, PublisherError):
        _log.error("A page could not be shown (reference %s): %s", reference, error.sentence())
    else:
        _log.error("A page could not be shown (reference %s)", reference, exc_info=error)
    if isinstance(error, StorageError):
        return _notice(door, asked, _no_database, 503, reference).with_headers(retry_after="60")
    return _notice(door, asked, _mistake, 500, reference)


def _notice(door: Door, asked: Asked, told: Told, status: int, reference: str = "") -> Answer:
    def write(pages: Pages) -> str:
        title, said = told(pages.words())
        return pages.notice(asked.root, title, [said], reference)

    return _safely(door, write, status, reference)


def _bad_link(say: Words, error: TokenError) -> tuple[str, str]:
    return say.gettext("This link does not work"), say.gettext(error.sentence())


def _unclear(say: Words) -> tuple[str, str]:
    return say.gettext("That could not be understood"), say.gettext(
        "What came was not complete, or larger than anything that belongs here. Please try again."
    )


def _wrong_way(say: Words) -> tuple[str, str]:
    return say.gettext("That is not possible here"), say.gettext(
        "This address can be looked at, but not used in the way that was tried."
    )


def _no_database(say: Words) -> tuple[str, str]:
    return say.gettext("Please try again"), say.gettext(
        "The site cannot reach its database. Nothing was changed. Please try again in a minute."
    )


def _mistake(say: Words) -> tuple[str, str]:
    return say.gettext("Something went wrong"), say.gettext(
        "It is our mistake, not yours, and nothing was changed by it. Please try again later."
    )


def _safely(door: Door, write: Callable[[Pages], str], status: int, reference: str = "") -> Answer:
    """A page in the site's own look; in the bundled one when the owner's templates are what is broken."""
    for pages in (door.pages, Pages(door.pages.site, [bundled("templates")])):
        try:
            return private(write(pages), status)
        except TemplateError as error:
            _log.error("A page for status %s could not be shown: %s", status, error.sentence())
    return Answer(_LOST.format(reference).encode(), HTML, status, {"cache-control": NEVER})
