"""Headers made by hand from the formats' specifications: nothing here is a whole picture, and need not be."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from publisher.sources._picture import Picture, read_picture

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 1200, 675) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + b"\0\0\0"
JPEG = (
    b"\xff\xd8"
    + (b"\xff\xe1" + struct.pack(">H", 40) + b"Exif\0\0" + b"\xff\xc0" * 16)  # a decoy inside a segment
    + (b"\xff\xff\xff\xdb" + struct.pack(">H", 4) + b"\0\0")  # fill bytes before a marker
    + (b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0")  # DHT lies in the range of frame headers, but is none
    + (b"\xff\xc2" + struct.pack(">HBHH", 17, 8, 480, 640))
)


def webp(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


LOSSY = webp(b"VP8 " + struct.pack("<I", 20) + b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 800, 600))
LOSSLESS = webp(b"VP8L" + struct.pack("<I", 20) + b"\x2f" + struct.pack("<I", 799 | 599 << 14))
EXTENDED = webp(
    b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (799).to_bytes(3, "little") + (599).to_bytes(3, "little")
)


@pytest.mark.parametrize(
    ("data", "mime", "width", "height"),
    [
        (PNG, "image/png", 1200, 675),
        (GIF, "image/gif", 320, 200),
        (JPEG, "image/jpeg", 640, 480),
        (LOSSY, "image/webp", 800, 600),
        (LOSSLESS, "image/webp", 800, 600),
        (EXTENDED, "image/webp", 800, 600),
    ],
    ids=["png", "gif", "jpeg", "webp lossy", "webp lossless", "webp extended"],
)
def test_size_from_the_header(tmp_path: Path, data: bytes, mime: str, width: int, height: int) -> None:
    path = tmp_path / "picture"
    path.write_bytes(data)
    assert read_picture(path) == Picture(mime, len(data), width, height)
    for end in range(16, len(data)):  # cut anywhere, it is still no reason to fail
        path.write_bytes(data[:end])
        seen = read_picture(path)
        assert seen is not None
        assert seen.length == end
        assert (seen.width, seen.height) in ((None, None), (width, height))


@pytest.mark.parametrize("data", [b"", b"BM", b"<svg/>", b"RIFF\0\0\0\0WAVE", b"\x89PNG\n"])
def test_what_is_no_picture(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    assert read_picture(tmp_path / "file") is None


def test_the_site_has_one_and_it_is_measured() -> None:
    path = Path(__file__).parents[2] / "feeds/the-repair-bench/articles/images/knife-angle.png"
    seen = read_picture(path)
    assert seen is not None
    assert (seen.mime, seen.width, seen.height) == ("image/png", 1200, 675)
    assert seen.length < 80_000
