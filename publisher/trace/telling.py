"""A story in sentences, in the reader's language. They name nobody: owners and followers read the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher import storage
from publisher.model import DeliveryState, Grade, NoticeKind
from publisher.trace.kinds import Coming, Fate, Line, NoticeMail, Rules, Verdict
from publisher.words import Words


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things in one language; moments in the zone of whom they are about (UTC where that is no zone)."""

    words: Words
    rules: Rules
    zone: str | None = None

    # ------------------------------------------------------------------------------------ when, and what

    def day(self, moment: datetime) -> str:
        """ "6 November 2026"."""
        return self.words.day(moment.astimezone(self._zone()))

    def moment(self, moment: datetime) -> str:
        """ "6 November 2026, 08:00"."""
        return f"{self.day(moment)}, {moment.astimezone(self._zone()):%H:%M}"

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def mailing(self, mailing: storage.MailingRow) -> str:
        """ "weekly mail of 6 November 2026"."""
        name = self.words.mail(mailing.digest.partition(":")[2])
        return self.words.gettext("%(mail)s of %(day)s", mail=name, day=self.day(mailing.occurrence))

    def notice(self, kind: NoticeKind) -> str:
        say = self.words.gettext
        return {
            NoticeKind.CONFIRM: say("Question whether to follow"),
            NoticeKind.WELCOME: say("Welcome"),
            NoticeKind.GOODBYE: say("Goodbye"),
            NoticeKind.ACCOUNT: say("Link to the account"),
            NoticeKind.ADDRESS: say("Question to a new address"),
            NoticeKind.MOVED: say("Word that the address has changed"),
        }[kind]

    def topics(self, topics: tuple[str, ...]) -> str:
        return self.words.listed(topics) if topics else self.words.gettext("all topics")

    # ------------------------------------------------------------------------------------ what became of it

    def state(self, state: DeliveryState) -> str:
        """What became of a mail, in a few words."""
        say = self.words.gettext
        return {
            DeliveryState.PLANNED: say("waits to be sent"),
            DeliveryState.CLAIMED: say("is being sent"),
            DeliveryState.SENDING: say("is being sent"),
            DeliveryState.SENT: say("sent"),
            DeliveryState.DEFERRED: say("not taken yet, will be tried again"),
            DeliveryState.BOUNCED: say("refused by the mail server"),
            DeliveryState.FAILED: say("could not be delivered"),
            DeliveryState.SUPPRESSED: say("not sent: the address must not be mailed"),
            DeliveryState.CANCELLED: say("not sent: it was not wanted any more when it was to leave"),
            DeliveryState.EXPIRED: say("not sent: it was too late for it"),
            DeliveryState.UNCERTAIN: say("perhaps sent: the mail server’s answer was lost"),
        }[state]

    def attempt(self, tried: storage.AttemptRow) -> str:
        """One try that did not go well, with the server's own words."""
        reply = tried.reply.strip() or self.words.gettext("no reason is kept")
        when = self.moment(tried.at)
        if tried.retry_at is None:
            return self.words.gettext(
                "Try %(number)s, %(when)s: %(reply)s", number=tried.number, when=when, reply=reply
            )
        return self.words.gettext(
            "Try %(number)s, %(when)s: %(reply)s (again from %(later)s)",
            number=tried.number,
            when=when,
            reply=reply,
            later=self.moment(tried.retry_at),
        )

    def line(self, line: Line) -> str:
        """Why a guide is in a mail: "new", "important change since version 2"."""
        row, say = line.row, self.words.gettext
        if row.had is None:
            return say("new: not told of before")
        if row.new:
            return say("new, and changed since version %(had)s came", had=row.had)
        return say("changed in what matters since version %(had)s came", had=row.had)

    def used(self, notice: NoticeMail) -> str:
        """Whether its link was pressed."""
        if notice.used_at is None:
            return ""
        return self.words.gettext("answered on %(when)s", when=self.moment(notice.used_at))

    # ------------------------------------------------------------------------------ why none may come

    def suppression(self, row: storage.Suppression) -> str:
        """Why an address must not be mailed, and since when."""
        say, day = self.words.gettext, self.day(row.at)
        match row.reason:
            case "owner":
                return say("Must not be mailed since %(day)s: the site’s owner stopped it.", day=day)
            case "complaint":
                return say("Must not be mailed since %(day)s: a mail was reported as unwanted.", day=day)
            case "bounce":
                return say("Must not be mailed since %(day)s: the mail server refuses the address.", day=day)
            case "erased":
                return say("Must not be mailed since %(day)s: everything was to be forgotten.", day=day)
        return say("Must not be mailed since %(day)s: %(reason)s.", day=day, reason=row.reason)

    def coming(self, coming: Coming, *, suppressed: bool = False) -> str:
        """When the next mail comes, or why none does."""
        say = self.words.gettext
        if coming.at is None or coming.digest is None:
            return say("No mail is planned at the cadence “%(cadence)s”.", cadence=coming.cadence)
        when = self.words.moment(coming.at, coming.digest.zone)
        if suppressed:
            return say("%(when)s, but not to an address that must not be mailed.", when=when)
        if coming.reason is Fate.PAUSED and coming.until is not None:
            return say("%(when)s, but mail is paused until %(day)s.", when=when, day=self.day(coming.until))
        if not coming.lines:
            return say("%(when)s, if there is something to tell by then.", when=when)
        return say("%(when)s, so far with:", when=when)

    # ------------------------------------------------------------------------------------ one revision

    def verdict(self, verdict: Verdict, publication: str) -> str:
        """Why a revision was told or not, in a sentence."""
        mail = self.mailing(verdict.mailing) if verdict.mailing else ""
        if verdict.fate is Fate.TOLD and verdict.state is not None:
            return self._told(verdict.state, mail)
        if verdict.fate in (Fate.LATER, Fate.LEFT, Fate.PENDING, Fate.CADENCE, Fate.NEVER):
            return self._absent(verdict, mail, self.rules.title(publication))
        if verdict.fate in (Fate.WAITING, Fate.REPLACED, Fate.ARCHIVED, Fate.QUIET):
            return self._unheard(verdict)
        return self._left_out(verdict, mail)

    def _told(self, state: DeliveryState, mail: str) -> str:
        say = self.words.gettext
        if state is DeliveryState.SENT:
            return say("Sent in the %(mail)s.", mail=mail)
        if state is DeliveryState.BOUNCED:
            return say("In the %(mail)s, which the mail server refused.", mail=mail)
        if state is DeliveryState.FAILED:
            return say("In the %(mail)s, which could not be delivered.", mail=mail)
        if state is DeliveryState.SUPPRESSED:
            return say("In the %(mail)s, which was not sent: the address must not be mailed.", mail=mail)
        if state is DeliveryState.CANCELLED:
            return say("In the %(mail)s, which was not wanted any more when it was to leave.", mail=mail)
        if state is DeliveryState.EXPIRED:
            return say("In the %(mail)s, which was not sent: it was too late for it.", mail=mail)
        if state is DeliveryState.UNCERTAIN:
            return say("In the %(mail)s; whether that arrived is uncertain.", mail=mail)
        return say("On its way in the %(mail)s.", mail=mail)

    def _absent(self, verdict: Verdict, mail: str, publication: str) -> str:
        say = self.words.gettext
        day = self.day(verdict.at) if verdict.at else ""
        if verdict.fate is Fate.NEVER:
            return say("%(publication)s was never followed.", publication=publication)
        if verdict.fate is Fate.PENDING:
            return say("Asked for on %(day)s, and not confirmed.", day=day)
        if verdict.fate is Fate.CADENCE:
            name = verdict.detail
            return say("Told in the %(mail)s; the cadence was “%(name)s” then.", mail=mail, name=name)
        if verdict.fate is Fate.LEFT:
            return say("No longer followed since %(day)s.", day=day)
        if mail:
            return say("Followed only since %(day)s, after the %(mail)s was made.", day=day, mail=mail)
        return say("Followed only since %(day)s, after it came out.", day=day)

    def _unheard(self, verdict: Verdict) -> str:
        say = self.words.gettext
        if verdict.fate is Fate.REPLACED:
            return say("Never public: a newer version took its place.")
        if verdict.fate is Fate.ARCHIVED:
            return say("In no mail: it was there already when its source was first read.")
        if verdict.fate is Fate.QUIET:
            return say("In no mail: it came out quietly, by the owner’s word.")
        if verdict.at is not None:
            return say("Not public yet: it is to come out on %(when)s.", when=self.moment(verdict.at))
        return say("Not public yet.")

    def _left_out(self, verdict: Verdict, mail: str) -> str:
        say = self.words.gettext
        at = verdict.at
        if verdict.fate is Fate.FOLDED:
            return say("The %(mail)s had version %(now)s, which is newer.", mail=mail, now=verdict.now)
        if verdict.fate is Fate.NEXT and at is not None:
            return say("It comes with the mail of %(when)s.", when=self.moment(at))
        if verdict.fate is Fate.EARLY and at is not None:
            return say("It came out before this mail began, on %(day)s.", day=self.day(at))
        if verdict.fate is Fate.PAUSED and at is not None:
            return say("Mail is paused until %(day)s; it is kept for the first one after.", day=self.day(at))
        if verdict.fate is Fate.BARRED:
            return self._barred(verdict.detail)
        if verdict.fate is Fate.POSTPONED:
            return say("It was held back when the %(mail)s was made.", mail=mail)
        if verdict.fate is Fate.TOPIC:
            return say("Not among the chosen topics: %(topics)s.", topics=verdict.detail)
        if verdict.fate is Fate.GRADE:
            return self._graded(verdict)
        if verdict.fate is Fate.NO_DIGEST:
            return say("No mail is planned at the cadence “%(cadence)s”.", cadence=verdict.detail)
        if verdict.had is None:
            return say("There was nothing new in it.")
        return say("Nothing new: version %(had)s had come before.", had=verdict.had)

    def _barred(self, reason: str) -> str:
        say = self.words.gettext
        if "withdrawn" in reason:
            return say("Held back: the guide was withdrawn.")
        if "gone" in reason:
            return say("Held back: the guide’s file is gone.")
        return say("Held back: the guide must be reviewed first.")

    def _graded(self, verdict: Verdict) -> str:
        say = self.words.gettext
        if verdict.grade is Grade.MINOR:
            return say("Only a small change since version %(had)s: no mail for that.", had=verdict.had)
        if verdict.grade is Grade.TYPO:
            return say("Only spelling and punctuation changed since version %(had)s.", had=verdict.had)
        return say("Nothing changed in the text since version %(had)s.", had=verdict.had)

    # ------------------------------------------------------------------------------------ what he did

    def event(self, event: storage.EventRow) -> str:
        """What happened, in a few words: "Began to follow Knees, weekly, on these topics: hands"."""
        say, name = self.words.gettext, self.rules.title(event.publication or "")
        evidence = event.evidence
        match event.kind:
            case "added":
                return self._following(say("Began to follow %(publication)s", publication=name), evidence)
            case "returned":
                return self._following(say("Came back to %(publication)s", publication=name), evidence)
            case "changed":
                return self._following(say("Follows %(publication)s otherwise", publication=name), evidence)
            case "imported":
                return self._following(say("Came with a list to %(publication)s", publication=name), evidence)
            case "left":
                return say("Stopped following %(publication)s", publication=name)
            case "removed":
                return say("Was taken off %(publication)s", publication=name)
            case "confirmed":
                return say("Pressed the button behind the mailed link")
            case "paused":
                until = _moment(evidence.get("until"))
                return say("Paused all mail until %(day)s", day=self.day(until)) if until else say("Paused")
            case "resumed":
                return say("Ended the pause")
            case "preferences":
                return say("Changed language, zone, hour or private addresses")
            case "address":
                return say("Moved to another address")
            case "erased":
                return say("Was forgotten")
        return event.kind

    def _following(self, begun: str, evidence: Mapping[str, object]) -> str:
        parts = [begun]
        if isinstance(cadence := evidence.get("cadence"), str) and cadence:
            parts.append(cadence)
        if isinstance(topics := evidence.get("topics"), list | tuple) and topics:
            parts.append(self.words.listed([str(each) for each in topics]))
        return ", ".join(parts)

    def evidence(self, event: storage.EventRow) -> list[str]:
        """How we know it, a sentence or two; empty where nothing was written down."""
        say, said = self.words.gettext, {key: value for key, value in event.evidence.items() if value}
        agreed = [said[key] for key in ("words", "consent") if key in said]
        told = [say("Agreed to: “%(words)s”", words=each) for each in agreed]
        if "page" in said:
            told.append(say("Asked on %(page)s", page=said["page"]))
        if "how" in said:
            told.append(say("By: %(how)s", how=said["how"]))
        if "file" in said:
            told.append(say("From %(file)s, line %(line)s", file=said["file"], line=said.get("line", "?")))
        if "opted_in" in said:
            told.append(say("Agreed there on %(when)s", when=said["opted_in"]))
        if "ip" in said:
            told.append(say("From the network address %(ip)s", ip=said["ip"]))
        if event.kind == "address" and "from" in said:
            told.append(say("From %(old)s to %(new)s", old=said["from"], new=said.get("to", "?")))
        return told


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None
