"""The command line: one thin function per command.

Exit codes: 0 done, 1 failed, 2 wrong use. Failures are one sentence on standard error. Heavy modules are
imported inside the commands, so that `publisher --help` answers at once.
"""

from __future__ import annotations

import io
import sys

import typer

from publisher import __version__
from publisher.cli import guides, listing, lists, mailing, people, releasing, sites, tracing, watching
from publisher.cli._common import write_report
from publisher.errors import PublisherError

# typer carries a click of its own, or uses the installed one: its exceptions tell which.
_UsageError = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="publisher",
    help="Guides in; feeds and digests out; a ledger that proves who was told what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (sites, guides, releasing, mailing, people, listing, lists, tracing, watching):
    room.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"publisher {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print it."),
) -> None:
    """Guides in; feeds and digests out; a ledger that proves who was told what."""


def run(arguments: list[str] | None = None) -> int:
    """Run one command line; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title may hold what a terminal cannot show
    given = sys.argv[1:] if arguments is None else arguments
    if unreadable := next((each for each in given if not _is_text(each)), None):
        print(f"publisher: the argument {unreadable!a} is not UTF-8 text.", file=sys.stderr)
        return 2
    try:
        result = app(args=arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except PublisherError as error:
        print(f"publisher: {error.sentence()}", file=sys.stderr)
        return 1
    except typer.Exit as left:
        return left.exit_code
    except KeyboardInterrupt:
        print("publisher: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001  nobody sees a traceback; it goes to a file
        return _last_resort(error)


def _is_text(argument: str) -> bool:
    """Bytes that are not UTF-8 come as surrogates, which no file or database of ours can keep."""
    return not any("\ud800" <= char <= "\udfff" for char in argument)


def _last_resort(error: Exception) -> int:
    if isinstance(error, typer.Abort):
        print("publisher: stopped.", file=sys.stderr)
        return 1
    if isinstance(error, _UsageError):
        getattr(error, "show")()  # noqa: B009
        return 2
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        print(f"publisher: {where}{error.strerror or error}.", file=sys.stderr)
        return 1
    what = f"something went wrong that should not ({type(error).__name__}: {error})"
    print(f"publisher: {what}. What happened is in {write_report(error)}.", file=sys.stderr)
    return 1
