"""One picture to its copy: upright, in sRGB, no wider than asked, in JPEG, PNG or GIF, without metadata.

| the original                     | its copy                                                    |
|----------------------------------|-------------------------------------------------------------|
| JPEG, WebP, AVIF                 | JPEG; PNG if one can see through it                         |
| PNG, a GIF that stands still     | PNG if it is not much larger, for drawings; else JPEG       |
| a small GIF that moves           | itself, without comments                                    |
| other pictures that move         | their first frame                                           |
| SVG and everything else          | none: Outlook shows no SVG, and it can hold scripts         |
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from publisher.errors import ContentError
from publisher.pictures import gif

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTHS = (592, 1184)  # the column of a mail, and the same on a screen with twice as many pixels
MAX_BYTES = 32_000_000
MAX_PIXELS = 64_000_000  # 256 MB in memory
MAX_TALL = 10  # times as tall as wide, or as wide as tall
MOVING_LIMIT = 1_000_000  # bytes of a GIF that moves
CLEAR_LIMIT = 400_000  # bytes of a PNG that one can see through; a larger one is set on white

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_QUALITY = {592: 82, 1184: 70}  # where pixels are small, their faults are, too
_ORIENTATION = 0x0112  # EXIF: which of eight ways the camera was held
_TURNED = 5  # from this one on, width and height change places
_ADVICE = "Open it in a picture program and save it anew as JPEG or PNG."


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture that a mail may show. `width` and `height` are its own, in pixels."""

    mime: str
    body: bytes
    width: int
    height: int


def copies(path: Path) -> tuple[int, ...]:
    """The widths that there are copies for; none if the file is no picture that can be copied.

    The last one is the first that the original does not exceed: a copy is never wider than its original.
    Only the head of the file is looked at, so that `copy` can still find it broken.
    """
    try:
        body = read(path)
        with _opened(body, path.name) as image:
            if _moves(image, body):
                return WIDTHS[:1]
            across = _upright(image.size, _orientation(image))[0]
    except ContentError:
        return ()
    return tuple(width for at, width in enumerate(WIDTHS) if at == 0 or WIDTHS[at - 1] < across)


def copy(path: Path, width: int) -> Copy:
    """The copy for one of `WIDTHS`: for the same file always the same bytes.

    Raises ContentError when the file is no picture, broken, or too large, or when there is no such width.
    """
    return make(read(path), width, path.name)


def read(path: Path) -> bytes:
    """The original. Raises ContentError when it cannot be read or has more than `MAX_BYTES`."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContentError(f"the picture cannot be read ({error.strerror})", where=path.name) from None
    if len(body) > MAX_BYTES:
        what = f"the picture has more than {MAX_BYTES // 1_000_000} MB"
        raise ContentError(what, where=path.name, advice="Save it smaller.")
    return body


def make(body: bytes, width: int, where: str) -> Copy:
    """The copy of a picture that has been read; `where` is its name, for messages."""
    if width not in WIDTHS:
        raise ContentError(f"there are no copies {width} pixels wide", where=where)
    with _opened(body, where) as image:
        if _moves(image, body) and (bare := gif.strip(body)) is not None:
            image.load()  # its first frame is whole
            return Copy("image/gif", bare, *image.size)
        drawn = image.format in ("PNG", "GIF")
        small = _srgb(_resized(image, width), image.info.get("icc_profile"))
        mime, encoded = _encode(small, drawn, _QUALITY[width])
        return Copy(mime, encoded, *small.size)


@contextmanager
def _opened(body: bytes, where: str) -> Iterator[Image]:
    """The picture, its head read; whatever goes wrong inside the block is told as a ContentError."""
    images = _pillow()
    try:
        with images.open(BytesIO(body), formats=_FORMATS) as image:
            _bound(image.size, where)
            yield image
    except images.DecompressionBombError:
        _bound((MAX_PIXELS, 2), where)
    except images.UnidentifiedImageError:
        what = "this is no JPEG, PNG, GIF, WebP or AVIF picture"
        raise ContentError(what, where=where, advice=_ADVICE) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error):
        raise ContentError("the picture is broken", where=where, advice=_ADVICE) from None


@cache
def _pillow() -> ModuleType:
    import warnings

    from PIL import Image

    # Its bound is higher than ours, and what is odd in a picture's metadata is nobody's concern here.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    return Image


def _bound(size: tuple[int, int], where: str) -> None:
    """Raise ContentError for a picture that would fill the memory, or a mail, with hardly anything."""
    if size[0] * size[1] > MAX_PIXELS:
        what = f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels"
        raise ContentError(what, where=where, advice="Save it smaller.")
    if max(size) > MAX_TALL * min(size):
        what = f"the picture is {size[0]} × {size[1]} pixels, too narrow for a mail"
        raise ContentError(what, where=where, advice="Crop it.")


def _moves(image: Image, body: bytes) -> bool:
    """Whether it is an animation that may stay one."""
    if image.format != "GIF" or len(body) > MOVING_LIMIT or image.width > WIDTHS[-1]:
        return False
    return bool(getattr(image, "is_animated", False))


def _orientation(image: Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, struct.error):
        return 1  # nonsense in the metadata does not make the picture unusable


def _upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if _TURNED <= orientation <= 8 else size


def _resized(image: Image, width: int) -> Image:
    """The first frame, upright, at most `width` wide. Alpha is weighed in; palettes become colours."""
    from PIL import Image as images
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    orientation = _orientation(image)
    across, tall = _upright(image.size, orientation)
    wide = min(width, across)
    size = _upright((wide, max(1, round(tall * wide / across))), orientation)
    image.draft(image.mode, (size[0] * 3 // 2, size[1] * 3 // 2))  # a large JPEG is not decoded in full
    image.load()
    small = _continuous(image).resize(size, images.Resampling.LANCZOS, reducing_gap=2.0)
    return small.transpose(turns[orientation]) if orientation in turns else small


def _continuous(image: Image) -> Image:
    """The picture in a mode whose pixels can be mixed."""
    if image.mode.startswith(("I", "F")):  # 16 bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "1", "LA", "RGBX") or "transparency" in image.info:
        clear = image.mode in ("PA", "LA") or "transparency" in image.info
        return image.convert("RGBA" if clear else "L" if image.mode == "1" else "RGB")
    return image


def _srgb(image: Image, profile: bytes | None) -> Image:
    """L, RGB or, if one can see through it, RGBA, in the colours that a screen without profiles shows."""
    from PIL import ImageCms

    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            own, screen = ImageCms.getOpenProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, own, screen, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is none, or of other colours
            turned = None
        image = turned or image
    if image.mode == "RGBA":
        lowest = image.getchannel("A").getextrema()[0]
        return image if isinstance(lowest, int | float) and lowest < 255 else image.convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _encode(image: Image, drawn: bool, quality: int) -> tuple[str, bytes]:
    """Media type and bytes. `drawn`: it may be a drawing, which JPEG would blur."""
    image.info = {}  # comments, profiles and the like would be written again
    if image.mode == "RGBA":
        clear = _written(image, "PNG")
        if len(clear) <= CLEAR_LIMIT:
            return "image/png", clear
        image = _on_white(image)
    flat = _written(image, "JPEG", quality=quality, optimize=True, progressive=True)
    if drawn:
        exact = _written(image, "PNG")
        if len(exact) <= 1.5 * len(flat):
            return "image/png", exact
    return "image/jpeg", flat


def _on_white(image: Image) -> Image:
    paper = _pillow().new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    done: Image = paper.convert("RGB")
    return done


def _written(image: Image, kind: str, **options: bool | int) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
