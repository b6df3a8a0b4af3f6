"""The form of the preferences: what there is to choose from, and what is chosen, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from publisher import follow
from publisher.model import Publication
from publisher.pages import ChoiceView, OptionView, PauseView, cadence_words
from publisher.storage import FollowRow
from publisher.web.door import Door
from publisher.words import Words

_OPENED = 3  # so many publications are shown with all their fields at once
_PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian")
_REGIONS = (*_PLACES, "Pacific")
_Region = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Form:
    """What the form is made for: the follower as he is, and what he has just typed, if that was refused."""

    door: Door
    words: Words
    have: follow.Preferences
    now: datetime
    typed: follow.Desired | None = None
    slips: tuple[follow.Slip, ...] = ()


def offer_of(door: Door) -> follow.Offer:
    """What this site has to choose from."""
    site = door.site
    return follow.Offer(
        publications=site.publications,
        cadences={each.slug: site.cadences(each) for each in site.publications},
        languages=door.site.catalogues.languages,
        zone=home_zone(door),
    )


def home_zone(door: Door) -> str:
    """Where those live who never said where: where the site's first digest is at home."""
    return next((each.zone for each in door.site.digests if each.zone), "UTC")


def choices(form: Form) -> tuple[tuple[ChoiceView, ...], tuple[ChoiceView, ...]]:
    """(what he follows, what he could follow)."""
    active = form.have.active
    known = {each.slug: each for each in form.door.site.publications}
    away = [Publication(slug=slug, folder="", title=slug) for slug in sorted(set(active) - set(known))]
    every = [*known.values(), *away]
    followed = [each for each in every if each.slug in active]
    others = [each for each in every if each.slug not in active and form.door.site.cadences(each)]
    wide = len(followed) <= _OPENED
    return (
        tuple(_choice(form, each, active[each.slug], open_=wide) for each in followed),
        tuple(_choice(form, each, None, open_=len(every) == 1) for each in others),
    )


def _choice(form: Form, publication: Publication, row: FollowRow | None, *, open_: bool) -> ChoiceView:
    slug, typed = publication.slug, _typed(form, publication.slug)
    cadence = typed.cadence if typed else row.cadence if row else ""
    topics = typed.topics if typed else row.topics if row else ()
    problem = " ".join(
        said for slip in form.slips if slip.publication == slug and (said := sentence(form, slip))
    )
    there = any(each.slug == slug for each in form.door.site.publications)
    return ChoiceView(
        slug=slug,
        title=publication.title,
        language=publication.language,
        summary=_summary(form, publication, row),
        open=open_ or bool(problem),
        shown=follow.stamp_of(row),
        cadences=tuple(_cadences(form, publication, row, cadence, there=there)),
        topics=_topics(publication, row),
        chosen=tuple(topics),
        explained=tuple(_explained(form, publication, row, there=there)),
        problem=problem,
    )


def _typed(form: Form, slug: str) -> follow.Chosen | None:
    return (
        next((each for each in form.typed.follows if each.publication == slug), None) if form.typed else None
    )


def _summary(form: Form, publication: Publication, row: FollowRow | None) -> str:
    words = form.words
    if row is None:
        return words.gettext("not followed")
    often = called(form, publication, row.cadence)
    if not row.topics:
        return words.gettext("%(cadence)s, all topics", cadence=often) if publication.topics else often
    topics = words.ngettext("%(num)s topic", "%(num)s topics", len(row.topics))
    return words.gettext("%(cadence)s, %(topics)s", cadence=often, topics=topics)


def called(form: Form, publication: Publication | None, cadence: str) -> str:
    """How often that is, in the reader's words; "" for a cadence that is none."""
    digests = follow.digests_of(publication, form.door.site.digests) if publication else {}
    return cadence_words(form.words, cadence, digests.get(cadence)) if cadence else ""


def _cadences(
    form: Form, publication: Publication, row: FollowRow | None, chosen: str, *, there: bool
) -> list[OptionView]:
    names = form.door.site.cadences(publication) if there else []
    digests = follow.digests_of(publication, form.door.site.digests)
    options = []
    for name in names:
        following = digests[name].schedule.next(form.now)
        local = following.astimezone(ZoneInfo(digests[name].zone)) if following else None
        note = form.words.gettext("next: %(day)s", day=form.words.weekday(local)) if local else ""
        options.append(OptionView(name, called(form, publication, name), name == chosen, note))
    if row is not None and row.cadence not in names:
        note = form.words.gettext("no longer sent")
        label = called(form, publication, row.cadence)
        options.append(OptionView(row.cadence, label, row.cadence == chosen, note))
    stop = form.words.gettext("Do not follow it") if row is None else form.words.gettext("Stop")
    return [*options, OptionView("", stop, not chosen)]


def _topics(publication: Publication, row: FollowRow | None) -> tuple[str, ...]:
    """Those on offer, and those that he has and that are no longer."""
    own = (each for each in (row.topics if row else ()) if each not in publication.topics)
    return (*publication.topics, *own)


def _explained(form: Form, publication: Publication, row: FollowRow | None, *, there: bool) -> list[str]:
    """What the owner took away meanwhile of what this follower has chosen."""
    words, said = form.words, []
    if row is None:
        return []
    if not there:
        return [words.gettext("This publication is away at the moment. You can keep it, or stop.")]
    if row.cadence not in form.door.site.cadences(publication):
        said.append(
            words.gettext(
                "The mail “%(name)s” is no longer sent, so nothing comes to you at present. "
                "Please choose another, or stop.",
                name=row.cadence,
            )
        )
    gone = [each for each in row.topics if each not in publication.topics] if publication.topics else []
    if gone:
        told = words.listed([f"“{each}”" for each in gone])
        said.append(
            words.ngettext(
                "%(topics)s is no longer among its topics. You can keep it, for guides about it.",
                "%(topics)s are no longer among its topics. You can keep them, for guides about them.",
                len(gone),
                topics=told,
            )
        )
    return said


def sentence(form: Form, slip: follow.Slip) -> str:
    """What a reader is told of what he cannot have."""
    words, value = form.words, slip.value[:80]
    titles = {each.slug: each.title for each in form.door.site.publications}
    title = titles.get(slip.publication, slip.publication[:80])
    if slip.field == "cadence":
        return words.gettext(
            "%(title)s does not come “%(value)s”. Please choose from the list.", title=title, value=value
        )
    if slip.field == "topic":
        return words.gettext(
            "%(title)s has no topic “%(value)s”. Please choose from the list.", title=title, value=value
        )
    if slip.field == "zone":
        return words.gettext("There is no time zone “%(value)s”. Please choose from the list.", value=value)
    if slip.field == "hour":
        return words.gettext("“%(value)s” is no hour of the day. Please choose from the list.", value=value)
    if slip.field == "language":
        return words.gettext("We do not speak “%(value)s”. Please choose from the list.", value=value)
    if slip.field == "pause":
        zone = follow.zone_of(form.have.person, home_zone(form.door))
        first, last = (words.day(datetime.combine(day, time())) for day in follow.days(form.now, zone))
        return words.gettext("A pause ends on a day from %(first)s to %(last)s.", first=first, last=last)
    if slip.field == "barred":
        return words.gettext("Mail to your address has been stopped, so nothing new can be followed with it.")
    return words.gettext("A publication that you chose is not here any more. Please look again.")


def change_words(form: Form, change: follow.Change) -> str:
    """What was saved, as a sentence."""
    words, now = form.words, change.now
    own = next((each for each in form.door.site.publications if each.slug == change.publication), None)
    title = own.title if own else change.publication
    if change.what in ("added", "returned"):
        often = called(form, own, now)
        return words.gettext("You follow %(title)s: %(cadence)s.", title=title, cadence=often)
    if change.what == "left":
        return words.gettext("You no longer follow %(title)s.", title=title)
    if change.what == "cadence":
        often = called(form, own, now)
        return words.gettext("%(title)s, from now on: %(cadence)s.", title=title, cadence=often)
    if change.what == "topics":
        if not now:
            return words.gettext("%(title)s: all topics.", title=title)
        return words.gettext("%(title)s: only %(topics)s.", title=title, topics=words.listed(now.split(", ")))
    return _profile_words(form, change.what, now)


def _profile_words(form: Form, what: str, now: str) -> str:
    words = form.words
    if what == "zone":
        return words.gettext("Your time zone: %(zone)s.", zone=now) if now else words.gettext("No time zone.")
    if what == "hour":
        return words.gettext("Your hour: %(hour)s.", hour=_clock(now)) if now else words.gettext("Any hour.")
    if what == "language":
        if now:
            return words.gettext("Your language: %(language)s.", language=language_name(now))
        return words.gettext("Every mail comes in its own language.")
    if what == "paused":
        return words.gettext("No mail before %(day)s.", day=pause_words(form))
    if what == "resumed":
        return words.gettext("The pause is over. Mails come as they are due.")
    return words.gettext("Your private feeds have new addresses. The old ones do not work any more.")


def pause_words(form: Form) -> str:
    """The day on which the pause ends, "" without one."""
    until = form.have.paused_until
    if until is None:
        return ""
    zone = follow.zone_of(form.have.person, home_zone(form.door))
    return form.words.weekday(until.astimezone(ZoneInfo(zone)))


def pause_view(form: Form, written: str = "") -> PauseView:
    zone = follow.zone_of(form.have.person, home_zone(form.door))
    first, last = follow.days(form.now, zone)
    until = form.have.paused_until
    known = until.astimezone(ZoneInfo(zone)).date().isoformat() if until else ""
    said = [sentence(form, slip) for slip in form.slips if slip.field == "pause"]
    return PauseView(
        until=pause_words(form),
        written=written[:40] if said else known,
        first=first.isoformat(),
        last=last.isoformat(),
        problem=" ".join(said),
    )


def profile(form: Form) -> Mapping[str, str]:
    """zone, hour and language as the fields hold them."""
    person = form.have.person
    return {
        "zone": person.zone or "",
        "hour": "" if person.hour is None else str(person.hour),
        "language": person.language or "",
    }


def _said(form: Form, name: str) -> str:
    typed = form.typed.profile.get(name) if form.typed else None
    return profile(form)[name] if typed is None else typed


def hours(form: Form) -> tuple[OptionView, ...]:
    chosen = _said(form, "hour")
    every = [OptionView("", form.words.gettext("Any hour"), not chosen)]
    return (*every, *(OptionView(str(at), _clock(str(at)), chosen == str(at)) for at in range(24)))


def languages(form: Form) -> tuple[OptionView, ...]:
    chosen = _said(form, "language")
    own = OptionView("", form.words.gettext("As each publication"), not chosen)
    tags = list(form.door.site.catalogues.languages)
    tags += [chosen] if chosen and chosen == form.have.person.language and chosen not in tags else []
    return (own, *(OptionView(tag, language_name(tag), tag == chosen) for tag in tags))


def zones(form: Form) -> tuple[_Region, ...]:
    """The part of the world ("" for none) and its zones, each with its name."""
    chosen = chosen_zone(form)
    strange = chosen and chosen == form.have.person.zone and not _is_listed(chosen)
    loose = [("", form.words.gettext("Not said")), ("UTC", "UTC"), *([(chosen, chosen)] if strange else [])]
    return (("", tuple(loose)), *_zones())


def chosen_zone(form: Form) -> str:
    return _said(form, "zone")


@cache
def _zones() -> tuple[_Region, ...]:
    """The parts of the world with their time zones (IANA), in order."""
    names = sorted(available_timezones())
    return tuple(
        (region, tuple((name, _city(name)) for name in names if name.startswith(f"{region}/")))
        for region in _REGIONS
    )


def _is_listed(name: str) -> bool:
    return name == "UTC" or name.partition("/")[0] in _REGIONS


def _city(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


def _clock(hour: str) -> str:
    return f"{int(hour):02}:00"


def language_name(tag: str) -> str:
    """A language as those call it who speak it: "Deutsch"."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(tag, sep="-").display_name
    except (UnknownLocaleError, ValueError):
        return tag
    return f"{name[:1].upper()}{name[1:]}" if name else tag
