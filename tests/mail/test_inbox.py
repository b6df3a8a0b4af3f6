"""The built-in inbox: what is answered 250 is on the disk, and any mail can be looked at."""

from __future__ import annotations

import smtplib
import socket
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import ChannelError, ContentError
from publisher.mail import SmtpConnection, SmtpSettings, list_inbox, open_inbox, read_inbox
from publisher.mail.letterbox import mail_name
from publisher.model import DeliveryState, Envelope
from tests.servers.envelopes import envelope

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def post(inbox, *mails: Envelope) -> list[DeliveryState]:
    with SmtpConnection(SmtpSettings(host=inbox.host, port=inbox.port, timeout=5.0)) as connection:
        return [connection.deliver(mail, lambda: None).state for mail in mails]


def put(folder, raw: bytes, number: int = 0) -> str:
    (folder / "new").mkdir(exist_ok=True)
    name = mail_name(NOON, number)
    (folder / "new" / f"{name}.eml").write_bytes(raw)
    return name


def test_mails_are_stored_before_they_are_answered(tmp_path):
    with open_inbox(tmp_path) as inbox:
        assert inbox.host == "127.0.0.1"
        assert inbox.port > 0
        with SmtpConnection(SmtpSettings(host=inbox.host, port=inbox.port)) as connection:
            for number in range(3):
                assert connection.deliver(envelope(number), lambda: None).state is DeliveryState.SENT
                assert len(list((tmp_path / "new").glob("*.eml"))) == number + 1
    assert list((tmp_path / "tmp").iterdir()) == []
    newest, *_ = messages = list_inbox(tmp_path)
    assert [message.recipient for message in messages] == [f"f{n}@followers.example" for n in (2, 1, 0)]
    assert newest.subject == "Guides"
    assert newest.sender == "<news@guides.example>"
    assert newest.to == "<follower2@followers.example>"
    mail = read_inbox(tmp_path, newest.id)
    assert mail.raw.endswith(envelope(2).data)
    assert mail.text == "Hello.\n"
    assert mail.html is None
    assert mail.headers[0] == ("Return-Path", "<news@guides.example>")


def test_mails_of_one_instant_all_stay(tmp_path):
    for _ in range(2):  # a second inbox counts from the start again
        with open_inbox(tmp_path, now=lambda: NOON) as inbox:
            assert set(post(inbox, *map(envelope, range(5)))) == {DeliveryState.SENT}
    messages = list_inbox(tmp_path)
    assert len(messages) == 10
    assert {message.received for message in messages} == {NOON}


def test_the_list_is_paged_by_id(tmp_path):
    for number in range(7):
        put(tmp_path, f"Subject: {number}\r\n\r\n".encode(), number)
    first = list_inbox(tmp_path, limit=3)
    second = list_inbox(tmp_path, limit=3, before=first[-1].id)
    assert [message.subject for message in first + second] == ["6", "5", "4", "3", "2", "1"]


def test_a_folder_that_is_not_there_is_empty(tmp_path):
    assert list_inbox(tmp_path / "nowhere") == []


def test_a_mail_for_several_receivers_names_them(tmp_path):
    with open_inbox(tmp_path) as inbox, smtplib.SMTP(inbox.host, inbox.port, "localhost") as client:
        client.sendmail("a@b.example", ["c@d.example", "e@f.example"], b"Subject: x\r\n\r\n")
    (message,) = list_inbox(tmp_path)
    headers = read_inbox(tmp_path, message.id).headers
    assert [value for name, value in headers if name == "Delivered-To"] == ["c@d.example", "e@f.example"]


def test_a_mail_beyond_the_limit_is_refused_and_the_next_one_taken(tmp_path):
    huge = envelope(1, text=("x" * 998 + "\r\n") * 26_300)
    with open_inbox(tmp_path) as inbox:
        assert post(inbox, huge, envelope(2)) == [DeliveryState.FAILED, DeliveryState.SENT]
    assert len(list_inbox(tmp_path)) == 1


def test_a_mail_that_cannot_be_stored_is_deferred(tmp_path):
    with open_inbox(tmp_path) as inbox:
        (tmp_path / "tmp").rmdir()
        assert post(inbox, envelope(1)) == [DeliveryState.DEFERRED]
        (tmp_path / "tmp").mkdir()
        assert post(inbox, envelope(1)) == [DeliveryState.SENT]


def test_a_taken_port_is_told_and_nothing_hangs(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ChannelError, match=f"cannot listen on port {port} .*another publisher running"):
            open_inbox(tmp_path, port).__enter__()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelError, match="the inbox cannot be kept there"):
        open_inbox(tmp_path / "file").__enter__()


def test_an_inbox_can_be_closed_while_someone_is_connected(tmp_path):
    with open_inbox(tmp_path) as inbox:
        line = socket.create_connection((inbox.host, inbox.port))
    with line:
        pass
    with open_inbox(tmp_path, inbox.port) as again:
        assert again.port == inbox.port


@pytest.mark.parametrize(
    "id",
    [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "20260329T120000000000Z-000001/../x",
        "x\x00y",
        "x" * 9999,
        "20260329T120000000000Z-000009",
        "20269999T120000000000Z-000001",
        "٢0260329T120000000000Z-000000",
    ],
)
def test_an_id_that_is_none_is_told(tmp_path, id):
    put(tmp_path, b"Subject: x\r\n\r\n")
    with pytest.raises(ContentError, match="no such mail"):
        read_inbox(tmp_path, id)


def test_files_of_others_are_passed_over(tmp_path):
    put(tmp_path, b"Subject: ours\r\n\r\n")
    for name in ("notes.eml", "20269999T120000000000Z-000001.eml", "x.txt"):
        (tmp_path / "new" / name).write_bytes(b"Subject: theirs\r\n\r\n")
    (tmp_path / "new" / f"{mail_name(NOON, 5)}.eml").mkdir()
    assert [message.subject for message in list_inbox(tmp_path)] == ["ours"]


MULTIPART = """\
From: =?utf-8?q?J=C3=B6rg?= <joerg@guides.example>
Subject: =?utf-8?b?R3LDvMOfZQ==?= and
 =?iso-8859-1?q?more_=E4?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--b
Content-Type: text/html; charset=utf-8

<p>Grüße</p>
--b
Content-Type: text/html
Content-Disposition: attachment

no
--b--
""".replace("\n", "\r\n").encode()


def test_parts_and_headers_are_decoded(tmp_path):
    mail = read_inbox(tmp_path, put(tmp_path, MULTIPART))
    assert mail.message.sender == "Jörg <joerg@guides.example>"
    assert mail.message.subject == "Grüße and more ä"
    assert mail.text == "Grüße"
    assert mail.html == "<p>Grüße</p>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\x00\xff\xfe",
        b"no header at all",
        b"Subject: =?nonsense?q?x?=\r\n\r\nx",
        b"Subject: =?utf-8?b?!!!?=\r\n\r\nx",
        b"Subject: gr\xfc\xdfe\r\n\r\nx",
        b"Subject: =?utf-16?b?2AA=?=\r\n\r\nx",
        b"Content-Type: text/html; charset=nonsense\r\n\r\n<p>x",
        b"Content-Type: text/html; charset=idna\r\n\r\n<p>\xff",
        b'Content-Type: text/plain; charset="a\x00b"\r\n\r\nx',
        b"Content-Type: text/plain; charset*=x''%ff\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!",
        b"Content-Type: multipart/mixed\r\n\r\n--",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 3000,
        b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"Subject: " + b"x" * 200_000 + b"\r\n\r\nx",
    ],
)
def test_a_broken_mail_can_be_listed_and_opened(tmp_path, raw):
    name = put(tmp_path, raw)
    (message,) = list_inbox(tmp_path)
    mail = read_inbox(tmp_path, name)
    assert message.id == mail.message.id == name
    assert mail.raw == raw


@settings(max_examples=60)
@given(raw=st.binary(max_size=400), where=st.integers(0, len(MULTIPART)))
def test_any_bytes_can_be_opened(tmp_path_factory, raw, where):
    folder = tmp_path_factory.mktemp("inbox")
    name = put(folder, MULTIPART[:where] + raw + MULTIPART[where:])
    list_inbox(folder)
    mail = read_inbox(folder, name)
    for text in (mail.text, mail.html, mail.message.subject, *(value for _, value in mail.headers)):
        assert text is None or text.encode("utf-8") is not None  # no lone surrogates: it can be shown
