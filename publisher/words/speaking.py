"""One language: its sentences, dates, numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale
    from babel.support import Translations


@dataclass(frozen=True)
class Words:
    """`language` is the catalogue's, `tag` what was asked for ("de-AT"): dates and numbers follow the tag."""

    language: str
    tag: str
    _said: Translations | None = None

    def gettext(self, sentence: str, /, **values: object) -> str:
        """`sentence` in this language, with `%(name)s` filled in. Without a translation: as it is."""
        said = self._said.gettext(sentence) if self._said else sentence
        return said % values if values else said

    def ngettext(self, one: str, many: str, num: int, /, **values: object) -> str:
        """The form for `num` things, which also fills `%(num)s`, as this language writes it."""
        said = self._said.ngettext(one, many, num) if self._said else (one if num == 1 else many)
        return said % {"num": self.number(num), **values}

    def day(self, moment: datetime) -> str:
        """ "6 November 2026", in the zone of `moment`."""
        from babel.dates import format_date

        return format_date(moment, "long", self._locale)

    def weekday(self, moment: datetime) -> str:
        """ "Friday, 6 November 2026", in the zone of `moment`."""
        from babel.dates import format_date

        return format_date(moment, "full", self._locale)

    def moment(self, moment: datetime, zone: str) -> str:
        """ "Friday, 6 November 2026, 08:00 (Europe/Berlin)"."""
        there = moment.astimezone(ZoneInfo(zone))
        return f"{self.weekday(there)}, {there:%H:%M} ({zone})"

    def number(self, number: int) -> str:
        """With the separators of the language: 1,234 or 1.234."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self._locale)

    def listed(self, things: Sequence[str]) -> str:
        """ "a, b and c"."""
        from babel.lists import format_list

        return format_list(list(things), locale=self._locale) if things else ""

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl": how this language is written."""
        return self._locale.text_direction

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale, UnknownLocaleError

        for tag in (self.tag, self.language):
            try:
                found = Locale.parse(tag.replace("_", "-"), sep="-")
            except (UnknownLocaleError, ValueError):
                continue
            # English dates as the rest of the house writes them: "6 November 2026".
            return Locale("en", "GB") if (found.language, found.territory) == ("en", None) else found
        return Locale("en", "GB")
