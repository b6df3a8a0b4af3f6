"""Templates found in folders and rendered with Jinja; whatever goes wrong is told with file and line.

Owners' templates run in a sandbox: they see the variables they are given and nothing of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from publisher.errors import TemplateError

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment, Template

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_MARK = re.compile("\ue000([^\ue001]*):([0-9]+)\ue001")


class TemplateFolders:
    """Folders searched in order, e.g. a publication's templates, the site's, the bundled ones.

    `email/<name>.mjml` and `email/<name>.txt` are looked for below each. A changed file is read again.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(Path(folder) for folder in folders)
        self._environment: Environment | None = None
        self._checked: dict[str, Template] = {}

    def render(self, path: str, variables: Mapping[str, object]) -> str:
        """The template `path` filled in. Values are escaped for MJML, and set as they are in `.txt`.

        Raises TemplateError when it is missing, does not parse, or uses a variable that there is not.
        """
        from jinja2 import TemplateError as JinjaError

        try:
            template = self._load(path, variables)
            return template.render(variables)
        except (JinjaError, OSError, UnicodeDecodeError) as error:
            raise self._explain(error, path, variables) from error
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise self._explain(error, path, variables) from error

    def origin(self, path: str, variables: Mapping[str, object], line: int) -> str:
        """Where line `line` of the rendered template comes from: "templates/email/digest.mjml:12"."""
        marked = _environment(self.folders, marks=True).get_template(path).render(variables)
        row, here = 1, f"{path}:1"
        for text, file, number in _marks(marked):
            row += text.count("\n")
            if row > line:
                break
            if file:
                here = f"{file}:{number}"
        return here

    def source(self, path: str) -> tuple[str, str]:
        """The file that `path` is found in, and its text. TemplateError when there is none."""
        from jinja2 import TemplateError as JinjaError

        environment = self._jinja()
        try:
            text, file, _ = cast("BaseLoader", environment.loader).get_source(environment, path)
        except (JinjaError, OSError, UnicodeDecodeError) as error:
            raise self._explain(error, path, {}) from error
        return file or path, text

    def _jinja(self) -> Environment:
        if self._environment is None:
            self._environment = _environment(self.folders)
        return self._environment

    def _load(self, path: str, variables: Mapping[str, object]) -> Template:
        """The compiled template, its variables checked once: in branches that are not taken now, too."""
        template = self._jinja().get_template(path)
        if self._checked.get(path) is not template:
            self._check_names(path, variables)
            self._checked[path] = template
        return template

    def _check_names(self, path: str, variables: Mapping[str, object]) -> None:
        from jinja2 import meta, nodes

        file, text = self.source(path)
        tree = self._jinja().parse(text, path, file)
        unknown = meta.find_undeclared_variables(tree) - variables.keys() - self._jinja().globals.keys()
        for name in tree.find_all(nodes.Name):
            if name.name in unknown:
                raise TemplateError(
                    f"There is no variable “{name.name}”",
                    where=f"{file}:{name.lineno}",
                    advice=_known(variables),
                )

    def _explain(self, error: Exception, path: str, variables: Mapping[str, object]) -> TemplateError:
        from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

        if isinstance(error, TemplateNotFound):
            places = ", ".join(str(folder) for folder in self.folders) or "no folder at all"
            return TemplateError(f"There is no template {error.name or path} in {places}")
        if isinstance(error, TemplateSyntaxError):
            return TemplateError(
                error.message or "The template does not parse",
                where=f"{error.filename or path}:{error.lineno}",
            )
        if isinstance(error, UnicodeDecodeError):
            return TemplateError("The template is not UTF-8 text", where=path)
        where = _line_in_template(error.__traceback__, self.folders) or path
        advice = _known(variables) if isinstance(error, UndefinedError) else None
        what = str(error) or type(error).__name__
        if isinstance(error, OSError):
            what = f"The template cannot be read: {error.strerror or error}"
        return TemplateError(what[:1].upper() + what[1:], where=where, advice=advice)


def path_of(template: str, suffix: str) -> str:
    """ "digest" and "mjml" -> "email/digest.mjml". TemplateError for a name that is not a plain word."""
    if not _NAME.fullmatch(template):
        raise TemplateError(
            f"“{template}” cannot be a template's name", advice="Use letters, digits, - and _."
        )
    return f"email/{template}.{suffix}"


def _environment(folders: Sequence[Path], *, marks: bool = False) -> Environment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[_line_marks()] if marks else [],
    )


def _line_marks() -> type[Any]:
    """A Jinja extension that writes before each line of template text which file and line it is from.

    Only used to explain an error: the rendered text has other lines than the file that its owner edits.
    """
    from jinja2.ext import Extension
    from jinja2.lexer import Token, TokenStream

    class LineMarks(Extension):
        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            file = stream.filename or stream.name or ""
            for token in stream:
                if token.type == "data":
                    lines = enumerate(token.value.splitlines(keepends=True), token.lineno)
                    marked = "".join(f"\ue000{file}:{number}\ue001{line}" for number, line in lines)
                    token = Token(token.lineno, "data", marked)  # noqa: PLW2901
                yield token

    return LineMarks


def _marks(marked: str) -> Iterator[tuple[str, str, int]]:
    """(text before the mark, the mark's file, its line), for each mark; the text alone at the end."""
    end = 0
    for mark in _MARK.finditer(marked):
        yield marked[end : mark.start()], mark[1], int(mark[2])
        end = mark.end()
    yield marked[end:], "", 0


def _line_in_template(trace: TracebackType | None, folders: Sequence[Path]) -> str | None:
    """The innermost line of a template in a traceback, which Jinja rewrites to show templates."""
    where = None
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if any(Path(file).is_relative_to(folder) for folder in folders):
            where = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _known(variables: Mapping[str, object]) -> str:
    return f"Known variables: {', '.join(sorted(variables))}."
