"""Every address with a token in it: what it is for, and whom it is about.

unsubscribe   <follower>~<digest key>     never expires: RFC 8058
preferences   <follower>                  never expires; shows and changes nothing that tells who he is
why           <edition>~<follower>        explains that one delivery
confirm       <notice>                    expires; pressing its button is the consent, or a new address
account       <notice>                    expires soon: data, address, erasure, the whole story
mine          <follower>, generation      private feeds: a new generation voids the older links
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.errors import TokenError
from publisher.tokens.signing import Claims, Keys, sign, verify

UNSUBSCRIBE, PREFERENCES, WHY = "unsubscribe", "preferences", "why"
CONFIRM, ACCOUNT, MINE = "confirm", "account", "mine"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the addresses of one site (`base_url` without a slash at its end) and reads them again."""

    base_url: str
    keys: Keys

    def unsubscribe(self, follower: int, digest: str) -> str:
        return self._at(UNSUBSCRIBE, sign(self.keys, UNSUBSCRIBE, f"{follower}~{digest}"))

    def preferences(self, follower: int) -> str:
        return self._at(PREFERENCES, sign(self.keys, PREFERENCES, str(follower)))

    def why(self, edition: int, follower: int) -> str:
        return self._at(WHY, sign(self.keys, WHY, f"{edition}~{follower}"))

    def confirm(self, notice: int, expires: datetime | None) -> str:
        return self._at(CONFIRM, sign(self.keys, CONFIRM, str(notice), expires=expires))

    def account(self, notice: int, expires: datetime | None) -> str:
        return self._at(ACCOUNT, sign(self.keys, ACCOUNT, str(notice), expires=expires))

    def mine(self, follower: int, generation: int) -> str:
        """The address below which the private feeds lie ("feed.atom" …), with a slash at its end."""
        return self._at("my", sign(self.keys, MINE, str(follower), generation)) + "/"

    def number(self, token: str, purpose: str, now: datetime) -> int:
        """Whom or which notice a token is about. Raises TokenError; asks no database."""
        return self.claims(token, purpose, now)[0]

    def claims(self, token: str, purpose: str, now: datetime) -> tuple[int, Claims]:
        """The same with all that the token says."""
        claims = verify(self.keys, token, purpose, now)
        if not claims.id.isdecimal():
            raise _not_ours()
        return int(claims.id), claims

    def delivery(self, token: str, now: datetime) -> tuple[int, int]:
        """(edition, follower) of a `why` link. Raises TokenError; asks no database."""
        edition, _, follower = verify(self.keys, token, WHY, now).id.partition("~")
        if not (edition.isdecimal() and follower.isdecimal()):
            raise _not_ours()
        return int(edition), int(follower)

    def _at(self, part: str, token: str) -> str:
        return f"{self.base_url}/-/{part}/{token}"


def _not_ours() -> TokenError:
    return TokenError("This link is not one of ours", advice="Please open it again from the mail.")
