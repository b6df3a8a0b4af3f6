"""What `publisher trace` prints: a story as lines for people, and as data for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.storage import AttemptRow, FollowRow, Suppression
    from publisher.trace import Coming, GuideStory, Line, Mail, NoticeMail, Story, Teller

_WIDEST = 110


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of the screen: how far it stands in, what it says, and its style."""

    text: str
    indent: int = 0
    style: str | None = None

    def wrapped(self, width: int) -> str:
        first, later = " " * self.indent, " " * (self.indent + 2)
        # What servers and lists say may hold what a terminal obeys.
        said = "".join(char if char.isprintable() else "�" for char in self.text.replace("\n", " "))
        return textwrap.fill(
            said,
            width=min(width, _WIDEST),
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )


def lines(story: Story, tell: Teller) -> Iterator[Printed]:
    """The whole screen. Everything newest first."""
    yield from _who(story, tell)
    if story.guide is not None:
        yield from _guide(story.guide, tell)
        return
    yield from _follows(story.follows, tell)
    yield from _coming(story, tell)
    yield from _mails(story, tell)
    yield from _events(story, tell)


def _who(story: Story, tell: Teller) -> Iterator[Printed]:
    person = story.person
    assert person is not None  # noqa: S101  for the type checker: the caller has looked
    name = f" ({person.name})" if person.name else ""
    yield Printed(f"{story.address or 'Forgotten'}{name}", style="bold")
    parts = [f"follower {person.id} since {tell.moment(person.created_at)}"]
    parts += [f"speaks {person.language}"] if person.language else []
    parts += [f"lives in {person.zone}"] if person.zone else []
    parts += [f"mails at {person.hour}:00"] if person.hour is not None else []
    parts += [f"tags: {', '.join(story.tags)}"] if story.tags else []
    yield Printed(", ".join(parts), 2, "dim")
    yield from suppressed(story.suppressions, story.address, tell)


def suppressed(found: Sequence[Suppression], address: str, tell: Teller) -> Iterator[Printed]:
    """Why an address must not be mailed, and the way back."""
    for each in found:
        note = f" “{each.note}”" if each.note else ""
        yield Printed(tell.suppression(each) + note, 2, "red")
        if each.reason == "erased":
            yield Printed("The way back: whoever reads mail there follows and confirms again.", 2)
        else:
            yield Printed(f"The way back: `publisher followers unblock {address}`.", 2)


def _follows(follows: Sequence[FollowRow], tell: Teller) -> Iterator[Printed]:
    yield Printed("")
    yield Printed("Follows", style="bold")
    for each in follows:
        said = f"{tell.rules.title(each.publication)}: {each.cadence}, {tell.topics(each.topics)};"
        said += f" {each.state} since {tell.day(each.since)}"
        if each.paused_until:
            said += f", paused until {tell.moment(each.paused_until)}"
        yield Printed(said, 2, None if each.state == "active" else "dim")
    if not follows:
        yield Printed("nothing", 2, "dim")


def _coming(story: Story, tell: Teller) -> Iterator[Printed]:
    if not story.coming:
        return
    yield Printed("")
    yield Printed("To come", style="bold")
    for each in story.coming:
        said = tell.coming(each, suppressed=bool(story.suppressions))
        yield Printed(f"{tell.words.mail(each.cadence)}: {said}", 2)
        for line in each.lines:
            yield _line(line)


def _mails(story: Story, tell: Teller) -> Iterator[Printed]:
    yield Printed("")
    yield Printed("Mails", style="bold")
    told: list[tuple[datetime, list[Printed]]] = [
        (each.mailing.frozen_at, list(_mail(each, tell))) for each in story.mails
    ]
    told += [(each.settled_at or each.at, list(_notice(each, tell))) for each in story.notices]
    for _, some in sorted(told, key=lambda both: both[0], reverse=True):
        yield from some
    if not told:
        yield Printed("none", 2, "dim")
    if story.more:
        yield Printed(f"and {story.more:,} older; `--all` shows them", 2, "dim")


def _mail(each: Mail, tell: Teller) -> Iterator[Printed]:
    what = f"{tell.mailing(each.mailing)}, edition {each.mailing.id} ({each.mailing.digest})"
    yield Printed(f"{what}: {tell.state(each.state)}, {tell.moment(each.at)}", 2, _style(each.state.name))
    for line in each.lines:
        yield _line(line)
    yield from _tries(each.attempts, tell)
    start, end = tell.moment(each.mailing.window_start), tell.moment(each.mailing.window_end)
    yield Printed(f"News from {start} to {end}; tries: {each.tries}; {each.message_id}", 4, "dim")


def _notice(each: NoticeMail, tell: Teller) -> Iterator[Printed]:
    state = (
        f": {tell.state(each.state)}, {tell.moment(each.settled_at or each.at)}"
        if each.state is not None
        else ""
    )
    used = f"; {tell.used(each)}" if each.used_at else ""
    style = _style(each.state.name if each.state is not None else "")
    yield Printed(f"{tell.notice(each.kind)}, asked for {tell.moment(each.at)}{state}{used}", 2, style)
    yield from _tries(each.attempts, tell)
    if each.message_id:
        yield Printed(f"edition {each.edition}; {each.message_id}", 4, "dim")


def _tries(attempts: Sequence[AttemptRow], tell: Teller) -> Iterator[Printed]:
    for tried in attempts:
        yield Printed(tell.attempt(tried), 4, "yellow")


def _line(line: Line) -> Printed:
    row = line.row
    if row.had is None:
        return Printed(f"new       {row.title} (version {row.now})", 4)
    grade = f", {line.grade.name.lower()}" if line.grade is not None else ""
    return Printed(f"updated   {row.title} (version {row.had} → {row.now}{grade})", 4)


def _style(state: str) -> str | None:
    if state in ("BOUNCED", "FAILED", "SUPPRESSED"):
        return "red"
    return "yellow" if state in ("UNCERTAIN", "DEFERRED", "CANCELLED", "EXPIRED") else None


def _events(story: Story, tell: Teller) -> Iterator[Printed]:
    yield Printed("")
    yield Printed("History", style="bold")
    for event in story.events:
        yield Printed(f"{tell.moment(event.at)}: {tell.event(event)}", 2)
        for said in tell.evidence(event):
            yield Printed(said, 4, "dim")
    if not story.events:
        yield Printed("nothing is written down", 2, "dim")


def _guide(guide: GuideStory, tell: Teller) -> Iterator[Printed]:
    yield Printed("")
    yield Printed(f"{guide.title} ({guide.publication}/{guide.slug})", style="bold")
    for each in guide.revisions:
        out = f", out on {tell.moment(each.released_at)}" if each.released_at else ""
        grade = "" if each.number == 1 else f" ({each.step.name.lower()})"
        yield Printed(f"Version {each.number}{grade}{out}", 2)
        yield Printed(tell.verdict(each.verdict, guide.publication), 4, _told_style(each.verdict.fate.name))
        if each.reached is not None:
            yield Printed(f"Its text came in the {tell.mailing(each.reached)}.", 4, "dim")
        if each.change:
            yield Printed(f"“{each.change}”", 4, "dim")


def _told_style(fate: str) -> str | None:
    return "green" if fate == "TOLD" else "yellow" if fate in ("BARRED", "POSTPONED") else None


# ------------------------------------------------------------------------------------------------ as data


def data(story: Story, tell: Teller) -> dict[str, Any]:
    """The story for programs; every sentence beside the facts that it is made from."""
    person = story.person
    found: dict[str, Any] = {
        "address": story.address or None,
        "known": person is not None,
        "forgotten": story.erased,
        "suppressed": [
            {"reason": each.reason, "since": each.at, "note": each.note} for each in story.suppressions
        ],
    }
    if person is None:
        return found
    found |= {
        "follower": person.id,
        "since": person.created_at,
        **{key: getattr(person, key) for key in ("name", "language", "zone", "hour")},
        "tags": list(story.tags),
        "follows": [_follow_data(each) for each in story.follows],
        "events": [
            {"at": each.at, "publication": each.publication, "kind": each.kind, "evidence": each.evidence}
            for each in story.events
        ],
    }
    if story.guide is not None:
        return {**found, "guide": _guide_data(story.guide, tell)}
    return {
        **found,
        "coming": [_coming_data(each, tell) for each in story.coming],
        "mails": [_mail_data(each) for each in story.mails],
        "notices": [_notice_data(each) for each in story.notices],
        "older": story.more,
    }


def _follow_data(each: FollowRow) -> dict[str, Any]:
    keys = ("publication", "cadence", "topics", "state", "since", "paused_until")
    return {key: getattr(each, key) for key in keys}


def _coming_data(each: Coming, tell: Teller) -> dict[str, Any]:
    return {
        "cadence": each.cadence,
        "digest": each.digest.key if each.digest else None,
        "publications": each.publications,
        "at": each.at,
        "why_not": each.reason.value if each.reason else None,
        "sentence": tell.coming(each),
        "guides": [_line_data(line) for line in each.lines],
    }


def _line_data(line: Line) -> dict[str, Any]:
    keys = ("publication", "slug", "title", "had", "now", "new")
    grade = line.grade.name.lower() if line.grade is not None else None
    return {**{key: getattr(line.row, key) for key in keys}, "grade": grade}


def _tries_data(attempts: Sequence[AttemptRow]) -> list[dict[str, Any]]:
    return [
        {"at": tried.at, "state": tried.state.name.lower(), "reply": tried.reply, "again": tried.retry_at}
        for tried in attempts
    ]


def _mail_data(each: Mail) -> dict[str, Any]:
    mailing = each.mailing
    keys = ("digest", "kind", "occurrence", "window_start", "window_end", "frozen_at")
    return {
        "edition": mailing.id,
        **{key: getattr(mailing, key) for key in keys},
        "state": each.state.name.lower(),
        "at": each.at,
        "tries": each.tries,
        "problems": _tries_data(each.attempts),
        "message_id": each.message_id,
        "guides": [_line_data(line) for line in each.lines],
    }


def _notice_data(each: NoticeMail) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "asked": each.at,
        "answered": each.used_at,
        "edition": each.edition,
        "state": each.state.name.lower() if each.state is not None else None,
        "at": each.settled_at,
        "problems": _tries_data(each.attempts),
        "message_id": each.message_id or None,
    }


def _guide_data(guide: GuideStory, tell: Teller) -> dict[str, Any]:
    return {
        "publication": guide.publication,
        "slug": guide.slug,
        "title": guide.title,
        "revisions": [
            {
                "number": each.number,
                "step": each.step.name.lower(),
                "released": each.released_at,
                "fate": each.verdict.fate.value,
                "state": each.verdict.state.name.lower() if each.verdict.state is not None else None,
                "edition": each.verdict.mailing.id if each.verdict.mailing else None,
                "had": each.verdict.had,
                "sentence": tell.verdict(each.verdict, guide.publication),
            }
            for each in guide.revisions
        ],
    }
