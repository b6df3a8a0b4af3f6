"""Languages with a list of words, and all others."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from publisher.model import Grade
from publisher.text import Graded, grade
from publisher.text.grading.languages import codes, detect, load, make
from publisher.text.grading.lexicon import UNKNOWN

TEXTS = {
    "en": "This is what you can do when it is not as it was, and who will help you with that.",
    "de": "Das ist, was du tun kannst, wenn es nicht so ist, wie es war, und wer dir dabei hilft.",
    "": "Ceci est ce que vous pouvez faire quand tout va mal, puis celui qui vous aidera.",
}


def table_of(code: str) -> dict[str, Any]:
    return tomllib.loads((files("publisher.text.grading") / f"{code}.toml").read_text("utf-8"))


def graded(old: str, new: str, code: str) -> Graded:
    return grade("", f"<p>{TEXTS[code]}</p><p>{old}</p>", "", f"<p>{TEXTS[code]}</p><p>{new}</p>")


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_is_seen(code: str) -> None:
    assert detect(TEXTS[code]).code == code


def test_every_language_is_read_once() -> None:
    assert set(codes()) == {"de", "en"}
    assert all(load(code) is load(code) and load(code).code == code for code in codes())
    assert load("") is load("xx") is UNKNOWN


@pytest.mark.parametrize("code", codes())
def test_a_table_that_lacks_a_key_is_refused(code: str) -> None:
    table = table_of(code)
    for key in table:
        with pytest.raises(KeyError, match=key):
            make(code, {name: value for name, value in table.items() if name != key})


@pytest.mark.parametrize("code", codes())
def test_a_table_agrees_with_itself(code: str) -> None:
    """Contrasts have two sides; what negates or binds is no mere wording."""
    lexicon, table = load(code), table_of(code)
    for group in (*lexicon.groups.never, *lexicon.groups.place, *lexicon.groups.inside):
        sides = len(set(group.values()))
        assert sides >= 2 or len(group) == 1, group
    wording = {*table["plain"].split(), *table["mild"].split()}
    assert not wording & set(table["negations"].split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dose : 5 mg.", "Dose : 50 mg."),
        ("Ne le prenez pas.", "Prenez-le."),
        ("Il fait beau.", "Il fait froid."),
        ("C'est bon.", "C'est bon. C'est beau."),
    ],
)
def test_without_a_list_every_other_word_is_material(old: str, new: str) -> None:
    assert graded(old, new, "").grade is Grade.MATERIAL


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("C'est bon", "C’est bon", Grade.NONE),
        ("Il fait beau demain.", "Il fait beau, demain !", Grade.TYPO),
        ("Il fait beau.", "Il Fait Beau.", Grade.TYPO),
        ("Un cafe noir.", "Un café noir.", Grade.TYPO),
        ("5mg.", "5 mg.", Grade.TYPO),
    ],
)
def test_without_a_list_punctuation_and_accents_are_none(old: str, new: str, level: Grade) -> None:
    assert graded(old, new, "").grade is level


def test_the_rule_says_that_the_language_is_unknown() -> None:
    assert graded("Il fait beau.", "Il fait froid.", "").rule == "language"


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("Nehmen Sie 5 mg.", "Nehmen Sie 50 mg.", Grade.MATERIAL),
        ("Das ist sicher.", "Das ist unsicher.", Grade.MATERIAL),
        ("Sie dürfen aufstehen.", "Sie dürfen nicht aufstehen.", Grade.MATERIAL),
        ("Sie können ruhen.", "Sie müssen ruhen.", Grade.MATERIAL),
        ("Das ist ein Kabel, rot.", "Das ist ein Kabel, blau.", Grade.MATERIAL),
        ("Das hilft nicht selten.", "Das hilft selten.", Grade.MATERIAL),
        ("Es kostet 1.000 Euro.", "Es kostet 1,000 Euro.", Grade.MATERIAL),
        ("Es ist groß.", "Es ist gross.", Grade.TYPO),
        ("Es ist schön.", "Es ist schoen.", Grade.TYPO),
        ("Fünf Stück.", "5 Stück.", Grade.TYPO),
    ],
)
def test_german(old: str, new: str, level: Grade) -> None:
    assert graded(old, new, "de").grade is level


@pytest.mark.parametrize(
    ("old", "new"), [("服用五片。", "服用六片。"), ("服用 5 mg。", "服用 50 mg。"), ("吃", "不吃")]
)
def test_scripts_without_spaces(old: str, new: str) -> None:
    assert grade("", f"<p>{old}</p>", "", f"<p>{new}</p>").grade is Grade.MATERIAL
