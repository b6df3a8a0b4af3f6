"""What the pages of one person share: what a form says, which language he reads, and the page for nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl

from publisher import mail, storage
from publisher.model import Publication
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door
from publisher.words import Words

FORM = "application/x-www-form-urlencoded"


def fields(asked: Asked) -> dict[str, list[str]]:
    """What a form of ours sent (urlencoded), each name with its values; nothing of any other body."""
    kind = asked.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        return {}
    said: dict[str, list[str]] = {}
    for name, value in parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True):
        said.setdefault(name, []).append(value)
    return said


def first(said: Mapping[str, list[str]], name: str) -> str:
    """The first value of a field, without spaces around it; "" where there is none."""
    return said.get(name, [""])[0].strip()


def language_of(door: Door, person: storage.Person | None, slugs: Collection[str] = ()) -> str:
    """What he chose; else what all that he follows speaks; else "" (the site's)."""
    if person is not None and person.language:
        return person.language
    spoken = {each.language for each in door.site.publications if each.slug in slugs}
    return spoken.pop() if len(spoken) == 1 else ""


def words_of(door: Door, language: str, publication: Publication | None = None) -> Words:
    return door.pages.words(language, publication)


def nothing_left(door: Door, asked: Asked, status: int = 410) -> Answer:
    """The page for a link about somebody of whom we know nothing (any more)."""
    words = words_of(door, "")
    said = words.gettext(
        "We know nothing of whoever this link was for: it was all forgotten. No mail will come."
    )
    title = words.gettext("Nothing is left here")
    text = door.pages.personal("notice", asked.root, title, paragraphs=[said], reference="")
    return private(text, status)


def contact(door: Door) -> str:
    """Whom to write to, when a person must look at it."""
    settings = door.site.settings
    return mail.split_address(settings.reply_to or settings.sender)[1]


def local(door: Door, asked: Asked, url: str) -> str:
    """An address of our own as the way to it from the page that was asked for."""
    return asked.root + url.removeprefix(f"{door.site.settings.base_url}/")


def masked(address: str) -> str:
    """An address as its owner knows it again and nobody else learns it: "a***@example.org"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if name else "***"
