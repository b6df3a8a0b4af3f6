"""What a shown diff says itself, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

Forms = tuple[tuple[str, str, str], ...]  # (what, for one, for many)


@dataclass(frozen=True, slots=True)
class Folded:
    """So many unchanged blocks or sections that are not shown."""

    count: int
    what: str  # "section" or "paragraph"


@dataclass(frozen=True, slots=True)
class DiffWords:
    """What renderers say themselves. `unchanged` and `nouns` give for each what its one and its many."""

    added: str = "added:"
    removed: str = "removed:"
    moved: str = "moved"
    link: str = "link"
    nothing: str = "Nothing changed."
    unchanged: Forms = (
        ("section", "{} section unchanged", "{} sections unchanged"),
        ("paragraph", "{} paragraph unchanged", "{} paragraphs unchanged"),
    )
    picture: str = "Picture:"
    struck: str = "now struck out"
    unstruck: str = "no longer struck out"
    more: tuple[str, str] = ("… and {} more change", "… and {} more changes")
    legend: str = "[-…-] was removed, {+…+} was added."
    quotes: tuple[str, str] = ("“", "”")
    summary_nothing: str = "nothing changed"
    nouns: Forms = (
        ("section", "section", "sections"),
        ("paragraph", "paragraph", "paragraphs"),
        ("item", "item", "items"),
        ("row", "row", "rows"),
        ("line", "line", "lines"),
        ("picture", "picture", "pictures"),
    )
    states: tuple[tuple[str, str], ...] = (
        ("changed", "changed"),
        ("added", "added"),
        ("removed", "removed"),
        ("moved", "moved"),
    )
    joiner: str = "and"

    def folded(self, folded: Folded) -> str:
        """How much was left out between what is shown."""
        return f"… {_form(self.unchanged, folded.what, folded.count).format(folded.count)} …"

    def left_out(self, count: int) -> str:
        """How many changes are behind those that are shown."""
        return self.more[count != 1].format(count)

    def noun(self, what: str, count: int) -> str:
        """The word for so many sections, paragraphs, items, rows, lines or pictures."""
        return _form(self.nouns, what, count)

    def state(self, status: str) -> str:
        """The word for what became of something."""
        return dict(self.states)[status]

    def quoted(self, text: str) -> str:
        """In quotation marks."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"


def _form(forms: Forms, what: str, count: int) -> str:
    for name, one, many in forms:
        if name == what:
            return one if count == 1 else many
    raise ValueError(f"there is no word for {what!r}")


ENGLISH = DiffWords()

GERMAN = DiffWords(
    added="hinzugefügt:",
    removed="entfernt:",
    moved="verschoben",
    link="Link",
    nothing="Nichts hat sich geändert.",
    unchanged=(
        ("section", "{} Abschnitt unverändert", "{} Abschnitte unverändert"),
        ("paragraph", "{} Absatz unverändert", "{} Absätze unverändert"),
    ),
    picture="Bild:",
    struck="jetzt durchgestrichen",
    unstruck="nicht mehr durchgestrichen",
    more=("… und {} weitere Änderung", "… und {} weitere Änderungen"),
    legend="[-…-] wurde entfernt, {+…+} wurde hinzugefügt.",
    quotes=("„", "“"),
    summary_nothing="nichts geändert",
    nouns=(
        ("section", "Abschnitt", "Abschnitte"),
        ("paragraph", "Absatz", "Absätze"),
        ("item", "Listenpunkt", "Listenpunkte"),
        ("row", "Zeile", "Zeilen"),
        ("line", "Codezeile", "Codezeilen"),
        ("picture", "Bild", "Bilder"),
    ),
    states=(
        ("changed", "geändert"),
        ("added", "hinzugefügt"),
        ("removed", "entfernt"),
        ("moved", "verschoben"),
    ),
    joiner="und",
)

_LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def diff_words(language: str) -> DiffWords:
    """The words for a language tag (BCP 47, such as `de` or `de-AT`); English for what we have none for."""
    return _LANGUAGES.get(language.replace("_", "-").partition("-")[0].lower(), ENGLISH)
