"""Commands by which the owner decides about one guide: release, withdraw, review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli._common import HERE, SiteOption, count, now_utc, people_time, read_time, say

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.model import Publication
    from publisher.site import Site

_GUIDE = typer.Argument(
    metavar="PUBLICATION/GUIDE", help="The guide, as in `knees/stairs`.", show_default=False
)
_BOTH = typer.Argument(
    metavar="PUBLICATION[/GUIDE]",
    help="A guide; or a publication, for all that is held because much changed at once.",
    show_default=False,
)
_TIME = typer.Option("--at", metavar="TIME", help="Release it then (ISO 8601).", show_default=False)


def register(app: typer.Typer) -> None:
    app.command("release")(release)
    app.command("withdraw")(withdraw)
    app.command("review")(review)


def release(
    article: Annotated[str, _BOTH],
    at: Annotated[str | None, _TIME] = None,
    hold: Annotated[bool, typer.Option("--hold", help="Keep it until it is released by name.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Feeds and pages only: no mail tells of it.")
    ] = False,
    announce: Annotated[
        bool, typer.Option("--announce", help="Mail what was there before the first collect, too.")
    ] = False,
    significance: Annotated[
        str | None,
        typer.Option(metavar="GRADE", help="typo, minor or material: how much its last change matters."),
    ] = None,
    site: SiteOption = HERE,
) -> None:
    """Let out what waits: now, at a time, or not until you say so; and say how much a change matters."""
    from publisher.site import open_site

    if sum((at is not None, hold, announce, significance is not None)) > 1 or (quiet and (hold or announce)):
        raise typer.BadParameter("--at, --hold, --announce, --significance: one of them at a time")
    with open_site(site) as opened:
        publication, guide = _split(opened, article)
        if guide is None:
            only_one = at or hold or significance
            _release_publication(opened, publication, quiet=quiet, announce=announce, only_one=only_one)
        elif announce:
            raise typer.BadParameter("--announce is for a whole publication", param_hint="--announce")
        elif significance is not None:
            _grade(opened, publication, guide, significance)
        else:
            _release_guide(opened, publication, guide, now_utc(), at=at, hold=hold, quiet=quiet)


def _split(site: Site, article: str) -> tuple[Publication, str | None]:
    slug, _, guide = article.strip("/").partition("/")
    return site.publication(slug), guide or None


def _release_publication(
    site: Site, publication: Publication, *, quiet: bool, announce: bool, only_one: object
) -> None:
    from publisher import release as releases

    now = now_utc()
    if only_one:
        raise typer.BadParameter(
            "--at, --hold and --significance are for one guide", param_hint="PUBLICATION"
        )
    if announce:
        size = releases.announce(site.store, publication, now)
        say(f"The next digest of {publication.slug} tells of {count(size, 'guide')} from the archive.")
        return
    done = releases.release_held(site.store, publication, now, quiet=quiet)
    for each in done:
        say(f"Released: {each.title}")
    told = " Nobody is mailed about them." if quiet and done else ""
    say(f"{count(len(done), 'guide')} of {publication.slug} released.{told}")


def _release_guide(
    site: Site,
    publication: Publication,
    guide: str,
    now: datetime,
    *,
    at: str | None,
    hold: bool,
    quiet: bool,
) -> None:
    from publisher import release as releases

    if at is not None or hold:
        when = None if hold else read_time(at, "--at")
        title = releases.release_at(site.store, publication, guide, when)
        say(
            f"Held until you release it: {title}"
            if when is None
            else f"Comes out {people_time(when)}: {title}"
        )
        return
    done = releases.release_now(site.store, publication, guide, now, quiet=quiet)
    say(f"Released: {done.title}" + (" (nobody is mailed about it)" if quiet else ""))


def _grade(site: Site, publication: Publication, guide: str, significance: str) -> None:
    from publisher import release as releases
    from publisher.model import Grade

    names = {each.name.lower(): each for each in Grade if each is not Grade.NONE}
    if significance.lower() not in names:
        raise typer.BadParameter(
            f"{significance!r} is none of {', '.join(names)}", param_hint="--significance"
        )
    number = releases.grade(site.store, publication, guide, names[significance.lower()])
    say(f"Revision {number} of {publication.slug}/{guide} counts as {significance.lower()} now.")


def withdraw(
    article: Annotated[str, _BOTH],
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back.")] = False,
    gone: Annotated[
        bool, typer.Option("--gone", help="All guides of the publication whose files are gone.")
    ] = False,
    site: SiteOption = HERE,
) -> None:
    """Take a guide out of feeds, pages and coming digests. Its address answers 410; it keeps its id."""
    from publisher import life
    from publisher.site import open_site

    with open_site(site) as opened:
        publication, guide = _split(opened, article)
        if guide is None:
            if not gone or undo:
                raise typer.BadParameter(
                    "name a guide, as in knees/stairs; or add --gone", param_hint="ARTICLE"
                )
            done = life.withdraw_missing(opened.store, publication, now_utc())
            say(f"{count(len(done), 'guide')} of {publication.slug} withdrawn.")
        elif undo:
            back = life.restore(opened.store, publication, guide)
            say(f"{article} is {'back' if back else 'not withdrawn'}.")
        else:
            say(f"Withdrawn: {life.withdraw(opened.store, publication, guide, now_utc()).title}")


def review(
    article: Annotated[str, _GUIDE],
    until: Annotated[str | None, typer.Option(metavar="DATE", help="It holds until then.")] = None,
    site: SiteOption = HERE,
) -> None:
    """Say that you looked at a guide and that it still holds: digests may tell of it again."""
    from publisher import life
    from publisher.site import open_site

    with open_site(site) as opened:
        publication, guide = _split(opened, article)
        if guide is None:
            raise typer.BadParameter("name a guide, as in knees/stairs", param_hint="ARTICLE")
        when = None if until is None else read_time(until, "--until")
        if when is not None and when <= now_utc():
            raise typer.BadParameter(f"{until} has passed", param_hint="--until")
        due = life.review(opened.store, publication, guide, now_utc(), when)
    say(f"Reviewed: {article}. " + (f"Next: {people_time(due)}." if due else "No later review is planned."))
