"""Copies of pictures that are kept: made once, made anew when they must be, and not without end."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from publisher import pictures
from publisher.errors import ContentError
from tests.test_pictures import drawing, photo, png, saved


@pytest.fixture
def cache(tmp_path: Path) -> pictures.Cache:
    return pictures.Cache(tmp_path / "var/pictures")


def files(cache: pictures.Cache) -> list[str]:
    return sorted(each.name for each in cache.folder.iterdir())


def test_a_copy_is_made_once(tmp_path: Path, cache: pictures.Cache) -> None:
    path = saved(tmp_path / "a.jpg", photo())
    first = cache.get(path, 592)
    assert first == pictures.copy(path, 592)
    (kept,) = cache.folder.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"image/jpeg", b"image/kept"))  # so that it can be told apart
    assert cache.get(path, 592).mime == "image/kept"
    assert pictures.Cache(cache.folder).get(path, 592).mime == "image/kept"
    assert cache.get(path, 1184).width == 1184
    assert len(files(cache)) == 2


def test_the_key_is_what_the_file_says(tmp_path: Path, cache: pictures.Cache) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGB", (50, 50), "white"))
    twin = tmp_path / "b.png"
    twin.write_bytes(path.read_bytes())
    before = cache.get(path, 592)
    assert cache.get(twin, 592) == before and len(files(cache)) == 1
    saved(path, Image.new("RGB", (60, 30), "black"))
    assert cache.get(path, 592).width == 60
    assert cache.get(twin, 592) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda body: b"",
        lambda body: body[:-1],
        lambda body: b"\xff" + body,
        lambda body: body.split(b"\n")[0],
    ],
    ids=["empty", "cut", "no head", "no body"],
)
def test_a_half_written_copy_is_made_anew(
    tmp_path: Path, cache: pictures.Cache, harm: Callable[[bytes], bytes]
) -> None:
    path = saved(tmp_path / "a.jpg", photo())
    good = cache.get(path, 592)
    (kept,) = cache.folder.iterdir()
    kept.write_bytes(harm(kept.read_bytes()))
    assert cache.get(path, 592) == good
    assert pictures.Cache(cache.folder).get(path, 592) == good


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = saved(tmp_path / "a.jpg", photo())
    blocked = pictures.Cache(tmp_path / "file")
    assert blocked.get(path, 592) == blocked.get(path, 592) == pictures.copy(path, 592)


def test_a_refusal_is_remembered_until_the_file_changes(tmp_path: Path, cache: pictures.Cache) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(4_000, 4_000))
    for _ in range(2):
        with pytest.raises(ContentError, match="broken"):
            cache.get(path, 592)
    saved(path, drawing(40, 30))
    assert cache.get(path, 592).width == 40
    with pytest.raises(ContentError, match="cannot be read"):
        cache.get(tmp_path / "none.png", 592)


def test_what_nobody_asks_for_goes_first(tmp_path: Path) -> None:
    cache = pictures.Cache(tmp_path / "var")
    paths = [saved(tmp_path / f"{n}.png", photo(300, 200 + n)) for n in range(4)]
    for path in paths[:3]:
        cache.get(path, 592)
    for at, name in enumerate(files(cache)):
        os.utime(cache.folder / name, (at + 1, at + 1))
    oldest, middle, newest = files(cache)
    size = sum((cache.folder / name).stat().st_size for name in (middle, newest))
    pictures.Cache(cache.folder, limit=3 * size).get(paths[3], 592)  # writes, and looks at the folder
    assert oldest in files(cache)
    pictures.Cache(cache.folder, limit=int(size * 1.6)).get(saved(tmp_path / "5.png", photo(300, 210)), 592)
    left = files(cache)
    assert oldest not in left and newest in left and len(left) < 5
