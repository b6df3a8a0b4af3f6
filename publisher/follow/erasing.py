"""Forgetting a person, and who must not be mailed.

Whoever was erased is kept from lists and imports by an HMAC of his address: it says nothing to whoever has
only the database. Each reason has a way back of its own:

    owner, complaint, bounce    the owner lifts it: `publisher followers unblock`
    erased                      only the person himself, by following and confirming again
"""

from __future__ import annotations

from datetime import datetime

from publisher import mail, storage, tokens
from publisher.errors import FollowerError

ERASED = "erased"
REASONS = ("owner", "complaint", "bounce", ERASED)  # the first ones weigh more
_SAID = {
    "owner": "you blocked it",
    "complaint": "its owner complained about mail",
    "bounce": "mail to it came back",
    ERASED: "its owner asked to be forgotten",
}
_WAY_BACK = {
    "owner": "`publisher followers unblock` lifts it.",
    "complaint": "`publisher followers unblock` lifts it, if its owner asks for mail again.",
    "bounce": "`publisher followers unblock` lifts it, once the mailbox works again.",
    ERASED: "Only the person can come back, by following on a page of the site and confirming.",
}


def erase(
    store: storage.Store, follower_id: int, keys: tokens.Keys, now: datetime, *, how: str = "by the owner"
) -> None:
    """Forget a follower: what says who he is goes, his number stays, so that the ledger's sums hold.

    His follows end, planned mails to him are cancelled, and his address is kept from coming back by itself
    (as its fingerprint, with the reason it had if it was blocked). `how` is kept as the only line of his
    history. Erasing somebody twice changes nothing. Raises FollowerError for a number that nobody has.
    """
    with store.write() as db:
        _erase(db, follower_id, keys, now, how)


def erase_address(
    store: storage.Store, address: str, keys: tokens.Keys, now: datetime, *, how: str = "by the owner"
) -> str:
    """The same for whoever has this address; it in its normal form.

    An address of which only a suppression is known becomes a fingerprint, too. Raises FollowerError when
    nothing is known of it.
    """
    endpoint = mail.normal_address(address)
    with store.write() as db:
        number = storage.find_follower(db, "mail", endpoint)
        if number is not None:
            _erase(db, number, keys, now, how)
        elif storage.suppressed(db, endpoint) is not None:
            _keep_away(db, endpoint, keys, now)
        else:
            raise FollowerError(f"nothing is known of {endpoint}")
    return endpoint


def _erase(db: storage.Connection, follower_id: int, keys: tokens.Keys, now: datetime, how: str) -> None:
    person = storage.person(db, follower_id)
    if person is None:
        raise FollowerError(f"there is no follower {follower_id}")
    if is_erased(person.endpoint):
        return
    storage.end_follows(db, follower_id, list(storage.publication_ids(db).values()), None)
    storage.drop_follows(db, follower_id)
    storage.cancel_mails(db, follower_id, now)
    storage.clear_replies(db, follower_id)
    storage.forget(db, follower_id)
    storage.add_event(db, follower_id, None, "erased", {"how": how}, now)
    _keep_away(db, person.endpoint, keys, now)


def is_erased(endpoint: str) -> bool:
    """Whether this stands where the address of an erased follower was."""
    return endpoint.startswith("erased:")


def barred(db: storage.Connection, endpoint: str, keys: tokens.Keys) -> str | None:
    """Why an address must not be mailed: "owner", "complaint", "bounce" or "erased"; None if it may.

    Looks at the address, as it is and in small letters, and at its fingerprints under every key. Of several
    reasons the weightiest.
    """
    names = (endpoint, endpoint.lower(), *tokens.fingerprints(keys, endpoint))
    found = storage.suppressions_of(db, names)
    return min((each.reason for each in found), key=_weight, default=None)


def readmit(db: storage.Connection, endpoint: str, keys: tokens.Keys) -> None:
    """He has confirmed himself: that he was erased keeps him away no more. Other reasons stay."""
    for each in storage.suppressions_of(db, (endpoint, *tokens.fingerprints(keys, endpoint))):
        if each.reason == ERASED:
            storage.unsuppress(db, each.endpoint)


def said(reason: str) -> str:
    """A reason as half a sentence for the owner: "its owner complained about mail"."""
    return _SAID.get(reason, reason)


def way_back(reason: str) -> str:
    """What ends a suppression, as a sentence for the owner."""
    return _WAY_BACK.get(reason, _WAY_BACK["owner"])


def refusal(endpoint: str, reason: str) -> FollowerError:
    """The error for an address that must not be mailed."""
    return FollowerError(f"{endpoint} must not be mailed: {said(reason)}", advice=way_back(reason))


def _keep_away(db: storage.Connection, endpoint: str, keys: tokens.Keys, now: datetime) -> None:
    """One row, under the fingerprint, with the weightiest reason that there was; notes may name people."""
    names = tokens.fingerprints(keys, endpoint)
    before = storage.suppressions_of(db, (endpoint, *names))
    for each in before:
        storage.unsuppress(db, each.endpoint)
    reason = min((ERASED, *(each.reason for each in before)), key=_weight)
    storage.suppress(db, names[0], reason, "", now)


def _weight(reason: str) -> int:
    return REASONS.index(reason) if reason in REASONS else 0
