"""What can be wrong with an owner's files: a row for each fault, made all together in one site.

A row proves that its fault is one before anybody looks at what is said of it: the system refuses the file, or
a parser that is not ours gives up on it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from lxml import etree

from publisher.config import FeedFile
from tests.faults import is_refused, write

Make = Callable[[Path], object]  # gets feeds/, with feeds/knees/articles/ in it
Prove = Callable[[Path], bool]

ARTICLES = "knees/articles/"
LONG = "x" * 300 + ".png"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault; `says` is the whole line that tells of it (a regular expression), found by `about`."""

    name: str
    about: str
    make: Make
    is_real: Prove
    says: str


def guide(name: str, content: str | bytes) -> Make:
    return lambda feeds: write(feeds / ARTICLES / name, content)


def feed(slug: str, content: str | bytes) -> Make:
    """A publication with this feed.toml and one good guide."""
    return both(
        lambda feeds: write(feeds / slug / "feed.toml", content),
        lambda feeds: write(feeds / slug / "articles/good.md", "# A good guide\n\nText.\n"),
    )


def both(*makers: Make) -> Make:
    return lambda feeds: [make(feeds) for make in makers]


def close(path: str) -> Make:
    """Take every permission away: this binds the user that the command runs as, who owns it."""
    return lambda feeds: (feeds / path).chmod(0)


def refused(path: str) -> Prove:
    return lambda feeds: is_refused(feeds / path)


def fails(read: Callable[[bytes], object], path: str, error: type[Exception]) -> Prove:
    """Whether a parser that is not ours gives up on the file, too."""

    def is_real(feeds: Path) -> bool:
        with pytest.raises(error):
            read((feeds / path).read_bytes())
        return True

    return is_real


def matter(data: bytes) -> object:
    return yaml.safe_load(data.decode().split("---\n")[1])


def toml(data: bytes) -> object:
    return tomllib.loads(data.decode())


def xml(data: bytes) -> object:
    return etree.fromstring(data, etree.XMLParser())


def settings(feeds: Path, slug: str) -> dict[str, object]:
    return tomllib.loads((feeds / slug / "feed.toml").read_text(encoding="utf-8"))


def no_day(_: Path) -> bool:
    """Whether no 30th of February comes in four hundred years, after which the calendar repeats."""
    days = (date(2000, 1, 1) + timedelta(days=each) for each in range(146_097))
    return not any(day.month == 2 and day.day == 30 for day in days)


IN_GUIDES = [
    Row(
        "an unreadable file",
        "secret.md",
        both(guide("secret.md", "# S\n\nText.\n"), close(ARTICLES + "secret.md")),
        refused(ARTICLES + "secret.md"),
        r"Skipped {}secret\.md: It cannot be read \(Permission denied\): check its owner and permissions\.",
    ),
    Row(
        "an unreadable folder",
        "articles/closed",
        both(guide("closed/a.md", "# A\n\nText.\n"), close(ARTICLES + "closed")),
        refused(ARTICLES + "closed"),
        r"Skipped {}closed: It cannot be read \(Permission denied\): check its owner and permissions\.",
    ),
    Row(
        "broken front matter",
        "broken.md",
        guide("broken.md", "---\ntitle: Fine\ntags: [\n---\nText.\n"),
        fails(matter, ARTICLES + "broken.md", yaml.YAMLError),
        r"Skipped {}broken\.md:4: The front matter is not YAML: .+ put it in quotes\.",
    ),
    Row(
        "an unknown key in front matter",
        "colour.md",
        guide("colour.md", "---\ntitle: Taken all the same\ntagz: red\n---\nText.\n"),
        lambda feeds: "tagz" in str(matter((feeds / ARTICLES / "colour.md").read_bytes())),
        r"Note on {}colour\.md:3: There is no key `tagz`\. It was ignored; did you mean `tags`\?",
    ),
    Row(
        "a control character",
        "control.md",
        guide("control.md", "---\ntitle: A\x07bell\n---\nText.\n"),
        fails(lambda data: xml(b"<a>" + data + b"</a>"), ARTICLES + "control.md", etree.XMLSyntaxError),
        r"Skipped {}control\.md:2: There is a control character \(U\+0007\): delete it\.",
    ),
    Row(
        "a file of 50 MB",
        "large.md",
        guide("large.md", "# Large\n\n" + "All the words there are. " * 2_000_000),
        lambda feeds: (feeds / ARTICLES / "large.md").stat().st_size > 50_000_000,
        r"Skipped {}large\.md: It is larger than 5 MB: split it into several guides\.",
    ),
    Row(
        "HTML nested 20,000 deep",
        "deep.html",
        guide("deep.html", "<h1>Deep</h1>" + "<div>" * 20_000 + "x" + "</div>" * 20_000),
        fails(lambda data: xml(b"<a>" + data + b"</a>"), ARTICLES + "deep.html", etree.XMLSyntaxError),
        r"Skipped {}deep\.html: the text is nested more than 100 levels deep\. .+ flatten the text\.",
    ),
    Row(
        "two guides with one slug",
        "same-b.md",
        both(*(guide(f"same-{each}.md", f"---\nslug: same\n---\nText {each}.\n") for each in "ab")),
        lambda feeds: (
            len([p for p in (feeds / ARTICLES).glob("same-*") if "slug: same" in p.read_text()]) == 2
        ),
        r"Skipped {}same-b\.md: the address 'same' belongs to articles/same-a\.md already, .+ another `slug:`\.",
    ),
    Row(
        "a link that leads to itself",
        "loop.md",
        lambda feeds: (feeds / ARTICLES / "loop.md").symlink_to("loop.md"),
        fails(lambda data: data, ARTICLES + "loop.md", OSError),
        r"Skipped {}loop\.md: It cannot be read \(Too many levels of symbolic links\): .+\.",
    ),
    Row(
        "a line break in a file's name",
        "broken name",
        guide("a\nbroken name.md", "# N\n\nText.\n"),
        lambda feeds: any("\n" in name for name in os.listdir(feeds / ARTICLES)),  # noqa: PTH208
        r"Skipped {}a\ufffdbroken name\.md: Its name holds control characters or is not UTF-8: rename it\.",
    ),
    Row(
        "a guide that is no text",
        "binary.txt",
        guide("binary.txt", bytes(range(256)) * 40),
        fails(bytes.decode, ARTICLES + "binary.txt", UnicodeDecodeError),
        r"Skipped {}binary\.txt:\d+: It is not UTF-8 text: save it as UTF-8 in your editor\.",
    ),
    Row(
        "a picture with a name that no file can have",
        "picture.md",
        guide("picture.md", f"---\nimage: {LONG}\n---\nTaken without it.\n"),
        fails(lambda _: Path(f"/tmp/{LONG}").stat(), ARTICLES + "picture.md", OSError),
        r"Note on {}picture\.md:2: There is no picture 'articles/x+': mend the path, or add the file\.",
    ),
]

LEFT_OUT = r" This publication is left out until then\."
IN_FEEDS = [
    Row(
        "a TOML typo",
        "feeds/typo/",
        feed("typo", 'title = "Fine"\nlanguage = en\n'),
        fails(toml, "typo/feed.toml", tomllib.TOMLDecodeError),
        r"feeds/typo/feed\.toml:2: it is not TOML: Invalid value\. Look at column 12\." + LEFT_OUT,
    ),
    Row(
        "an unknown key",
        "feeds/unknown/",
        feed("unknown", '\ntitel = "Unknown"\n'),
        lambda feeds: not settings(feeds, "unknown").keys() & FeedFile.model_fields.keys(),
        r"feeds/unknown/feed\.toml:2: there is no key `titel`\. Did you mean `title`\?" + LEFT_OUT,
    ),
    Row(
        "a feed.toml that is not UTF-8",
        "feeds/latin/",
        feed("latin", 'title = "Café"\n'.encode("latin-1")),
        fails(bytes.decode, "latin/feed.toml", UnicodeDecodeError),
        r"feeds/latin/feed\.toml: it is not UTF-8 text\. Save it as UTF-8\." + LEFT_OUT,
    ),
    Row(
        "an unreadable feed.toml",
        "feeds/private/",
        both(feed("private", ""), close("private/feed.toml")),
        refused("private/feed.toml"),
        r"feeds/private/feed\.toml: it cannot be read \(Permission denied\)\. Check its owner .+" + LEFT_OUT,
    ),
    Row(
        "a publication's folder that may not be entered",
        "feeds/shut",
        both(feed("shut", ""), close("shut")),
        refused("shut"),
        r"feeds/shut: it cannot be read \(Permission denied\)\. Check its owner .+" + LEFT_OUT,
    ),
    Row(
        "a forgotten feed.toml",
        "feeds/forgotten",
        lambda feeds: write(feeds / "forgotten/articles/good.md", "# A good guide\n\nText.\n"),
        lambda feeds: not (feeds / "forgotten/feed.toml").exists(),
        r"feeds/forgotten: it has articles but no feed\.toml\. An empty file of that name will do\."
        + LEFT_OUT,
    ),
    Row(
        "a schedule that never fires",
        "feeds/never/",
        feed("never", '[[digest]]\nname = "x"\nschedule = { kind = "cron", at = "0 0 30 2 *" }\n'),
        no_day,
        r"feeds/never/feed\.toml: digest\[1\]\.schedule\.at: '0 0 30 2 \*' .+" + LEFT_OUT,
    ),
    Row(
        "steps longer than the calendar",
        "feeds/eons/",
        feed("eons", '[release]\nschedule = { kind = "interval", every = "999999 weeks" }\n'),
        fails(lambda _: date(2026, 1, 1) + timedelta(weeks=999_999), "eons/feed.toml", OverflowError),
        r"feeds/eons/feed\.toml: release\.schedule: it never happens\. Choose a moment .+" + LEFT_OUT,
    ),
    Row(
        "an unknown feed format",
        "feeds/format/",
        feed("format", 'formats = ["rss", "atomm"]\n'),
        lambda feeds: "atomm" in str(settings(feeds, "format")),
        r"feeds/format/feed\.toml: formats: there is no feed format 'atomm'\. Did you mean 'atom'\?"
        + LEFT_OUT,
    ),
    Row(
        "an unknown kind of source",
        "feeds/source/",
        feed("source", '[[source]]\nkind = "foldr"\n'),
        lambda feeds: "foldr" in str(settings(feeds, "source")),
        r"feeds/source/feed\.toml: there is no source of kind 'foldr'\. Did you mean 'folder'\?",
    ),
    Row(
        "a source without its folder",
        "feeds/bare",
        lambda feeds: write(feeds / "bare/feed.toml", ""),
        lambda feeds: not (feeds / "bare/articles").exists(),
        r"feeds/bare: the folder 'articles' cannot be read \(No such file or directory\)\. Make the folder, .+",
    ),
    Row(
        "a publication's name that no address can hold",
        "Knees & Co",
        feed("Knees & Co", ""),
        lambda feeds: (feeds / "Knees & Co/feed.toml").exists(),
        r"feeds/Knees & Co: 'Knees & Co' is no name for a publication\. Use a-z, 0-9 and '-'.+" + LEFT_OUT,
    ),
]
