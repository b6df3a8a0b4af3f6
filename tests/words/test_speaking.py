"""Sentences, dates, numbers and lists, each in its language."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from publisher.words import ENGLISH, Words

BERLIN = ZoneInfo("Europe/Berlin")
WHEN = datetime(2026, 11, 6, 8, tzinfo=BERLIN)
GERMAN, ARABIC = Words("de", "de-AT"), Words("ar", "ar")


def test_days_and_moments() -> None:
    assert ENGLISH.day(WHEN) == "6 November 2026"
    assert ENGLISH.weekday(WHEN) == "Friday, 6 November 2026"
    assert ENGLISH.moment(WHEN, "America/New_York") == "Friday, 6 November 2026, at 02:00 (America/New_York)"
    assert GERMAN.weekday(WHEN) == "Freitag, 6. November 2026"
    assert Words("en", "en-US").day(WHEN) == "November 6, 2026"
    assert "نوفمبر" in ARABIC.day(WHEN)


def test_numbers_and_lists() -> None:
    assert [ENGLISH.number(number) for number in (0, 999, 1_000, 1_234_567)] == [
        "0",
        "999",
        "1,000",
        "1,234,567",
    ]
    assert Words("de", "de").number(1_234) == "1.234"
    assert ENGLISH.listed(["a", "b", "c"]) == "a, b and c"
    assert GERMAN.listed(["a", "b", "c"]) == "a, b und c"
    assert (ENGLISH.listed([]), ENGLISH.listed(["a"])) == ("", "a")
    assert ENGLISH.ngettext("%(num)s guide", "%(num)s guides", 1_000) == "1,000 guides"


def test_values_are_filled_in_as_they_are() -> None:
    assert ENGLISH.gettext("Stop %(mails)s?", mails="100 % <b>") == "Stop 100 % <b>?"
    assert ENGLISH.gettext("100 % sure") == "100 % sure"


def test_safe_markup_stays_and_all_else_is_escaped() -> None:
    link = Markup('<a href="/">Knees</a>')
    found = ENGLISH.gettext("%(site)s & %(title)s", site="<script>", title=link)
    assert isinstance(found, Markup)
    assert found == '&lt;script&gt; &amp; <a href="/">Knees</a>'
    many = ENGLISH.ngettext("%(num)s in %(title)s", "%(num)s in %(title)s <", 2, title=link)
    assert many == '2 in <a href="/">Knees</a> &lt;'
    listed = ENGLISH.listed(["<b>", link])
    assert isinstance(listed, Markup)
    assert listed == '&lt;b&gt; and <a href="/">Knees</a>'
    assert not isinstance(ENGLISH.gettext("%(site)s", site="<b>"), Markup)


def test_mails_by_the_name_of_their_digest() -> None:
    assert [ENGLISH.mail(name) for name in ("", "weekly", "Sunday letter")] == [
        *("mail", "weekly mail", "Sunday letter mail"),
    ]


@pytest.mark.parametrize(
    ("tag", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("de", "ltr"), ("tlh", "ltr")]
)
def test_direction(tag: str, direction: str) -> None:
    assert Words(tag, tag).direction == direction


SCRIPT = """
from datetime import datetime
from publisher.words import Words
words = Words("de", "de")
print(words.weekday(datetime(2026, 3, 6)), words.number(12345), words.listed(["a", "b"]))
"""


def test_the_locale_of_the_process_counts_for_nothing() -> None:
    def run(locale: str) -> str:
        environment = {"LC_ALL": locale, "LANGUAGE": locale, "PYTHONUTF8": "1"}
        environment["PYTHONPATH"] = ":".join(path for path in sys.path if path)
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, env=environment, check=True
        )
        return done.stdout.decode()

    assert run("C") == run("fr_FR.UTF-8") == "Freitag, 6. März 2026 12.345 a und b\n"
