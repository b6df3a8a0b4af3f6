"""Copies of pictures: what each kind of original becomes, what is refused, and where they are."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from publisher import pictures
from publisher.errors import ContentError

PLACE = b"Quillmere lane"  # stands for coordinates, in whatever field a format has for them


def photo(width: int = 1280, height: int = 720) -> Image.Image:
    """Something that JPEG is good at: soft, many colours."""
    noise = random.Random(7).randbytes(32 * 18 * 3)
    return Image.frombytes("RGB", (32, 18), noise).resize((width, height), Image.Resampling.BICUBIC)


def drawing(width: int = 1600, height: int = 900, mode: str = "RGB") -> Image.Image:
    """Something that PNG is good at: few colours, hard edges; see-through where nothing is drawn."""
    made = Image.new(mode, (width, height), (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(made).rectangle((width // 4, height // 4, width // 2, height // 2), fill="darkred")
    return made


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    speed = {"compress_level": 1} if path.suffix == ".png" else {}
    image.save(path, **{**speed, **options})  # type: ignore[arg-type]
    return path


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = PLACE.decode()
    made.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return made


def opened(copy: pictures.Copy) -> Image.Image:
    image = Image.open(BytesIO(copy.body))
    image.load()
    assert image.size == (copy.width, copy.height)
    assert Image.MIME[image.format or ""] == copy.mime
    return image


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif"])
@pytest.mark.parametrize("width", pictures.WIDTHS)
def test_a_photograph_becomes_a_jpeg(tmp_path: Path, suffix: str, width: int) -> None:
    copy = pictures.copy(saved(tmp_path / f"a.{suffix}", photo()), width)
    assert (copy.mime, copy.width, copy.height) == ("image/jpeg", width, round(width * 9 / 16))
    assert opened(copy).mode == "RGB"


def test_a_photograph_saved_as_png_becomes_a_jpeg_and_a_drawing_stays_exact(tmp_path: Path) -> None:
    assert pictures.copy(saved(tmp_path / "a.png", photo()), 592).mime == "image/jpeg"
    drawn = pictures.copy(saved(tmp_path / "b.png", drawing(592, 333)), 592)
    assert drawn.mime == "image/png"
    assert opened(drawn).convert("RGB").tobytes() == drawing(592, 333).tobytes()


@pytest.mark.parametrize("suffix", ["png", "webp", "gif"])
def test_what_one_can_see_through_stays_so(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path / f"a.{suffix}", drawing(mode="RGBA"))
    copy = pictures.copy(path, 592)
    assert copy.mime == "image/png"
    image = opened(copy).convert("RGBA")
    assert image.getpixel((2, 2))[3] == 0  # type: ignore[index]
    assert image.getpixel((200, 120))[3] == 255  # type: ignore[index]


def test_an_alpha_channel_that_hides_nothing_is_dropped(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", photo().convert("RGBA"))
    assert pictures.copy(path, 592).mime == "image/jpeg"


def test_a_see_through_photograph_is_set_on_white_rather_than_sent_as_a_huge_png(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1184 * 600 * 3)
    image = Image.frombytes("RGB", (1184, 600), noise).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 300, 600))
    copy = pictures.copy(saved(tmp_path / "a.png", image), 1184)
    assert copy.mime == "image/jpeg"
    assert min(opened(copy).getpixel((20, 20))) > 250  # type: ignore[arg-type, type-var]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_it_stands_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    """Each way to hold a camera shows the same scene: its top left is dark, all else is light."""
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[
        orientation
    ]  # the transposition that undoes it
    scene = Image.new("L", (640, 320), 230)
    scene.paste(20, (0, 0, 320, 160))
    held = scene if back is None else scene.transpose(Image.Transpose(back))
    copy = pictures.copy(
        saved(tmp_path / f"a.{suffix}", held.convert("RGB"), exif=exif(orientation)), width=592
    )
    shown = opened(copy).convert("L")
    assert shown.size == (592, 296)
    corners = [shown.getpixel(place) for place in ((30, 30), (560, 30), (30, 270), (560, 270))]
    assert [value < 100 for value in corners] == [True, False, False, False]  # type: ignore[operator]
    assert PLACE not in copy.body


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_nothing_but_the_picture_is_left(tmp_path: Path, suffix: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, object] = {"exif": exif(), "icc_profile": profile}
    if suffix == "jpg":
        options |= {"comment": PLACE, "xmp": b"<x:xmpmeta>" + PLACE}
    path = saved(tmp_path / f"a.{suffix}", photo(), **options)
    assert PLACE in path.read_bytes()
    image = opened(copy := pictures.copy(path, 592))
    assert PLACE not in copy.body
    assert not image.getexif()
    assert not {"icc_profile", "comment", "xmp", "exif"} & image.info.keys()


def test_a_moving_gif_keeps_moving_but_not_its_comments(tmp_path: Path) -> None:
    frames = [drawing(300, 200).rotate(turn).convert("P") for turn in (0, 90, 180)]
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(PLACE)]) + PLACE + b"\0"
    path = saved(
        tmp_path / "a.gif",
        frames[0],
        save_all=True,
        append_images=frames[1:],
        duration=80,
        loop=0,
        comment=PLACE,
    )
    body = path.read_bytes()
    path.write_bytes(body[:-1] + xmp + body[-1:])
    assert pictures.copies(path) == (592,)
    copy = pictures.copy(path, 592)
    assert copy.mime == "image/gif" and PLACE not in copy.body and len(copy.body) < len(path.read_bytes())
    image = Image.open(BytesIO(copy.body))
    assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 80)  # type: ignore[attr-defined]
    before = Image.open(path)
    for at in range(3):
        image.seek(at)
        before.seek(at)
        assert image.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_a_large_moving_gif_becomes_its_first_frame(tmp_path: Path) -> None:
    first = Image.effect_noise((1000, 800), 90).convert("P")
    path = saved(tmp_path / "a.gif", first, save_all=True, append_images=[first.rotate(90)], duration=80)
    assert path.stat().st_size > 1_000_000
    copy = pictures.copy(path, 592)
    assert copy.mime in ("image/jpeg", "image/png")
    assert not getattr(opened(copy), "is_animated", False)


@pytest.mark.parametrize(
    ("across", "widths"),
    [(100, (592,)), (592, (592,)), (593, (592, 1184)), (1184, (592, 1184)), (4000, (592, 1184))],
)
def test_which_widths_there_are(tmp_path: Path, across: int, widths: tuple[int, ...]) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGB", (across, across // 2)))
    assert pictures.copies(path) == widths
    assert [pictures.copy(path, width).width for width in widths] == [min(width, across) for width in widths]


def test_the_turned_width_counts(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", photo(1600, 500), exif=exif(6))
    assert pictures.copies(path) == (592,)
    assert pictures.copy(path, 592).width == 500


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name, image in (("a.jpg", photo()), ("a.png", drawing(mode="RGBA"))):
        path = saved(tmp_path / name, image)
        assert pictures.copy(path, 592) == pictures.copy(path, 592)


def test_colours_of_a_wide_gamut_become_those_of_every_screen(tmp_path: Path) -> None:
    """A profile whose red and blue change places: what a viewer that knows it shows is what we keep."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    path = saved(tmp_path / "a.png", Image.new("RGB", (600, 300), (250, 20, 20)), icc_profile=swapped)
    red, _, blue = opened(pictures.copy(path, 592)).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert blue > 200 > 60 > red


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "RGBX"])
def test_every_way_to_keep_pixels(tmp_path: Path, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((800, 400))
    if mode == "I;16":
        image = Image.frombytes(
            "I;16", (800, 400), b"".join(struct.pack("<H", v * 257) for v in grey.tobytes())
        )
    else:
        image = grey.convert("RGB").convert(mode) if mode == "CMYK" else grey.convert(mode)
    path = tmp_path / ("a.jpg" if mode in ("CMYK", "RGBX") else "a.png")
    copy = pictures.copy(saved(path, image), 592)
    shown = opened(copy).convert("L")
    assert shown.getpixel((300, 5)) < 40 < 200 < shown.getpixel((300, 290))  # type: ignore[operator]


def png(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and brings a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 999_999)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("a.png", b"", "this is no JPEG, PNG, GIF, WebP or AVIF picture"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this is no JPEG"),
        ("a.jpg", b"%PDF-1.7", "this is no JPEG"),
        ("a.png", png(50_000, 50_000), "more than 64 million pixels"),
        ("a.png", png(9_000, 9_000), "more than 64 million pixels"),
        ("a.png", png(20, 60_000), "20 × 60000 pixels, too narrow"),
        ("a.png", png(4_000, 4_000), "the picture is broken"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "the picture is broken"),
    ],
)
def test_what_cannot_be_copied_is_refused(tmp_path: Path, name: str, body: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(ContentError, match=sentence) as refused:
        pictures.copy(path, 592)
    assert refused.value.where == name and refused.value.advice
    assert pictures.copies(path) in ((), (592, 1184))


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "a.webp"):
        path = saved(tmp_path / name, photo())
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(ContentError):
            pictures.copy(path, 592)


def test_a_file_that_is_gone_and_a_width_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        pictures.copy(tmp_path / "none.jpg", 592)
    assert pictures.copies(tmp_path / "none.jpg") == ()
    with pytest.raises(ContentError, match="no copies 600 pixels wide"):
        pictures.copy(saved(tmp_path / "a.png", drawing(20, 20)), 600)


def _seed(kind: str) -> bytes:
    out = BytesIO()
    frames = [drawing(40, 30).rotate(turn) for turn in (0, 90)]
    more = {"save_all": True, "append_images": frames[1:]} if kind == "GIF" else {}
    frames[0].save(out, kind, exif=exif(6), **more)
    return out.getvalue()


SEEDS = [_seed(kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=9))
def test_damage_is_a_sentence_or_a_picture(
    tmp_path: Path, seed: bytes, damage: list[tuple[int, int]]
) -> None:
    body = bytearray(seed)
    for at, value in damage:
        body[at % len(body)] = value
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(body))
    pictures.copies(path)
    try:
        copy = pictures.copy(path, 592)
    except ContentError as error:
        assert error.where == "a.jpg"
    else:
        opened(copy)


def test_the_address_of_a_copy() -> None:
    path = "articles/img/a knee, bent & ü.jpg"
    shown = pictures.address("https://guides.example", "knees", path, 592)
    assert shown == (
        "https://guides.example/-/picture/knees/592/articles/img/a%20knee%2C%20bent%20%26%20%C3%BC.jpg"
    )


def test_only_pictures_inside_the_folder_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "knees"
    (folder / "img").mkdir(parents=True)
    inside, outside = saved(folder / "img/a.jpg", drawing(9, 9)), saved(tmp_path / "b.jpg", drawing(9, 9))
    (folder / "feed.toml").write_text("")
    (folder / ".c.jpg").write_bytes(b"")
    (folder / "link.jpg").symlink_to(outside)
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    assert pictures.locate(folder, "img/a.jpg") == inside.resolve()
    missing = (
        "img/b.jpg",
        "../b.jpg",
        str(outside),
        "feed.toml",
        ".c.jpg",
        "link.jpg",
        "loop.jpg",
        "img",
        "a\0.jpg",
    )
    assert [pictures.locate(folder, path) for path in missing] == [None] * len(missing)
