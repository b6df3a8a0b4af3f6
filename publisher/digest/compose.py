"""A variant's content to its mail.

content ─▶ view ─▶ digest.mjml ─▶ check ─▶ MRML ─▶ inlined HTML ─▶ fit ─┐
              └──▶ digest.txt ──────────────────────────────────────────┴─▶ message ─▶ Mail
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from publisher.digest.content import MailContent
from publisher.digest.fit import fit
from publisher.digest.message import Mail, build
from publisher.digest.mjml import Problem, compile_html
from publisher.digest.templates import TemplateFolders, path_of
from publisher.digest.view import view
from publisher.errors import ContentError, TemplateError
from publisher.words import ENGLISH, Words


def render(
    content: MailContent, templates: TemplateFolders, words: Words = ENGLISH, *, template: str = "digest"
) -> Mail:
    """The mail of a variant from `email/<template>.mjml` and `.txt`; what is not content speaks `words`.

    Raises TemplateError when a template is missing or broken, or uses an unknown variable or MJML that would
    vanish; ContentError when there is no guide, or the sender, reply address, List-Id or time cannot be.
    """
    if content.occurrence.tzinfo is None:
        raise ContentError("The occurrence of a mail needs a time zone")
    # A word that no guide can contain, for it depends on all of them; the same for the same content.
    placeholder = "u" + hashlib.sha256(f"{template}\0{content!r}".encode("utf-8", "replace")).hexdigest()[:40]
    shown = view(content, placeholder, words)
    path = path_of(template, "mjml")
    html = fit(lambda steps: compiled(templates, path, shown.variables(steps)), shown.steps)
    text = templates.render(path_of(template, "txt"), shown.variables())
    return build(content, subject=shown.subject, html=html, text=text, placeholder=placeholder)


def compiled(templates: TemplateFolders, path: str, variables: Mapping[str, object]) -> str:
    """The HTML that the MJML template `path` makes of `variables`. Raises TemplateError."""
    source = templates.render(path, variables)
    try:
        return compile_html(source)
    except Problem as problem:
        where = templates.origin(path, variables, problem.line)
        raise TemplateError(problem.what, where=where, advice=problem.advice) from problem
