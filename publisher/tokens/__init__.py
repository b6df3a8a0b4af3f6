"""Signed links: what a token says (`signing`), and the addresses that hold one (`links`)."""

from publisher.tokens.keeping import load_keys
from publisher.tokens.links import ACCOUNT, CONFIRM, MINE, PREFERENCES, UNSUBSCRIBE, WHY, Links
from publisher.tokens.signing import Claims, Keys, fingerprints, sign, verify

__all__ = [
    "ACCOUNT",
    "CONFIRM",
    "MINE",
    "PREFERENCES",
    "UNSUBSCRIBE",
    "WHY",
    "Claims",
    "Keys",
    "Links",
    "fingerprints",
    "load_keys",
    "sign",
    "verify",
]
