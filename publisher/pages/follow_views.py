"""What templates see of following by mail, and how it is made from the model's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from markupsafe import Markup

from publisher.model import DigestSpec, Publication
from publisher.pages import making, view
from publisher.pages.needs import FeedInfo
from publisher.pages.place import Place
from publisher.pages.words import direction, language_of
from publisher.words import Words

# Where people live; the rest of the IANA names are for machines.
AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
Offered = Mapping[str, Mapping[str, DigestSpec]]  # slug -> name -> the digest that tells of it


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed so far. `chosen`: slug -> (cadence, topics)."""

    address: str = ""
    chosen: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    zone: str = ""
    hour: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What is to be mended in which field of the form, as a sentence."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class CadenceView:
    """A mail that can be chosen. `value` is what the form sends, `next` when the next one leaves, or ""."""

    value: str
    title: str
    next: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class TopicView:
    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PickView:
    """A publication in the form. `followers` tells how many follow it, or is ""."""

    slug: str
    title: str
    description: str
    url: str
    language: str
    dir: str
    chosen: bool
    cadences: tuple[CadenceView, ...]
    topics: tuple[TopicView, ...]
    followers: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The form to follow by mail. `at` says on which page it stands: a slug, or "-" for the site's.

    `zones` are the options of a list, `hours` (value, "08:00"); `open`: the part about the time is.
    """

    action: str
    at: str
    address: str
    picks: tuple[PickView, ...]
    zones: Markup
    zone: str
    hours: tuple[tuple[str, str], ...]
    hour: str
    language: str
    agreement: str
    problems: tuple[ProblemView, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class SentView:
    """After the form: whom a mail was sent to. `fields` are what the form to send it again holds."""

    address: str
    titles: str  # as one list in words
    works: str  # how long the link in it works: "3 days"
    action: str
    fields: tuple[tuple[str, str], ...]
    back: str
    inbox: str = ""


@dataclass(frozen=True, slots=True)
class FollowedView:
    """One publication behind a confirmation link. `topics` are joined into words, or ""."""

    title: str
    url: str
    cadence: str
    topics: str
    language: str
    dir: str


@dataclass(frozen=True, slots=True)
class ConfirmingView:
    """The page behind a link that confirms.

    `state`: "ask", "confirmed", "moved", "expired", "nothing", "left", "taken", "blocked", "outdated" or
    "gone". `what` is "follow" or "address". `form` is there to ask again.
    """

    state: str
    what: str
    action: str
    address: str
    old: str
    follows: tuple[FollowedView, ...]
    next: str
    preferences: str
    back: str
    contact: str
    form: FormView | None = None


def agreement(words: Words, site: str) -> str:
    """The sentence that stands at the button: what somebody agrees to by pressing it."""
    return words.gettext(
        "Send me these mails from %(site)s. I can stop them with one click, at any time.", site=site
    )


def cadence_words(words: Words, name: str, digest: DigestSpec | None = None) -> str:
    """How often a mail comes, in plain words; the owner's own where its name is none that we know."""
    known = {
        "daily": words.gettext("Every day"),
        "weekdays": words.gettext("Every working day"),
        "weekly": words.gettext("Every week"),
        "fortnightly": words.gettext("Every two weeks"),
        "monthly": words.gettext("Every month"),
        "quarterly": words.gettext("Every three months"),
        "yearly": words.gettext("Every year"),
    }
    own = digest.title if digest and digest.title else name.replace("-", " ").capitalize()
    return known.get(name, own)


def next_words(words: Words, digest: DigestSpec, now: datetime) -> str:
    """When the next mail of a digest is due, in its own zone; "" for never."""
    moment = digest.schedule.next(now)
    return words.moment(moment, digest.zone) if moment else ""


def follower_words(words: Words, publication: Publication, counts: Mapping[str, int]) -> str:
    """ "1,234 people follow this", if the owner shows it and there is somebody."""
    count = counts.get(publication.slug, 0) if publication.show_followers else 0
    if count < 1:
        return ""
    return words.ngettext("%(num)s person follows this.", "%(num)s people follow this.", count)


def pick_views(
    words: Words,
    place: Place,
    publications: Iterable[Publication],
    offered: Offered,
    counts: Mapping[str, int],
    typed: Typed,
    now: datetime,
) -> tuple[PickView, ...]:
    """Every publication that a mail tells of."""
    return tuple(
        _pick(words, place, each, offered[each.slug], counts, typed, now)
        for each in publications
        if offered.get(each.slug)
    )


def _pick(
    words: Words,
    place: Place,
    publication: Publication,
    digests: Mapping[str, DigestSpec],
    counts: Mapping[str, int],
    typed: Typed,
    now: datetime,
) -> PickView:
    slug = publication.slug
    chosen, topics = typed.chosen.get(slug, ("", frozenset()))
    first = chosen if chosen in digests else next(iter(digests))
    language = language_of(publication.language, "en")
    return PickView(
        slug=slug,
        title=publication.title,
        description=publication.description,
        url=place.to(f"{slug}/"),
        language=language,
        dir=direction(language),
        chosen=slug in typed.chosen,
        cadences=tuple(
            CadenceView(
                f"{slug}:{name}",
                cadence_words(words, name, digest),
                next_words(words, digest, now),
                name == first,
            )
            for name, digest in digests.items()
        ),
        topics=tuple(TopicView(f"{slug}:{topic}", topic, topic in topics) for topic in publication.topics),
        followers=follower_words(words, publication, counts),
    )


def form_view(
    words: Words,
    place: Place,
    site: str,
    picks: tuple[PickView, ...],
    typed: Typed,
    at: str,
    problems: tuple[ProblemView, ...] = (),
) -> FormView:
    """The form with what was typed into it."""
    return FormView(
        action=place.to("-/ask"),
        at=at,
        address=typed.address,
        picks=picks,
        zones=zone_options(),
        zone=typed.zone,
        hours=tuple((str(hour), f"{hour:02}:00") for hour in range(24)),
        hour=typed.hour,
        language=words.tag,
        agreement=agreement(words, site),
        problems=problems,
        open=any(each.field in ("zone", "hour") for each in problems),
    )


@cache
def zone_options() -> Markup:
    """Every zone that people live in, by area, as the options of a list; one text, because there are 500."""
    areas: dict[str, list[Markup]] = {area: [] for area in AREAS}
    option = Markup('<option value="{}">{}</option>\n')
    for name in sorted(available_timezones()):
        area, _, city = name.partition("/")
        if area in areas and city:
            shown = city.replace("_", " ").replace("/", ", ")
            areas[area].append(option.format(name, shown))
    group = Markup('<optgroup label="{}">\n{}</optgroup>\n')
    found = [group.format(area, Markup("").join(each)) for area, each in areas.items() if each]
    return Markup("").join([*found, option.format("UTC", "UTC")])


def feed_offers(
    words: Words,
    infos: Sequence[FeedInfo],
    title: str,
    kinds: Mapping[str, making.Kind],
    place: Place,
    what: Sequence[str],
) -> tuple[view.OfferView, ...]:
    """The feeds of these kinds, each with readers that take it with one tap."""
    offers = [making.offer_view(info, title, kinds, place) for info in infos if info.what in what]
    here = words.gettext("NetNewsWire and other apps here")
    return tuple(
        replace(each, readers=(*each.readers[:-1], replace(each.readers[-1], name=here)))
        for each in offers
        if each.readers
    )


def period_words(words: Words, period: timedelta) -> str:
    """ "3 days", "36 hours": how long something holds."""
    hours = max(1, round(period / timedelta(hours=1)))
    if hours % 24 == 0:
        return words.ngettext("%(num)s day", "%(num)s days", hours // 24)
    return words.ngettext("%(num)s hour", "%(num)s hours", hours)
