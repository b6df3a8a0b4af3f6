"""Templates: where they are looked for, what they may do, and what their owner is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.digest import TemplateFolders, render
from publisher.digest.templates import path_of
from publisher.errors import TemplateError
from tests.digest.samples import BUNDLED, content, templates


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "email" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def fails(folder: Path, path: str = "email/a.mjml", **variables: object) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        TemplateFolders([folder]).render(path, variables)
    assert "Traceback" not in str(caught.value)
    return caught.value


def test_the_first_folder_wins(tmp_path: Path) -> None:
    write(tmp_path / "site", "a.txt", "site")
    write(tmp_path / "site", "b.txt", "site")
    write(tmp_path / "feed", "a.txt", "feed")
    folders = TemplateFolders([tmp_path / "feed", tmp_path / "site", tmp_path / "none"])
    assert folders.render("email/a.txt", {}) == "feed"
    assert folders.render("email/b.txt", {}) == "site"


def test_an_edited_template_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "one")
    folders = TemplateFolders([tmp_path])
    assert folders.render("email/a.txt", {}) == "one"
    path.write_text("two and more", encoding="utf-8")
    assert folders.render("email/a.txt", {}) == "two and more"


def test_values_are_escaped_for_mjml_and_not_for_text(tmp_path: Path) -> None:
    write(tmp_path, "a.mjml", '<a b="{{ x }}">{{ x }}</a>')
    write(tmp_path, "a.txt", "{{ x }}")
    hostile = """<&>"'"""
    escaped = "&lt;&amp;&gt;&#34;&#39;"
    assert (
        TemplateFolders([tmp_path]).render("email/a.mjml", {"x": hostile})
        == f'<a b="{escaped}">{escaped}</a>'
    )
    assert TemplateFolders([tmp_path]).render("email/a.txt", {"x": hostile}) == hostile


def test_a_missing_template_names_the_folders(tmp_path: Path) -> None:
    message = str(fails(tmp_path))
    assert "email/a.mjml" in message
    assert str(tmp_path) in message
    with pytest.raises(TemplateError, match=r"no template email/other\.mjml"):
        render(content(), templates(), template="other")
    with pytest.raises(TemplateError, match=r"email/digest\.mjml in no folder at all"):
        render(content(), TemplateFolders([]))


def test_a_missing_text_part_is_told(tmp_path: Path) -> None:
    write(tmp_path, "solo.mjml", (BUNDLED / "email/digest.mjml").read_text(encoding="utf-8"))
    with pytest.raises(TemplateError, match=r"email/solo\.txt"):
        render(content(), templates(tmp_path), template="solo")


@pytest.mark.parametrize("name", ["", "../secret", "a/b", "a.b", ".hidden", "a\n"])
def test_a_template_is_a_plain_word(name: str) -> None:
    with pytest.raises(TemplateError, match="cannot be a template's name"):
        path_of(name, "mjml")


def test_an_unknown_variable_is_told_with_line_and_what_there_is(tmp_path: Path) -> None:
    path = write(tmp_path, "a.mjml", "<p>\n{% if known %}\n{{ headline }}\n{% endif %}</p>")
    error = fails(tmp_path, known=False, other=1)  # the branch is not even taken
    assert str(error) == f"{path}:3: There is no variable “headline”. Known variables: known, other."


def test_an_unknown_part_of_a_variable_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.mjml", "{% for one in many %}\n\n{{ one.headline }}\n{% endfor %}")
    error = fails(tmp_path, many=({"title": "x"},))
    assert error.where == f"{path}:3"
    assert "headline" in error.what
    assert error.advice == "Known variables: many."


def test_an_included_template_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.mjml", "{% for one in many %}{% include 'email/part.mjml' %}{% endfor %}")
    path = write(tmp_path, "part.mjml", "fine {{ one.title }}\n{{ gone }}")
    assert fails(tmp_path, many=({"title": "x"},)).where == f"{path}:2"


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.mjml", "one\n{% if x %}\nthree")
    assert fails(tmp_path, x=1).where == f"{path}:2" or fails(tmp_path, x=1).where == f"{path}:3"
    write(tmp_path, "a.mjml", "one\n\n{{ x | nosuchfilter }}")
    error = fails(tmp_path, x=1)
    assert error.where == f"{path}:3"
    assert "nosuchfilter" in error.what


@pytest.mark.parametrize(
    "attack",
    [
        "{{ x.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ x.append(1) }}",
        "{{ range(9999999) | list }}",
        "{{ 1 // 0 }}",
        "{{ 'a' + 1 }}",
        "{% include '../secret.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    ],
)
def test_what_a_template_must_not_do_is_one_sentence(tmp_path: Path, attack: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    write(tmp_path / "in", "a.mjml", "\n" + attack)
    error = fails(tmp_path / "in", x=[1])
    assert "\n" not in str(error)


def test_a_template_that_is_not_text_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a.mjml", "").write_bytes(b"\xff\xfe<mjml>")
    assert "not UTF-8" in str(fails(tmp_path))
    (tmp_path / "email" / "folder.mjml").mkdir()
    assert "email/folder.mjml" in str(fails(tmp_path, "email/folder.mjml"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_rendered_line_is_traced_to_its_file(tmp_path: Path, line_end: str) -> None:
    lines = [
        "{% for one in many %}",
        "first {{ one }}",
        "{% endfor %}",
        "{% include 'email/part.mjml' %}",
        "last",
    ]
    path = write(tmp_path, "a.mjml", line_end.join(lines))
    part = write(tmp_path, "part.mjml", f"part 1{line_end}part 2{line_end}")
    folders, variables = TemplateFolders([tmp_path]), {"many": (1, 2, 3)}
    rendered = folders.render("email/a.mjml", variables).split("\n")
    origins = {
        text: folders.origin("email/a.mjml", variables, number) for number, text in enumerate(rendered, 1)
    }
    assert origins == {
        "first 1": f"{path}:2",
        "first 2": f"{path}:2",
        "first 3": f"{path}:2",
        "part 1": f"{part}:1",
        "part 2": f"{part}:2",
        "last": f"{path}:5",
    }
