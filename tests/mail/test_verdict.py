"""What servers say when they refuse a recipient, in their own shape, and what it means for the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail import is_dead

# As `Reply` writes them: lines joined by a space, the code of the first line alone.
DEAD = {
    "postfix, virtual table": "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in virtual alias table",
    "postfix, local": "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in local recipient table",
    "postfix, host": "550 5.1.2 <ada@gone.example>: Recipient address rejected: Domain not found",
    "gmail, no account": "550 5.1.1 The email account that you tried to reach does not exist. Please try 5.1.1"
    " double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to"
    " 5.1.1 https://support.google.com/mail/?p=NoSuchUser 4fb4d7f45d1cf-5c7 - gsmtp",
    "gmail, disabled": "550 5.2.1 The email account that you tried to reach is disabled. For more information, go to"
    " 5.2.1 https://support.google.com/mail/?p=DisabledUser a640c23a62f3a - gsmtp",
    "exchange online": "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@example.org not found by SMTP address"
    " lookup",
    "exchange, older": "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found",
    "ironport": "550 #5.1.1 Address rejected.",
    "exim with a code": "550 5.1.1 Unrouteable address",
    "sendmail": "550 5.1.1 <ada@example.org>... User unknown",
    "moved": "551 5.1.6 User has moved",
    "syntax": "501 5.1.3 Bad recipient address syntax",
    "a name like a reason": "550 5.1.1 <spam@blocked.example>: User unknown, see https://policy.example/blocklist",
}
ALIVE = {
    "gmail, full": "552 5.2.2 The email account that you tried to reach is over quota. - gsmtp",
    "gmail, reputation": "550 5.7.1 Our system has detected that this message is likely unsolicited mail. - gsmtp",
    "gmail, rate": "550 5.4.5 Daily user sending limit exceeded. - gsmtp",
    "gmail, receiving rate": "450 4.2.1 The user you are trying to contact is receiving mail at a rate too high",
    "exchange, access": "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "exchange, size": "552 5.3.4 Message size exceeds fixed maximum message size",
    "postfix, relay": "554 5.7.1 <ada@example.org>: Relay access denied",
    "postfix, list": "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.example",
    "a list under a wrong code": "550 5.1.1 Mail from 192.0.2.1 is blocked: poor reputation",
    "a relay under a wrong code": "550 5.1.1 <ada@example.org>: we do not relay",
    "our own address": "550 5.1.8 <news@guides.example>: Sender address rejected: Domain not found",
    "a null MX of ours": "550 5.1.7 <news@guides.example>: Sender address rejected",
    "no code": "550 User unknown",
    "yahoo": "554 delivery error: dd This user doesn't have an account (ada@example.org) [0]",
    "a code further on": "550 Not today (was 5.1.1 once)",
    "a longer code": "550 5.1.11 Something new",
    "not now": "450 4.1.1 <ada@example.org>: Recipient address rejected: unverified address",
    "soft in words": "550 5.1.1 Mailbox temporarily unavailable, try again later",
    "nothing": "",
}


@pytest.mark.parametrize("reply", DEAD.values(), ids=DEAD.keys())
def test_the_address_is_dead(reply: str) -> None:
    assert is_dead(reply)


@pytest.mark.parametrize("reply", ALIVE.values(), ids=ALIVE.keys())
def test_the_address_may_be_alive(reply: str) -> None:
    assert not is_dead(reply)


@given(st.text())
def test_only_a_code_at_its_place_counts(reply: str) -> None:
    assert not is_dead("250 " + reply)
    assert not is_dead("550 5.7.1 " + reply)
