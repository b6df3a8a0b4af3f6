"""What a mail speaks: what its reader chose, else its publication's language, else the site's."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from lxml import html as lxml_html

from publisher import storage
from publisher.rendering import Renderer
from publisher.site import bundled
from publisher.words import Catalogues
from tests.test_rendering import FRIDAY, HOUR, NOON, STAIRS, WEEK, Desk, desk, empty, step

__all__ = ["desk", "empty"]  # fixtures
BUNDLED = Catalogues([bundled("templates")])


def speaking(desk: Desk, own: str, catalogues: Catalogues = BUNDLED, **site: str) -> Renderer:
    """A renderer of a publication in the language `own`."""
    desk.publication = replace(desk.publication, language=own)
    made = desk.renderer()
    return replace(made, catalogues=catalogues, site=replace(made.site, **site), _kept={}, _spoken={})


def update(desk: Desk, people: str = "a") -> tuple[list[int], int, int]:
    """An edition that tells of one changed guide: its followers, its number and its variant's."""
    article, followers = desk.make.guide("stairs"), desk.make.people(people)
    desk.revise(article, 1, STAIRS, NOON + HOUR)
    desk.send(FRIDAY)
    desk.revise(article, 2, step(2), FRIDAY + HOUR)
    ((edition, variant),) = desk.send(FRIDAY + WEEK)
    return list(followers), edition, variant


def mail(
    renderer: Renderer, edition: int, follower: int, variant: int, language: str | None
) -> tuple[str, str, str]:
    """Subject, language of the HTML, plain text."""
    row = storage.ClaimedRow(follower, variant, f"{follower}@example.org", language)
    message = message_from_bytes(renderer.personal(edition, row).data, policy=policy.default)
    html, text = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))  # type: ignore[attr-defined]
    return message["Subject"], lxml_html.document_fromstring(html).get("lang"), text


@pytest.mark.parametrize(
    ("publication", "chosen", "spoken"),
    [
        ("en", None, "en"),
        ("en", "de", "de"),
        ("de", None, "de"),
        ("de", "en", "en"),
        ("de-AT", "de", "de-AT"),
        ("de", "de-AT", "de"),
        ("de", "fr", "de"),
        ("fr", None, "en"),
        ("fr", "de-CH", "de"),
        ("en-US", "en", "en-US"),
        ("de", "'; drop table", "de"),
    ],
)
def test_the_readers_language_comes_first(
    desk: Desk, publication: str, chosen: str | None, spoken: str
) -> None:
    (follower,), edition, variant = update(desk)
    subject, language, text = mail(speaking(desk, publication), edition, follower, variant, chosen)
    german = spoken.startswith("de")
    assert language == spoken
    assert subject == ("Geändert: Stairs" if german else "Updated: Stairs")
    assert ("Freitag, 13. November 2026" in text) is german
    assert ("„Up“ geändert" in text) is german and ("“Up” changed" in text) is not german
    assert ("Du bekommst diese wöchentliche Mail, weil du Knees folgst." in text) is german


def test_each_language_is_rendered_once(desk: Desk) -> None:
    followers, edition, variant = update(desk, "abcdef")
    renderer = speaking(desk, "de-AT")
    chosen = (None, "de", "en", "en-GB", "fr", "de-CH")
    for follower, language in zip(followers, chosen, strict=True):
        mail(renderer, edition, follower, variant, language)
    assert sorted(tag for _, tag in renderer._kept) == ["de-AT", "en"]


def test_one_reader_in_english_and_one_in_german(desk: Desk) -> None:
    (one, two), edition, variant = update(desk, "ab")
    renderer = speaking(desk, "en")
    before = mail(renderer, edition, one, variant, None)
    assert mail(renderer, edition, two, variant, "de")[1] == "de"
    assert mail(renderer, edition, one, variant, None) == before


def test_guides_keep_their_language_and_side(desk: Desk) -> None:
    _, edition, variant = update(desk)
    page = lxml_html.document_fromstring(speaking(desk, "ar").render(edition, variant, "de").html)
    assert (page.get("lang"), page.get("dir")) == ("de", "rtl")  # laid out for what there is most of
    assert {each.get("lang") for each in page.xpath("//h1/a | //h3")} == {"ar"}


def test_the_sites_own_digests_speak_the_sites_language(desk: Desk) -> None:
    _, edition, variant = update(desk)
    key = desk.digest.key
    made = speaking(desk, "en", language="de")
    sites = replace(
        made,
        digests={key: replace(desk.digest, publication=None)},
        templates={None: made.templates["knees"]},
    )
    text = sites.render(edition, variant).text
    assert "Du bekommst diese wöchentliche Mail, weil du Guides folgst." in text


def test_an_owners_catalogue_counts_for_mails(desk: Desk, tmp_path: Path) -> None:
    _, edition, variant = update(desk)
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale/ar.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Read the guide"\nmsgstr "اقرأ الدليل"\n',
        encoding="utf-8",
    )
    owners = Catalogues([tmp_path, bundled("templates")])
    made = speaking(desk, "en", owners).render(edition, variant, "ar")
    assert "اقرأ الدليل" in made.html and "اقرأ الدليل" in made.text
    assert lxml_html.document_fromstring(made.html).get("lang") == "ar"


def test_the_same_words_are_the_same_bytes(desk: Desk) -> None:
    _, edition, variant = update(desk)
    one, two = (speaking(desk, "de").render(edition, variant, "de") for _ in range(2))
    assert one == two
