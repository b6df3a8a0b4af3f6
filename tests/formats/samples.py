"""Feeds to try the formats on. Everything here is made up for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from publisher.model import Author, Enclosure, Entry, Feed, Image, Outline, Paging, Tombstone

HOME = "https://guides.example/garden/"
SPRING = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
URLS = {"rss": HOME + "feed.rss", "atom": HOME + "feed.atom", "jsonfeed": HOME + "feed.json"}

BARE = Feed(id="tag:guides.example,2026:garden", title="Garden", home_url=HOME, urls=URLS, updated=SPRING)
RICH = replace(
    BARE,
    title="Roots & shoots",
    description="What grows, what does not, & why",
    language="en-GB",
    authors=(Author("Ida Grün", "https://ida.example/", "ida@garden.example"), Author("Tom & Co")),
    image=Image("logo.png", "A trowel", width=96, height=96),
    rights="© 2026 Roots & shoots",
    hubs=("https://hub.example/one", "https://hub.example/two"),
)
ARCHIVE = replace(
    RICH,
    urls={kind: f"{HOME}archive/2.{kind}" for kind in URLS},
    paging=Paging(
        archive=True,
        current=URLS,
        previous={kind: f"{HOME}archive/1.{kind}" for kind in URLS},
        next={kind: f"{HOME}archive/3.{kind}" for kind in URLS},
    ),
)
WITHDRAWN = (
    Tombstone("tag:guides.example,2026:garden/ivy", HOME + "ivy", SPRING),
    Tombstone("tag:guides.example,2026:garden/moss & fern", "", SPRING - timedelta(days=9)),
)
SITE = replace(
    RICH,
    outlines=(
        Outline("Garden & yard", HOME, URLS, "What grows", "en-GB"),
        Outline(
            "Küche <heiß>",
            "https://guides.example/kitchen/",
            {"rss": "https://guides.example/k.rss"},
            "",
            "de",
        ),
        Outline(
            "מטבח",
            "https://guides.example/he/",
            {"jsonfeed": "https://guides.example/he.json"},
            language="he",
        ),
        Outline("Nothing to follow", "https://guides.example/none/", {}),
    ),
)


def entry(number: int = 1, **changes: object) -> Entry:
    """A plain guide; `changes` are Entry's own fields."""
    plain = Entry(
        id=f"tag:guides.example,2026:garden/guide-{number}",
        slug=f"guide-{number}",
        url=f"{HOME}guide-{number}",
        title=f"Guide {number}",
        html=f"<h2>Soil</h2>\n<p>Dig {number} holes &amp; water them.</p>",
        summary=f"How to dig {number} holes.",
        published=SPRING - timedelta(days=number),
        updated=SPRING - timedelta(days=number),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


FULL = entry(
    1,
    title="Pruning roses",
    authors=(Author("Rosa Dorn", "https://rosa.example/über uns", "rosa@garden.example"), Author("Max")),
    tags=("roses", "tools & blades", "roses"),
    image=Image("rose.jpg", "A rose, cut above a bud", length=48_211, width=1200, height=800),
    language="de",
    canonical="https://elsewhere.example/rosen schneiden?stand=märz",
    change="Cut in March, not in <February> & never in frost.",
    updated=SPRING,
)

TALK = entry(
    13,
    title="Talked through",
    enclosures=(
        Enclosure("talk.mp3", "audio/mpeg", 4_096_000),
        Enclosure(HOME + "plan.pdf", "", 0),
        Enclosure("https://cdn.example/talk.webm", "Video/WebM; codecs=vp9", 77),
        Enclosure("https://cdn.example/talk", "?", -1),
    ),
)
ENTRIES = (
    FULL,
    entry(2, title="Less < more & other sums", summary="If a < b, & b < c, stop."),
    entry(3, title="", tags=("untitled",)),
    entry(4, title="גיזום ורדים \u202bבחורף\u202c", language="he"),
    entry(5, title="🌱 Sowing 🌱", image=Image(HOME + "sow.webp", length=99)),
    entry(6, title="A picture of unknown size", image=Image("/pictures/spade.png")),
    entry(7, title="A picture of unknown kind", image=Image("https://cdn.example/7", length=7)),
    entry(8, title="Nothing said", summary="", html=""),
    entry(9, title="Summed up by us", summary="", html="<p>First words &amp; more.</p><p>Then others.</p>"),
    entry(10, title="Changed, but never published before", change="Not to be shown"),
    entry(11, title="Zoned", published=SPRING.astimezone(timezone(timedelta(hours=5, minutes=30)))),
    entry(12, title="&amp; &lt;b&gt; already <b>escaped</b>"),
    TALK,
    replace(
        TALK, id="tag:x,2026:14", image=Image("talk.png", 'A "slide" & more', length=9, width=4, height=3)
    ),
    replace(TALK, id="tag:x,2026:15", image=Image("talk.mp3"), enclosures=TALK.enclosures[:2]),
    entry(16, title="In short", html="", summary="All that there is: a < b & c."),
    entry(17, title="In short, changed", html=" \n", change="Less <water> & more sun", updated=SPRING),
    entry(18, title="In short, without a page", html="", url="", canonical="https://elsewhere.example/18"),
    entry(
        19, title="Only a picture", summary="", html='<p><img src="https://cdn.example/a.png" alt=""/></p>'
    ),
    entry(20, title="", summary="Use <details> &amp; <summary>: " + "long words " * 30),
    entry(21, title="</b> & 'quoted' \"twice\"", tags=("<i>", '"'), authors=(Author("A </b> & B"),)),
    entry(22, image=Image("a.png", "Shows <b> & &lt;"), language="en-GB"),
)

BAD = "a\x00b\x0bc\x1fd\x7fe\x85f\ufffeg\udc80h\r\ni"
BAD_ENTRIES = (
    entry(1, title=BAD, html=f"<p>{BAD}</p>", summary=BAD, change=BAD, updated=SPRING, tags=(BAD, "", " ")),
    entry(2, id="", url="", canonical="javascript:alert(1)", image=Image("data:image/png;base64,AAAA")),
    entry(3, published=datetime(2026, 1, 1), updated=datetime(2026, 1, 2, 3, 4, 5, 678)),
    entry(4, published=datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
    entry(5, updated=datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))),
    entry(6, authors=(Author(""), Author(" \x01 "), Author("Ann", "not a url", "not an address"))),
    entry(7, url="https://[broken", canonical="https://exa mple/", language="a language"),
    entry(8, image=Image("", width=-1), title="x" * 10_240),
    entry(9, url='https://guides.example/a b/%zz?q=ü|"<>^`{}\\', image=Image("http://[::1", length=-5)),
    entry(10, html="<p>]]></p>", title="]]>", summary="]]>", change="]]>", updated=SPRING),
    entry(
        11,
        html=" \x00",
        summary="\x7f0\x7f",
        title="\x7f\x7f",
        enclosures=(
            Enclosure("javascript:x", "a/b", 1),
            Enclosure("", "", -1),
            Enclosure("x.mp3", BAD, 10**20),
            Enclosure("x.mp3", "audio/mpeg", 1),
        ),
    ),
)
BAD_FEED = replace(
    RICH,
    title=BAD,
    description=BAD,
    language="no language",
    authors=(Author("\x00"),),
    image=Image("javascript:alert(1)"),
    rights="\x00",
    hubs=("", "nowhere", "https://hub.example/", "https://hub.example/"),
    updated=datetime(2026, 3, 1),
    paging=Paging(True, URLS, {"atom": "nowhere:", **URLS}, {"rss": "data:,x", "nothing": HOME}),
    tombstones=(
        Tombstone(" ", HOME, SPRING),
        Tombstone("tag:a b\x00", "javascript:x", datetime.max.replace(tzinfo=timezone(timedelta(hours=-9)))),
        Tombstone("tag:ab", HOME, SPRING),
    ),
    outlines=(
        Outline("", "", {}),
        Outline(BAD, "javascript:x", {"atom": "nowhere:", "rss": HOME + "a b"}, BAD, "no language"),
        Outline("", HOME, {"x": "data:,x"}),
    ),
)

FEEDS: dict[str, tuple[Feed, tuple[Entry, ...]]] = {
    "rich": (RICH, ENTRIES),
    "bare": (BARE, ENTRIES),
    "archive": (ARCHIVE, ENTRIES),
    "oldest archive": (replace(ARCHIVE, paging=replace(ARCHIVE.paging, previous={})), ENTRIES[:3]),
    "goes on": (replace(RICH, paging=Paging(previous=ARCHIVE.paging.previous)), ENTRIES[:3]),
    "withdrawn": (replace(RICH, tombstones=WITHDRAWN), ENTRIES[:3]),
    "site": (SITE, ENTRIES[:3]),
    "html-like head": (
        replace(RICH, title="<b> & &amp;", description="</i>", rights="<&copy;>"),
        ENTRIES[:2],
    ),
    "empty": (RICH, ()),
    "empty and bare": (BARE, ()),
    "sixty": (RICH, tuple(entry(number) for number in range(1, 61))),
    "bad": (BAD_FEED, BAD_ENTRIES),
    "untitled": (replace(BARE, title="", language=""), (entry(1, title="", summary="", html=""),)),
    "large logo": (replace(RICH, image=Image("big.png", width=1200, height=1200)), ENTRIES[:2]),
    "svg logo": (replace(RICH, image=Image("logo.svg")), ENTRIES[:2]),
    "logo of unknown size": (replace(RICH, image=Image("logo.jpeg")), ENTRIES[:2]),
    "underscored": (
        replace(RICH, language="pt_BR"),
        (entry(1, language="pt-br", change="Água", updated=SPRING),),
    ),
}
