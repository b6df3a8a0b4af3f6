"""What each kind of notice says. Sentences only: how they look is the template's business.

The first mail that a subscriber gets is one of these. Each says who asked, what will happen, and what to do
if it was somebody else: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.digest import NoticeItem, NoticeLink
from publisher.model import NoticeKind
from publisher.rendering.phrases import (
    Told,
    asked,
    because_following,
    confirm_link,
    item,
    items,
    masked,
    preferences,
    stop,
    until,
    upcoming,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of `digest.NoticeContent` that are sentences and links."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    foot: str
    items: tuple[NoticeItem, ...] = ()
    button: NoticeLink | None = None
    small: tuple[str, ...] = ()
    links: tuple[NoticeLink, ...] = ()


def letter(told: Told) -> Letter:
    """The sentences of a notice of any kind. KeyError when its data are not there any more."""
    match told.notice.kind:
        case NoticeKind.CONFIRM:
            return _known(told) if told.data["known"] else _confirm(told)
        case NoticeKind.WELCOME:
            return _welcome(told)
        case NoticeKind.GOODBYE:
            return _goodbye(told)
        case NoticeKind.ACCOUNT:
            return _account(told)
        case NoticeKind.ADDRESS:
            return _address(told)
        case NoticeKind.MOVED:
            return _moved(told)


def _confirm(told: Told) -> Letter:
    words = told.words
    return Letter(
        subject=words.gettext("Please confirm that you want to follow %(title)s", title=told.title),
        heading=words.gettext("Do you want to follow %(title)s?", title=told.title),
        paragraphs=(
            asked(told),
            words.gettext("If that was you, welcome! Please confirm it, and this is what will come:"),
        ),
        items=items(told),
        button=confirm_link(told, words.gettext("Yes, I want to follow")),
        small=(
            *until(told),
            words.gettext(
                "If it was not you, ignore this mail: nothing happens, and we forget this address."
            ),
            stop(words),
        ),
        foot=words.gettext(
            "This mail went to %(address)s because somebody entered that address. Nothing more comes unless"
            " you confirm.",
            address=told.address,
        ),
    )


def _known(told: Told) -> Letter:
    words = told.words
    return Letter(
        subject=words.gettext("Please confirm what you want to follow: %(title)s", title=told.title),
        heading=words.gettext("You are with us already. Shall we change what you get?"),
        paragraphs=(
            asked(told),
            words.gettext(
                "You follow us already, and all of that stays. If you confirm, this is added, or takes the"
                " place of what you chose for it before:"
            ),
        ),
        items=items(told),
        button=confirm_link(told, words.gettext("Yes, change it")),
        links=(preferences(told, words.gettext("Choose what you get")),),
        small=(
            *until(told),
            words.gettext(
                "If it was not you, ignore this mail: nothing happens, and everything stays as it is."
            ),
            stop(words),
        ),
        foot=because_following(told, told.site),
    )


def _welcome(told: Told) -> Letter:
    words = told.words
    mine = told.links.mine(told.notice.follower, told.generation)
    return Letter(
        subject=words.gettext("Welcome: you follow %(title)s", title=told.title),
        heading=words.gettext("Welcome! You follow %(title)s.", title=told.title),
        paragraphs=(
            words.gettext(
                "It is good to have you here. From now on we write to you when there is something to tell,"
                " and not otherwise."
            ),
            *upcoming(told),
            words.gettext("This is what you chose:"),
        ),
        items=items(told),
        button=preferences(told, words.gettext("Choose what you get")),
        links=(NoticeLink(words.gettext("Your own page, and feeds for a feed reader"), mine),),
        small=(
            stop(words),
            words.gettext("The links in this mail are yours alone. If you forward it, please take them out."),
        ),
        foot=because_following(told, told.title),
    )


def _goodbye(told: Told) -> Letter:
    words = told.words
    return Letter(
        subject=words.gettext("Goodbye: no more mail from %(title)s", title=told.title),
        heading=words.gettext("Goodbye, and thank you for reading"),
        paragraphs=(
            words.gettext("You asked us to stop, so we have. This is the last mail, and it is about:"),
        ),
        items=tuple(item(told, each, "") for each in told.data["publications"]),
        button=preferences(told, words.gettext("Follow again")),
        small=(
            words.gettext("The way back stays open: keep this mail, and press the button whenever you like."),
            words.gettext(
                "If it was not you who stopped it, somebody may have pressed a link in a mail that you"
                " forwarded. The button puts it right."
            ),
        ),
        foot=words.gettext(
            "This mail went to %(address)s because you followed %(title)s until now.",
            address=told.address,
            title=told.title,
        ),
    )


def _account(told: Told) -> Letter:
    words = told.words
    label = words.gettext("Open my data")
    return Letter(
        subject=words.gettext("Your link to your data at %(site)s", site=told.site),
        heading=words.gettext("Here is the link that you asked for"),
        paragraphs=(
            words.gettext(
                "Behind it you see everything that we know about you. You can take it with you, change your"
                " address, or have us forget all of it."
            ),
        ),
        button=NoticeLink(label, told.links.account(told.notice.id, told.notice.expires_at)),
        small=(
            *until(told),
            words.gettext("Please do not forward this mail: whoever has the link can do all of that."),
            words.gettext("If it was not you who asked, ignore this mail: nothing happens."),
        ),
        foot=words.gettext(
            "This mail went to %(address)s because somebody asked %(site)s for this link.",
            address=told.address,
            site=told.site,
        ),
    )


def _address(told: Told) -> Letter:
    words = told.words
    return Letter(
        subject=words.gettext("Is this your new address for %(site)s?", site=told.site),
        heading=words.gettext("Shall we write to you here from now on?"),
        paragraphs=(
            words.gettext(
                "A reader of %(site)s, whose address so far is %(old)s, asked us to write to this one"
                " instead. If that is you, please say so:",
                site=told.site,
                old=masked(str(told.data["old"])),
            ),
        ),
        button=confirm_link(told, words.gettext("Yes, write to me here")),
        small=(
            *until(told),
            words.gettext(
                "If it is not you, ignore this mail: nothing happens, and nothing more comes here."
            ),
        ),
        foot=words.gettext(
            "This mail went to %(address)s because somebody gave it as a new address.", address=told.address
        ),
    )


def _moved(told: Told) -> Letter:
    words = told.words
    return Letter(
        subject=words.gettext("%(site)s writes to your new address now", site=told.site),
        heading=words.gettext("Your mail goes to your new address now"),
        paragraphs=(
            words.gettext(
                "You asked us to write to %(new)s instead of here, and confirmed it there. So this is the"
                " last mail to this address. All that you follow has moved along.",
                new=masked(str(told.data["new"])),
            ),
            words.gettext("If that was not you, please answer this mail, and we will put it right."),
        ),
        foot=words.gettext(
            "This mail went to %(address)s because it was your address at %(site)s until now.",
            address=told.address,
            site=told.site,
        ),
    )
