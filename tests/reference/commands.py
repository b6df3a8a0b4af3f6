"""The command line, read from the functions that typer makes it of."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from tests.reference.writing import Section, code, first_sentence, table

_SHARED = 4  # commands: an option of as many is told once, above them
_INTRO = """\
`publisher COMMAND --help` says the same in the terminal; in a checkout, write `./run COMMAND`. Exit codes: 0 done,
1 failed, 2 wrong use. What fails is said in one sentence on standard error. `NO_COLOR` is obeyed.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument or option. `type` is the plain one: Path, str, int, bool."""

    name: str
    info: ArgumentInfo | OptionInfo
    type: type
    many: bool
    default: object

    @property
    def is_argument(self) -> bool:
        return isinstance(self.info, ArgumentInfo)

    @property
    def required(self) -> bool:
        return self.default in (inspect.Parameter.empty, ...)

    @property
    def value(self) -> str:
        """What stands for its value: DIR, TIME, NUMBER."""
        plain = {Path: "PATH", int: "NUMBER", float: "NUMBER"}.get(self.type, "TEXT")
        return self.info.metavar.strip("[]") if self.info.metavar else plain

    @property
    def written(self) -> str:
        if self.is_argument:
            return code(self.value)
        value = "" if self.type is bool else f" {self.value}"
        return ", ".join(code(f"{name}{value}") for name in sorted(self.names, key=len))

    @property
    def names(self) -> list[str]:
        """As they are typed: -n, --next. In Annotated, typer keeps the first of them as the info's default."""
        given = [self.info.default, *(self.info.param_decls or ())]
        return [each for each in given if isinstance(each, str)] or [f"--{self.name.replace('_', '-')}"]

    @property
    def row(self) -> tuple[str, str]:
        """How it is written, and what it is."""
        return self.written, " ".join(filter(None, (self.info.help, _facts(self))))


Command = tuple[str, Callable[..., Any], list[Parameter]]


def section(app: typer.Typer) -> Section:
    """Every command with its arguments and options. A gap for each one without help."""
    found = list(_commands(app, "publisher"))
    counts = Counter(each.row for _, _, parameters in found for each in parameters if not each.is_argument)
    shared = {row for row, number in counts.items() if number >= _SHARED}
    head = ("option", "what it is")
    parts = [_INTRO, "Options that many commands have:\n", table(head, sorted(shared))]
    for name, act, parameters in found:
        parts += [f"### {name}\n", f"`{_synopsis(name, parameters)}`\n", f"{first_sentence(act.__doc__)}\n"]
        parts.append(table(head, [each.row for each in parameters if each.row not in shared]))
        if also := [code(each.names[0]) for each in parameters if each.row in shared]:
            parts.append(f"Also: {', '.join(also)}.\n")
    return Section("Commands", "\n".join(part for part in parts if part), tuple(_gaps(found)))


def _commands(app: typer.Typer, name: str) -> Iterator[Command]:
    if app.registered_callback and app.registered_callback.callback:
        root = app.registered_callback.callback
        yield name, root, list(_parameters(root))
    for command in app.registered_commands:
        if act := command.callback:
            yield f"{name} {command.name or act.__name__}", act, list(_parameters(act))
    for group in app.registered_groups:
        if group.typer_instance:
            yield from _commands(group.typer_instance, f"{name} {group.name}")


def _parameters(act: Callable[..., Any]) -> Iterator[Parameter]:
    hints = get_type_hints(act, include_extras=True)
    for name, parameter in inspect.signature(act).parameters.items():
        hint, default = hints[name], parameter.default
        info = next(
            (each for each in get_args(hint)[1:] if isinstance(each, ArgumentInfo | OptionInfo)), None
        )
        if info is None and isinstance(default, ArgumentInfo | OptionInfo):
            info, default = default, default.default
            info.default = None
        plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        kinds = [each for each in (get_args(plain) or (plain,)) if each is not type(None)]
        many = get_origin(plain) is list or get_origin(kinds[0]) is list
        kind = get_args(kinds[0])[0] if get_args(kinds[0]) else kinds[0]
        yield Parameter(name, info or OptionInfo(), kind, many, default)


def _gaps(found: list[Command]) -> Iterator[str]:
    for name, act, parameters in found:
        if not act.__doc__:
            yield f"`{name}` has no help: give its function a docstring."
        for each in parameters:
            if not each.info.help:
                yield f"{each.written} of `{name}` has no help: give it `help=`."


def _synopsis(name: str, parameters: list[Parameter]) -> str:
    words, options = [name], False
    for each in parameters:
        if each.is_argument:
            words.append(each.value if each.required else f"[{each.value}]")
        elif each.required:
            words.append(f"{each.names[0]} {each.value}")
        else:
            options = True
    return " ".join([*words, "[OPTIONS]"] if options else words)


def _facts(each: Parameter) -> str:
    """Bounds, default, variable, repetition."""
    low, high = each.info.min, each.info.max
    facts = [f"{low:,} to {high:,}"] if low is not None and high is not None else []
    shown = each.info.show_default if isinstance(each.info.show_default, str) else None
    if shown:
        facts.append(f"default: {shown}")
    elif each.default not in (None, "", False) and not each.required:
        facts.append(f"default: {code(each.default)}")
    if each.info.envvar:
        facts.append(f"or {code(each.info.envvar)}")
    if each.many and "repeated" not in (each.info.help or ""):
        facts.append("may be repeated")
    if each.required and not each.is_argument:
        facts.append("must be given")
    return f"({'; '.join(facts)})" if facts else ""
