"""The MJML that reaches the mail. MRML drops what it does not know without a word; this is what it knows.

Left out on purpose: what needs scripts or hot-linked icons to work, or pulls in files behind our back.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PADDING = "padding padding-top padding-right padding-bottom padding-left"
_BORDER = "border border-top border-right border-bottom border-left"
_INNER_BORDER = "inner-border inner-border-top inner-border-right inner-border-bottom inner-border-left"
_FONT = (
    "color font-family font-size font-style font-weight letter-spacing line-height text-decoration "
    "text-transform"
)
_BACKGROUND = (
    "background-color background-url background-repeat background-size background-position "
    "background-position-x background-position-y"
)
_BOX = f"container-background-color {_PADDING}"

BODY: dict[str, frozenset[str]] = {
    "mj-body": _words("background-color width"),
    "mj-wrapper": _words(f"{_BACKGROUND} {_BORDER} border-radius full-width {_PADDING} text-align"),
    "mj-section": _words(f"{_BACKGROUND} {_BORDER} border-radius direction full-width {_PADDING} text-align"),
    "mj-group": _words("background-color direction vertical-align width"),
    "mj-column": _words(
        f"background-color {_BORDER} border-radius direction inner-background-color {_INNER_BORDER} "
        f"inner-border-radius {_PADDING} vertical-align width"
    ),
    "mj-text": _words(f"align {_FONT} height {_BOX}"),
    "mj-image": _words(
        f"align alt border border-radius fluid-on-mobile font-size full-width height href max-height "
        f"name rel src srcset target title usemap width {_BOX}"
    ),
    "mj-button": _words(
        f"align background-color {_BORDER} border-radius {_FONT} height href inner-padding name rel target "
        f"text-align vertical-align width {_BOX}"
    ),
    "mj-divider": _words(f"align border-color border-style border-width width {_BOX}"),
    "mj-spacer": _words(f"height {_BOX}"),
    "mj-table": _words(
        f"align border cellpadding cellspacing color font-family font-size line-height table-layout width "
        f"{_BOX}"
    ),
}
COMMON = _words("css-class mj-class")

HEAD: dict[str, frozenset[str]] = {
    "mjml": _words("dir lang owa"),
    "mj-head": frozenset(),
    "mj-title": frozenset(),
    "mj-preview": frozenset(),
    "mj-attributes": frozenset(),
    "mj-breakpoint": _words("width"),
    "mj-style": _words("inline"),
    "mj-raw": frozenset(),
}

# What stands inside <mj-attributes> and sets defaults: any attribute of any element.
ANY = frozenset().union(*BODY.values()) | _words("css-class")
DEFAULTS: dict[str, frozenset[str]] = {"mj-all": ANY, "mj-class": ANY | {"name"}}

# Their content is text or HTML; an mj-* element inside would be sent as it stands.
TEXTUAL = _words("mj-text mj-button mj-table mj-raw mj-title mj-preview mj-style")

REASONS: dict[str, str] = {
    "mj-include": 'Use Jinja\'s {% include "email/…" %}.',
    "mj-font": "Mails load no web fonts; name system fonts in font-family.",
    "mj-social": "It loads icons from someone else's server; write links in mj-text.",
    "mj-social-element": "It loads icons from someone else's server; write links in mj-text.",
    "mj-accordion": "Most mail programs cannot fold; write plain mj-text.",
    "mj-carousel": "Most mail programs cannot turn pages; use mj-image.",
    "mj-navbar": "Write links in mj-text.",
    "mj-hero": "Use mj-section with a background-color.",
    "mj-html-attributes": "It has no effect here.",
}
