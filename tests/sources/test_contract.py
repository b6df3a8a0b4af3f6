"""What every kind of source promises. A new kind adds its bench to BENCHES; the rest runs by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.model import Fingerprint, Found, Listing, Skipped, Source, Unchanged
from publisher.sources import KINDS, open_source

Item = Found | Unchanged | Skipped


class FolderBench:
    """Three guides as files, one of each sort; `bruise` makes one of them impossible to read."""

    kind = "folder"

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "garden"
        self.articles = self.folder / "articles"
        self.articles.mkdir(parents=True)
        (self.articles / "compost.md").write_text(
            "---\ntitle: Compost\ntags: [soil]\npublished: 2026-03-01\n---\n\n"
            "A heap wants green and brown in turn.\n\n## Turning\n\nTurn it in May.\n"
        )
        (self.articles / "pruning.html").write_text(
            "<h1>Pruning</h1><p>Cut above a bud that looks outwards.</p>"
        )
        (self.articles / "watering.txt").write_text(
            "Watering\n\nWater the soil, not the leaves. Early is best.\n"
        )

    def open(self) -> Source:
        return open_source(self.kind, self.folder, {})

    def touch(self) -> None:
        status = (self.articles / "compost.md").stat()
        os.utime(self.articles / "compost.md", ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))

    def bruise(self) -> None:
        (self.articles / "pruning.html").write_bytes(b"\xff\xff\x00\x81")


BENCHES: dict[str, Callable[[Path], FolderBench]] = {"folder": FolderBench}


@dataclass(slots=True)
class Reading:
    """One read, kept as a careful caller keeps it: fingerprints of what was found."""

    items: list[Item]
    known: dict[str, Fingerprint] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, known: dict[str, Fingerprint] | None = None) -> Reading:
        first, *items = source.read(known or {})
        listed = isinstance(first, Listing)
        taken: list[Item] = [
            each for each in ([] if listed else [first]) + items if not isinstance(each, Listing)
        ]
        assert len(taken) == len(items) + (not listed)  # a listing comes first, once
        if isinstance(first, Listing):
            assert {each.path for each in taken if each.path} <= first.paths
        return cls(taken, (known or {}) | fingerprints(taken))

    def all(self, stage: type) -> list[Item]:
        return [item for item in self.items if isinstance(item, stage)]


def fingerprints(items: Iterable[Item]) -> dict[str, Fingerprint]:
    return {
        item.path: item.fingerprint
        for item in items
        if isinstance(item, Found) and item.path and item.fingerprint
    }


@pytest.fixture(params=sorted(KINDS))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> FolderBench:
    return BENCHES[request.param](tmp_path)


def test_every_kind_has_a_bench() -> None:
    assert set(BENCHES) == set(KINDS)


def test_first_read_finds_every_guide(bench: FolderBench) -> None:
    reading = Reading.of(bench.open())
    assert [type(item) for item in reading.items] == [Found, Found, Found]
    assert [item.title for item in reading.items] == ["Compost", "Pruning", "Watering"]
    for guide in reading.items:
        assert guide.foreign_id
        assert guide.where
        assert guide.html.startswith("<")
        assert guide.summary
        assert guide.slug
        assert not guide.past
        for moment in (guide.published, guide.updated, guide.release, guide.review_by):
            assert moment is None or moment.tzinfo is UTC
    assert len({guide.foreign_id for guide in reading.items}) == 3


def test_second_read_opens_nothing(bench: FolderBench) -> None:
    first = Reading.of(bench.open())
    second = Reading.of(bench.open(), first.known)
    assert [type(item) for item in second.items] == [Unchanged, Unchanged, Unchanged]
    assert {item.path for item in second.items} == set(first.known)


def test_touched_guide_is_found_again_with_the_same_text(bench: FolderBench) -> None:
    first = Reading.of(bench.open())
    bench.touch()
    second = Reading.of(bench.open(), first.known)
    (again,) = second.all(Found)
    (before,) = (item for item in first.items if item.foreign_id == again.foreign_id)
    assert (again.title, again.html, again.slug) == (before.title, before.html, before.slug)
    assert again.fingerprint != before.fingerprint
    assert len(second.all(Unchanged)) == 2


def test_one_bad_guide_does_not_stop_the_others(bench: FolderBench) -> None:
    bench.bruise()
    reading = Reading.of(bench.open())
    assert [item.title for item in reading.all(Found)] == ["Compost", "Watering"]
    (skipped,) = reading.all(Skipped)
    assert skipped.path
    assert skipped.where.startswith(skipped.path)
    assert skipped.reason.endswith(".")


def test_order_and_bytes_are_the_same_at_every_read(bench: FolderBench) -> None:
    bench.bruise()
    assert Reading.of(bench.open()).items == Reading.of(bench.open()).items


def test_unknown_option_is_refused_by_name(bench: FolderBench) -> None:
    with pytest.raises(SourceError, match="no option `colour`"):
        open_source(bench.kind, bench.folder, {"colour": "green"})


def test_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(SourceError) as error:
        open_source("foldr", Path("feeds/garden"), {})
    assert str(error.value) == (
        "feeds/garden/feed.toml: there is no source of kind 'foldr'. Did you mean 'folder'?"
    )
