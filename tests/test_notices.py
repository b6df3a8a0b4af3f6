"""Notices on a real site: written into the ledger, sent by a tick, read in the inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from publisher import audit, engine, mail, storage
from publisher.errors import FollowerError
from publisher.model import DeliveryState, NoticeKind
from publisher.rendering.phrases import shown_page
from publisher.site import Site, open_site
from tests.servers.faults import Fault
from tests.servers.smtp import Server

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA = "ada@example.org"
KNEES = {"slug": "knees", "title": "Knees", "cadence": "weekly", "topics": []}
HANDS = {"slug": "hands", "title": "Hands", "cadence": "each", "topics": ["wrist"]}
ASKED: dict[str, Any] = {
    "publications": [KNEES],
    "zone": "Europe/Berlin",
    "hour": 8,
    "page": "https://guides.example/-/follow/knees",
    "words": "Send me a mail a week",
    "ip": "192.0.2.7",
    "known": False,
}
DATA: dict[NoticeKind, dict[str, Any]] = {
    NoticeKind.CONFIRM: ASKED,
    NoticeKind.WELCOME: {
        "publications": [KNEES, HANDS],
        "next": "2026-11-06T07:00:00+00:00",
        "zone": "Asia/Tokyo",
    },
    NoticeKind.GOODBYE: {"publications": [KNEES, HANDS]},
    NoticeKind.ACCOUNT: {},
    NoticeKind.ADDRESS: {"address": "ada@new.example", "old": ADA},
    NoticeKind.MOVED: {"address": ADA, "new": "ada@new.example"},
}
GERMAN = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Do you want to follow %(title)s?"
msgstr "Möchten Sie %(title)s folgen?"

msgid "Please confirm that you want to follow %(title)s"
msgstr "Bitte bestätigen: %(title)s"
"""


@pytest.fixture
def site(site_folder: Path) -> Iterator[Site]:
    with open_site(site_folder, {}) as opened:
        yield opened


def notify(
    site: Site,
    kind: NoticeKind = NoticeKind.CONFIRM,
    data: Mapping[str, Any] | None = None,
    *,
    address: str = ADA,
    expires: timedelta | None = 3 * DAY,
) -> int:
    with site.store.write() as db:
        person = storage.add_follower(db, "mail", address, MONDAY)
        found = DATA[kind] if data is None else data
        return storage.add_notice(db, person, kind, found, MONDAY, MONDAY + expires if expires else None)


def tick(site: Site, now: datetime = MONDAY) -> dict[DeliveryState, int]:
    """Do what is due; what became of the mails. The ledger's sums hold."""
    sent = engine.tick(site, lambda: now).sent()
    assert audit.audit(site.store, now).holds
    return sent


def inbox(site: Site) -> list[tuple[str, EmailMessage]]:
    """(to whom it was delivered, the mail), oldest first."""
    folder = site.var / "inbox"
    return [
        (each.recipient, read(mail.read_inbox(folder, each.id).raw)) for each in mail.list_inbox(folder)[::-1]
    ]


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def words(message: EmailMessage) -> str:
    return " ".join(text(message).split())


def token(message: EmailMessage, part: str) -> str:
    """The token of the link to `/-/<part>/…`: the same in both of its parts."""
    links = {
        found
        for kind in ("plain", "html")
        for found in re.findall(rf"https://guides\.example/-/{part}/([\w.~-]+)", text(message, kind))
    }
    (found,) = links
    return found


def only(site: Site) -> EmailMessage:
    ((_, message),) = inbox(site)
    return message


# --------------------------------------------------------------------------------------- on their way


def test_a_notice_arrives_with_a_link_that_works(site: Site) -> None:
    number = notify(site)
    assert tick(site) == {DeliveryState.SENT: 1}
    message = only(site)
    assert message["To"] == ADA and message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == MONDAY
    assert site.links.number(token(message, "confirm"), "confirm", MONDAY) == number
    assert mail.parse_message_id(message["Message-ID"], site.instance) is not None
    assert tick(site, MONDAY + HOUR) == {}


def test_the_same_bytes_on_every_try(site: Site) -> None:
    notify(site)
    with Server(faults=[Fault("rcpt", "451 4.3.0 later", times=1)]) as server:
        server_toml = f'\n[smtp]\nhost = "{server.host}"\nport = {server.port}\n'
        path = site.folder / "publisher.toml"
        path.write_text(path.read_text().replace("\n[[digest]]", f"{server_toml}\n[[digest]]", 1))
        with open_site(site.folder, {}) as mailing:
            row = storage.ClaimedRow(1, 1, ADA)
            first = mailing.renderer().personal(1, row).data
            assert tick(mailing) == {DeliveryState.DEFERRED: 1}
        with open_site(site.folder, {}) as mailing:
            assert tick(mailing, MONDAY + HOUR) == {DeliveryState.SENT: 1}
        assert [each.data for each in server.accepted] == [first]


def test_who_must_not_be_mailed_is_not(site: Site) -> None:
    notify(site)
    with site.store.write() as db:
        storage.suppress(db, ADA, "owner", "asked by phone", MONDAY)
        storage.suppress(db, "ada@new.example", "owner", "asked by phone", MONDAY)
    notify(site, NoticeKind.ADDRESS, address="ben@example.org")  # his own address is fine, the new one is not
    tick(site)
    assert inbox(site) == []
    assert states(site) == {1: DeliveryState.SUPPRESSED, 2: DeliveryState.SUPPRESSED}


def states(site: Site) -> dict[int, DeliveryState]:
    """edition -> what became of its only mail."""
    with site.store.read() as db:
        counts = storage.state_counts(db, None)
    return {edition: next(iter(found)) for edition, found in counts.items()}


def test_a_link_that_has_ended_is_not_sent(site: Site) -> None:
    notify(site, NoticeKind.ACCOUNT, expires=HOUR)
    notify(site, NoticeKind.WELCOME, expires=None)
    assert tick(site, MONDAY + HOUR) == {DeliveryState.EXPIRED: 1, DeliveryState.SENT: 1}


def test_whoever_was_forgotten_meanwhile_does_not_hold_up_the_others(site: Site) -> None:
    for kind in NoticeKind:
        notify(site, kind)
    with site.store.write() as db:
        person = storage.find_follower(db, "mail", ADA)
        assert person is not None
        storage.forget(db, person)
    notify(site, address="ben@example.org")
    tick(site)
    assert list(states(site).values()) == [DeliveryState.SUPPRESSED] * len(NoticeKind) + [DeliveryState.SENT]
    assert [to for to, _ in inbox(site)] == ["ben@example.org"]


def test_nor_does_whoever_was_forgotten_in_the_last_moment(site: Site) -> None:
    notify(site)
    with site.store.write() as db:
        (row,) = storage.claim_batch(db, 1, 1, node="x", pubs=[], cadence=None, now=MONDAY) or []
        storage.forget(db, row.follower)
    with pytest.raises(FollowerError, match="forgotten"):
        site.renderer().personal(1, row)


def test_consent_is_not_asked_for(site: Site) -> None:
    notify(site, NoticeKind.GOODBYE)
    assert tick(site) == {DeliveryState.SENT: 1}


# ------------------------------------------------------------------------------------- what they say


def test_a_confirm_mail_says_all_that_it_must(site: Site) -> None:
    notify(site)
    tick(site)
    said = words(only(site))
    assert only(site)["Subject"] == "Please confirm that you want to follow Knees"
    assert (
        "On 2 November 2026 somebody, most likely you, asked on the page guides.example/-/follow/knees"
        in said
    )
    assert "at most one mail a week" in said
    assert "If it was not you, ignore this mail: nothing happens" in said
    assert "The link works until Thursday, 5 November 2026, at 13:00 (Europe/Berlin)." in said
    assert "192.0.2.7" not in only(site).as_string()
    assert "/-/preferences/" not in said


def test_whoever_follows_already_is_told_so(site: Site) -> None:
    notify(site, data=ASKED | {"known": True, "publications": [KNEES, HANDS]})
    tick(site)
    message = only(site)
    said = words(message)
    assert "You follow us already, and all of that stays" in said and "everything stays as it is" in said
    assert "Hands A mail for each new guide, and for each that changes in earnest. Only about: wrist." in said
    assert site.links.number(token(message, "preferences"), "preferences", MONDAY) == 1
    token(message, "confirm")


def test_a_welcome_says_when_the_first_mail_is_due(site: Site) -> None:
    notify(site, NoticeKind.WELCOME, expires=None)
    tick(site)
    message = only(site)
    assert "first mail leaves on Friday, 6 November 2026, at 16:00 (Asia/Tokyo)" in words(message)
    assert site.links.number(token(message, "preferences"), "preferences", MONDAY) == 1
    assert site.links.number(token(message, "my"), "mine", MONDAY) == 1


def test_a_goodbye_shows_the_way_back(site: Site) -> None:
    notify(site, NoticeKind.GOODBYE, expires=None)
    tick(site)
    message = only(site)
    assert "https://guides.example/-/follow/knees" in text(message)
    assert 'href="https://guides.example/-/follow/hands"' in text(message, "html")
    assert site.links.number(token(message, "preferences"), "preferences", MONDAY) == 1


def test_an_account_mail_opens_the_account(site: Site) -> None:
    number = notify(site, NoticeKind.ACCOUNT, expires=HOUR)
    tick(site)
    message = only(site)
    assert site.links.number(token(message, "account"), "account", MONDAY) == number
    assert "do not forward" in words(message)


def test_a_new_address_is_asked_there(site: Site) -> None:
    number = notify(site, NoticeKind.ADDRESS, expires=DAY)
    tick(site)
    ((to, message),) = inbox(site)
    assert to == message["To"] == "ada@new.example"
    assert site.links.number(token(message, "confirm"), "confirm", MONDAY) == number
    assert "a•••@example.org" in words(message) and ADA not in words(message)


def test_the_old_address_is_told(site: Site) -> None:
    notify(site, NoticeKind.MOVED, address="ada@new.example", expires=None)
    tick(site)
    ((to, message),) = inbox(site)
    assert to == message["To"] == ADA
    assert "a•••@new.example" in words(message) and "please answer this mail" in words(message)
    assert "/-/" not in text(message)  # whoever reads the old address now gets no link of his


def test_in_the_readers_language(site_folder: Path) -> None:
    folder = site_folder / "templates/locale"
    folder.mkdir(parents=True)
    (folder / "de.po").write_text(GERMAN, encoding="utf-8")
    with open_site(site_folder, {}) as site:
        notify(site, data=ASKED | {"language": "de-AT"})
        notify(site, address="ben@example.org")
        with site.store.write() as db:
            storage.set_profile(db, 2, language="de")
        notify(site, data=ASKED | {"language": "en"}, address="ben@example.org")
        tick(site)
        first, second, third = (message for _, message in inbox(site))
    assert first["Subject"] == second["Subject"] == "Bitte bestätigen: Knees"
    assert "Möchten Sie Knees folgen?" in text(first)
    assert '<html lang="de-AT"' in text(first, "html") and "Montag, 2. November 2026" in text(first)
    assert third["Subject"] == "Please confirm that you want to follow Knees"


def test_in_the_publications_language_else_the_sites(site_folder: Path) -> None:
    folder = site_folder / "templates/locale"
    folder.mkdir(parents=True)
    (folder / "de.po").write_text(GERMAN, encoding="utf-8")
    feed, own = site_folder / "feeds/knees/feed.toml", site_folder / "publisher.toml"
    feed.write_text('language = "de"\naccent = "#aa3300"\n' + feed.read_text())
    with open_site(site_folder, {}) as site:
        notify(site)
        notify(site, data=ASKED | {"publications": [KNEES, HANDS]})
        tick(site)
        one, both = (message for _, message in inbox(site))
    assert "Möchten Sie Knees folgen?" in text(one) and "#aa3300" in text(one, "html")
    assert "Do you want to follow Example Guides?" in text(both) and "#aa3300" not in text(both, "html")
    own.write_text('language = "de"\n' + own.read_text())
    with open_site(site_folder, {}) as site:
        notify(site, data=ASKED | {"publications": [KNEES, HANDS]}, address="ben@example.org")
        tick(site)
        assert "Möchten Sie Example Guides folgen?" in text(inbox(site)[-1][1])


HOSTILE = [
    "Knees\r\nBcc: eve@example.net\r\n\r\n<script>alert(1)</script>",
    '</title><img src=x onerror="alert(1)">&amp;" onclick="alert(2)',
    "\u202eenvelope\u2066\u0000",
    "%(title)s %s {{ 7 * 7 }} {% raw %}",
    "מדרגות\u200f עם ברך",
    "K" * 5000,
    "",
]


def test_nothing_from_outside_does_harm(site: Site) -> None:
    for kind in (NoticeKind.CONFIRM, NoticeKind.WELCOME, NoticeKind.GOODBYE):
        for title in HOSTILE:
            named = KNEES | {"title": title, "cadence": title[:40], "topics": [title[:60]]}
            odd = {"page": f"https://guides.example/{title[:40]}", "zone": "../../etc", "next": "soon"}
            data = DATA[kind] | odd | {"language": "x\r\ny", "publications": [named]}
            notify(site, kind, data, address=f"ada-{len(title)}@example.org")
    assert tick(site) == {DeliveryState.SENT: 3 * len(HOSTILE)}
    for _, message in inbox(site):
        html = text(message, "html")
        assert message["Bcc"] is None and not set("\r\n") & set(message["Subject"])
        assert len(message["Subject"]) <= 120
        assert not set("\u202e\u2066\x00") & set(html + text(message))
        document = lxml.html.fromstring(html)
        assert document.xpath("//script | //img | //@onerror | //@onclick") == []
        assert all(link.startswith("https://guides.example/") for link in document.xpath("//@href"))


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("https://guides.example/-/follow/knees/", "guides.example/-/follow/knees"),
        ("https://blog.example/about?x=<b>", "blog.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://guides.example/win a prize at evil.example", "guides.example"),
        ("https://guides.example/" + "x" * 100, "guides.example"),
        ("javascript:alert(1)", ""),
        ("https://you have won, go to evil.example/", ""),
        ("https://" + "x." * 100 + "example/", ""),
        ("http://[::1", ""),
        ("http://localhost/", ""),
        ("", ""),
    ],
)
def test_a_made_up_page_says_nothing_in_our_name(page: str, shown: str) -> None:
    assert shown_page(page, "https://guides.example") == shown


def test_a_page_of_ours_may_be_on_this_machine() -> None:
    assert shown_page("http://localhost:8000/-/follow/", "http://localhost:8000") == "localhost:8000/-/follow"


def test_where_no_page_is_known_none_is_named(site: Site) -> None:
    notify(site, data=ASKED | {"page": None})
    tick(site)
    assert "somebody, most likely you, asked that we write to this address." in words(only(site))


def test_an_address_that_is_none_gets_no_mail(site: Site) -> None:
    bad = ["ada@example.org\r\nBcc: eve@example.net", "erased:7", "<b>@x", "@"]
    for address in bad:
        notify(site, NoticeKind.ADDRESS, {"address": address, "old": ADA})
    assert tick(site) == {DeliveryState.SUPPRESSED: len(bad)}
    assert inbox(site) == []
