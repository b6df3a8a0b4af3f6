"""The owner's own labels on followers."""

from __future__ import annotations

from collections.abc import Sequence

from publisher import mail, storage
from publisher.errors import FollowerError

_LONGEST = 60


def check_tag(text: str) -> str:
    """A tag as it is kept: without spaces around it. Raises FollowerError for what is none."""
    tag = " ".join(text.split())
    if not tag or len(tag) > _LONGEST or set(tag) & set(',;"') or tag[0] == "-" or not tag.isprintable():
        rules = f"1 to {_LONGEST} characters without , ; and quotes, not beginning with -"
        raise FollowerError(f"{text[:80]!r} is no tag", advice=f"A tag is {rules}.")
    return tag


def tag(store: storage.Store, address: str, tags: Sequence[str]) -> list[str]:
    """Give a follower tags; all that he has then. Raises FollowerError for an unknown address or no tag."""
    wanted = [check_tag(each) for each in tags]
    with store.write() as db:
        number = known(db, address)
        storage.add_tags(db, number, wanted)
        return storage.tags_of(db, number)


def untag(store: storage.Store, address: str, tags: Sequence[str]) -> list[str]:
    """Take tags off a follower; those that he keeps. Raises FollowerError for an unknown address."""
    wanted = [check_tag(each) for each in tags]
    with store.write() as db:
        number = known(db, address)
        storage.remove_tags(db, number, wanted)
        return storage.tags_of(db, number)


def known(db: storage.Connection, address: str) -> int:
    """The number of the follower with this address. Raises FollowerError if there is none."""
    endpoint = mail.normal_address(address)
    number = storage.find_follower(db, "mail", endpoint)
    if number is None:
        raise FollowerError(f"nobody with the address {endpoint} follows anything")
    return number
