"""The bundled catalogues say all that pages and mails say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages import Message

from publisher.words import Catalogues
from publisher.words.reading import places
from tests.words.extracting import LOCALE, ROOT, catalogue, sentences, updated

PATHS = sorted(LOCALE.glob("*.po"))


def forms(sentence: object) -> tuple[str, ...]:
    return tuple(map(str, sentence)) if isinstance(sentence, (tuple, list)) else (str(sentence),)


def messages(path: Path) -> list[Message]:
    return [each for each in catalogue(path) if each.id]


def translated(path: Path) -> list[Message]:
    return [each for each in messages(path) if each.string and all(forms(each.string))]


def test_there_is_german() -> None:
    assert LOCALE / "de.po" in PATHS


def test_sentences_are_found_in_code_and_in_templates() -> None:
    found = {(file, said) for file, _, said in sentences()}
    for where in (
        ("publisher/pages/render.py", "This guide was withdrawn"),
        ("templates/web/gone.html", "This guide was withdrawn"),
        ("templates/email/digest.mjml", ("New guide", "New guides")),
        ("templates/email/digest.txt", "In this mail"),
        ("publisher/web/faults.py", "This link has expired. Please ask for a new one."),
    ):
        assert where in found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_sentence_is_translated_and_no_other(path: Path) -> None:
    used = {said for _, _, said in sentences()}
    known = {each.id if isinstance(each.id, str) else tuple(each.id): each for each in messages(path)}
    keys = {key if isinstance(key, str) else key[0] for key in known}
    assert {each for each in used if (each if isinstance(each, str) else each[0]) not in keys} == set()
    assert [key for key, each in known.items() if not (each.string and all(forms(each.string)))] == []
    assert [each.id for each in messages(path) if each.fuzzy] == []
    assert updated(path) == path.read_bytes(), "run `python -m tests.words`"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_is_filled_in_is_the_same(path: Path) -> None:
    count = catalogue(path).num_plurals
    for each in translated(path):
        ids, said = forms(each.id), forms(each.string)
        assert len(said) == (count if len(ids) > 1 else 1), ids
        for sentence in said:
            # "One guide" may leave the number out; a sentence that is not filled in may hold any sign.
            wanted = places(ids[-1])
            if wanted - {"%"}:
                assert wanted - {"num"} <= places(sentence) <= wanted | {"num"}, sentence


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_marks_at_the_end_agree(path: Path) -> None:
    marks = ".?!:…"
    for each in translated(path):
        for one, other in zip(forms(each.id), forms(each.string), strict=False):
            assert (one[-1] if one[-1] in marks else "") == (other[-1] if other[-1] in marks else ""), one


def test_they_can_be_spoken() -> None:
    catalogues = Catalogues([ROOT / "templates"])
    assert catalogues.words("de").gettext("Inbox") == "Posteingang"
    assert catalogues.words("de").ngettext("New guide", "New guides", 2) == "Neue Ratgeber"


def dynamic(path: Path) -> list[str]:
    """Where code says what extraction cannot see."""
    calls = (
        each for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(each, ast.Call)
    )
    return [
        f"{path.relative_to(ROOT)}: {ast.unparse(call)}"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("gettext", "ngettext")
        and not all(
            isinstance(each, ast.Constant) for each in call.args[: 1 + (call.func.attr == "ngettext")]
        )
    ]


def test_sentences_are_literal_so_that_they_are_found() -> None:
    found = [each for path in sorted((ROOT / "publisher").rglob("*.py")) for each in dynamic(path)]
    allowed = ("error.sentence()", "_said.")  # those of refused links are noted; how a catalogue is asked
    assert [each for each in found if not any(part in each for part in allowed)] == []
