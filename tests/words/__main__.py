"""Bring the catalogues up to date: `python -m tests.words`.

New sentences come in untranslated, sentences that nobody says any more go. Tells what is left to translate.
"""

from __future__ import annotations

from tests.words.extracting import LOCALE, catalogue, updated


def main() -> None:
    for path in sorted(LOCALE.glob("*.po")):
        path.write_bytes(updated(path))
        left = [each for each in catalogue(path) if each.id and not (each.string and all(each.string))]
        print(f"{path.name}: {len(left)} sentences to translate")
        for each in left:
            print(f"  {each.id}")


main()
