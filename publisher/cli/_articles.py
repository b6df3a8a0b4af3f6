"""What `publisher articles` shows: the list, the guides past their review date, the changes of one guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.cli import _data
from publisher.cli._common import console, count, now_utc, print_json, say, table
from publisher.errors import GuideError

if TYPE_CHECKING:
    from publisher.site import Site
    from publisher.storage import RevisionFacts, StoredText


def show_all(site: Site, publication: str | None, *, as_json: bool) -> None:
    """Every guide with its state. Raises ConfigError for an unknown publication."""
    from publisher import storage

    chosen = [site.publication(publication)] if publication else list(site.publications)
    with site.store.read() as db:
        found = [each for pub in chosen for each in storage.listed_articles(db, pub.slug)]
        facts = storage.revision_facts(db, [each.id for each in found])
    history = _data.by_article(facts)
    if as_json:
        base_url = site.settings.base_url
        print_json([_data.article_data(each, history[each.id], base_url) for each in found])
        return
    rows = [
        (each.slug, each.title, each.publication, len(history[each.id]), *_data.state(each, history[each.id]))
        for each in found
    ]
    names = ("guide", "title", "publication", "revisions", "state", "updated")
    console().print(table(rows, *names, right=("revisions",)))


def show_stale(site: Site, publication: str | None, *, as_json: bool) -> None:
    """The guides past their review date, the longest first."""
    from publisher import life

    chosen = [site.publication(publication)] if publication else list(site.publications)
    found = life.stale(site.store, chosen, now_utc())
    if as_json:
        print_json(
            [
                {"publication": each.publication, "slug": each.slug, "title": each.title, "due": each.due}
                for each in found
            ]
        )
        return
    if not found:
        say("No guide is past its review date.", "green")
        return
    rows = [(f"{each.publication}/{each.slug}", each.title, f"{each.due:%-d %b %Y}") for each in found]
    console().print(table(rows, "guide", "title", "review was due"))


def show_changes(site: Site, article: str, first: int | None, last: int | None, *, as_json: bool) -> None:
    """What differs between two revisions; without numbers, between the last two. Raises GuideError."""
    from publisher import storage, text
    from publisher.editions import pair_grades

    slug, _, guide = article.strip("/").partition("/")
    site.publication(slug)
    with site.store.read() as db:
        number = storage.find_article(db, slug, guide)
        texts = {each.number: each for each in storage.texts_of(db, number)}
        facts = storage.revision_facts(db, [number])
        direct = storage.pair_grades(db, [number]).get(number, {})
    new = _chosen(texts, last if last is not None else max(texts), article)
    old = _chosen(texts, first if first is not None else max(1, new.number - 1), article)
    if old.number > new.number:
        raise GuideError("--from is later than --to", advice="Exchange the two numbers.")
    grade = "none" if old is new else pair_grades(facts, direct)[old.number, new.number].name.lower()
    changes = text.diff(old.html, new.html)
    if as_json:
        print_json(
            {
                "guide": article,
                "from": old.number,
                "to": new.number,
                "grade": grade,
                "title": {"from": old.title, "to": new.title},
                "steps": [_step(fact) for fact in facts if old.number < fact.number <= new.number],
                "summary": text.diff_summary(changes),
                "text": text.diff_text(changes),
                "html": text.diff_html(changes),
            }
        )
        return
    _print_changes(old, new, grade, [fact for fact in facts if old.number < fact.number <= new.number])
    say(text.diff_text(changes))


def _print_changes(old: StoredText, new: StoredText, grade: str, steps: list[RevisionFacts]) -> None:
    out = console()
    out.print(f"[bold]Revision {old.number} to {new.number}[/]: {grade}")
    for fact in steps:
        why = f", {fact.rule}" if fact.rule else ""
        note = f": {fact.change}" if fact.change else ""
        out.print(f"  {fact.number}  {fact.step.name.lower()}{why}{note}", markup=False)
    if old.title != new.title:
        out.print(f"Title: [-{old.title}-] {{+{new.title}+}}", markup=False)
    out.print()


def _step(fact: RevisionFacts) -> dict[str, object]:
    return {
        "number": fact.number,
        "grade": fact.step.name.lower(),
        "rule": fact.rule or None,
        "change": fact.change,
    }


def _chosen(texts: dict[int, StoredText], number: int, article: str) -> StoredText:
    if number not in texts:
        what = f"{article} has no revision {number}"
        raise GuideError(what, advice=f"It has {count(len(texts), 'revision')}, from 1 to {max(texts)}.")
    return texts[number]
