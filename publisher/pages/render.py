"""The pages of a site: one method per page, and all of them as static files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from publisher import formats
from publisher.digest import TemplateFolders
from publisher.model import Entry, Feed, Publication
from publisher.pages import view
from publisher.pages.assets import Assets
from publisher.pages.colour import accents

if TYPE_CHECKING:
    from publisher.mail import InboxMail, InboxMessage

LATEST = 3  # guides named on the site's page for each publication
PICO, HTMX = "pico.classless-2.1.1.min.css", "htmx-4.0.1.min.js"


@dataclass(frozen=True, slots=True)
class SiteHead:
    """What every page says about the site. `base_url` has no slash at its end."""

    title: str
    base_url: str
    publications: tuple[Publication, ...] = ()


class Shelf(Protocol):
    """One publication as the public sees it: its feed's head, and its entries, newest first."""

    @property
    def publication(self) -> Publication: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def entries(self) -> Sequence[Entry]: ...


class Pages:
    """Renders the pages of one site. `folders` hold `web/*.html`, the owner's before the bundled ones.

    A publication's own `templates/` comes before them on its pages. Every method raises TemplateError.
    """

    def __init__(self, site: SiteHead, folders: Sequence[Path]) -> None:
        self.site = site
        self.assets = Assets(folders)
        self._folders = tuple(folders)
        self._mimes = {kind: formats.open_format(kind).mime for kind in formats.KINDS}
        self._templates: dict[str, TemplateFolders] = {}

    def site_index(self, shelves: Iterable[Shelf], root: str = "./") -> str:
        """The site's first page: its publications, each with its newest guides."""
        publications = [self._shelf(shelf, root, LATEST) for shelf in shelves]
        return self._render("site", root, title=self.site.title, canonical="/", publications=publications)

    def publication(self, shelf: Shelf, root: str = "../") -> str:
        """A publication's page: what it is, how to follow it, and all its guides."""
        own = shelf.publication
        return self._render(
            "publication",
            root,
            title=own.title,
            description=own.description,
            canonical=f"/{own.slug}/",
            publication=self._shelf(shelf, root),
            folder=own.folder,
        )

    def guide(self, publication: Publication, feed: Feed, entry: Entry, root: str = "../") -> str:
        """A guide's page."""
        from publisher import text

        place = view.Place(self.site.base_url, root)
        guide = view.guide_view(entry, publication, place, text.sections(entry.html), text=True)
        original = entry.canonical if entry.canonical and view.is_web(entry.canonical) else entry.url
        return self._render(
            "guide",
            root,
            title=guide.title,
            description=guide.summary,
            canonical=original,
            publication=view.publication_view(publication, view.feed_views(feed, self._mimes, place), place),
            guide=guide,
            folder=publication.folder,
        )

    def not_found(self, root: str) -> str:
        """The page for an address where nothing is. It never repeats the address."""
        advice = (
            "The address may be mistyped, or the guide may have moved. The first page leads to all guides."
        )
        return self.notice(root, "There is nothing here", [advice])

    def notice(self, root: str, title: str, paragraphs: Sequence[str], reference: str = "") -> str:
        """A page of a few sentences. `reference` is what the owner finds in the log."""
        return self._render("notice", root, title=title, paragraphs=paragraphs, reference=reference)

    def unsubscribe(self, leaving: view.LeavingView, root: str) -> str:
        """The page behind the unsubscribe link of a mail, in each of its states."""
        title = f"{leaving.mail}: stop or follow"
        return self._render("unsubscribe", root, title=title, accent=leaving.accent, leaving=leaving)

    def inbox(self, messages: Iterable[InboxMessage], root: str, *, newest: bool, older: str = "") -> str:
        """The list of the built-in inbox. `older` is the id from which an older page goes on."""
        seen = [view.message_view(message) for message in messages]
        return self._render("inbox", root, title="Inbox", messages=seen, newest=newest, older=older)

    def mail(self, mail: InboxMail, part: str, root: str) -> str:
        """One mail of the built-in inbox; `part` is "html", "text", "headers" or "source"."""
        message = view.message_view(mail.message)
        shown = view.mail_view(mail)
        return self._render("mail", root, title=message.subject, message=message, mail=shown, part=part)

    def style(self) -> bytes:
        """The generated style sheet: every publication's accent."""
        return accents(self.site.publications).encode()

    def files(self, shelves: Sequence[Shelf]) -> Iterator[tuple[str, bytes]]:
        """(path below the output folder, bytes) of all pages and of what they are made with.

        A static host serves `knees/stairs/index.html` as `/knees/stairs/`, one step deeper than we do.
        """
        yield "index.html", self.site_index(shelves).encode()
        for shelf in shelves:
            yield from self.publication_files(shelf)
        yield "404.html", self.not_found(f"{urlsplit(self.site.base_url).path}/").encode()
        yield "-/style/accents.css", self.style()
        yield from ((f"-/static/{asset.name}", asset.body) for asset in self.assets.all())

    def publication_files(self, shelf: Shelf) -> Iterator[tuple[str, bytes]]:
        """The pages of one publication: its own, and one for each guide."""
        slug = shelf.publication.slug
        yield f"{slug}/index.html", self.publication(shelf).encode()
        for entry in shelf.entries:
            page = self.guide(shelf.publication, shelf.feed, entry, root="../../")
            yield f"{slug}/{entry.slug}/index.html", page.encode()

    def _shelf(self, shelf: Shelf, root: str, limit: int | None = None) -> view.PublicationView:
        place = view.Place(self.site.base_url, root)
        feeds = view.feed_views(shelf.feed, self._mimes, place)
        return view.publication_view(shelf.publication, feeds, place, shelf.entries[:limit])

    def _render(
        self,
        template: str,
        root: str,
        *,
        title: str,
        description: str = "",
        canonical: str = "",
        publication: view.PublicationView | None = None,
        accent: str = "",
        folder: str = "",
        **more: object,
    ) -> str:
        """`canonical` is absolute, a path of ours, or empty for pages that search engines should not keep."""
        absolute = self.site.base_url + canonical if canonical.startswith("/") else canonical
        variables = {
            "site": self.site.title,
            "root": root,
            "title": title,
            "description": description,
            "canonical": absolute,
            "publication": publication,
            "accent": publication.slug if publication else accent,
            "assets": {
                "style": root + self.assets.address("site.css"),
                "accents": f"{root}-/style/accents.css",
                "base_style": root + self.assets.address(PICO),
                "icon": root + self.assets.address("icon.svg"),
                "htmx": root + self.assets.address(HTMX),
            },
            **more,
        }
        return self._folder(folder).render(f"web/{template}.html", variables)

    def _folder(self, publication: str) -> TemplateFolders:
        """The templates for pages of the publication in this folder; "" for the site's own pages."""
        if publication not in self._templates:
            own = [Path(publication) / "templates"] if publication else []
            self._templates[publication] = TemplateFolders([*own, *self._folders])
        return self._templates[publication]
