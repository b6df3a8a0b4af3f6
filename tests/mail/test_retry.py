from __future__ import annotations

from datetime import timedelta
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from publisher.mail import retry_delay


@given(st.integers(min_value=0))
def test_retries_come_slower_and_end_after_four_to_five_days(key):
    waits: list[timedelta] = []
    for attempts in count(1):
        wait = retry_delay(attempts, key)
        if wait is None:
            break
        waits.append(wait)
    assert timedelta(minutes=5) <= waits[0] < timedelta(minutes=6)
    assert all(later > sooner * 0.85 for sooner, later in pairwise(waits))
    assert max(waits) < timedelta(hours=7)
    assert timedelta(days=4) < sum(waits, timedelta()) < timedelta(days=5)
    assert retry_delay(len(waits) + 1000, key) is None


def test_a_thousand_mails_do_not_come_back_together_but_each_at_its_own_time():
    waits = [retry_delay(1, key) for key in range(1000)]
    assert len(set(waits)) > 990
    assert waits == [retry_delay(1, key) for key in range(1000)]
