"""RFC 9110, 13: which of 200, 304 and 412 it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.conditions import evaluate, seconds
from publisher.web.ranges import wanted_part

TAG = b'"abc"'
MODIFIED = seconds(datetime(2026, 11, 4, 12, 0, 0, tzinfo=UTC))
SAME = b"Wed, 04 Nov 2026 12:00:00 GMT"
EARLIER, LATER = b"Wed, 04 Nov 2026 11:59:59 GMT", b"Wed, 04 Nov 2026 12:00:01 GMT"
NONE, SINCE = b"if-none-match", b"if-modified-since"
MATCH, UNSINCE = b"if-match", b"if-unmodified-since"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({NONE: TAG}, 304),
        ({NONE: b'W/"abc"'}, 304),  # weak comparison
        ({NONE: b'"x", W/"y" ,"abc"'}, 304),
        ({NONE: b'"x,y", "abc"'}, 304),  # a comma inside a tag
        ({NONE: b"*"}, 304),
        ({NONE: b" * "}, 304),
        ({NONE: b'"ABC"'}, 200),
        ({NONE: b"abc"}, 200),
        ({NONE: b""}, 200),
        ({NONE: b'w/"other"'}, 200),
        ({NONE: b'"abc-gzip"'}, 200),
        ({SINCE: SAME}, 304),
        ({SINCE: LATER}, 304),
        ({SINCE: EARLIER}, 200),
        ({SINCE: b"Wednesday, 04-Nov-26 12:00:00 GMT"}, 304),  # RFC 850
        ({SINCE: b"Wed Nov  4 12:00:00 2026"}, 304),  # asctime
        ({SINCE: b"yesterday"}, 200),
        ({SINCE: b""}, 200),
        ({SINCE: b"\xff"}, 200),
        ({SINCE: SAME + b", " + SAME}, 200),  # two of them are none
        ({SINCE: b"9" * 500}, 200),
        ({SINCE: b"Wed, 04 Nov 999999999999 12:00:00 GMT"}, 200),
        ({NONE: b'"other"', SINCE: SAME}, 200),  # the tag decides alone
        ({NONE: TAG, SINCE: EARLIER}, 304),
        ({MATCH: TAG}, 200),
        ({MATCH: b"*"}, 200),
        ({MATCH: b'W/"abc"'}, 412),  # strong comparison
        ({MATCH: b'"other"'}, 412),
        ({MATCH: TAG, NONE: TAG}, 304),
        ({MATCH: b'"other"', NONE: TAG}, 412),
        ({UNSINCE: SAME}, 200),
        ({UNSINCE: EARLIER}, 412),
        ({UNSINCE: b"never"}, 200),
        ({MATCH: TAG, UNSINCE: EARLIER}, 200),
    ],
)
def test_in_the_order_of_the_standard(headers: dict[bytes, bytes], status: int) -> None:
    assert evaluate(headers, TAG, MODIFIED) == status


def test_what_has_no_time_is_never_unmodified() -> None:
    assert evaluate({SINCE: LATER}, TAG, None) == 200


@given(st.dictionaries(st.sampled_from([NONE, SINCE, MATCH, UNSINCE]), st.binary(max_size=80)))
def test_nothing_that_comes_breaks_it(headers: dict[bytes, bytes]) -> None:
    assert evaluate(headers, TAG, MODIFIED) in (200, 304, 412)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (b"bytes=0-9", (0, 10)),
        (b"bytes=90-", (90, 10)),
        (b"bytes=90-500", (90, 10)),
        (b"bytes=-10", (90, 10)),
        (b"bytes=-500", (0, 100)),
        (b"bytes=100-", (100, 0)),
        (b"bytes=-0", (100, 0)),
        (b"bytes=9-1", None),
        (b"bytes=-", None),
        (b"bytes=0-1,5-6", None),
        (b"lines=0-1", None),
        (b"bytes=0-99999999999999999999", None),
        (b"", None),
    ],
)
def test_parts_of_a_file(asked: bytes, part: tuple[int, int] | None) -> None:
    assert wanted_part({b"range": asked}, 100, TAG, SAME) == part


def test_a_part_is_sent_only_of_the_file_that_was_begun() -> None:
    wanted = {b"range": b"bytes=50-"}
    for same in (TAG, SAME):
        assert wanted_part({**wanted, b"if-range": same}, 100, TAG, SAME) == (50, 50)
    for other in (b'"other"', b'W/"abc"', EARLIER, LATER):
        assert wanted_part({**wanted, b"if-range": other}, 100, TAG, SAME) is None
