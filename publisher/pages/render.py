"""The pages of a site: one method per page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import text
from publisher.model import Change, Entry, Feed, Publication
from publisher.pages import about, making, view, words
from publisher.pages.colour import accents
from publisher.pages.frame import Frame, Press, SiteHead
from publisher.pages.needs import FeedInfo, Shelf, Term
from publisher.words import Words

if TYPE_CHECKING:
    from publisher.mail import InboxMail, InboxMessage

LATEST = 3  # guides named on the site's page for each publication
PUBLICATIONS = 12  # on the site's page until their guides are left out
LISTED = 50  # guides on a publication's page; all of them are in the list
TOLD = 12  # of these, with their summaries
PER_PAGE = 50  # guides on one page of the list; the newest has up to twice as many
OF_TERM = 100  # guides on the page of a tag or an author
TOPICS = 16  # tags named on a publication's page
TERMS = 150  # tags, and as many authors, named on the page of feeds


class Pages:
    """Renders the pages of one site. `folders` hold `web/*.html`, the owner's before the bundled ones.

    A publication's own `templates/` comes before them on its pages. `infos` are the feeds that there are (of
    the publication, the main one first): without them a page knows of the main feed only, and links to no
    page about feeds, tags, authors or changes. Every method raises TemplateError.
    """

    def __init__(self, site: SiteHead, folders: Sequence[Path]) -> None:
        self.site = site
        self._press = Press(site, folders)
        self.assets, self.kinds = self._press.assets, self._press.kinds

    # ----------------------------------------------------------------------------------- what is read

    def site_index(
        self, shelves: Iterable[Shelf], root: str = "./", *, infos: Sequence[FeedInfo] = ()
    ) -> str:
        """The site's first page: its publications, each with its newest guides."""
        brief = len(self.site.publications) > PUBLICATIONS
        limit = 0 if brief else LATEST
        place = self._press.place(root)
        seen = [self._press.publication(s.publication, s.feed, place, s.entries[:limit]) for s in shelves]
        frame = self._press.site_frame(self.site.title, "", place, infos)
        by_mail = bool(infos and self.site.mailing)
        follow = place.to("-/follow/" if by_mail else "-/feeds/") if infos else ""
        more = {"publications": seen, "brief": brief, "follow": follow, "by_mail": by_mail}
        return self._press.render("site", place, frame, **more)

    def publication(
        self,
        shelf: Shelf,
        root: str = "../",
        *,
        infos: Sequence[FeedInfo] = (),
        terms: Sequence[Term] = (),
    ) -> str:
        """A publication's page: what it is, how to follow it, and its newest guides.

        Of the shelf's entries LISTED are named; where there are more, the page leads to the list of all.
        """
        own, place = shelf.publication, self._press.place(root)
        seen = self._press.publication(own, shelf.feed, place, shelf.entries[:LISTED], infos)
        tags = sorted((each for each in terms if each.kind == "tag"), key=lambda each: -each.count)[:TOPICS]
        return self._press.render(
            *("publication", place),
            self._press.frame(own, seen, f"{own.slug}/", place, infos, description=own.description),
            told=TOLD,
            by_mail=self._press.by_mail(own, place) if infos else "",
            topics=[making.term_view(each, own, place) for each in tags],
            everything=place.to(f"-/all/{own.slug}/") if infos and len(shelf.entries) > LISTED else "",
        )

    def guide(
        self,
        publication: Publication,
        feed: Feed,
        entry: Entry,
        root: str = "../",
        *,
        infos: Sequence[FeedInfo] = (),
        newer: Entry | None = None,
        older: Entry | None = None,
    ) -> str:
        """A guide's page. `newer` and `older` are its neighbours in the publication."""
        place = self._press.place(root)
        say = self._press.speaks(publication)
        guide = making.guide_view(entry, publication, place, say, whole=True, linked=bool(infos))
        seen = self._press.publication(publication, feed, place, (), infos)
        path = f"{publication.slug}/{entry.slug}"
        frame = self._press.frame(publication, seen, path, place, infos)
        around = {
            side: making.guide_view(each, publication, place, say) if each else None
            for side, each in (("next", newer), ("previous", older))
        }
        return self._press.render(
            "guide", place, self._of(frame, guide, entry, publication), guide=guide, **around
        )

    def _of(self, frame: Frame, guide: view.GuideView, entry: Entry, publication: Publication) -> Frame:
        """The frame with what is said of a guide to search engines and to those who show a link to it."""
        original = entry.canonical if entry.canonical and words.is_web(entry.canonical) else entry.url
        site = self.site
        card = about.card(
            "article", site.title, guide.title, guide.summary, original, guide.language, entry.image
        )
        return replace(
            frame,
            title=guide.title,
            address=entry.url,
            description=guide.summary,
            canonical=original,
            card=card + about.article_card(entry, publication.title),
            data=about.article_data(
                entry, publication, guide.title, guide.language, site.title, site.base_url
            ),
        )

    def history(
        self,
        publication: Publication,
        feed: Feed,
        entry: Entry,
        changes: Sequence[Change],
        root: str = "../../",
        *,
        infos: Sequence[FeedInfo] = (),
    ) -> str:
        """What became public of a guide, newest first: when, how much it changed, and what differs."""
        place = self._press.place(root)
        say = self._press.speaks(publication)
        guide = making.guide_view(entry, publication, place, say)
        seen = self._press.publication(publication, feed, place, (), infos)
        frame = self._press.frame(
            *(publication, seen, f"{publication.slug}/{entry.slug}/history", place, infos),
            title=say.gettext("What changed in “%(title)s”", title=guide.title),
            description=say.gettext(
                "Every public version of “%(title)s”, and what differs between them.", title=guide.title
            ),
        )
        found = making.change_views(changes, publication, place, say)
        return self._press.render("history", place, frame, guide=guide, changes=found)

    # -------------------------------------------------------------------------------- lists and feeds

    def term(
        self,
        shelf: Shelf,
        kind: str,
        name: str,
        root: str = "../../../",
        *,
        infos: Sequence[FeedInfo] = (),
        count: int | None = None,
    ) -> str:
        """The page of a tag or an author (`kind`): the newest of its guides, and its own feed.

        `shelf.feed` is the feed of the tag or author; the page lies where its feeds lie. `count` is how many
        guides there are, when the shelf holds only the newest OF_TERM.
        """
        own, place = shelf.publication, self._press.place(root)
        feeds = making.feed_views(shelf.feed.urls, self._press.kinds, place, shelf.feed.title)
        seen = self._press.publication(own, shelf.feed, place, shelf.entries[:OF_TERM], infos)
        say = self._press.speaks(own)
        title, description = _of_term(kind, name, own.title, say)
        frame = self._press.frame(
            *(own, seen, f"{own.slug}/{kind}/{text.slugify(name)}/", place, infos),
            title=title,
            description=description,
            first=feeds,
        )
        return self._press.render(
            *("term", place, frame),
            kind=kind,
            name=name,
            count=max(count or 0, len(shelf.entries)),
            website=_website(shelf, name) if kind == "author" else "",
            offer=making.offer(kind, name, shelf.feed.title, shelf.feed.urls, self._press.kinds, place, say),
            everything=place.to(f"-/all/{own.slug}/") if infos else "",
        )

    def listing(
        self,
        publication: Publication,
        entries: Sequence[Entry],
        number: int,
        last: int,
        root: str = "../../../",
        *,
        infos: Sequence[FeedInfo] = (),
    ) -> str:
        """Page `number` of the list of all guides, `/-/all/<publication>/<number>`, newest first.

        What is on a page stays there: `ordinals` tells which, `pages_of` how many pages there are.
        `/-/all/<publication>/` shows page `last`, the newest.
        """
        place, path = self._press.place(root), f"-/all/{publication.slug}/"
        seen = self._press.publication(publication, None, place, entries, infos)
        say = self._press.speaks(publication)
        title = say.gettext("All guides of %(title)s", title=publication.title)
        frame = self._press.frame(publication, seen, f"{path}{number}", place, infos, title=title)
        return self._press.render("listing", place, frame, pager=making.pager_view(number, last, place, path))

    def feeds(self, publication: Publication, infos: Sequence[FeedInfo], root: str = "../../") -> str:
        """`/-/feeds/<publication>`: what a feed is, every feed of a publication, and how to follow them."""
        kinds, place, say = self._press.kinds, self._press.place(root), self._press.speaks(publication)
        offers = [making.offer_view(info, publication.title, kinds, place, say) for info in infos]
        seen = self._press.publication(publication, None, place, (), infos)
        frame = self._press.frame(
            *(publication, seen, f"-/feeds/{publication.slug}", place, infos),
            title=say.gettext("Follow %(title)s", title=publication.title),
            description=say.gettext(
                "Every feed of %(title)s, and how to follow it in a feed reader.", title=publication.title
            ),
        )
        by = {kind: [each for each in offers if each.what == kind] for kind in ("tag", "author")}
        return self._press.render(
            *("feeds", place, frame),
            offers=[each for each in offers if each.what in ("main", "updates")],
            folded=publication.fold_updates,
            tags=by["tag"][:TERMS],
            authors=by["author"][:TERMS],
            more=any(len(each) > TERMS for each in by.values()),
            site_follow=place.to("-/feeds/"),
        )

    def site_feeds(self, infos: Sequence[FeedInfo], root: str = "../../") -> str:
        """`/-/feeds/`: the feeds of the whole site, and the way to those of each publication."""
        place, say = self._press.place(root), self._press.speaks(None)
        own = [info for info in infos if info.what == "site"]
        lists = [info.urls["opml"] for info in own if "opml" in info.urls]
        offers = [making.offer_view(info, "", self._press.kinds, place, say) for info in own]
        site = self.site.title
        sentence = say.gettext("The feeds of %(site)s, and how to follow them in a feed reader.", site=site)
        title = say.gettext("Follow %(title)s", title=site)
        frame = self._press.site_frame(title, "-/feeds/", place, infos, sentence)
        return self._press.render(
            *("site_feeds", place, frame),
            offers=[each for each in offers if each.feeds],
            opml=place.local(lists[0]) if lists else "",
            publications=[making.publication_view(p, (), place, follow=True) for p in self.site.publications],
        )

    # ---------------------------------------------------------------------------------- few sentences

    def not_found(self, root: str) -> str:
        """The page for an address where nothing is. It never repeats the address."""
        say = self._press.speaks(None)
        advice = say.gettext(
            "The address may be mistyped, or the guide may have moved. The first page leads to all guides."
        )
        return self.notice(root, say.gettext("There is nothing here"), [advice])

    def gone(self, root: str, publication: Publication | None = None) -> str:
        """The page of a guide that was withdrawn. It tells nothing of the guide."""
        title = self._press.speaks(publication).gettext("This guide was withdrawn")
        return self._few_words("gone", root, Frame(title), publication)

    def moved(self, root: str, to: str, publication: Publication | None = None) -> str:
        """For static files only: a page that leads on to `to` (absolute), where the guide is now."""
        title = self._press.speaks(publication).gettext("This guide has moved")
        frame = Frame(title, canonical=to)
        return self._few_words("moved", root, frame, publication, to=self._press.place(root).local(to))

    def personal(
        self,
        template: str,
        root: str,
        title: str,
        *,
        language: str = "",
        publication: Publication | None = None,
        **variables: object,
    ) -> str:
        """A page for one person, or one that asks: no search engine keeps it. Raises TemplateError.

        `title` is in the page's language; `variables` are what `web/<template>.html` sees beside the frame's.
        """
        return self._few_words(template, root, Frame(title, language=language), publication, **variables)

    def words(self, language: str = "", publication: Publication | None = None) -> Words:
        """What such a page speaks: `language`, else its publication's, else the site's."""
        return self._press.speaks(publication, language)

    def _few_words(
        self, template: str, root: str, frame: Frame, publication: Publication | None, **more: object
    ) -> str:
        place = self._press.place(root)
        if publication:
            seen = making.publication_view(publication, (), place)
            frame = replace(frame, publication=seen, folder=publication.folder)
        return self._press.render(template, place, frame, **more)

    def notice(self, root: str, title: str, paragraphs: Sequence[str], reference: str = "") -> str:
        """A page of a few sentences. `reference` is what the owner finds in the log."""
        more = {"paragraphs": paragraphs, "reference": reference}
        return self._press.render("notice", self._press.place(root), Frame(title), **more)

    def inbox(self, messages: Iterable[InboxMessage], root: str, *, newest: bool, older: str = "") -> str:
        """The list of the built-in inbox. `older` is the id from which an older page goes on."""
        say = self._press.speaks(None)
        seen = [making.message_view(message, say) for message in messages]
        more = {"messages": seen, "newest": newest, "older": older}
        return self._press.render("inbox", self._press.place(root), Frame(say.gettext("Inbox")), **more)

    def mail(self, mail: InboxMail, part: str, root: str) -> str:
        """One mail of the built-in inbox; `part` is "html", "text", "headers" or "source"."""
        message = making.message_view(mail.message, self._press.speaks(None))
        more = {"message": message, "mail": making.mail_view(mail), "part": part}
        return self._press.render("mail", self._press.place(root), Frame(message.subject), **more)

    def style(self) -> bytes:
        """The generated style sheet: every publication's accent."""
        return accents(self.site.publications).encode()


def pages_of(highest: int) -> int:
    """How many pages the list of all guides has, given the highest ordinal."""
    return max(1, highest // PER_PAGE) if highest else 0


def ordinals(number: int, last: int) -> tuple[int, int]:
    """The first and the last ordinal on page `number` of the `last` pages of the list of all guides.

    On the newest page are those that do not fill a page yet, too: nobody who opens the list finds one guide.
    """
    return (number - 1) * PER_PAGE + 1, (number + (number == last)) * PER_PAGE


def _of_term(kind: str, name: str, publication: str, say: Words) -> tuple[str, str]:
    """The title and the description of the page of a tag or an author."""
    if kind == "author":
        return (
            say.gettext("Guides by %(name)s", name=name),
            say.gettext("Guides by %(name)s, in %(title)s.", name=name, title=publication),
        )
    return (
        say.gettext("Guides about %(name)s", name=name),
        say.gettext("Guides about %(name)s, in %(title)s.", name=name, title=publication),
    )


def _website(shelf: Shelf, name: str) -> str:
    """A page of this author's own, if a guide names one."""
    urls = (each.url for entry in shelf.entries for each in entry.authors if each.name.strip() == name)
    return next((url for url in urls if url and words.is_web(url)), "")
