"""One file to one guide: bytes, front matter, text, picture and links. Raises Unusable for what cannot be."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from publisher.errors import ContentError
from publisher.model import Found, Image, Skipped, Text
from publisher.sources._links import Place, is_elsewhere, join, quote_path, rewrite
from publisher.sources._matter import Unusable, read_matter
from publisher.sources._meta import Meta, Picture, clean_line, is_url, read_meta
from publisher.sources._picture import read_picture
from publisher.sources._scan import File
from publisher.text import BoilerplateRules, read_html, read_markdown, read_plain, slugify, summarise

MAX_BYTES = 5_000_000
PLAIN = ".txt"  # the only kind from which boilerplate is taken away
_READERS = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
# What Windows-1252 gives for the letters and signs of western languages; other bytes mean another code.
_WESTERN = re.compile("[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„–—…•€£§©®°±²³µ·¼½¾«»¿¡\xa0\xadªº´×÷™‹›†‡]")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all files of one read."""

    publication: Path
    zone: tzinfo
    boilerplate: BoilerplateRules | None = None


def load(file: File, setting: Setting) -> tuple[str, tuple[str, ...]]:
    """A file's text with "\\n" line ends, and remarks about its encoding. Raises Unusable."""
    if file.fingerprint.size > MAX_BYTES:
        raise Unusable(f"It is larger than {MAX_BYTES // 1_000_000} MB: split it into several guides.")
    try:
        with (setting.publication / file.path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = f"It cannot be read ({error.strerror}): check its owner and permissions."
        raise Unusable(reason) from None
    if len(data) > MAX_BYTES:  # it grew since the folder was listed
        raise Unusable(f"It is larger than {MAX_BYTES // 1_000_000} MB: split it into several guides.")
    text, remarks = decode(data)
    if not text.strip():
        raise Unusable("It is empty: write the guide, or delete the file.")
    return text.replace("\r\n", "\n").replace("\r", "\n"), remarks


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text from UTF-8, from UTF-16 with its mark, or from Windows-1252 where that reads like western text."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    unreadable = Unusable("It is not UTF-8 text: save it as UTF-8 in your editor.", line)
    if b"\0" in data:
        raise unreadable
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise unreadable from None
    foreign = sum(char > "\x7f" for char in text)
    letters = sum(char.isascii() and char.isalpha() for char in text)
    if _WESTERN.search(text) or foreign * 4 > letters:
        raise unreadable
    return text, ("It is not UTF-8 and was read as Windows-1252: check its accents, and save it as UTF-8.",)


def read_guide(
    file: File, foreign_id: str, place: Place, setting: Setting, *, past: bool = False
) -> Iterator[Found | Skipped]:
    """The guide in `file`, then a Skipped without path for each remark. Raises Unusable before yielding."""
    text, remarks = load(file, setting)
    matter = read_matter(text)
    meta = read_meta(matter, setting.zone)
    if not matter.body.strip():
        raise Unusable("There is no text under the front matter: write the guide.")
    read = _text(file, matter.body, meta.title, setting)
    html, broken = rewrite(read.html, place)
    image, lost = _image(meta.image, place, setting) if meta.image else (None, None)
    yield _found(file, foreign_id, meta, Text(read.title, html), image, past)
    for line, remark in meta.remarks:
        yield Skipped(f"{file.path}:{line}", remark)
    if meta.image and lost:
        yield Skipped(f"{file.path}:{meta.image.line}", lost)
    for remark in (*remarks, *broken):
        yield Skipped(file.path, remark)


def _text(file: File, body: str, title: str | None, setting: Setting) -> Text:
    try:
        if file.suffix == PLAIN:
            read = read_plain(body, title=title, rules=setting.boilerplate)
        else:
            read = _READERS[file.suffix](body, title=title)
    except ContentError as error:
        raise Unusable(error.sentence()) from None
    if not read.html.strip():
        raise Unusable("Nothing that can be shown is in it: write the guide as text.")
    return read


def _found(file: File, foreign_id: str, meta: Meta, text: Text, image: Image | None, past: bool) -> Found:
    stem = foreign_id.rpartition("/")[2] if past else file.name.rpartition("/")[2]
    return Found(
        foreign_id=foreign_id,
        where=file.path,
        title=meta.title or clean_line(text.title or "") or readable(stem),
        html=text.html,
        summary=meta.summary or summarise(text.html),
        slug=slugify(meta.slug or stem) or "guide",
        authors=meta.authors,
        tags=meta.tags,
        image=image,
        language=meta.language,
        canonical=meta.canonical,
        published=meta.published,
        updated=meta.updated,
        release=meta.release,
        hold=meta.hold,
        change=meta.change,
        significance=meta.significance,
        review_by=meta.review_by,
        past=past,
        own_id=bool(meta.id),
        path=file.path,
        fingerprint=file.fingerprint,
    )


def readable(stem: str) -> str:
    """A file's name as a title: `warm-up_for-hands` -> `Warm up for hands`."""
    words = " ".join(re.sub(r"[-_.\s]+", " ", stem).split())
    return words[:1].upper() + words[1:] if words else stem


def _image(picture: Picture, place: Place, setting: Setting) -> tuple[Image | None, str | None]:
    """The guide's picture, or the sentence that says why it goes without one."""
    src = picture.src
    if is_url(src):
        return Image(src, picture.alt), None
    if is_elsewhere(src):
        return None, f"The picture {src[:80]!r} is neither a file beside the guide nor a web address."
    # Owners write file names here, not addresses: "100%.png" is tried as it stands before it is decoded.
    paths = [path for path in (join(place.folder, quote_path(src)), join(place.folder, src)) if path]
    if not paths:
        return None, f"The picture {src[:80]!r} lies outside the publication's folder: copy it into it."
    path = next((path for path in paths if place.exists(path)), None)
    if path is None:
        return None, f"There is no picture {paths[0][:120]!r}: mend the path, or add the file."
    try:
        seen = read_picture(setting.publication / path)
    except OSError as error:
        return (
            None,
            f"The picture {path!r} cannot be read ({os.strerror(error.errno or 0)}): check its permissions.",
        )
    if seen is None:
        return None, f"The picture {path!r} is no PNG, JPEG, GIF or WebP: save it as one of these."
    return Image(quote_path(path), picture.alt, seen.mime, seen.length, seen.width, seen.height), None
