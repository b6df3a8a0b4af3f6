"""What a refusal says about the address: that it is dead, or only that this mail was not wanted this time."""

from __future__ import annotations

import re

# RFC 3463: the code stands right after the reply's own (RFC 2034); some servers put a "#" before it. 5.1.1 no
# such mailbox, 5.1.2 no such host, 5.1.3 no address at all, 5.1.6 moved away, 5.1.10 the host takes no mail
# (RFC 7505; Exchange says it for "no such recipient"), 5.2.1 switched off.
_DEAD = re.compile(r"5\d\d[ -]#?(?:5\.1\.(?:1|2|3|6|10)|5\.2\.1)(?![\d.])")

# Under one of these codes, servers sometimes speak of us: then the address may be as alive as ever.
_ABOUT_US = re.compile(
    r"spam|block(?:ed|ing)?\b|block ?list|black ?list|deny ?list|dnsbl|\brbl\b|reputation|relay|too many"
    r"|rate limit|try again|temporar|greylist|\bspf\b|dkim|dmarc|policy",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"<[^<>]*>|\S*@\S*|https?://\S*")


def is_dead(reply: str) -> bool:
    """Whether a server's refusal of a recipient, "550 5.1.1 …", says that there is no such mailbox.

    Pure. Without an enhanced code (RFC 3463) nothing is sure: servers say plain 550 for anything.
    """
    if _DEAD.match(reply) is None:
        return False
    # What it quotes is not what it says: spam@ and https://support.example/blocked are names.
    return _ABOUT_US.search(_QUOTED.sub(" ", reply)) is None
