"""What one collect found, for whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.model import Grade, Skipped


@dataclass(frozen=True, slots=True)
class Seen:
    """A guide that collect has something to say about. `rule` is what decided the grade."""

    title: str
    slug: str
    where: str
    change: str | None = None
    grade: Grade = Grade.MATERIAL
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A guide whose file has another name. It keeps its id, and its old address leads to the new one."""

    before: str
    now: str


@dataclass(slots=True)
class CollectReport:
    """What one collect of one publication found."""

    publication: str
    new: list[Seen] = field(default_factory=list)
    changed: list[Seen] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)  # paths of guides
    returned: list[str] = field(default_factory=list)
    held: int = 0  # guides that are held because so much changed at once
    archived: int = 0  # guides that the first collect made public without telling anyone
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Skipped] = field(default_factory=list)  # whole sources
