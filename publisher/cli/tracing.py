"""The command that tells the whole story of one address: trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import HERE, JsonOption, SiteOption, console, now_utc, print_json, say
from publisher.errors import GuideError

if TYPE_CHECKING:
    from publisher.site import Site
    from publisher.trace import Rules, Story, Teller

_EMAIL = typer.Argument(metavar="EMAIL", help="An e-mail address.")
_ARTICLE = typer.Argument(
    metavar="ARTICLE",
    help="Only this guide: PUBLICATION/GUIDE, its slug, id or path.",
    show_default=False,
)
_ALL = typer.Option("--all", help="Every mail, not the 20 latest only.")


def register(app: typer.Typer) -> None:
    app.command("trace")(trace)


def trace(
    email: Annotated[str, _EMAIL],
    article: Annotated[str | None, _ARTICLE] = None,
    every: Annotated[bool, _ALL] = False,
    site: SiteOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Tell the whole story of one address: what was mailed, when, why, and why not."""
    from publisher import trace as tracing
    from publisher.site import open_site

    with open_site(site) as opened:
        rules = rules_of(opened)
        story = tracing.story(
            opened.store,
            email,
            opened.keys,
            rules,
            now_utc(),
            article=_article(opened, article) if article else None,
            limit=None if every else tracing.SHOWN,
        )
        zone = story.person.zone if story.person else None
        tell = tracing.Teller(opened.catalogues.words("en"), rules, zone)
    if as_json:
        from publisher.cli import _story

        print_json(_story.data(story, tell))
    else:
        _print(story, tell)
    if story.person is None:
        raise typer.Exit(1)


def _print(story: Story, tell: Teller) -> None:
    from publisher.cli import _story

    out = console()
    if story.person is None:
        say(f"{story.address} is not known here: nobody with that address follows or ever did.")
        found = _story.suppressed(story.suppressions, story.address, tell)
    else:
        found = _story.lines(story, tell)
    for line in found:
        out.print(line.wrapped(out.width), style=line.style, markup=False, soft_wrap=True)


def rules_of(site: Site) -> Rules:
    """The site's side of a story."""
    from publisher import editions, mail
    from publisher import trace as tracing

    _, sender = mail.split_address(site.settings.sender)
    domain = sender.rpartition("@")[2]
    return tracing.Rules(site.publications, site.digests, editions.pair_grades, domain, site.instance)


def _article(site: Site, written: str) -> int:
    """The number of a guide, however it is named. Raises GuideError."""
    from publisher import storage

    wanted = written.strip("/")
    slug, _, rest = wanted.partition("/")
    with site.store.read() as db:
        known = storage.publication_ids(db)
        if slug in known and rest:
            return storage.find_article(db, slug, rest)
        every = [each for name in known for each in storage.listed_articles(db, name)]
    found = [each for each in every if wanted in (each.slug, each.path, each.public_id, each.foreign_id)]
    if len(found) == 1:
        return found[0].id
    if not found:
        raise GuideError(f"there is no guide {written!r}", advice="`publisher articles` lists them.")
    names = ", ".join(f"{each.publication}/{each.slug}" for each in found[:5])
    raise GuideError(f"several guides are called {written!r}", advice=f"Say which: {names}.")
