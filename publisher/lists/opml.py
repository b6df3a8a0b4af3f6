"""OPML: a subscription list names feeds, not people. So it says what *one* person follows of ours.

http://opml.org/spec2.opml
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from publisher.errors import FollowerError

_LARGEST = 10_000_000


def is_opml(path: Path) -> bool:
    """By its name, or by how it begins. False for what cannot be read."""
    if path.exists() and not path.is_file():
        return False  # to look into a pipe would empty it
    if path.suffix.lower() == ".opml":
        return True
    try:
        with path.open("rb") as file:
            head = file.read(2000).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip().lower()
    except OSError:
        return False
    return head.startswith((b"<?xml", b"<opml")) and b"<opml" in head


def named_in(path: Path, base_url: str, known: Collection[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """The publications of ours that a list names, in its order, and what else it names (line, address).

    A feed, a page or anything below a publication's address counts; the feed of the whole site names all of
    them. Raises FollowerError for what is no OPML.
    """
    root = _parse(path)
    ours: dict[str, None] = {}
    others = []
    for outline in root.iter("outline"):
        addresses = [outline.get(name) for name in ("xmlUrl", "htmlUrl", "url")]
        named = [address.strip() for address in addresses if address and address.strip()]
        if not named:
            continue
        found = [slug for address in named for slug in _publications(address, base_url, known)]
        ours.update(dict.fromkeys(found))
        if not found:
            others.append((outline.sourceline or 0, named[0][:200]))
    return list(ours), others


def _parse(path: Path):  # type: ignore[no-untyped-def]  # lxml has no types
    from lxml import etree

    try:
        data = path.read_bytes()
    except OSError as error:
        raise FollowerError(f"it cannot be read ({error.strerror})", where=str(path)) from None
    if len(data) > _LARGEST:
        raise FollowerError("it is larger than 10 MB", where=str(path))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FollowerError(f"it is no OPML ({error})", where=str(path)) from None
    if root.tag != "opml":
        raise FollowerError("it is no OPML", where=str(path), advice="Its first element must be <opml>.")
    return root


def _publications(address: str, base_url: str, known: Collection[str]) -> list[str]:
    try:
        theirs, ours = urlsplit(address), urlsplit(base_url)
    except ValueError:
        return []
    if theirs.netloc.lower() != ours.netloc.lower():
        return []
    root = ours.path.rstrip("/") + "/"
    path = theirs.path or "/"
    if not path.startswith(root):
        return []
    first, slash, _ = path[len(root) :].partition("/")
    if first in known:
        return [first]
    return list(known) if not slash and first.startswith("feed.") else []
