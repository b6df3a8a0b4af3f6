"""Catalogues: which is chosen, whose sentence comes first, and what is said of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.errors import TemplateError
from publisher.words import Catalogues

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
ARABIC = (
    '"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 :'
    ' n%100>=11 ? 4 : 5;\\n"\n'
)


def write(folder: Path, language: str, *entries: str, head: str = HEAD) -> Path:
    path = folder / "locale" / f"{language}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((head, *entries)), encoding="utf-8")
    return path


def said(one: str, other: str) -> str:
    return f'msgid "{one}"\nmsgstr "{other}"\n'


def test_the_nearest_language_there_is(tmp_path: Path) -> None:
    for language in ("de", "pt_BR", "zh-Hant"):
        write(tmp_path, language, said("Inbox", language))
    catalogues = Catalogues([tmp_path])
    assert catalogues.languages == ("de", "en", "pt-BR", "zh-Hant")
    asked = ["de", "de-AT", "DE_ch", "pt-br", "pt", "zh-Hant-TW", "zh", "fr", "en-GB", None, "", "en-"]
    found = [catalogues.words(tag).language for tag in asked]
    assert found == ["de", "de", "de", "pt-BR", "en", "zh-Hant", "en", "en", "en", "en", "en", "en"]
    assert catalogues.nearest(["fr", "pt", "de-AT", "en"]) == "de"
    assert catalogues.nearest(["en-US"]) == "en"
    assert catalogues.nearest(["fr", "d", "x-klingon"]) is None


def test_dates_follow_the_tag_that_was_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "de")
    catalogues = Catalogues([tmp_path])
    assert [catalogues.words(tag).tag for tag in ("de-AT", "de_at", "de-XX", "de", "en-US")] == [
        *("de-AT", "de-AT", "de", "de", "en-US"),
    ]


@pytest.mark.parametrize("tag", ["de-" + "x" * 5_000, "../../etc/passwd", "de/../x", "de-\0", "\udcff", "%s"])
def test_no_tag_leads_anywhere_else(tmp_path: Path, tag: str) -> None:
    write(tmp_path, "de")
    assert Catalogues([tmp_path]).words(tag).tag in ("de", "en")


def test_any_number_of_tags_is_kept_in_little(tmp_path: Path) -> None:
    catalogues = Catalogues([tmp_path])
    for number in range(2_000):
        catalogues.words(f"en-x{number}")
    assert len(catalogues._known) <= 200


def test_the_owners_sentences_come_first(tmp_path: Path) -> None:
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    write(bundled, "de", said("Inbox", "Posteingang"), said("Save", "Speichern"))
    write(own, "de", said("Inbox", "Briefkasten"))
    write(own, "fr", said("Save", "Enregistrer"))
    catalogues = Catalogues([own, bundled])
    german = catalogues.words("de")
    assert [german.gettext(each) for each in ("Inbox", "Save", "Other")] == [
        "Briefkasten",
        "Speichern",
        "Other",
    ]
    assert catalogues.words("fr").gettext("Save") == "Enregistrer"


def test_a_changed_file_is_read_again_and_one_that_went_is_forgotten(tmp_path: Path) -> None:
    path = write(tmp_path, "de", said("Inbox", "Posteingang"))
    catalogues = Catalogues([tmp_path])
    first = catalogues.words("de")
    assert catalogues.words("de") is first
    write(tmp_path, "de", said("Inbox", "Der Briefkasten"))
    assert catalogues.words("de").gettext("Inbox") == "Der Briefkasten"
    path.unlink()
    assert catalogues.words("de").gettext("Inbox") == "Inbox"


def test_what_is_not_translated_or_not_sure_is_said_in_english(tmp_path: Path) -> None:
    plural = 'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "%(num)s Tag"\nmsgstr[1] ""\n'
    write(tmp_path, "de", said("One", ""), "#, fuzzy\n" + said("Two", "Zwo"), plural)
    words = Catalogues([tmp_path]).words("de")
    assert [words.gettext("One"), words.gettext("Two")] == ["One", "Two"]
    assert words.ngettext("%(num)s day", "%(num)s days", 1) == "1 day"


def test_languages_with_many_plurals(tmp_path: Path) -> None:
    forms = "\n".join(f'msgstr[{at}] "{at}: %(num)s"' for at in range(6))
    write(tmp_path, "ar", f'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n{forms}\n', head=HEAD + ARABIC)
    words = Catalogues([tmp_path]).words("ar")
    found = [words.ngettext("%(num)s day", "%(num)s days", number)[0] for number in (0, 1, 2, 5, 11, 100)]
    assert found == ["0", "1", "2", "3", "4", "5"]
    assert words.direction == "rtl"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('msgid "a"\nnonsense\n', "no .po file"),
        (f"{HEAD}\n{said('Hello %(name)s', 'Hallo %(nam)s')}", "fills in nam, and “Hello %(name)s” does not"),
        (f"{HEAD}\n{said('Hello %(name)s', '100 % %(name)s')}", "fills in %"),
        (HEAD + '"Plural-Forms: nplurals=2; plural=__import__(1);\\n"\n\n' + said("a", "b"), "Plural-Forms"),
    ],
)
def test_what_cannot_be_used_is_told_with_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "locale/de.po"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        Catalogues([tmp_path]).words("de")
    assert sentence in caught.value.sentence()
    assert f"{path}:" in caught.value.sentence()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'msgid "a"\nmsgstr "\xff"\n'])
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "locale/de.po"
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(TemplateError, match=r"de\.po"):
        Catalogues([tmp_path]).words("de")


def test_a_catalogue_that_is_broken_breaks_no_other_language(tmp_path: Path) -> None:
    write(tmp_path, "fr", "nonsense")
    write(tmp_path, "de", said("Inbox", "Posteingang"))
    assert Catalogues([tmp_path]).words("de").gettext("Inbox") == "Posteingang"
