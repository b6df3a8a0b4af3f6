"""Whose list it is: the column names and words of each vendor, as its own documentation has them.

The addresses of those pages stand in tests/lists/fixtures/SOURCES.md. Names are compared without case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.lists.words import Standing

# What a column can be taken for, and how that is called.
FIELDS: dict[str, str] = {
    "address": "the address",
    "name": "name",
    "first": "first name",
    "last": "last name",
    "language": "language",
    "zone": "time zone",
    "hour": "hour of the day",
    "tags": "tags",
    "state": "whether they are subscribed, as a word",
    "subscribed": "subscribed: yes or no",
    "unsubscribed": "no mail any more: yes or no",
    "left_at": "when they left",
    "bounced_at": "when the address was found dead",
    "gone_at": "when it was deleted there",
    "created": "since when (kept as evidence)",
    "opted_in": "when they agreed (kept as evidence)",
    "ip": "from which network address they agreed (kept as evidence)",
    "confirmed": "when they confirmed (kept as evidence)",
    "confirmed_ip": "from which network address they confirmed (kept as evidence)",
    "publication": "publication",
    "cadence": "cadence",
    "topics": "topics",
}
OWN_FIELDS: dict[str, str] = {
    "follow_state": "state of the follow",
    "since": "since when",
    "paused_until": "paused until",
    "known_since": "known since",
    "suppression": "why it must not be mailed",
    "suppressed_at": "since when it must not be mailed",
    "suppression_note": "what was noted about that",
    "history": "history and evidence",
}
OURS = "publisher"
IGNORE = "ignore"

_COMMON: dict[str, str] = {
    **dict.fromkeys(
        ("email", "e-mail", "mail", "email address", "e-mail address", "email_address", "emailaddress"),
        "address",
    ),
    **dict.fromkeys(("e-mail-adresse", "email-adresse", "adresse e-mail", "courriel", "correo"), "address"),
    **dict.fromkeys(("name", "full name", "full_name", "fullname", "subscriber name"), "name"),
    **dict.fromkeys(("first name", "first_name", "firstname", "fname", "vorname", "prénom"), "first"),
    **dict.fromkeys(("last name", "last_name", "lastname", "lname", "nachname", "nom", "surname"), "last"),
    **dict.fromkeys(("language", "lang", "locale", "sprache"), "language"),
    **dict.fromkeys(("timezone", "time zone", "time_zone", "tz", "zone", "zeitzone"), "zone"),
    **dict.fromkeys(("hour",), "hour"),
    **dict.fromkeys(("tags", "tag", "labels", "label", "segments", "segment", "groups"), "tags"),
    **dict.fromkeys(("status", "state", "subscription status", "subscription_status"), "state"),
    **dict.fromkeys(("subscribed", "subscribed_to_emails", "active"), "subscribed"),
    **dict.fromkeys(("unsubscribed", "email_disabled"), "unsubscribed"),
    **dict.fromkeys(("unsubscribed_at", "unsubscribe_date", "unsubscription_date"), "left_at"),
    **dict.fromkeys(
        ("created_at", "created", "creation_date", "date", "date added", "start date", "signup date"),
        "created",
    ),
    **dict.fromkeys(("subscribed_at", "subscribed at", "date subscribed", "joined", "since"), "created"),
    **dict.fromkeys(("ip", "ip_address", "ip address", "signup_ip"), "ip"),
    **dict.fromkeys(("optin_time", "opt-in time", "opted_in_at"), "opted_in"),
    **dict.fromkeys(("confirmed_at", "confirm_time"), "confirmed"),
    **dict.fromkeys(("publication", "newsletter"), "publication"),
    **dict.fromkeys(("cadence", "frequency"), "cadence"),
    **dict.fromkeys(("topics", "topic"), "topics"),
}

_STATES: dict[str, Standing] = {
    **dict.fromkeys(
        ("subscribed", "active", "confirmed", "enabled", "yes", "true", "1", "free", "paid", "on"),
        Standing.SUBSCRIBED,
    ),
    **dict.fromkeys(
        ("unconfirmed", "pending", "inactive", "unactivated", "nonsubscribed"), Standing.UNCONFIRMED
    ),
    **dict.fromkeys(
        (
            "unsubscribed",
            "cancelled",
            "canceled",
            "disabled",
            "no",
            "false",
            "0",
            "off",
            "removed",
            "archived",
        ),
        Standing.UNSUBSCRIBED,
    ),
    **dict.fromkeys(("bounced", "bounce", "cleaned", "undeliverable", "invalid"), Standing.BOUNCED),
    **dict.fromkeys(("complained", "complaint", "spam", "abuse"), Standing.COMPLAINED),
    **dict.fromkeys(("blocked", "blocklisted", "blacklisted", "banned", "suppressed"), Standing.BLOCKED),
}


@dataclass(frozen=True, slots=True)
class Vendor:
    """`signs`: sets of column names, any one of which shows that a file is this vendor's."""

    name: str
    title: str
    signs: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    states: Mapping[str, Standing]


def _vendor(
    name: str,
    title: str,
    signs: tuple[str, ...],
    columns: Mapping[str, str] | None = None,
    states: Mapping[str, Standing] | None = None,
) -> Vendor:
    sets = tuple(frozenset(sign.split("|")) for sign in signs)
    return Vendor(name, title, sets, {**_COMMON, **(columns or {})}, {**_STATES, **(states or {})})


_MAILCHIMP = {
    "optin_ip": "ip",
    "confirm_ip": "confirmed_ip",
    "unsub_time": "left_at",
    "clean_time": "bounced_at",
}
# Substack's `active_subscription` and `plan` tell who pays; free readers are subscribed as well.
_SUBSTACK = {"active_subscription": IGNORE, "type": IGNORE, "plan": IGNORE, "expiry": IGNORE}
_GHOST = {"deleted_at": "gone_at", "id": IGNORE}
_KIT = {"state": "state", "status": "state"}
_BUTTONDOWN = {"type": "state", "subscriber_type": "state"}
# "The subscriber's state decides which mails he gets": all of these get the newsletter.
_BUTTONDOWN_TYPES = {
    **dict.fromkeys(
        ("regular", "premium", "trialed", "unpaid", "gifted", "churning", "past_due", "paused"),
        Standing.SUBSCRIBED,
    ),
    **dict.fromkeys(("spammy", "malformed", "disposable"), Standing.BLOCKED),
}
_OWN_COLUMNS = {
    "endpoint": "address",
    "state": "follow_state",
    "since": "since",
    "paused_until": "paused_until",
    "created": "known_since",
    "suppression": "suppression",
    "suppressed_at": "suppressed_at",
    "suppression_note": "suppression_note",
    "evidence": "history",
}

VENDORS: tuple[Vendor, ...] = (
    _vendor(OURS, "an export of ours", ("endpoint|publication|cadence|state|evidence",), _OWN_COLUMNS),
    _vendor(
        "mailchimp",
        "Mailchimp",
        ("email address|member_rating", "email address|leid", "email address|optin_time"),
        _MAILCHIMP,
    ),
    _vendor("substack", "Substack", ("email|active_subscription", "email|email_disabled"), _SUBSTACK),
    _vendor("ghost", "Ghost", ("email|subscribed_to_emails",), _GHOST),
    _vendor(
        "buttondown",
        "Buttondown",
        ("email|subscriber_type", "email_address|type|creation_date", "email|type|creation_date"),
        _BUTTONDOWN,
        _BUTTONDOWN_TYPES,
    ),
    _vendor("listmonk", "listmonk", ("uuid|email|status", "email|attributes"), {}),
    _vendor("kit", "Kit", ("email_address|first_name|state", "email|first_name|status|created_at"), _KIT),
)
PLAIN = _vendor("plain", "a plain list", ())


def recognise(header: list[str]) -> Vendor:
    """The vendor whose signs are in a header; `PLAIN` if it is nobody's."""
    names = frozenset(header)
    for vendor in VENDORS:
        if any(sign <= names for sign in vendor.signs):
            return vendor
    return PLAIN


def standing_of_file(name: str) -> Standing | None:
    """What Mailchimp says by a file's name: `cleaned_members_export_….csv`. None if it says nothing."""
    said = name.replace("\\", "/").rpartition("/")[2].casefold()
    for word, standing in (
        ("nonsubscribed", Standing.UNCONFIRMED),
        ("unsubscribed", Standing.UNSUBSCRIBED),
        ("cleaned", Standing.BOUNCED),
        ("subscribed", Standing.SUBSCRIBED),
    ):
        if said.startswith(word):
            return standing
    return None
