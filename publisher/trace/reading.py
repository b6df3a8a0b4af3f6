"""From rows to the parts of one follower's story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher import mail, storage
from publisher.model import DigestSpec, Grade, NoticeKind, Pair
from publisher.trace.deciding import Guide, Telling, decide, guides_of, told
from publisher.trace.guide import Case, Open, next_look, tell
from publisher.trace.kinds import (
    Coming,
    Fate,
    GuideStory,
    LeftOut,
    Line,
    Mail,
    NoticeMail,
    Rules,
    Verdict,
)
from publisher.trace.looking import Attention, History, Look, attention, history

_MOST = 30  # guides that are named as left out, or as coming


@dataclass(slots=True)
class Reader:
    """Reads within one transaction; `deliveries` are all that the follower's mails are found from."""

    db: storage.Connection
    number: int
    rules: Rules
    now: datetime
    mailings: Sequence[storage.MailingRow]
    deliveries: Sequence[storage.DeliveryRow]
    follows: Sequence[storage.FollowRow] = ()
    events: Sequence[storage.EventRow] = ()
    _windows: dict[str, Open] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------ what was sent

    def mails(self, rows: Sequence[storage.DeliveryRow]) -> list[Mail]:
        """These deliveries with what was in them and what servers said, in the same order."""
        attempts = storage.attempts_to(self.db, self.number, [each.edition for each in rows])
        lines = self._lines(storage.lines_of(self.db, [each.variant for each in rows]))
        of = {each.id: each for each in self.mailings}
        return [
            Mail(
                mailing=of[each.edition],
                state=each.state,
                tries=each.tries,
                at=each.at,
                message_id=self._message_id(each.edition),
                attempts=tuple(attempts.get(each.edition, ())),
                lines=lines.get(each.variant, ()),
            )
            for each in rows
        ]

    def _lines(self, rows: Mapping[int, Sequence[storage.LineRow]]) -> dict[int, tuple[Line, ...]]:
        """The same with the grade of each pair."""
        changed = sorted({row.article for some in rows.values() for row in some if row.had is not None})
        facts: dict[int, list[storage.RevisionFacts]] = {}
        for fact in storage.revision_facts(self.db, changed):
            facts.setdefault(fact.article, []).append(fact)
        direct = storage.pair_grades(self.db, changed)
        grades = {guide: self.rules.pair_grades(some, direct.get(guide, {})) for guide, some in facts.items()}

        def grade(row: storage.LineRow) -> Grade | None:
            return None if row.had is None else grades.get(row.article, {}).get((row.had, row.now))

        return {number: tuple(Line(row, grade(row)) for row in some) for number, some in rows.items()}

    def notices(self, rows: Sequence[storage.NoticeMailRow]) -> list[NoticeMail]:
        """These notices with what became of them, in the same order."""
        editions = [each.delivery.edition for each in rows if each.delivery]
        attempts = storage.attempts_to(self.db, self.number, editions)
        return [self._notice(each, attempts) for each in rows]

    def _notice(
        self, row: storage.NoticeMailRow, attempts: Mapping[int, Sequence[storage.AttemptRow]]
    ) -> NoticeMail:
        kind = NoticeKind(row.kind)
        if row.delivery is None:
            return NoticeMail(kind, row.at, row.used_at)
        return NoticeMail(
            kind=kind,
            at=row.at,
            used_at=row.used_at,
            edition=row.delivery.edition,
            state=row.delivery.state,
            settled_at=row.delivery.at,
            message_id=self._message_id(row.delivery.edition),
            attempts=tuple(attempts.get(row.delivery.edition, ())),
        )

    def _message_id(self, edition: int) -> str:
        return mail.message_id(edition, self.number, self.rules.domain, self.rules.instance)

    # ------------------------------------------------------------------------------------ what is to come

    def coming(self) -> Iterator[Coming]:
        """The next mail of each digest that he follows at, the earliest first."""
        groups: dict[tuple[str, str], list[storage.FollowRow]] = {}
        for each in self.follows:
            if each.state == "active":
                spec = self.rules.digest(each.publication, each.cadence)
                groups.setdefault((spec.key if spec else "", each.cadence), []).append(each)
        found = [self._coming(key, cadence, some) for (key, cadence), some in groups.items()]
        yield from sorted(found, key=lambda each: (each.at is None, each.at or self.now, each.cadence))

    def _coming(self, key: str, cadence: str, follows: Sequence[storage.FollowRow]) -> Coming:
        slugs = tuple(each.publication for each in follows)
        spec = next((each for each in self.rules.digests if each.key == key), None)
        window = self.window(spec) if spec else None
        if spec is None or window is None or window.end is None:
            return Coming(cadence, slugs, spec, None, reason=Fate.NO_DIGEST)
        pauses = [each.paused_until for each in self.follows if each.paused_until]
        until = max(pauses, default=None)
        if until is not None and until > max(window.end, self.now):
            return Coming(cadence, slugs, spec, window.end, reason=Fate.PAUSED, until=until)
        lines = [line for each in follows for line in self._news(spec, window, each)]
        return Coming(cadence, slugs, spec, window.end, tuple(lines[:_MOST]))

    def _news(self, spec: DigestSpec, window: Open, follow: storage.FollowRow) -> Iterator[Line]:
        """What the next edition would tell him of one publication, by what is public now."""
        past = history(follow.publication, follow, self.events)
        seen = attention(past, self.mailings, (), self.rules)
        owed = storage.owed_articles(self.db, spec.key, "")
        pub = storage.publication_ids(self.db)[follow.publication]
        begin = min(filter(None, (window.begin, seen.owed)))
        end = window.end or self.now
        for guide in self.guides(storage.guides_told_between(self.db, [pub], begin, end, owed)).values():
            look = next_look(Case(guide, past, seen, self.rules, {spec.key: window}, self.now))
            if guide.publication == follow.publication and look is not None:
                pair = told(guide, look, self.rules, owed_since=owed.get(guide.article))
                if (
                    pair is not None
                    and decide(guide, look, self.rules, owed_since=owed.get(guide.article)) is None
                ):
                    yield _line(guide, pair)

    def window(self, spec: DigestSpec) -> Open:
        """The present window of a digest, which ends as `plan.due` would end it."""
        if spec.key not in self._windows:
            begin = storage.covered_until(self.db, spec.key, "") or self.now
            end = following = spec.schedule.next(begin)
            while following is not None and following <= self.now:
                end, following = following, spec.schedule.next(following)
            after = spec.schedule.next(end) if end else None
            self._windows[spec.key] = Open(spec.key, begin, end, after)
        return self._windows[spec.key]

    # ------------------------------------------------------------------------------------ about guides

    def guides(self, articles: Iterable[int]) -> dict[int, Guide]:
        """What is known of guides, with what this follower was told of them."""
        wanted = list(articles)
        if not wanted:
            return {}
        by_variant = {each.variant: each for each in self.deliveries}
        of = {each.id: each for each in self.mailings}
        found: dict[int, list[Telling]] = {}
        for number, lines in storage.lines_of(self.db, by_variant, wanted).items():
            row = by_variant[number]
            for line in lines:
                telling = Telling(of[row.edition], row, line.had, line.now, line.new)
                found.setdefault(line.article, []).append(telling)
        for some in found.values():
            some.sort(key=lambda each: each.mailing.id)
        return guides_of(self.db, wanted, self.rules, found)

    def guide(self, article: int) -> GuideStory:
        """What he heard of each revision of one guide, and why not of the others."""
        guide = self.guides([article])[article]
        past, seen = self._attention(guide.publication, [each.mailing.id for each in guide.tellings])
        specs = {self.rules.digest(past.slug, cadence) for cadence in past.cadences}
        windows = {each.key: self.window(each) for each in specs if each is not None}
        debts = {key: storage.owed_articles(self.db, key, "").get(article) for key in windows}
        owed = {key: number for key, number in debts.items() if number is not None}
        case = Case(guide, past, seen, self.rules, windows, self.now, owed)
        title = guide.facts[-1].title
        return GuideStory(article, guide.publication, guide.slug, title, tell(case))

    def left_out(
        self, mailing: storage.MailingRow, told_of: Mail, follows: Iterable[storage.FollowRow]
    ) -> Iterator[LeftOut]:
        """The guides that were news to his publications then, and are not in his copy."""
        inside = {line.row.article for line in told_of.lines}
        numbers = storage.publication_ids(self.db)
        for follow in follows:
            _, seen = self._attention(follow.publication, [mailing.id])
            look = next((each for each in seen.looks if each.mailing.id == mailing.id), None)
            if look is None:
                continue
            pub = numbers[follow.publication]
            news = storage.guides_told_between(self.db, [pub], look.start, mailing.window_end)
            missing = [each for each in news if each not in inside][:_MOST]
            for guide in self.guides(missing).values():
                yield _left_out(guide, look, self.rules)

    def _attention(self, slug: str, told_in: Sequence[int]) -> tuple[History, Attention]:
        follow = next((each for each in self.follows if each.publication == slug), None)
        past = history(slug, follow, self.events)
        return past, attention(past, self.mailings, told_in, self.rules)


def _left_out(guide: Guide, look: Look, rules: Rules) -> LeftOut:
    verdict = decide(guide, look, rules) or Verdict(Fate.POSTPONED, look.mailing)
    # Never the title of a text that was not public then.
    public = [fact.title for fact in guide.facts if fact.released_at and fact.released_at <= look.moment]
    title = public[-1] if public else guide.slug
    return LeftOut(guide.article, guide.publication, guide.slug, title, verdict)


def _line(guide: Guide, pair: Pair) -> Line:
    title = next(fact.title for fact in guide.facts if fact.number == pair.now)
    row = storage.LineRow(
        variant=0,
        article=guide.article,
        publication=guide.publication,
        slug=guide.slug,
        title=title,
        had=pair.had,
        now=pair.now,
        new=pair.new,
    )
    return Line(row, None if pair.had is None else guide.grades[pair.had, pair.now])
