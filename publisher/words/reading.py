"""A .po file (GNU gettext) to what says its sentences; what is wrong with it is told with file and line."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from io import BytesIO
from typing import TYPE_CHECKING

from publisher.errors import TemplateError
from publisher.words.speaking import locale_of

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages import Catalog, Message

_PLACE = re.compile(r"%(?:%|\((?P<name>\w+)\)s)|(?P<bad>%)")


def read_catalogue(path: Path) -> GNUTranslations:
    """The sentences in `path`. Fuzzy ones and those not translated yet are left out.

    Raises TemplateError for what is no catalogue, and for a sentence that fills in what its English has not.
    """
    from babel.messages.mofile import write_mo

    catalogue = _parsed(path)
    for message in list(catalogue):
        if not message.id:
            continue
        if isinstance(message.string, tuple) and not all(message.string):
            catalogue.delete(message.id, message.context)
        elif message.string and not message.fuzzy:
            _check(message, path)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    try:
        return GNUTranslations(compiled)
    except (ValueError, OSError, UnicodeError) as error:  # a rule for plurals that is none, mostly
        raise TemplateError(f"Its Plural-Forms cannot be used: {error}", where=f"{path}:1") from None


def _parsed(path: Path) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    try:
        # Only for languages that it knows does Babel keep a rule for plurals, be it the file's own.
        locale = locale_of(path.stem.replace("_", "-")) or locale_of("en")
        return read_po(BytesIO(path.read_bytes()), locale=locale, abort_invalid=True)
    except PoFileError as error:
        raise TemplateError(f"It is no .po file: {error.args[0]}", where=_line(path, error.lineno)) from None
    except OSError as error:
        raise TemplateError(f"It cannot be read ({error.strerror})", where=str(path)) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        what = "it is not UTF-8 text" if isinstance(error, UnicodeError) else str(error)
        raise TemplateError(f"It is no .po file: {what}", where=str(path)) from None


def _line(path: Path, at: int) -> str:
    """Babel counts lines from 0, and not at all in some cases."""
    return f"{path}:{at + 1}" if at >= 0 else str(path)


def _check(message: Message, path: Path) -> None:
    """A sentence is filled in with `%`: a name that nobody gives would break every page that says it."""
    ids, said = _forms(message.id), _forms(message.string)
    known = {name for each in ids for name in places(each)}
    for sentence in said if known else ():
        if wrong := sorted(places(sentence) - known):
            fits = ", ".join(f"%({name})s" for name in sorted(known))
            raise TemplateError(
                f"“{sentence}” fills in {wrong[0]}, and “{ids[0]}” does not",
                where=f"{path}:{message.lineno}",
                advice=f"It can fill in: {fits}.",
            )


def _forms(sentence: object) -> tuple[str, ...]:
    """One sentence, or that for one thing and those for more."""
    return tuple(map(str, sentence)) if isinstance(sentence, (tuple, list)) else (str(sentence),)


def places(sentence: str) -> set[str]:
    """What a sentence fills in: `"%(one)s, %(two)s"` -> {"one", "two"}. A % of its own is told as "%"."""
    return {match["name"] or "%" for match in _PLACE.finditer(sentence) if match["name"] or match["bad"]}
