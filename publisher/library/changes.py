"""What changed in guides after they became public: their histories, and the entries of the updates feed.

Only texts that are or were public are compared; one that was replaced while it waited is never looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from publisher import storage, text
from publisher.library.entries import absolute, entry
from publisher.library.memory import Memory
from publisher.library.words import Ground
from publisher.model import Change, Entry, Grade, Publication

Facts = Mapping[int, storage.RevisionFacts]  # of one guide, by number
Direct = Mapping[tuple[int, int], Grade]
_MEMORY = 16 << 20


@dataclass(frozen=True, slots=True)
class _Told:
    """A difference as it is shown."""

    brief: str
    html: str


class Differences:
    """Differences between texts, each worked out once."""

    def __init__(self) -> None:
        self._memory: Memory[_Told] = Memory(_MEMORY, lambda told: len(told.html) + len(told.brief))

    def between(self, before: storage.PublicText, now: storage.PublicText, language: str = "en") -> _Told:
        """What differs, as one line and as XHTML, told in `language`. A title that changed is part of it."""
        texts = [before.html, now.html]
        if before.title != now.title:
            texts = [f"<h1>{escape(each.title)}</h1>\n{each.html}" for each in (before, now)]
        words = text.diff_words(language)
        digest = hashlib.blake2b(words.nothing.encode(), digest_size=20)
        for each in texts:
            digest.update(f"{len(each)}:{each}".encode("utf-8", "surrogatepass"))
        return self._memory.get(digest.digest(), lambda: _told(texts[0], texts[1], words))


def _told(before: str, now: str, words: text.DiffWords) -> _Told:
    found = text.diff(before, now)
    return _Told(text.diff_summary(found, words=words), text.diff_html(found, words=words))


def history(
    texts: Sequence[storage.PublicText],
    facts: Facts,
    direct: Direct,
    differences: Differences,
    language: str = "en",
) -> tuple[Change, ...]:
    """The public life of one guide, newest first, told in `language`. `texts` come by number."""
    found: list[Change] = []
    before: storage.PublicText | None = None
    for now in texts:
        if before is None:
            found.append(Change(now.number, now.released_at, now.title, Grade.MATERIAL))
        elif (grade := pair_grade(facts, direct, before.number, now.number)) > Grade.NONE:
            told = differences.between(before, now, language)
            change = Change(
                now.number, now.released_at, now.title, grade, _note(now.change), told.brief, told.html
            )
            found.append(change)
        before = now
    return tuple(reversed(found))


def pair_grade(facts: Facts, direct: Direct, had: int, now: int) -> Grade:
    """How much two texts of one guide differ: the highest step between them, or the direct grade."""
    if facts[had].hash == facts[now].hash:
        return Grade.NONE
    steps = [fact.step for number, fact in facts.items() if had < number <= now]
    return max(*steps, direct.get((had, now), Grade.NONE), Grade.NONE)


def updates(
    db: storage.Connection,
    ground: Ground,
    publication: Publication,
    differences: Differences,
    limit: int,
) -> list[Entry]:
    """The last `limit` material changes of public guides as entries, latest first."""
    chosen: list[storage.ChangedGuide] = []
    for change in _material(db, publication.slug, limit):
        chosen.append(change)
        if len(chosen) == limit:
            break
    guides = storage.guides_by_id(db, {each.article for each in chosen}, texts=False)
    texts = storage.some_public_texts(
        db, {(each.article, number) for each in chosen for number in (each.before, each.number)}
    )
    made = []
    for change in chosen:
        before, now = texts[change.article, change.before], texts[change.article, change.number]
        whole = entry(guides[change.article].article, publication, ground.base_url)
        made.append(update(whole, ground, publication, before, now, differences))
    return made


def _material(db: storage.Connection, slug: str, limit: int) -> Iterator[storage.ChangedGuide]:
    """All of them, latest first; `limit` are looked at in one go, for most are material."""
    last: storage.ChangedGuide | None = None
    while found := storage.newest_changes(db, slug, limit, last):
        ids = {each.article for each in found}
        facts, direct = by_guide(storage.revision_facts(db, sorted(ids))), storage.pair_grades(db, ids)
        for each in found:
            grade = pair_grade(facts[each.article], direct.get(each.article, {}), each.before, each.number)
            if grade >= Grade.MATERIAL:
                yield each
        last = found[-1]


def by_guide(facts: Iterable[storage.RevisionFacts]) -> dict[int, dict[int, storage.RevisionFacts]]:
    """guide -> revision -> what is known of it."""
    found: dict[int, dict[int, storage.RevisionFacts]] = {}
    for each in facts:
        found.setdefault(each.article, {})[each.number] = each
    return found


def lives(db: storage.Connection, articles: Sequence[int]) -> dict[int, str]:
    """guide -> a word that changes with what its history says. No text is read for it.

    Texts that were public stay as they are; the one that is public is part of the guide itself.
    """
    direct = storage.pair_grades(db, articles)
    found = {}
    for article, facts in by_guide(storage.revision_facts(db, articles)).items():
        told = [
            (each.number, int(each.step), each.change, each.released_at)
            for each in facts.values()
            if each.released_at is not None
        ]
        grades = sorted((pair, int(grade)) for pair, grade in direct.get(article, {}).items())
        found[article] = hashlib.blake2b(repr((told, grades)).encode(), digest_size=16).hexdigest()
    return found


def update_id(public_id: str, number: int) -> str:
    """The id of the entry that tells of a revision."""
    return f"{public_id}?revision={number}"


def update(
    guide: Entry,
    ground: Ground,
    publication: Publication,
    before: storage.PublicText,
    now: storage.PublicText,
    differences: Differences,
) -> Entry:
    """What one material change says: the owner's note, what differs, and the whole text as it was then."""
    told, note = differences.between(before, now), _note(now.change)
    parts = [f"<p><strong>{escape(note)}</strong></p>"] if note else []
    parts.append(told.html)
    if publication.feed_content != "summary":
        pages = f"{ground.base_url}/{publication.slug}/"
        parts += ["<hr />", absolute(now.html, pages, f"{ground.base_url}/-/media/{publication.slug}/")]
    return replace(
        guide,
        id=update_id(guide.id, now.number),
        url=f"{guide.url}/history#revision-{now.number}",
        html="\n".join(parts),
        summary=note or told.brief,
        published=now.released_at,
        updated=now.released_at,
        canonical=None,
        change=None,
        revision=now.number,
    )


def _note(change: str | None) -> str | None:
    return (change or "").strip() or None
