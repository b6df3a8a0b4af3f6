"""templates/README.md names exactly the variables that page templates are given."""

from __future__ import annotations

import re
from dataclasses import fields

from jinja2 import Environment, meta

from publisher import pages
from publisher.pages import follow_views, view
from publisher.site import bundled
from publisher.text import Section

TEMPLATES = bundled("templates")
SECTION = (TEMPLATES / "README.md").read_text(encoding="utf-8").split("\n## web/")[1].split("\n## ")[0]
PARTS = {
    "mine": pages.MineView,
    "news": pages.NewsView,
    "tab": pages.TabView,
    "publication": view.PublicationView,
    "feed": view.FeedView,
    "offer": view.OfferView,
    "reader": view.ReaderView,
    "term": view.TermView,
    "change": view.ChangeView,
    "pager": view.PagerView,
    "meta": view.MetaView,
    "guide": view.GuideView,
    "author": view.AuthorView,
    "picture": view.PictureView,
    "section": Section,
    "date": view.DateView,
    "form": follow_views.FormView,
    "problem": follow_views.ProblemView,
    "pick": follow_views.PickView,
    "cadence": follow_views.CadenceView,
    "topic": follow_views.TopicView,
    "sent": follow_views.SentView,
    "confirming": follow_views.ConfirmingView,
    "followed": follow_views.FollowedView,
    "leaving": pages.LeavingView,
    "preferences": pages.PreferencesView,
    "choice": pages.ChoiceView,
    "option": pages.OptionView,
    "pause": pages.PauseView,
    "account": pages.AccountView,
    "why": pages.WhyView,
    "told": pages.ToldView,
    "story": pages.StoryView,
    "coming": pages.ComingView,
    "post": pages.PostView,
    "event": pages.EventView,
    "message": view.MessageView,
    "mail": view.MailView,
}
ASSETS = {"style", "accents", "icon", "htmx"}


def documented() -> set[str]:
    return set(re.findall(r"^\| `([a-z_.]+)` \|", SECTION, re.MULTILINE))


def used() -> set[str]:
    """Variables that templates take from outside; blocks fill what `base.html` needs, macros their own."""
    environment = Environment()
    names: set[str] = set()
    for path in (TEMPLATES / "web").glob("*.html"):
        names |= meta.find_undeclared_variables(environment.parse(path.read_text(encoding="utf-8")))
    return names


def test_every_part_is_documented_and_nothing_else() -> None:
    offered = {f"{name}.{field.name}" for name, part in PARTS.items() for field in fields(part)}
    offered |= {f"assets.{name}" for name in ASSETS}
    files = {path.name for path in (TEMPLATES / "web").glob("*.html")}  # guide.html is a file, and a variable
    assert {name for name in documented() if "." in name} == offered | files


def test_every_variable_is_documented() -> None:
    assert used() <= {name for name in documented() if "." not in name}


def test_every_template_is_documented() -> None:
    names = {path.name for path in (TEMPLATES / "web").glob("*.html")}
    assert set(re.findall(r"^\| `([a-z_]+\.html)` \|", SECTION, re.MULTILINE)) == names
