"""What became public in a publication, line by line and without texts: guides, and material changes of them.

Followers differ in what they follow and since when; what a publication has to tell about a topic is the same
for all of them. So that is read once for each version of the publication, and then only merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise

from publisher import storage, text
from publisher.library.changes import Facts, by_guide, pair_grade
from publisher.library.memory import Memory
from publisher.model import Grade

MOST = 50  # guides, and as many changes, of which lines are kept
FEW = 1_000  # changed guides of a topic whose every revision may be looked at
_FURTHEST = 10_000  # changes of a publication that are looked at for those of a common topic
_MEMORY = 16 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """A guide that became public (`number` is 0), or revision `number` of it, a material change.

    `at` is when that was; `told` is from when on mails could tell of it.
    """

    at: datetime
    told: datetime
    publication: str
    article: int
    ordinal: int
    published: datetime  # as the guide says: the order of those that became public at the same moment
    number: int = 0
    before: int = 0

    @property
    def order(self) -> tuple[datetime, datetime, int, int, int]:
        """The latest is the highest. Within a publication, guides are in the order of its own feed."""
        return self.at, self.published, self.ordinal, self.article, self.number


@dataclass(frozen=True, slots=True)
class Told:
    """What a publication tells about a topic, newest first, and when anything of it changed."""

    guides: tuple[Line, ...]
    changes: tuple[Line, ...]
    modified: datetime | None


class Lines:
    """Reads lines, each once for a version of its publication. For many threads.

    If at most `few` guides of a topic ever changed, their revisions are looked at for changes that matter; of
    a topic with more, the last changes of the publication.
    """

    def __init__(self, few: int = FEW) -> None:
        self._few = few
        self._memory: Memory[Told] = Memory(
            _MEMORY, lambda told: 500 + 300 * (len(told.guides) + len(told.changes))
        )

    def of(self, db: storage.Connection, slug: str, version: int, topic: str | None) -> Told:
        """What the publication tells; with `topic`, of the guides that have exactly this tag now."""
        return self._memory.get((slug, version, topic), partial(self._told, db, slug, topic))

    def _told(self, db: storage.Connection, slug: str, topic: str | None) -> Told:
        if topic is None:
            guides, changes = storage.guide_lines(db, slug, MOST), _newest(db, slug, None)
        else:
            guides, changes = _guides_about(db, slug, topic), self._changes_about(db, slug, topic)
        lines = tuple(_guide(slug, each) for each in guides)
        return Told(lines, changes, storage.last_change(db, slug))

    def _changes_about(self, db: storage.Connection, slug: str, topic: str) -> tuple[Line, ...]:
        ids = storage.changed_guides(db, slug, self._few + 1, topic=topic, word=text.slugify(topic))
        if len(ids) > self._few:
            return _newest(db, slug, topic)
        about = storage.article_facts(db, ids)
        return _changes_of(db, slug, [each for each in ids if topic in about[each].tags])


def _guides_about(db: storage.Connection, slug: str, topic: str) -> list[storage.GuideLine]:
    """The newest guides with exactly this tag; others with the same slug make it look further back."""
    limit = MOST
    while True:
        found = storage.guide_lines(db, slug, limit, topic=topic, word=text.slugify(topic))
        fitting = [each for each in found if topic in each.tags]
        if len(fitting) >= MOST or len(found) < limit:
            return fitting[:MOST]
        limit *= 8


def merged(parts: Sequence[Told]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Guides and changes of several topics of one publication, newest first, each once."""
    if len(parts) == 1:
        return parts[0].guides, parts[0].changes
    guides = {line.article: line for part in parts for line in part.guides}
    changes = {(line.article, line.number): line for part in parts for line in part.changes}
    return _sorted(guides.values()), _sorted(changes.values())


def _sorted(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.order, reverse=True))


def _guide(slug: str, line: storage.GuideLine) -> Line:
    told = line.eligible_at or line.released_at
    return Line(line.released_at, told, slug, line.article, line.ordinal, line.published_at)


def _changes_of(db: storage.Connection, slug: str, ids: Sequence[int]) -> tuple[Line, ...]:
    """The newest material changes of these guides: every revision of them is looked at."""
    facts, direct = by_guide(storage.revision_facts(db, ids)), storage.pair_grades(db, ids)
    found = []
    for guide in ids:
        own = facts.get(guide, {})
        public = sorted(number for number, fact in own.items() if fact.released_at is not None)
        for before, number in pairwise(public):
            if pair_grade(own, direct.get(guide, {}), before, number) >= Grade.MATERIAL:
                found.append(_change(slug, own, guide, before, number))
    return _sorted(found)[:MOST]


def _newest(db: storage.Connection, slug: str, topic: str | None) -> tuple[Line, ...]:
    """The newest material changes of a publication; with `topic`, among the last so many of all."""
    found: list[Line] = []
    for line, tags in _walk(db, slug, MOST if topic is None else 500):
        if topic is None or topic in tags:
            found.append(line)
        if len(found) == MOST:
            break
    return tuple(found)


def _walk(db: storage.Connection, slug: str, round_: int) -> Iterator[tuple[Line, tuple[str, ...]]]:
    """The material ones among the last changes, latest first, with their guides' tags."""
    last: storage.ChangedGuide | None = None
    for _ in range(0, _FURTHEST, round_):
        some = storage.newest_changes(db, slug, round_, last)
        ids = sorted({each.article for each in some})
        facts, direct = by_guide(storage.revision_facts(db, ids)), storage.pair_grades(db, ids)
        about = storage.article_facts(db, ids)
        for each in some:
            own = facts[each.article]
            if pair_grade(own, direct.get(each.article, {}), each.before, each.number) >= Grade.MATERIAL:
                yield _change(slug, own, each.article, each.before, each.number), about[each.article].tags
        if len(some) < round_:
            return
        last = some[-1]


def _change(slug: str, facts: Facts, article: int, before: int, number: int) -> Line:
    fact = facts[number]
    assert fact.released_at is not None  # noqa: S101  for the type checker: only public ones come here
    told = fact.eligible_at or fact.released_at
    return Line(fact.released_at, told, slug, article, 0, fact.released_at, number, before)
