"""A guide that was never seen before, with all its texts: what is written of it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher import storage, text
from publisher.collect import distance
from publisher.model import Found, Grade


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`distances`: revision -> {earlier revision: (grade, rule)}, of pairs that do not follow each other."""

    revisions: tuple[storage.NewRevision, ...]
    releases: tuple[storage.NewRelease, ...]
    distances: Mapping[int, Mapping[int, tuple[Grade, str]]]


def texts_of(
    article: int, texts: Sequence[Found], terms: Callable[[Found], tuple[storage.Term, ...]]
) -> Newcomer:
    """The guide's texts, oldest first; one that says the same as the one before is no text of its own."""
    revisions: list[storage.NewRevision] = []
    releases: dict[int, storage.NewRelease] = {}
    for found in texts:
        hashed = digest(found)
        before = revisions[-1] if revisions else None
        if before is not None and before.hash == hashed:
            revisions[-1] = replace(before, found=found, terms=terms(found))
            continue
        number = len(revisions) + 1
        step = distance.step(before.found, found) if before else distance.FIRST
        minutes = text.minutes(found.html)
        revisions.append(
            storage.NewRevision(article, number, found, hashed, minutes, step.grade, step.rule, terms(found))
        )
        stop = storage.PAST if found.past else storage.COLLECT
        releases[number] = storage.NewRelease(article, number, found.release, found.hold, stop)
    return Newcomer(tuple(revisions), tuple(releases.values()), _distances(revisions))


def _distances(
    revisions: Sequence[storage.NewRevision],
) -> dict[int, dict[int, tuple[Grade, str]]]:
    texts = [
        storage.StoredText(each.number, each.hash, each.found.title, each.found.html, each.step, each.rule)
        for each in revisions
    ]
    return {
        last.number: distance.direct(
            texts[: last.number - 1], distance.Step(last.step, last.rule), last.found
        )
        for last in revisions[2:]
    }


def digest(found: Found) -> bytes:
    """The hash of a text by which a guide's revisions are told apart."""
    return bytes.fromhex(text.content_hash(found.title, found.html))
