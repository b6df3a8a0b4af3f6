"""The account, behind a link that was mailed a moment ago: one's data, address, and being forgotten."""

from __future__ import annotations

import json

from publisher import follow, tokens
from publisher.pages import AccountView
from publisher.web import readers
from publisher.web.answers import NEVER, Answer, Asked, private
from publisher.web.door import Door
from publisher.words import Words

_HOW = "“forget me” on the account page"


def show(door: Door, asked: Asked) -> Answer:
    """What can be done here. Changes nothing; the link works until it expires."""
    account = _open(door, asked)
    return readers.nothing_left(door, asked) if account is None else _page(door, asked, account)


def data(door: Door, asked: Asked) -> Answer:
    """All that we know of him, as a JSON file that describes its own keys."""
    account = _open(door, asked)
    if account is None:
        return readers.nothing_left(door, asked)
    found = follow.data_of(door.site.store, account.person, door.site.keys, door.clock())
    headers = {
        "cache-control": NEVER,
        "content-disposition": 'attachment; filename="my-data.json"',
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }
    body = json.dumps(found, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    return Answer(body, "application/json", headers=headers)


def address(door: Door, asked: Asked) -> Answer:
    """Ask a new address whether it is his; nothing changes before it is answered there."""
    account = _open(door, asked)
    if account is None:
        return readers.nothing_left(door, asked)
    written = readers.first(readers.fields(asked), "email")
    rules = follow.Rules(door.site.settings.follow, door.site.keys)
    moving = follow.ask_address(door.site.store, account, written, rules, door.clock())
    return _page(door, asked, account, moving=moving)


def erase(door: Door, asked: Asked) -> Answer:
    """Forget him, if the box is ticked."""
    account = _open(door, asked)
    if account is None:
        return readers.nothing_left(door, asked, 200)
    if readers.first(readers.fields(asked), "sure") != "yes":
        return _page(door, asked, account, unsure=True)
    language = _language(door, account)
    follow.erase(door.site.store, account.person.id, door.site.keys, door.clock(), how=_HOW)
    return _forgotten(door, asked, language)


def _open(door: Door, asked: Asked) -> follow.Account | None:
    """Raises TokenError, for a link that is not ours before any database is asked."""
    number = door.site.links.number(asked.given["token"], tokens.ACCOUNT, door.clock())
    return follow.open_account(door.site.store, number)


def _language(door: Door, account: follow.Account) -> str:
    have = follow.preferences(door.site.store, account.person.id, door.clock())
    return readers.language_of(door, account.person, have.active if have else ())


def _page(
    door: Door,
    asked: Asked,
    account: follow.Account,
    *,
    moving: follow.Moving | None = None,
    unsure: bool = False,
) -> Answer:
    person = account.person
    have = follow.preferences(door.site.store, person.id, door.clock())
    language = readers.language_of(door, person, have.active if have else ())
    words = door.pages.words(language)
    asked_there = moving is not None and moving.state == "asked"
    view = AccountView(
        state="asked" if asked_there else "open",
        here=f"{asked.root}-/account/{asked.given['token']}",
        address=person.endpoint,
        follows=len(have.active) if have else 0,
        preferences=readers.local(door, asked, door.site.links.preferences(person.id)),
        written=moving.address[:320] if moving else "",
        problem="" if moving is None or asked_there else _problem(words, moving),
        unsure=unsure,
    )
    title = words.gettext("Your account on %(site)s", site=door.site.settings.title)
    text = door.pages.personal("account", asked.root, title, language=language, account=view)
    status = 429 if moving and moving.state == "often" else 422 if view.problem or unsure else 200
    return private(text, status)


def _problem(words: Words, moving: follow.Moving) -> str:
    if moving.state == "own":
        return words.gettext("This is your address already.")
    if moving.state == "role":
        return words.gettext("This address belongs to a role, not to a person. Please give one of your own.")
    if moving.state == "disposable":
        return words.gettext("This is a throw-away address. Please give one that you will keep.")
    if moving.state == "often":
        return words.gettext("You have asked for several addresses just now. Please try again in an hour.")
    return words.gettext(
        "“%(written)s” is no address that we can write to. Write it like ada@example.org.",
        written=moving.address[:80],
    )


def _forgotten(door: Door, asked: Asked, language: str) -> Answer:
    words = door.pages.words(language)
    view = AccountView("erased", "", "", 0, "")
    title = words.gettext("You are forgotten")
    return private(door.pages.personal("account", asked.root, title, language=language, account=view))
