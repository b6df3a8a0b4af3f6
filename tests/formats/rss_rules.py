"""What a valid, well-behaved RSS 2.0 document is, in our words: the specification, the RSS Advisory Board's
profile (R: https://www.rssboard.org/rss-profile), Media RSS, and what the W3C feed validator warns of."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from .rules import RuleBook

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"

CHANNEL = {
    "title",
    "link",
    "description",
    "language",
    "copyright",
    "managingEditor",
    "webMaster",
    "pubDate",
    "lastBuildDate",
    "category",
    "generator",
    "docs",
    "cloud",
    "ttl",
    "image",
    "rating",
    "textInput",
    "skipHours",
    "skipDays",
    "item",
}
ITEM = {
    "title",
    "link",
    "description",
    "author",
    "category",
    "comments",
    "enclosure",
    "guid",
    "pubDate",
    "source",
}
IMAGE = {"url", "title", "link", "width", "height", "description"}

URL = re.compile(r"https?://([A-Za-z0-9.~_%-]+|\[[0-9a-fA-F:]+\])(:\d+)?(/[!-;=?-Z_a-z~]*)?")
MIME = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.IGNORECASE)
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
RFC822 = re.compile(
    rf"({'|'.join(DAYS)}), (\d\d) ({'|'.join(MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) ([+-]\d{{4}}|GMT)"
)


@dataclass(frozen=True)
class Rss:
    raw: str
    root: etree._Element

    @property
    def channels(self) -> list[etree._Element]:
        return self.root.findall("channel")

    @property
    def items(self) -> list[etree._Element]:
        return self.root.findall("channel/item")


def parse(data: bytes) -> Rss:
    return Rss(data.decode("utf-8"), etree.fromstring(data))


RSS = RuleBook(parse)


def more_than_once(parent: etree._Element, names: set[str]) -> Iterator[str]:
    for name in sorted(names):
        if len(parent.findall(name)) > 1:
            yield f"{parent.tag} has more than one {name}"


@RSS.rule("RSS 2.0, what is RSS")
def root_is_rss_2(rss: Rss) -> Iterator[str]:
    if rss.root.tag != "rss" or rss.root.get("version") != "2.0":
        yield f"{rss.root.tag} version {rss.root.get('version')}"


@RSS.rule("RSS 2.0, what is RSS")
def one_channel(rss: Rss) -> Iterator[str]:
    if len(rss.channels) != 1:
        yield f"{len(rss.channels)} channels"


@RSS.rule("RSS 2.0, required channel elements")
def channel_has_title_link_description(rss: Rss) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if not (rss.channels[0].findtext(name) or "").strip():
            yield f"channel has no {name}"


@RSS.rule("R, channel: most elements must not come twice")
def channel_elements_come_once(rss: Rss) -> Iterator[str]:
    yield from more_than_once(rss.channels[0], CHANNEL - {"item", "category"})


@RSS.rule("R, item: most elements must not come twice")
def item_elements_come_once(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        yield from more_than_once(item, (ITEM - {"category"}) | {CONTENT + "encoded", ATOM + "updated"})


@RSS.rule("R, introduction: what is in no namespace is in the specification")
def only_known_elements(rss: Rss) -> Iterator[str]:
    known = {"rss": {"channel"}, "channel": CHANNEL, "item": ITEM, "image": IMAGE}
    for element in rss.root.iter(*known):
        for child in element:
            if not child.tag.startswith("{") and child.tag not in known[element.tag]:
                yield f"{child.tag} in {element.tag}"


@RSS.rule("R, channel: items come after what describes the channel")
def items_come_last(rss: Rss) -> Iterator[str]:
    tags = [child.tag for child in rss.channels[0]]
    if "item" in tags and any(tag != "item" for tag in tags[tags.index("item") :]):
        yield "an element of the channel after an item"


@RSS.rule("R, URLs are full, with a registered scheme")
def links_are_full(rss: Rss) -> Iterator[str]:
    texts = [e.text or "" for tag in ("link", "url", "docs", "comments") for e in rss.root.iter(tag)]
    attributes = [e.get(name) for name in ("url", "href") for e in rss.root.iter("{*}*") if name in e.attrib]
    for url in texts + attributes:
        if not URL.fullmatch(url):
            yield repr(url)


@RSS.rule("RSS 2.0 and R, dates are RFC 822 with a year of four digits")
def dates_are_rfc822(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter("pubDate", "lastBuildDate"):
        match = RFC822.fullmatch(element.text or "")
        if not match:
            yield repr(element.text)
            continue
        day, month, year = int(match[2]), MONTHS.index(match[3]) + 1, int(match[4])
        if DAYS[datetime.date(year, month, day).weekday()] != match[1]:
            yield f"{element.text} is no {match[1]}"


@RSS.rule("RFC 3339, for atom:updated")
def updated_is_rfc3339(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter(ATOM + "updated"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", element.text or ""):
            yield repr(element.text)


@RSS.rule("RSS 2.0, language")
def languages_are_tags(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter("language", DC + "language"):
        if not LANGUAGE.fullmatch(element.text or ""):
            yield repr(element.text)


@RSS.rule("RSS 2.0, image")
def image_is_whole(rss: Rss) -> Iterator[str]:
    for image in rss.root.iter("image"):
        for name in ("url", "title", "link"):
            if not image.findtext(name):
                yield f"image has no {name}"


@RSS.rule("RSS 2.0, image: GIF, JPEG or PNG, at most 144 x 400")
def image_is_small_and_common(rss: Rss) -> Iterator[str]:
    for image in rss.root.iter("image"):
        if not re.search(r"\.(gif|jpe?g|png)$", image.findtext("url") or "", re.IGNORECASE):
            yield f"{image.findtext('url')} is no GIF, JPEG or PNG"
        for name, most in (("width", 144), ("height", 400)):
            if not 0 < int(image.findtext(name) or 1) <= most:
                yield f"{name} {image.findtext(name)}"


@RSS.rule("R, image: title and link are the channel's")
def image_is_the_channels(rss: Rss) -> Iterator[str]:
    for image in rss.root.iter("image"):
        for name in ("title", "link"):
            if image.findtext(name) != rss.channels[0].findtext(name):
                yield f"image has {name} {image.findtext(name)!r}"


@RSS.rule("RSS 2.0, item: a title or a description")
def items_say_something(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        if not (item.findtext("title") or item.findtext("description")):
            yield "an item with neither"


@RSS.rule("W3C validator: blank elements")
def nothing_is_blank(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter("title", "link", "category", "guid", "generator", DC + "creator"):
        if not (element.text or "").strip():
            yield f"blank {element.tag}"


@RSS.rule("R, guid: every item has one of its own")
def guids_are_there_and_differ(rss: Rss) -> Iterator[str]:
    guids = [item.findtext("guid") for item in rss.items]
    if None in guids:
        yield "an item without guid"
    if len(guids) != len(set(guids)):
        yield "two items with one guid"


@RSS.rule("RSS 2.0, guid: a permalink, which is the default, is a URL")
def guids_are_honest(rss: Rss) -> Iterator[str]:
    for guid in rss.root.iter("guid"):
        permanent = guid.get("isPermaLink", "true")
        if permanent not in ("true", "false") or (permanent == "true" and not URL.fullmatch(guid.text or "")):
            yield f"{guid.text} with isPermaLink {permanent}"


@RSS.rule("RSS 2.0, enclosure: url, length and type, all required")
def enclosures_are_whole(rss: Rss) -> Iterator[str]:
    for enclosure in rss.root.iter("enclosure"):
        if not (enclosure.get("url") and (enclosure.get("length") or "").isdigit()):
            yield f"{dict(enclosure.attrib)}"
        if not MIME.fullmatch(enclosure.get("type") or ""):
            yield f"type {enclosure.get('type')}"


@RSS.rule("R, enclosure: one per item")
def one_enclosure(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        yield from more_than_once(item, {"enclosure"})


@RSS.rule("R, atom:link: a channel says where it lives")
def channel_links_to_itself(rss: Rss) -> Iterator[str]:
    own = [link for link in rss.channels[0].findall(ATOM + "link") if link.get("rel") == "self"]
    if len(own) != 1 or own[0].get("type") != "application/rss+xml":
        yield f"{len(own)} self links"


@RSS.rule("RFC 4287, 4.2.7, for atom:link")
def atom_links_have_relations(rss: Rss) -> Iterator[str]:
    for link in rss.root.iter(ATOM + "link"):
        if link.get("rel") not in ("self", "hub", "via", "next", "prev-archive", "next-archive", "current"):
            yield f"rel {link.get('rel')}"


@RSS.rule(
    "RFC 5005, 3 and 4, appendix B: pages belong to channels, one link of a kind, none to the page itself"
)
def goes_on(rss: Rss) -> Iterator[str]:
    for rel in ("next", "prev-archive", "next-archive", "current"):
        if any(link.get("rel") == rel for item in rss.items for link in item.findall(ATOM + "link")):
            yield f"{rel} in an item"
        links = [link for link in rss.channels[0].findall(ATOM + "link") if link.get("rel") == rel]
        own = [
            link.get("href") for link in rss.channels[0].findall(ATOM + "link") if link.get("rel") == "self"
        ]
        if len(links) > 1 or any(link.get("type") != "application/rss+xml" for link in links):
            yield f"{len(links)} {rel}"
        if rel != "current" and any(link.get("href") in own for link in links):
            yield f"{rel} leads to itself"


@RSS.rule("RFC 5005, 4, appendix B: an archive is marked once, and says where the present is")
def archives_say_where_the_present_is(rss: Rss) -> Iterator[str]:
    marks = list(rss.root.iter(HISTORY + "*"))
    if [
        mark for mark in marks if mark.tag != HISTORY + "archive" or mark.text or mark not in rss.channels[0]
    ]:
        yield "a mark that is none"
    current = [link for link in rss.channels[0].findall(ATOM + "link") if link.get("rel") == "current"]
    if len(marks) > 1 or (marks and not current):
        yield f"{len(marks)} marks, {len(current)} current"


@RSS.rule("R, content:encoded follows a description")
def description_precedes_content(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        tags = [child.tag for child in item]
        if CONTENT + "encoded" in tags and "description" not in tags[: tags.index(CONTENT + "encoded")]:
            yield "content:encoded first"


@RSS.rule("R, data types, character data")
def plain_text_is_hexadecimal(rss: Rss) -> Iterator[str]:
    head = rss.raw.partition("<item>")[0]
    plain = re.findall(r"<(?:title|category|copyright|dc:creator)>([^<]*)</", rss.raw)
    for text in plain + re.findall(r"<description>([^<]*)</", head):
        if re.search(r"&(?:amp|lt|gt|#\d+);", text):
            yield text


@RSS.rule("R, author and managingEditor: an address with a name")
def addresses_have_names(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter("author", "managingEditor", "webMaster"):
        if not re.fullmatch(r"[^\s@]+@[^\s@]+ \(.+\)", element.text or ""):
            yield repr(element.text)


@RSS.rule("W3C validator: two elements of one meaning")
def authors_are_named_once(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        if item.find("author") is not None and item.find(DC + "creator") is not None:
            yield "author and dc:creator"


@RSS.rule("R, URLs: none relative in description or content")
def markup_is_absolute(rss: Rss) -> Iterator[str]:
    for element in rss.root.iter("description", CONTENT + "encoded"):
        for url in re.findall(r"\b(?:href|src)=\"([^\"]*)\"", element.text or ""):
            if not re.match(r"[a-z]+:", url):
                yield url


@RSS.rule("RSS 2.0, description is HTML: text is escaped once more")
def descriptions_are_well_formed(rss: Rss) -> Iterator[str]:
    for item in rss.items:
        if re.search(r"&(?!#?\w+;)|<(?![a-zA-Z/!])", item.findtext("description") or ""):
            yield repr(item.findtext("description"))


@RSS.rule("Media RSS: a group holds alternatives")
def media_groups_have_alternatives(rss: Rss) -> Iterator[str]:
    for group in rss.root.iter(MEDIA + "group"):
        if len(group.findall(MEDIA + "content")) < 2:
            yield "a group of one"


@RSS.rule("Media RSS: attributes of content and thumbnail")
def media_is_described(rss: Rss) -> Iterator[str]:
    for media in rss.root.iter(MEDIA + "content", MEDIA + "thumbnail"):
        if not media.get("url"):
            yield "media without url"
        for name in ("width", "height", "fileSize"):
            if not (media.get(name) or "1").isdigit() or media.get(name) == "0":
                yield f"{name} {media.get(name)}"
        if media.tag == MEDIA + "content" and media.get("medium") not in (
            "image",
            "audio",
            "video",
            "document",
        ):
            yield f"medium {media.get('medium')}"
        if not MIME.fullmatch(media.get("type") or "image/png"):
            yield f"type {media.get('type')}"


@RSS.rule("W3C validator: control characters")
def characters_are_printable(rss: Rss) -> Iterator[str]:
    for found in re.findall("[\x7f-\x9f]", rss.raw):
        yield repr(found)
