"""templates/README.md names exactly the variables that there are, and where the bundled templates use them."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import pytest
from jinja2 import Environment, meta, nodes

from publisher.digest.view import view
from publisher.words import ENGLISH
from tests.digest.samples import BUNDLED, content

TEMPLATES = ("digest.mjml", "digest.txt")


def rows() -> list[list[str]]:
    """The digest's table of the e-mail section, without its head. (Notices have one of their own.)"""
    text = (BUNDLED / "README.md").read_text(encoding="utf-8")
    section = text.split("## email/")[1].split("\n## ")[0].partition("email/notice.mjml")[0]
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line[:1] == "|"
    ]
    head, _, *body = table
    assert head[2:] == list(TEMPLATES)
    return body


def documented() -> dict[str, set[str]]:
    """Per template, the variables that the table gives it."""
    return {
        name: {row[0].strip("`") for row in rows() if row[2 + at] == "yes"}
        for at, name in enumerate(TEMPLATES)
    }


def used(name: str) -> set[str]:
    """The variables in a template's syntax tree: `title`, `guide.image.url`."""
    tree = Environment().parse((BUNDLED / "email" / name).read_text(encoding="utf-8"))
    parts = {path for node in tree.find_all(nodes.Getattr) if (path := dotted(node)).startswith("guide.")}
    picked = {f"guide.{word}" for word in re.findall(r"(?:select|reject)attr\(\"(\w+)\"", str_of(name))}
    return meta.find_undeclared_variables(tree) | parts | picked


def str_of(name: str) -> str:
    return (BUNDLED / "email" / name).read_text(encoding="utf-8")


def dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "?"


def offered() -> set[str]:
    """What templates are given."""
    names: set[str] = set()

    def walk(prefix: str, value: object) -> None:
        names.add(prefix)
        if is_dataclass(value):
            for field in fields(value):
                walk(f"{prefix}.{field.name}", getattr(value, field.name))

    for name, value in view(content(), "x", ENGLISH).variables().items():
        walk(name, value)
        if name == "guides":
            assert isinstance(value, tuple)
            walk("guide", value[0])
    return names - {"guide"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_template_uses_is_what_its_column_says(name: str) -> None:
    assert used(name) == documented()[name]


def test_all_that_templates_are_given_is_documented_and_nothing_else() -> None:
    assert {row[0].strip("`") for row in rows()} == offered()
