"""Which HTML we let through, and what becomes of the rest. The allow list, as data.

| what                                              | becomes                                        |
|---------------------------------------------------|------------------------------------------------|
| headings, paragraphs, lists, tables, quotes, code | themselves                                     |
| text-level elements (em, strong, mark, abbr …)    | themselves                                     |
| div, section, article … without lang or dir       | paragraphs, or nothing if they hold blocks     |
| iframe, video, audio with an http(s) source       | a link to it                                   |
| script, style, svg, form fields, navigation       | gone, with their content                       |
| everything else                                   | its content                                    |

Attributes: `lang` and `dir` everywhere, those of ATTRIBUTES, and ids that an in-page link leads to (or that
a heading carries), always prefixed. No class, no style, no event handler, no data-*.
"""

from __future__ import annotations

ID_PREFIX = "t-"
URL_SCHEMES = frozenset({"http", "https", "mailto"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "dl"})
TABLE_PARTS = frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"})
CELLS = frozenset({"li", "dt", "dd", "td", "th", "figcaption", "summary", "caption"})
BLOCKS = HEADINGS | LISTS | {"p", "table", "figure", "blockquote", "pre", "hr", "details", "div"}
VOID = frozenset({"br", "hr", "img", "wbr", "col"})
INLINE = _words(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup "
    "time u var"
)
TAGS = BLOCKS | CELLS | TABLE_PARTS | INLINE | VOID

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "id"},
    "a": {"href"},
    "abbr": {"title"},
    "bdo": {"dir"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
NUMBERS = frozenset({"span", "value", "start", "colspan", "rowspan", "width", "height"})

# Old or foreign elements that mean one of ours.
RENAMED = {
    "strike": "s",
    "acronym": "abbr",
    "tt": "code",
    "menu": "ul",
    "dir": "ul",
    "xmp": "pre",
    "listing": "pre",
    "image": "img",
    "amp-img": "img",
    "amp-iframe": "iframe",
    "amp-video": "video",
}

# Not content: gone with everything inside.
DROPPED = _words(
    "script style template head title meta link base svg canvas object embed applet button select option "
    "optgroup "
    "datalist textarea input output progress meter nav dialog map area frame frameset noframes noembed"
)
MEDIA = frozenset({"iframe", "video", "audio"})
# Blocks without a meaning of their own in a mail or a feed.
CONTAINERS = _words(
    "html body div section article main header footer address aside center fieldset hgroup search form "
    "legend plaintext marquee"
)
# Ids on these are kept when an in-page link leads to them: footnotes and their marks.
ID_TAGS = HEADINGS | {"a", "li", "sup", "p", "dt", "dd"}
