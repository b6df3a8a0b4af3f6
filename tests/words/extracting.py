"""Every sentence that pages and mails say, found in the code and in the templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "templates/locale"
KEYWORDS = {"gettext": None, "_": None, "noted": None, "ngettext": (1, 2)}
OPTIONS = {"trimmed": "false", "silent": "false"}

_SAYS = re.compile(r"(?:gettext|noted)\(")

Found = tuple[str, int, str | tuple[str, ...]]  # file, line, sentence or its two forms


@cache
def sentences(root: Path = ROOT) -> tuple[Found, ...]:
    """All of them, by file and line. Raises TemplateSyntaxError for a template that does not parse."""
    return tuple(_sentences(root))


def _sentences(root: Path) -> Iterator[Found]:
    code = sorted(
        path for path in (root / "publisher").rglob("*.py") if _SAYS.search(path.read_text(encoding="utf-8"))
    )
    templates = sorted(
        path for kind in ("html", "mjml", "txt") for path in (root / "templates").rglob(f"*.{kind}")
    )
    for method, paths in (("python", code), ("jinja2.ext:babel_extract", templates)):
        for path in paths:
            yield from _in_file(method, path, path.relative_to(root).as_posix())


def _in_file(method: str, path: Path, name: str) -> Iterator[Found]:
    finder: object = method
    if method != "python":
        from jinja2.ext import babel_extract as finder
    with path.open("rb") as file:
        found = extract.extract(finder, file, KEYWORDS, (), OPTIONS)
        for line, said, _, _ in found:
            yield name, line, tuple(said[:2]) if isinstance(said, tuple) else said


def template() -> Catalog:
    """The sentences, untranslated, each with where it stands."""
    made = Catalog(charset="utf-8")
    for file, line, said in sentences():
        made.add(said, locations=[(file, line)], flags=["python-format"] if "%(" in str(said) else [])
    return made


def catalogue(path: Path) -> Catalog:
    """A .po file as it stands."""
    return read_po(BytesIO(path.read_bytes()), locale=path.stem, abort_invalid=True)


def updated(path: Path) -> bytes:
    """The .po file with all sentences that there are now: new ones not translated, old ones gone."""
    known, fresh = catalogue(path), template()
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    return _written(known)


_HEAD = """\
# {name} sentences of Publisher. `python -m tests.words` brings new ones in.
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def _written(known: Catalog) -> bytes:
    """Without times, names and line numbers, which would change with every edit; sorted, so that nothing jumps."""
    out = BytesIO()
    write_po(out, known, width=110, sort_output=True, include_lineno=False, omit_header=True)
    assert known.locale is not None
    name = known.locale.english_name or known.locale_identifier
    head = _HEAD.format(name=name, tag=known.locale_identifier, plural=known.plural_forms)
    return head.encode() + out.getvalue()
