"""docs/reference.md, written from the code: `python -m tests.reference`.

    sections()       every section, and in each what the code does not explain yet
    text(sections)   the page

A description stands beside what it describes: a command's in its help, a key's in the line under it in
publisher/config/tables.py, a kind's and its keys' in the docstring of its file, an address's in its handler, a
template variable's in templates/README.md. What has none is a gap, and a gap is a red test.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.reference import addresses, commands, environment, kinds, settings, templates
from tests.reference.writing import Section

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference.md"

_HEAD = """\
# Reference

Every command, key, kind, address and template variable. This page is written from the code by
`.venv/bin/python -m tests.reference`, so that it says what the program does; a test holds that it is up to date.
To learn how things go together, read the [owner's guide](owner.md).
"""


def sections() -> list[Section]:
    """The page's sections, in order."""
    from publisher import config
    from publisher.cli import app
    from publisher.web import routes

    source = Path(config.__file__).with_name("tables.py")
    return [
        commands.section(app),
        environment.section(ROOT / "publisher", Path(config.__file__)),
        settings.section("publisher.toml", "One for the site.", config.SiteFile, source),
        settings.section("feed.toml", _FEED, config.FeedFile, source),
        *kinds.sections(),
        kinds.front_matter(),
        addresses.section(routes()),
        templates.section(ROOT / "templates" / "README.md"),
    ]


_FEED = "One for each publication: `feeds/<slug>/feed.toml`. The folder's name is its address, and should not change."


def text(found: Sequence[Section]) -> str:
    """The page in Markdown."""
    contents = "\n".join(f"- [{each.title}](#{each.anchor})" for each in found)
    return "\n".join([_HEAD, contents, "", *(f"## {each.title}\n\n{each.text.strip()}\n" for each in found)])
