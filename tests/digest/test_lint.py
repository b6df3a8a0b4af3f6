"""Lint: the bundled mail has nothing to complain about; each complaint has a mail that earns it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.digest import lint, render, sample
from publisher.errors import TemplateError
from tests.digest.samples import BUNDLED, content, guide, templates
from tests.digest.test_templates import write


def test_the_bundled_templates_are_clean() -> None:
    assert lint(templates()) == []
    assert lint(templates(), content=content()) == []


def test_the_sample_has_something_of_everything() -> None:
    shown = sample()
    assert {one.new for one in shown.guides} == {True, False}
    assert any(one.image for one in shown.guides)
    assert any(one.changes.html and one.changes.notes for one in shown.guides)
    assert render(shown, templates()).subject


@pytest.mark.parametrize(
    ("name", "old", "new", "warning"),
    [
        (
            "digest.mjml",
            'href="{{ unsubscribe_url }}"',
            'href="{{ home_url }}"',
            "The mail has no unsubscribe link",
        ),
        ("digest.txt", "{{ unsubscribe_url }}", "", "The plain text has no unsubscribe link"),
        ("digest.mjml", 'href="{{ preferences_url }}"', 'href="/"', "The mail has no preferences link"),
        ("digest.txt", "{{ why_url }}", "", "The plain text has no why link"),
        ("digest.mjml", "in postal_address", "in ()", "The mail does not show the postal address"),
        ("digest.txt", "in postal_address", "in ()", "The plain text does not show the postal address"),
        ("digest.mjml", ' alt="{{ guide.image.alt }}"', "", "A picture has no alt text"),
        ("digest.txt", "{{ guide.url }}", "", "is not linked in the mail and in its plain text"),
        ("digest.mjml", "for guide in guides %}", "for guide in () %}", ""),
        ("digest.mjml", "<h1", "<form></form><h1", "Mail programs remove <form>"),
        ("digest.mjml", "<h1", "<p>" + "x" * 99_000 + "</p><h1", "Gmail cuts off"),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, name: str, old: str, new: str, warning: str) -> None:
    text = (BUNDLED / "email" / name).read_text(encoding="utf-8")
    assert old in text
    write(tmp_path, name, text.replace(old, new))
    warnings = lint(templates(tmp_path), content=content())
    assert any(warning in one for one in warnings) if warning else warnings == []


def test_what_only_the_content_lacks_is_told() -> None:
    assert "Set postal_address" in lint(templates(), content=content(postal_address=" \n"))[0]
    assert "no language tag" in lint(templates(), content=content(language="english please"))[0]


def test_a_guide_that_the_template_leaves_out_is_told(tmp_path: Path) -> None:
    text = (BUNDLED / "email" / "digest.mjml").read_text(encoding="utf-8")
    write(
        tmp_path,
        "digest.mjml",
        text.replace("for guide in in_full", "for guide in in_full if guide.new").replace(
            "if guides | length > 1", "if false"
        ),
    )
    warnings = lint(templates(tmp_path), content=content(guide(1), guide(2, new=False)))
    assert warnings == [
        "The guide “Stairs with a sore knee, part 2” is not linked in the mail and in its plain text."
    ]


def test_errors_are_still_errors(tmp_path: Path) -> None:
    write(tmp_path, "digest.mjml", "<mjml><mj-body><mj-carousel /></mj-body></mjml>")
    with pytest.raises(TemplateError, match="mj-carousel"):
        lint(templates(tmp_path))
