"""What one follower follows, as one stream and as his own feeds: what his mails would tell, without mail.

    stream = catalogue.personal.stream(follower, generation)    what he follows and what it brings; no texts
    catalogue.personal.items(stream)                            the same with texts
    catalogue.personal.document(stream, "atom", home, words)    the same as a feed

For each of his active follows stand there the guides and the material changes since he follows, and to begin
with the newest BACKFILL guides, whatever their age. A pause is about mail: the stream goes on. Entries have
the ids of the public feeds, so that a reader with both gets nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from publisher import __version__, formats, storage
from publisher.library import changes, heads
from publisher.library.entries import entry
from publisher.library.lines import Line, Lines, merged
from publisher.library.memory import Memory
from publisher.library.words import Document, Ground
from publisher.model import Entry, Feed, Publication

ENTRIES = 50  # in a stream
BACKFILL = 30  # of these, guides from before he followed
_MEMORY = 24 << 20
_PIECES = 24 << 20


@dataclass(frozen=True, slots=True)
class Followed:
    """One active follow. No `topics`: all."""

    publication: Publication
    cadence: str
    topics: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Stream:
    """What one follower follows and what it brings, newest first, without texts.

    `only`: the lines of this publication alone. `key` is equal for equal content. `modified` is when any of
    it changed last.
    """

    follower: int
    language: str | None
    zone: str | None
    follows: tuple[Followed, ...]
    lines: tuple[Line, ...]
    versions: Mapping[str, int]
    key: str
    modified: datetime
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A guide, or a material change of one (`guide` is the guide as it is now), and when it became public.

    `told` is from when on mails could tell of it.
    """

    entry: Entry
    guide: Entry
    publication: Publication
    at: datetime
    told: datetime
    changed: bool


@dataclass(frozen=True, slots=True)
class FeedWords:
    """What the head of a follower's feed says, in his language."""

    title: str
    description: str
    language: str


class Personal:
    """Streams of followers. It only reads, and serves many threads."""

    def __init__(
        self,
        store: storage.Store,
        publications: Sequence[Publication],
        ground: Ground,
        differences: changes.Differences,
    ) -> None:
        self._store, self._ground, self._differences = store, ground, differences
        self._known = {each.slug: each for each in publications}
        self._lines = Lines()
        self._items: Memory[Item | None] = Memory(_MEMORY, _weight)
        self._pieces: Memory[bytes] = Memory(_PIECES, len)

    def stream(self, follower: int, generation: int, only: str | None = None) -> Stream | None:
        """What the link of this generation shows; None once it was replaced, or nobody is behind it any more.

        `only` is the publication to be shown alone; one that he does not follow counts as none. Raises
        StorageError.
        """
        with self._store.read() as db:
            person = storage.person(db, follower)
            if person is None or person.generation != generation or _is_erased(person):
                return None
            follows = self._follows(db, follower)
            versions = storage.versions(db)
            own = {each.publication.slug: versions.get(each.publication.slug, 0) for each in follows}
            only = only if only in own else None
            shown = [each for each in follows if only in (None, each.publication.slug)]
            lines, moments = self._chosen(db, shown, own)
            event = storage.last_event(db, follower)
        touched = [
            person.created_at,
            *moments,
            *(each.since for each in follows),
            *([event] if event else []),
        ]
        said = (person.id, generation, person.language, person.zone, only, sorted(own.items()), self._ground)
        return Stream(
            follower=follower,
            language=person.language,
            zone=person.zone,
            follows=follows,
            lines=lines,
            versions=own,
            key=_key(said, follows),
            modified=max(touched),
            only=only,
        )

    def _follows(self, db: storage.Connection, follower: int) -> tuple[Followed, ...]:
        """His active follows of what there is; a publication whose feed.toml is away is away."""
        return tuple(
            Followed(self._known[each.publication], each.cadence, each.topics, each.since)
            for each in storage.follows_of(db, follower)
            if each.state == "active" and each.publication in self._known
        )

    def _chosen(
        self, db: storage.Connection, follows: Sequence[Followed], versions: Mapping[str, int]
    ) -> tuple[tuple[Line, ...], list[datetime]]:
        """The lines of a stream, and when its texts and what is missing from it changed."""
        found: list[Line] = []
        moments: list[datetime | None] = []
        for each in follows:
            slug = each.publication.slug
            topics: Sequence[str | None] = each.topics or (None,)
            parts = [self._lines.of(db, slug, versions[slug], topic) for topic in topics]
            guides, updates = merged(parts)
            found += guides[:BACKFILL]
            found += (line for line in guides[BACKFILL:] if line.at >= each.since)
            found += (line for line in updates if line.at >= each.since)
            moments += (part.modified for part in parts)
        found.sort(key=lambda line: line.order, reverse=True)
        return tuple(found[:ENTRIES]), [each for each in moments if each is not None]

    def last_mails(self, stream: Stream) -> dict[str, datetime]:
        """publication -> the end of the window of the last mail about it that reached him."""
        keys = {each.publication.slug: _digests(each) for each in stream.follows}
        with self._store.read() as db:
            ends = storage.last_windows(db, stream.follower, {key for some in keys.values() for key in some})
        found = {slug: [ends[key] for key in some if key in ends] for slug, some in keys.items()}
        return {slug: max(some) for slug, some in found.items() if some}

    def items(self, stream: Stream) -> tuple[Item, ...]:
        """The stream with its texts. What was withdrawn since it was chosen is left out."""
        read = _Once(lambda: self._read(stream.lines))
        found = (
            self._items.get(
                (line.publication, stream.versions[line.publication], line.article, line.number),
                partial(read.get, line),
            )
            for line in stream.lines
        )
        return tuple(each for each in found if each is not None)

    def document(self, stream: Stream, suffix: str, home: str, words: FeedWords) -> Document | None:
        """The stream as a feed; None where no format has that suffix.

        `home` is the address of his page, with a slash at its end: the feeds lie below it.
        """
        kinds = {formats.open_format(kind).suffix: kind for kind in formats.FEEDS}
        if suffix not in kinds:
            return None
        kind = kinds[suffix]
        form = formats.open_format(kind)
        entries = [each.entry for each in self.items(stream)]
        # Pieces are the same for everybody who reads this language: nothing in them is about the follower.
        basis = Feed(
            id=self._ground.tag("-/my"),
            title=self._ground.site_title or self._ground.base_url,
            home_url=f"{self._ground.base_url}/",
            urls={},
            updated=heads.NO_ENTRY,
            language=words.language,
        )
        feed = replace(
            basis,
            id=self._ground.tag(f"-/my/{stream.follower}"),
            title=words.title,
            home_url=home,
            urls={each: f"{home}feed.{ending}" for ending, each in kinds.items()},
            updated=heads.newest(entries),
            description=words.description,
        )
        same = form.key(basis)
        pieces = (self._pieces.get((kind, same, each), partial(form.entry, basis, each)) for each in entries)
        return Document(f"feed.{suffix}", form.mime, b"".join(form.join(feed, pieces)), stream.modified)

    def _read(self, lines: Sequence[Line]) -> dict[Line, Item]:
        """The texts of these lines, in three queries."""
        updates = [line for line in lines if line.number]
        wanted = {(line.article, number) for line in updates for number in (line.before, line.number)}
        with self._store.read() as db:
            guides = storage.guides_by_id(db, {line.article for line in lines})
            texts = storage.some_public_texts(db, wanted)
        found = {}
        for line in lines:
            if (guide := guides.get(line.article)) is None:
                continue
            own = self._known[line.publication]
            whole = self._named(entry(guide.article, own, self._ground.base_url), own)
            told = whole if own.feed_content != "summary" else replace(whole, html="")
            if line.number:
                pair = [texts.get((line.article, number)) for number in (line.before, line.number)]
                if pair[0] is None or pair[1] is None:
                    continue
                told = changes.update(whole, self._ground, own, pair[0], pair[1], self._differences)
            found[line] = Item(told, replace(whole, html=""), own, line.at, line.told, bool(line.number))
        return found

    def _named(self, made: Entry, own: Publication) -> Entry:
        """An entry that says where it is from, among those of others: its first tag is the publication."""
        others = tuple(tag for tag in made.tags if tag != own.title)
        return replace(made, tags=(own.title, *others), authors=made.authors or heads.people(own))


class _Once:
    """Reads all lines when the first one is missing, and only then."""

    def __init__(self, read: Callable[[], dict[Line, Item]]) -> None:
        self._read = read
        self._found: dict[Line, Item] | None = None

    def get(self, line: Line) -> Item | None:
        if self._found is None:
            self._found = self._read()
        return self._found.get(line)


def _digests(follow: Followed) -> tuple[str, str]:
    """The digests that bring this follow: the publication's own of that name, or the site's."""
    return f"{follow.publication.slug}:{follow.cadence}", f"-:{follow.cadence}"


def _is_erased(person: storage.Person) -> bool:
    return person.endpoint.startswith("erased:")


def _key(said: Hashable, follows: Sequence[Followed]) -> str:
    """Differs whenever the stream may: by what is public, by what he follows, by how it is written."""
    told = [
        (
            own.slug,
            own.title,
            own.language,
            own.feed_content,
            own.author,
            each.cadence,
            each.topics,
            each.since,
        )
        for each in follows
        for own in (each.publication,)
    ]
    return hashlib.blake2b(
        repr((__version__, said, told)).encode("utf-8", "surrogatepass"), digest_size=16
    ).hexdigest()


def _weight(item: Item | None) -> int:
    return 2_000 + len(item.entry.html) if item else 100
