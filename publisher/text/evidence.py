"""What a guide shows besides its words: where links lead, which pictures there are, what code says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.text.tree import Element

_TRACKING = re.compile(
    r"(?:^|&)(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_hs(?:enc|mi)|yclid|igshid)=[^&]*"
)
_WEB = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)$", re.IGNORECASE)


def evidence(root: Element) -> list[str]:
    """Links, then pictures, then code, each in the order of the guide, in a form that churn leaves alone."""
    links: list[str] = []
    pictures: list[str] = []
    code: list[str] = []
    for element in root.iter("a", "img", "pre", "code"):
        match element.tag:
            case "a":
                links += _link(element)
            case "img":
                pictures.append(f"picture {address(element.get('src') or '', query=False)}")
            case "code" if next(element.iterancestors("pre"), None) is not None:
                pass
            case _:
                code.append(f"code {_code(element)}")
    return [*links, *pictures, *code]


def _link(element: Element) -> Iterator[str]:
    """Where a link leads; nothing for one within the page, or from a picture to its own larger file."""
    href = element.get("href") or ""
    if not href or href.startswith("#"):
        return
    target = address(href)
    if _PICTURE_FILE.search(target.partition("?")[0]) and element.find(".//img") is not None:
        return
    yield f"link {target}"


def address(url: str, *, query: bool = True) -> str:
    """A URL in one form: without http(s), host in lower case, without tracking; bare without `query`."""
    head, mark, fragment = url.partition("#")
    path, _, asked = head.partition("?")
    web = _WEB.match(path)
    if web:
        path = f"//{web[1].lower()}{path[web.end() :] or '/'}"
    if not query:
        return path
    asked = _TRACKING.sub("", asked).lstrip("&")
    return path + (f"?{asked}" if asked else "") + mark + fragment


def _code(element: Element) -> str:
    text = unicodedata.normalize("NFC", "".join(element.itertext()))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
