"""A catalogue in memory for tests of pages: publications, guides, tags, changes, as a library hands them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from publisher import text
from publisher.model import Author, Change, Entry, Feed, Grade, Publication
from publisher.pages import Pages, SiteHead
from publisher.site import bundled

BASE = "https://guides.example"
KNEES = Publication(
    slug="knees",
    folder="/nowhere/knees",
    title="Knees",
    description="How to be good to them.",
    author=Author("The knee desk", "https://desk.example/"),
    accent="#8a3d2b",
    rights="CC BY 4.0",
    hubs=("https://hub.example/",),
)
ELBOWS = Publication(slug="elbows", folder="/nowhere/elbows", title="المرافق", language="ar")
FIRST = datetime(2026, 5, 4, 8, tzinfo=UTC)
FORMATS = {"atom": "atom", "rss": "rss", "jsonfeed": "json"}

OLD = """\
<p>Stairs ask more of a knee than a level path.</p>
<h2 id="u-up">Going up</h2><p>The better leg goes first. Rest for two minutes at the landing.</p>
<h2 id="u-down">Going down</h2><p>The sore leg goes first.</p><ul><li>Hold the rail.</li><li>Look ahead.</li></ul>
<h2 id="u-shoes">Shoes</h2><p>Flat ones.</p>"""
NEW = (
    OLD.replace("two minutes", "five minutes")
    .replace("<li>Look ahead.</li>", "")
    .replace("<p>Flat ones.</p>", "<p>Flat ones with a firm heel.</p>")
)


@dataclass(frozen=True)
class Shelf:
    publication: Publication
    feed: Feed
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Info:
    what: str
    title: str
    urls: Mapping[str, str]


@dataclass(frozen=True)
class Term:
    kind: str
    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Stock:
    """What pages ask for. `guides` holds the guides of each publication, oldest first."""

    publications: Sequence[Publication]
    guides: Mapping[str, Sequence[Entry]]
    changes: Mapping[str, Sequence[Change]] = field(default_factory=dict)  # by slug
    old: Mapping[str, str] = field(default_factory=dict)
    away: Sequence[str] = ()

    def shelf(self, publication: Publication, limit: int | None = None) -> Shelf:
        entries = tuple(reversed(self.guides[publication.slug]))
        return Shelf(publication, head(publication), entries[:limit])

    def highest(self, publication: Publication) -> int:
        return len(self.guides[publication.slug])

    def stretch(self, publication: Publication, first: int, last: int) -> Sequence[Entry]:
        return tuple(reversed(self.guides[publication.slug][first - 1 : last]))

    def history(self, publication: Publication, slug: str) -> Sequence[Change] | None:
        (entry,) = [each for each in self.guides[publication.slug] if each.slug == slug]
        only = Change(1, entry.published, entry.title, Grade.MATERIAL)
        return self.changes.get(slug, (only,))

    def terms(self, publication: Publication) -> Sequence[Term]:
        found: dict[tuple[str, str], int] = {}
        for entry in self.guides[publication.slug]:
            for pair in _terms(entry):
                found[pair] = found.get(pair, 0) + 1
        return [Term(kind, text.slugify(name), name, count) for (kind, name), count in found.items()]

    def term_shelf(
        self, publication: Publication, kind: str, slug: str, limit: int | None = None
    ) -> Shelf | None:
        entries = [
            entry
            for entry in reversed(self.guides[publication.slug])
            if any(slug == text.slugify(name) for what, name in _terms(entry) if what == kind)
        ]
        return Shelf(publication, head(publication, f"{kind}/{slug}/"), entries[:limit]) if entries else None

    def feeds(self, publication: Publication) -> Sequence[Info]:
        home, title = f"{BASE}/{publication.slug}/", publication.title
        infos = [Info("main", title, urls(home)), Info("updates", f"{title}: changes", urls(home, "updates"))]
        for term in self.terms(publication):
            feed = head(publication, f"{term.kind}/{term.slug}/")
            infos.append(Info(term.kind, f"{title}: {term.name}", feed.urls))
        return infos

    def site_feeds(self) -> Sequence[Info]:
        return [Info("site", "Example Guides", {**urls(f"{BASE}/"), "opml": f"{BASE}/feeds.opml"})]

    def old_addresses(self, publication: Publication) -> Mapping[str, str]:
        return self.old if publication.slug == "knees" else {}

    def withdrawn(self, publication: Publication) -> Sequence[str]:
        return self.away if publication.slug == "knees" else ()


def _terms(entry: Entry) -> list[tuple[str, str]]:
    return [("tag", tag) for tag in entry.tags] + [("author", author.name) for author in entry.authors]


def urls(home: str, name: str = "feed") -> dict[str, str]:
    return {kind: f"{home}{name}.{suffix}" for kind, suffix in FORMATS.items()}


def head(publication: Publication, path: str = "") -> Feed:
    home = f"{BASE}/{publication.slug}/"
    return Feed(f"tag:x:{publication.slug}", publication.title, home, urls(home + path), FIRST)


def entry(number: int = 1, slug: str = "stairs", publication: str = "knees", **changes: object) -> Entry:
    """A plain guide, the `number`th of its publication."""
    at = FIRST + timedelta(days=number)
    url = f"{BASE}/{publication}/{slug}"
    plain = Entry(f"tag:x:{slug}", slug, url, slug.capitalize(), "<p>Up.</p>", "A few words.", at, at)
    return replace(plain, **changes)  # type: ignore[arg-type]


def revisions() -> tuple[Change, ...]:
    """Four public revisions of the guide "stairs": the newest is important."""
    typo, note = OLD.replace("ask more", "ask moore"), "Rest for five minutes, not for two."
    between = [(typo, OLD), (OLD, OLD.replace("Flat ones.", "Flat ones, best.")), (OLD, NEW)]
    grades = (Grade.TYPO, Grade.MINOR, Grade.MATERIAL)
    found = [Change(1, FIRST, "Stairs", Grade.MATERIAL)]
    for at, ((before, after), grade) in enumerate(zip(between, grades, strict=True)):
        heads = [
            f"<h1>{'Stairs' if at == 0 else 'Stairs on sore knees'}</h1>",
            "<h1>Stairs on sore knees</h1>",
        ]
        changes = text.diff(heads[0] + before, heads[1] + after)
        found.append(
            Change(
                number=at + 3,  # the second was never public
                at=FIRST + timedelta(days=30 * at + 30),
                title="Stairs on sore knees",
                grade=grade,
                note=note if grade is Grade.MATERIAL else None,
                brief=text.diff_summary(changes),
                html=text.diff_html(changes),
            )
        )
    return tuple(reversed(found))


def stock(**more: object) -> Stock:
    """Two publications: knees with three guides, one of which changed; elbows from right to left."""
    ida, ben = Author("Ida Åkesson", "https://ida.example/"), Author("Ben")
    stairs = entry(
        1,
        html=NEW,
        authors=(ida, ben),
        tags=("daily life", "Übung"),
        updated=FIRST + timedelta(days=90),
        change="Rest for five minutes, not for two.",
        revision=5,
    )
    guides = {
        "knees": (stairs, entry(2, "rest", authors=(ben,), tags=("daily life",)), entry(3, "shoes")),
        "elbows": (entry(1, "lift", "elbows", title="كيف ترفع", language="ar"),),
    }
    changes = {"stairs": revisions()}
    plain = Stock((KNEES, ELBOWS), guides, changes, {"steps": "stairs"}, ("cream",))
    return replace(plain, **more)  # type: ignore[arg-type]


def pages(made: Stock) -> Pages:
    return Pages(SiteHead("Example Guides", BASE, tuple(made.publications)), [bundled("templates")])
