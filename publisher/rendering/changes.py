"""What became of guides since the texts that followers had. Each pair of texts is compared once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from publisher import storage, text
from publisher.digest import MailChanges
from publisher.errors import ContentError
from publisher.words import ENGLISH, Words

SHOWN = 5  # changed blocks in a mail; the guide's history has the others
_KEPT = 2_000  # comparisons held at once, some KB each

Pair = tuple[int, int]  # guide, number
Step = tuple[int, int, int]  # guide, had, now
Told = tuple[Step, str]  # and in which language it is told
Texts = Mapping[Pair, storage.RevisionText]


@dataclass(slots=True)
class Changes:
    """Compares, and remembers. Variants of one edition mostly differ in which guides they hold."""

    _kept: dict[Told, MailChanges] = field(default_factory=dict)

    def of(
        self, db: Connection, items: Sequence[storage.ItemRow], now: Texts, words: Words = ENGLISH
    ) -> dict[Pair, MailChanges]:
        """(guide, number) -> what changed, for those of the lines that tell of an update.

        `now` holds the texts that the lines tell of; earlier ones are read when they are needed.
        """
        language = words.tag
        steps = {
            (item.article.id, item.had, item.article.number)
            for item in items
            if not item.new and item.had is not None and item.had < item.article.number
        }
        found = {step: kept for step in steps if (kept := self._kept.get((step, language)))}
        if missing := steps - found.keys():
            made = _compared(db, missing, now, text.diff_words(language))
            for step, changes in made.items():
                if len(self._kept) >= _KEPT:
                    self._kept.pop(next(iter(self._kept)), None)
                self._kept[step, language] = changes
            found |= made
        return {(guide, new): changes for (guide, _, new), changes in found.items()}


def _compared(
    db: Connection, steps: Collection[Step], now: Texts, words: text.DiffWords
) -> dict[Step, MailChanges]:
    had = storage.revision_texts(db, [(guide, old) for guide, old, _ in steps])
    notes = storage.notes_between(db, steps)
    return {
        (guide, old, new): compare(had.get((guide, old)), now[guide, new], notes[guide, old, new], words)
        for guide, old, new in steps
    }


def compare(
    old: storage.RevisionText | None,
    new: storage.RevisionText,
    notes: tuple[str, ...],
    words: text.DiffWords,
) -> MailChanges:
    """What a mail says of two texts of a guide; only the notes if the old one is gone or says the same."""
    if old is None:
        return MailChanges(notes=notes)
    formerly = old.title if text.normalise(old.title, "") != text.normalise(new.title, "") else ""
    try:
        found = text.diff(old.html, new.html)
    except ContentError:  # a text of an older version of this program that cannot be read any more
        return MailChanges(notes=notes, formerly=formerly)
    if found.is_empty:
        return MailChanges(notes=notes, formerly=formerly)
    return MailChanges(
        notes=notes,
        formerly=formerly,
        line=text.diff_summary(found, words=words),
        html=text.diff_mail(found, limit=SHOWN, words=words),
        text=text.diff_text(found, limit=SHOWN, words=words),
    )
