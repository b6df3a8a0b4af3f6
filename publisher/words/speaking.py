"""One language: its sentences, dates, numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from gettext import GNUTranslations

    from babel import Locale


@dataclass(frozen=True)
class Words:
    """`language` is the catalogue's, `tag` what was asked for ("de-AT"): dates and numbers follow the tag."""

    language: str
    tag: str
    _said: GNUTranslations | None = None

    def gettext(self, sentence: str, /, **values: object) -> str:
        """`sentence` in this language, with `%(name)s` filled in. Without a translation: as it is.

        Catalogues hold text, never markup. Where a value is safe markup (it has `__html__`), so is the
        outcome, with all else in it escaped.
        """
        return _filled(self._said.gettext(sentence) if self._said else sentence, values)

    def ngettext(self, one: str, many: str, num: int, /, **values: object) -> str:
        """The form for `num` things, which also fills `%(num)s`, as this language writes it."""
        said = self._said.ngettext(one, many, num) if self._said else (one if num == 1 else many)
        return _filled(said, {"num": self.number(num), **values})

    def mail(self, digest: str) -> str:
        """What people call a mail by its digest's name: "weekly mail"; "mail" without one."""
        known = {
            "": self.gettext("mail"),
            "daily": self.gettext("daily mail"),
            "weekly": self.gettext("weekly mail"),
            "monthly": self.gettext("monthly mail"),
        }
        return known[digest] if digest in known else self.gettext("%(name)s mail", name=digest)

    def day(self, moment: datetime) -> str:
        """ "6 November 2026", in the zone of `moment`."""
        from babel.dates import format_date

        return format_date(moment, "long", self._locale)

    def weekday(self, moment: datetime) -> str:
        """ "Friday, 6 November 2026", in the zone of `moment`."""
        from babel.dates import format_date

        return format_date(moment, "full", self._locale)

    def moment(self, moment: datetime, zone: str) -> str:
        """ "Friday, 6 November 2026, at 08:00 (Europe/Berlin)"."""
        there = moment.astimezone(ZoneInfo(zone))
        return self.gettext(
            "%(day)s, at %(time)s (%(zone)s)", day=self.weekday(there), time=f"{there:%H:%M}", zone=zone
        )

    def number(self, number: int) -> str:
        """With the separators of the language: 1,234 or 1.234."""
        if abs(number) < 1000:
            return str(number)
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self._locale)

    def listed(self, things: Sequence[str]) -> str:
        """ "a, b and c". Where one of them is safe markup, so is the outcome, with the others escaped."""
        from babel.lists import format_list

        if any(hasattr(each, "__html__") for each in things):
            from markupsafe import Markup, escape

            return Markup(format_list([str(escape(each)) for each in things], locale=self._locale))  # noqa: S704
        return format_list(list(things), locale=self._locale) if things else ""

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl": how this language is written."""
        return self._locale.text_direction

    @cached_property
    def _locale(self) -> Locale:
        return locale_of(self.tag) or locale_of(self.language) or _english()


ENGLISH = Words("en", "en")


def noted(sentence: str) -> str:
    """`sentence` as it is: it is translated where it is shown, and here catalogues learn of it."""
    return sentence


def locale_of(tag: str) -> Locale | None:
    """What is known of a language's dates, numbers and direction; None for one that nobody knows."""
    from babel import Locale, UnknownLocaleError

    if tag.lower() == "en":
        return _english()
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _english() -> Locale:
    """English dates as the rest of the house writes them: "6 November 2026"."""
    from babel import Locale

    return Locale("en", "GB")


def _filled(sentence: str, values: dict[str, object]) -> str:
    if not values:
        return sentence
    if any(hasattr(value, "__html__") for value in values.values()):
        from markupsafe import Markup, escape

        return escape(sentence) % values if sentence else Markup("")
    return sentence % values
