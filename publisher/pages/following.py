"""The pages about following by mail: the form, what comes after it, the button to confirm, the badge.

following = FollowPages(pages, Offering(publications, offered, counts, now))
following.form(root, publication, infos)        /-/follow/knees, and without a publication /-/follow/
following.asked(root, …), following.confirm(root, …)
following.button(root, publication)             /-/button/knees
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.model import DigestSpec, Publication
from publisher.pages import follow_views as views
from publisher.pages.needs import FeedInfo
from publisher.pages.place import Place
from publisher.pages.render import Pages
from publisher.pages.words import direction, language_of
from publisher.words import Words

SCRIPT = "follow.js"


@dataclass(frozen=True, slots=True)
class Offering:
    """What can be followed by mail now: the digests of each publication, and how many follow it."""

    publications: Sequence[Publication]
    offered: views.Offered
    counts: Mapping[str, int]
    now: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a link that confirms stands. `follows`: (slug, cadence, topics); `state` as in `ConfirmingView`."""

    state: str
    what: str  # "follow" or "address"
    follows: Sequence[tuple[str, str, Sequence[str]]] = ()
    address: str = ""
    old: str = ""
    zone: str = ""
    hour: str = ""
    next: tuple[datetime, DigestSpec] | None = None
    preferences: str = ""  # absolute, or ""
    contact: str = ""


class FollowPages:
    """Every method raises TemplateError. `root` leads from the page to the site's first page."""

    def __init__(self, pages: Pages, offering: Offering, language: str = "") -> None:
        self._pages, self._offering, self._language = pages, offering, language
        self._site = pages.site

    def form(
        self,
        root: str,
        publication: Publication | None,
        infos: Sequence[FeedInfo],
        typed: views.Typed | None = None,
        problems: tuple[views.ProblemView, ...] = (),
    ) -> str:
        """How to follow a publication, or any on the site: by mail and by feed. `infos` are the feeds."""
        words, place = self._words(publication), self._place(root)
        own = [publication] if publication else list(self._offering.publications)
        form = self._form(words, place, own, publication, typed or views.Typed(), problems)
        title = words.gettext(
            "Follow %(title)s", title=publication.title if publication else self._site.title
        )
        path = f"-/follow/{publication.slug if publication else ''}"
        address = "" if problems or typed else place.world(path)
        told = publication.description if publication else ""
        what = ("main", "updates") if publication else ("site",)
        titled = publication.title if publication else ""
        offers = views.feed_offers(words, infos, titled, self._pages.kinds, place, what)
        return self._pages.personal(
            *("follow", root, self._with_problems(words, title, problems)),
            language=self._language,
            publication=publication,
            # This page is everybody's: the same for all, and to be found.
            canonical=address,
            address=address,
            description=told,
            feeds=tuple(feed for offer in offers for feed in offer.feeds),
            script=self._script(root),
            heading=title,
            form=form,
            offers=offers,
            all_feeds=place.to(f"-/feeds/{publication.slug if publication else ''}") if infos else "",
            button=place.to(f"-/button/{publication.slug}") if publication and form.picks else "",
            site_page="" if publication is None else place.to("-/follow/"),
        )

    def asked(
        self,
        root: str,
        publication: Publication | None,
        address: str,
        slugs: Sequence[str],
        fields: Sequence[tuple[str, str]],
        works: timedelta,
        *,
        inbox: bool,
    ) -> str:
        """After the form: look in your inbox. The same for every address."""
        words, place = self._words(publication), self._place(root)
        titles = {each.slug: each.title for each in self._offering.publications}
        asked = views.SentView(
            address=address,
            titles=words.listed([titles[slug] for slug in slugs if slug in titles]),
            works=views.period_words(words, works),
            action=place.to("-/ask"),
            fields=tuple(fields),
            back=place.to(f"-/follow/{publication.slug if publication else ''}"),
            inbox=place.to("-/inbox/") if inbox else "",
        )
        title = words.gettext("Look in your inbox")
        return self._pages.personal(
            "asked", root, title, language=self._language, publication=publication, sent=asked
        )

    def confirm(self, root: str, token: str, standing: Standing) -> str:
        """The page behind a link that confirms, in each of its states."""
        known = {each.slug: each for each in self._offering.publications}
        own = [known[slug] for slug, _, _ in standing.follows if slug in known]
        only = own[0] if len(own) == 1 else None
        words, place = self._words(only), self._place(root)
        form = None
        if standing.state == "expired" and standing.what == "follow" and own:
            chosen = {slug: (cadence, frozenset(topics)) for slug, cadence, topics in standing.follows}
            typed = views.Typed(standing.address, chosen, standing.zone, standing.hour)
            form = self._form(words, place, own, only, typed, ())
        follow_url = place.to(f"-/follow/{only.slug if only else ''}")
        confirming = views.ConfirmingView(
            state=standing.state,
            what=standing.what,
            action=f"./{token}",
            address=standing.address,
            old=standing.old,
            follows=tuple(
                self._followed(words, place, known[slug], cadence, topics)
                for slug, cadence, topics in standing.follows
                if slug in known
            ),
            next=_next(words, standing),
            preferences=place.local(standing.preferences),
            back=follow_url,
            contact=standing.contact,
            form=form,
        )
        return self._pages.personal(
            *("confirm", root, words.gettext("Confirm")),
            language=self._language,
            publication=only,
            confirming=confirming,
            script=self._script(root),
        )

    def button(self, root: str, publication: Publication) -> str:
        """How to stand the button or the form on another site: text to copy, and what it looks like."""
        words, place = self._words(publication), self._place(root)
        form = self._form(words, place, [publication], publication, views.Typed(), ())
        return self._pages.personal(
            *("button", root, words.gettext("A button for %(title)s", title=publication.title)),
            language=self._language,
            publication=publication,
            script=self._script(root),
            base=self._site.base_url,
            form=form,
        )

    def _form(
        self,
        words: Words,
        place: Place,
        publications: Sequence[Publication],
        at: Publication | None,
        typed: views.Typed,
        problems: tuple[views.ProblemView, ...],
    ) -> views.FormView:
        has, now = self._offering, self._offering.now
        picks = views.pick_views(words, place, publications, has.offered, has.counts, typed, now)
        site = self._site.title
        return views.form_view(words, place, site, picks, typed, at.slug if at else "-", problems)

    def _followed(
        self, words: Words, place: Place, publication: Publication, cadence: str, topics: Sequence[str]
    ) -> views.FollowedView:
        digest = self._offering.offered.get(publication.slug, {}).get(cadence)
        language = language_of(publication.language, "en")
        return views.FollowedView(
            title=publication.title,
            url=place.to(f"{publication.slug}/"),
            cadence=views.cadence_words(words, cadence, digest),
            topics=words.listed(list(topics)),
            language=language,
            dir=direction(language),
        )

    def _script(self, root: str) -> str:
        return root + self._pages.assets.address(SCRIPT)

    def _words(self, publication: Publication | None) -> Words:
        return self._pages.words(self._language, publication)

    def _place(self, root: str) -> Place:
        return Place(self._site.base_url, root)

    def _with_problems(self, words: Words, title: str, problems: Sequence[views.ProblemView]) -> str:
        """Whoever hears the title first hears that something is to be mended."""
        return words.gettext("Please look again: %(title)s", title=title) if problems else title


def _next(words: Words, standing: Standing) -> str:
    if standing.next is None:
        return ""
    moment, digest = standing.next
    return words.moment(moment, standing.zone or digest.zone)
