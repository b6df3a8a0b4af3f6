"""Following by mail: the pages with the form, and what comes of sending it.

The form needs no script, sets no cookie, and may stand on any page anywhere: it acts for nobody. Whoever
sends it only causes a mail that asks; that mail's link does the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher import follow, storage
from publisher.errors import FollowerError
from publisher.model import Publication
from publisher.pages import FollowPages, Offering, ProblemView, Typed, agreement
from publisher.web import inbox
from publisher.web.answers import NEVER, Answer, Asked, page, private
from publisher.web.client import client_address, page_address
from publisher.web.door import Door
from publisher.web.headers import policy
from publisher.web.readers import fields, first
from publisher.words import Words

WITH_SCRIPT = policy(script_src="'self'", connect_src="'self'")
_AGAIN = 300  # seconds after which one network may ask once more
_LONGEST = 320  # characters of an address that are shown again
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form, read. `at` is the page of ours that it stood on (a slug, or "-"), "" for a page elsewhere."""

    asking: follow.Asking
    typed: Typed
    publication: Publication | None  # the one that it is about, if there is only one
    language: str  # in which we answer
    at: str
    robot: bool  # it filled in the field that nobody sees


def site_page(door: Door, asked: Asked) -> Answer:
    """How to follow the site: by mail any of its publications, and by feed."""
    return _page(door, asked, None)


def publication_page(door: Door, asked: Asked) -> Answer:
    """How to follow a publication: by mail, and by feed."""
    return _page(door, asked, door.publication(asked.given["publication"]))


def ask(door: Door, asked: Asked) -> Answer:
    """The form was sent, from here or from a page elsewhere: a mail asks whether it was its owner."""
    sent = _read(door, asked)
    rules, has = rules_of(door), offering(door)
    publications = door.site.publications
    cadences = {slug: tuple(digests) for slug, digests in has.offered.items()}
    try:
        if sent.robot:
            follow.check_asking(sent.asking, publications, cadences, rules)
        elif not follow.ask(door.site.store, sent.asking, publications, cadences, rules, has.now):
            return _too_many(door, asked, sent)
    except FollowerError as error:
        return _to_mend(door, asked, sent, error)
    return _look_in_inbox(door, asked, sent)


def offering(door: Door) -> Offering:
    """What can be followed by mail, and how many do."""
    publications, digests = door.site.publications, door.site.digests
    with door.site.store.read() as db:
        counts = storage.active_followers(db)
    offered = {each.slug: follow.digests_of(each, digests) for each in publications}
    return Offering(publications, offered, counts, door.clock())


def rules_of(door: Door) -> follow.Rules:
    return follow.Rules(door.site.settings.follow, door.site.keys)


def _page(door: Door, asked: Asked, publication: Publication | None) -> Answer:
    infos = door.catalogue.feeds(publication) if publication else door.catalogue.site_feeds()
    text = FollowPages(door.pages, offering(door)).form(asked.root, publication, infos)
    answer = page(text).with_headers(content_security_policy=WITH_SCRIPT)
    # It tells how many follow and when the next mail leaves: both change without anything being published.
    return Answer(answer.body, answer.mime, headers=answer.headers, keep=False)


def _read(door: Door, asked: Asked) -> _Sent:
    """The form in whatever state it came. What is wrong with it is found by `follow.ask`."""
    said = fields(asked)
    slugs = list(dict.fromkeys(said.get("publication", ())))[:200]
    known = {each.slug: each for each in door.site.publications}
    at = first(said, "at")
    only = known.get(at) or (known.get(slugs[0]) if len(slugs) == 1 and at != "-" else None)
    language, choice = _language(door, first(said, "language"), only)
    chosen_of = _by_publication(said)
    wanted = tuple(_wanted(door, known.get(slug), slug, chosen_of) for slug in slugs)
    hour, zone = first(said, "hour"), first(said, "zone")
    site = door.site.settings
    asking = follow.Asking(
        address=first(said, "email"),
        wanted=wanted,
        zone=zone or None,
        hour=(int(hour) if hour.isascii() and hour.isdecimal() and len(hour) < 3 else -1) if hour else None,
        language=choice or None,
        page=_page_of(door, asked, at, only),
        words=agreement(door.pages.words(language, only), site.title),
        ip=client_address(asked.client, asked.headers.get("x-forwarded-for", ""), site.trusted_proxies),
    )
    chosen = {each.publication: (each.cadence, frozenset(each.topics)) for each in wanted}
    typed = Typed(asking.address[:_LONGEST], chosen, zone[:64], hour[:2])
    return _Sent(asking, typed, only, language, at, bool(first(said, "website")))


def _page_of(door: Door, asked: Asked, at: str, only: Publication | None) -> str:
    """Where the form stood. That it stood on a page of ours is believed unless the browser says otherwise."""
    came = page_address(asked.headers.get("referer", ""))
    origin = page_address(asked.headers.get("origin", ""))
    ours = {
        page_address(door.site.settings.base_url),
        page_address(f"http://{asked.headers.get('host', '')}"),
    }
    hosts = {urlsplit(each).netloc for each in ours}
    elsewhere = next((each for each in (came, origin) if each and urlsplit(each).netloc not in hosts), "")
    return elsewhere or (f"/-/follow/{only.slug if only else ''}" if at else came)


def _by_publication(said: Mapping[str, list[str]]) -> dict[tuple[str, str], list[str]]:
    """("cadence", "knees") -> ["weekly"], of values like "knees:weekly"; "" for those without a publication.

    In one go: a body may hold thousands of values, and hundreds of publications.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name in ("cadence", "topic", "topics"):
        for value in said.get(name, ()):
            slug, colon, rest = value.partition(":")
            key = (name.removesuffix("s"), slug if colon else "")
            found.setdefault(key, []).append(rest if colon else value)
    return found


def _wanted(
    door: Door, publication: Publication | None, slug: str, chosen: Mapping[tuple[str, str], list[str]]
) -> follow.Wanted:
    """A cadence is told for one publication ("knees:weekly"), for all ("weekly"), or left to us."""
    own = chosen.get(("cadence", slug), [])
    general = [value for value in chosen.get(("cadence", ""), ()) if value]
    offered = door.site.cadences(publication) if publication else []
    cadence = next(iter((*own, *general, *offered)), "")
    return follow.Wanted(slug, cadence, tuple(dict.fromkeys(chosen.get(("topic", slug), ()))))


def _language(door: Door, said: str, publication: Publication | None) -> tuple[str, str]:
    """In which language we answer, and which one is a choice: another one than we would speak anyway."""
    usual = door.pages.words("", publication).tag
    if not said or said == usual:
        return "", ""
    spoken = door.site.catalogues.nearest([said[:40]])
    return (spoken, spoken) if spoken and spoken != usual else ("", "")


def _look_in_inbox(door: Door, asked: Asked, sent: _Sent) -> Answer:
    slugs = [each.publication for each in sent.asking.wanted]
    address, period = sent.typed.address, door.site.settings.follow.expires
    if _JSON in asked.headers.get("accept", ""):
        words = _words(door, sent)
        said = words.gettext(
            "Look in your inbox: a mail to %(address)s asks you to confirm.", address=address
        )
        return _told(200, said)
    pages = FollowPages(door.pages, offering(door), sent.language)
    again = [(name, value) for name, values in fields(asked).items() for value in values if name in _FIELDS]
    text = pages.asked(
        *(asked.root, sent.publication, address, slugs, again, period),
        inbox=inbox.is_open(door, asked),
    )
    return private(text)


_FIELDS = ("email", "publication", "cadence", "topics", "zone", "hour", "language", "at")


def _to_mend(door: Door, asked: Asked, sent: _Sent, error: FollowerError) -> Answer:
    """The form with what was typed, and what is to be mended."""
    words = _words(door, sent)
    problem = _problem(words, error, sent)
    if _JSON in asked.headers.get("accept", ""):
        return _told(422, problem.text)
    pages = FollowPages(door.pages, offering(door), sent.language)
    own = sent.publication
    infos = door.catalogue.feeds(own) if own else door.catalogue.site_feeds()
    text = pages.form(asked.root, own, infos, sent.typed, (problem,))
    return private(text, 422).with_headers(content_security_policy=WITH_SCRIPT)


def _problem(words: Words, error: FollowerError, sent: _Sent) -> ProblemView:
    """What is wrong, in the reader's language."""
    field = error.where or "email"
    sentences = {
        "publication": words.gettext("Choose what you want to follow."),
        "cadence": words.gettext("Choose how often: this mail does not exist any more."),
        "topics": words.gettext("Choose topics from the list: one of them does not exist any more."),
        "zone": words.gettext("Choose a time zone from the list."),
        "hour": words.gettext("Choose an hour from the list."),
    }
    if field in sentences:
        return ProblemView(field, sentences[field])
    if not sent.asking.address:
        return ProblemView("email", words.gettext("Write your e-mail address, like ada@example.org."))
    if error.advice and error.what.startswith("this address"):
        kept = words.gettext("Mails cannot go to an address of this kind. Use one that is your own to keep.")
        return ProblemView("email", kept)
    mistyped = words.gettext(
        "Look at the address again: no mail can go to it. Write it like ada@example.org."
    )
    return ProblemView("email", mistyped)


def _too_many(door: Door, asked: Asked, sent: _Sent) -> Answer:
    words = _words(door, sent)
    title = words.gettext("Just now too many ask at once")
    said = words.gettext("Nothing is lost: please send the form again in five minutes.")
    if _JSON in asked.headers.get("accept", ""):
        answer = _told(429, f"{title}. {said}")
    else:
        text = door.pages.personal(
            *("notice", asked.root, title),
            language=sent.language,
            publication=sent.publication,
            paragraphs=[said],
            reference="",
        )
        answer = private(text, 429)
    return answer.with_headers(retry_after=str(_AGAIN))


def _told(status: int, text: str) -> Answer:
    """For the script on a page elsewhere. Nothing secret is in it, and no cookie comes with what it sends."""
    body = json.dumps({"ok": status == 200, "text": text}, ensure_ascii=False)
    headers = {"cache-control": NEVER, "access-control-allow-origin": "*"}
    return Answer(body.encode("utf-8", "replace"), _JSON, status, headers)


def _words(door: Door, sent: _Sent) -> Words:
    return door.pages.words(sent.language, sent.publication)
