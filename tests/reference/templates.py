"""Template variables: templates/README.md describes them; here it is compared with what templates are given."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher import pages as rooms
from publisher.errors import TemplateError
from publisher.library import Shelf
from publisher.mail import InboxMail, InboxMessage
from publisher.model import Entry, Feed, Publication
from publisher.pages import Pages, SiteHead, follow_views, view
from publisher.site import bundled
from publisher.text import Section as Heading
from tests.reference.writing import Section, compare

_INTRO = (
    "A template is looked up in `feeds/<slug>/templates/`, then in the site's `templates/`, then among the bundled"
    " ones. To change one, copy its file to the same path in your own `templates/` and edit the copy.\n"
)
_README = "templates/README.md"
_FOLLOW = dict.fromkeys(("script", "heading", "form", "offers", "all_feeds", "button", "site_page"))
_WHEN = datetime(2026, 11, 6, 8, tzinfo=UTC)


def section(readme: Path) -> Section:
    """The tables of templates/README.md. A gap for each variable or template that they do not name."""
    _, mails, pages = re.split(
        r"^## (?:email|web)/\n", readme.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    gaps = compare("variable", variables(), set(_first_cells(pages, "variable")), _README)
    gaps += compare(
        "template", _files(readme.parent / "web", "*.html"), set(_first_cells(pages, "template")), _README
    )
    heads = " ".join(re.findall(r"^(\| variable \|.*)\n\|---", mails, re.MULTILINE))
    columns = set(re.findall(r"\w[\w-]*\.(?:mjml|txt)", heads))
    gaps += compare("template", _files(readme.parent / "email", "*"), columns, _README)
    body = f"{_INTRO}\n### Mails\n\n{mails.strip()}\n\n### Pages\n\n{pages.strip()}\n"
    return Section("Templates", body, tuple(gaps))


def _first_cells(text: str, head: str) -> Iterator[str]:
    """What stands in the first column of the tables with this head."""
    for rows in re.findall(rf"^\| {head} \|.*\n((?:\|.*\n)*)", text, re.MULTILINE):
        yield from re.findall(r"^\| `([^`]+)` ", rows, re.MULTILINE)


def _files(folder: Path, pattern: str) -> set[str]:
    return {path.name for path in folder.glob(pattern) if path.is_file()}


def variables() -> set[str]:
    """All that page templates are given: `site`, `assets.style`, `guide.title`."""
    return {*_given(), *_parts()}


def _parts() -> Iterator[str]:
    """The fields of what templates see, under the name of its kind: GuideView is `guide`."""
    known = {**vars(view), **vars(follow_views), **vars(rooms)}
    views = [each for name, each in known.items() if name.endswith("View") and dataclasses.is_dataclass(each)]
    for each in (*views, Heading):
        name = each.__name__.removesuffix("View").lower()
        yield from (f"{name}.{field.name}" for field in dataclasses.fields(each))


def _given() -> Iterator[str]:
    """The names that each page is given, told by templates that ask for one that there is not."""
    with TemporaryDirectory() as folder:
        own = Path(folder) / "web"
        own.mkdir()
        pages = Pages(SiteHead("Site", "https://guides.example"), [Path(folder)])
        for template in _files(bundled("templates") / "web", "[!_]*.html"):
            (own / template).write_text("{{ not_given }}")
        yield from (name for advice in _asked(pages) for name in re.findall(r"\w+", advice.partition(":")[2]))
    with TemporaryDirectory() as folder:
        own = Path(folder) / "web"
        own.mkdir()
        (own / "notice.html").write_text("{% for name in assets %}assets.{{ name }} {% endfor %}")
        pages = Pages(SiteHead("Site", "https://guides.example"), [Path(folder)])
        yield from pages.notice("", "Title", []).split()


def _asked(pages: Pages) -> Iterator[str]:
    """What each page says of the variables that it has."""
    publication = Publication("knees", "/nowhere", "Knees")
    feed = Feed("tag:x", "Knees", "https://guides.example/knees/", {}, _WHEN)
    url = "https://guides.example/knees/stairs"
    entry = Entry("tag:y", "stairs", url, "Stairs", "<p>Up.</p>", "", _WHEN, _WHEN)
    shelf = Shelf(publication, feed, (entry,))
    message = InboxMessage("1", _WHEN, "a@example.com", "b@example.com", "b@example.com", "Subject")
    opened = InboxMail(message, (), "Text", None, b"")
    for page in (
        lambda: pages.site_index([shelf]),
        lambda: pages.publication(shelf),
        lambda: pages.guide(publication, feed, entry),
        lambda: pages.history(publication, feed, entry, ()),
        lambda: pages.term(shelf, "tag", "Daily life"),
        lambda: pages.listing(publication, (entry,), 1, 1),
        lambda: pages.feeds(publication, ()),
        lambda: pages.site_feeds(()),
        lambda: pages.gone(""),
        lambda: pages.moved("", url),
        lambda: pages.notice("", "Title", []),
        lambda: pages.personal("unsubscribe", "", "Title", leaving=None),
        lambda: pages.personal("preferences", "", "Title", preferences=None),
        lambda: pages.personal("account", "", "Title", account=None),
        lambda: pages.personal("mine", "", "Title", mine=None),
        lambda: pages.personal("story", "", "Title", story=None),
        lambda: pages.personal("why", "", "Title", why=None),
        lambda: pages.personal("why", "", "Title", why=None),
        lambda: pages.personal("story", "", "Title", story=None),
        lambda: pages.personal("asked", "", "Title", sent=None),
        lambda: pages.personal("follow", "", "Title", **_FOLLOW),
        lambda: pages.personal("button", "", "Title", script="", base="", form=None),
        lambda: pages.personal("confirm", "", "Title", confirming=None, script=""),
        lambda: pages.inbox([message], "", newest=True),
        lambda: pages.mail(opened, "text", ""),
    ):
        try:
            page()
        except TemplateError as error:
            yield error.advice or ""
