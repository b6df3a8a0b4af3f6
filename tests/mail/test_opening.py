"""Opening a connection: TLS and logging in that work, and one sentence for each way in which it fails."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from publisher.errors import ChannelError, ConfigError
from publisher.mail import SmtpConnection, SmtpSettings
from publisher.mail.opening import may_send_password, trouble
from publisher.model import DeliveryState
from tests.servers.envelopes import envelope
from tests.servers.smtp import CERTIFICATE, Fault, Server


def settings_for(server: Server, **options: object) -> SmtpSettings:
    settings = SmtpSettings(host="localhost", port=server.port, timeout=2.0, ca_file=str(CERTIFICATE))
    return dataclasses.replace(settings, **options)


def sentence(settings: SmtpSettings) -> str:
    connection = SmtpConnection(settings)
    with pytest.raises(ChannelError) as caught:
        connection.open()
    text = str(caught.value)
    assert text.startswith(f"mail server {settings.host}:{settings.port}: ")
    assert text.endswith((".", "?"))
    assert "\n" not in text
    return text


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_over_tls_with_a_login(security):
    login = {"username": "ada", "password": "pass word:%"}
    with Server(security=security, login=("ada", "pass word:%")) as server:
        with SmtpConnection(settings_for(server, security=security, **login)) as connection:
            outcomes = [connection.deliver(envelope(number), lambda: None) for number in range(3)]
        assert {outcome.state for outcome in outcomes} == {DeliveryState.SENT}
        assert len(server.accepted) == 3
        assert server.connections == 1


def test_starttls_is_demanded_not_merely_tried():
    with Server() as server:
        assert "STARTTLS" in sentence(settings_for(server, security="starttls"))
        assert not any(command.startswith("MAIL") for command in server.commands)


def test_words_smuggled_in_before_encryption_end_the_connection():
    with Server(security="starttls") as server:
        server.early = b"250 injected\r\n"
        assert "before encryption" in sentence(settings_for(server, security="starttls"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for(security):
    with Server(security=security) as server:
        assert "certificate" in sentence(settings_for(server, security=security, ca_file=None))


def test_a_certificate_for_another_name():
    with Server(security="tls", host="127.0.0.2") as server:
        assert "certificate" in sentence(settings_for(server, security="tls", host="127.0.0.2"))


def test_tls_where_the_server_speaks_plainly():
    with Server() as server:
        assert "encryption could not be agreed on" in sentence(settings_for(server, security="tls"))


def test_a_plain_dialogue_where_the_server_wants_tls():
    with Server(security="tls") as server:
        assert "mail server" in sentence(settings_for(server, timeout=0.2))


def test_a_wrong_password_and_it_is_not_shown():
    with Server(login=("ada", "right")) as server:
        text = sentence(settings_for(server, username="ada", password="wrong-horse"))
        assert "refused our login (535 5.7.8 Wrong user name or password)" in text
        assert "wrong-horse" not in text
    assert "wrong-horse" not in repr(settings_for(server, username="ada", password="wrong-horse"))


def test_a_login_where_there_is_none():
    with Server() as server:
        assert "no login" in sentence(settings_for(server, username="ada", password="x"))


def test_a_password_beyond_ascii():
    with Server(login=("ada", "x")) as server:
        assert "beyond ASCII" in sentence(settings_for(server, username="ada", password="Größe"))


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    text = sentence(SmtpSettings(host="127.0.0.1", port=port, timeout=2.0))
    assert "nothing answers there" in text
    assert "is the server running?" in text


def test_no_such_host():
    error = trouble(SmtpSettings(host="mail.invalid"), socket.gaierror(-2, "Name or service not known"))
    assert str(error).startswith("mail server mail.invalid:25: there is no such host.")


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("554 5.7.1 Go away", "554 5.7.1 Go away"),
        ("421 4.3.2 Too busy", "421 4.3.2 Too busy"),
        ("drop", "closed the connection"),
        ("reset", "mail server"),
        ("silent", "did not answer in time"),
        ("drip", "did not answer in time"),
        ("flood", "does not end"),
        ("long", "too long"),
        ("raw SSH-2.0-OpenSSH\\r\\n", "not SMTP"),
    ],
)
def test_a_greeting_that_is_none(action, said):
    with Server(faults=[Fault("connect", action)]) as server:
        assert said in sentence(settings_for(server, timeout=0.2))


def test_a_missing_ca_file():
    with Server(security="tls") as server:
        assert "/nowhere.pem" in sentence(settings_for(server, security="tls", ca_file="/nowhere.pem"))


@pytest.mark.parametrize(
    ("security", "peer", "may"),
    [
        ("none", "127.0.0.1", True),
        ("none", "10.1.2.3", True),
        ("none", "fe80::1%eth0", True),
        ("none", "93.184.216.34", False),
        ("none", "2606:2800:220:1::1", False),
        ("tls", "93.184.216.34", True),
    ],
)
def test_a_password_crosses_the_internet_only_encrypted(security, peer, may):
    assert may_send_password(security, peer) is may


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hots": "x"}, "Did you mean 'host'?"),
        ({"port": 0}, "`port`"),
        ({"port": "25"}, "`port`"),
        ({"port": True}, "`port`"),
        ({"host": None}, "`host`"),
        ({"host": "a b"}, "`host`"),
        ({"helo": "a\r\nMAIL"}, "`helo`"),
        ({"security": "ssl"}, "`security`"),
        ({"timeout": -1}, "`timeout`"),
        ({"connections": 0}, "`connections`"),
        ({"username": "ada"}, "`password`"),
    ],
)
def test_settings_that_cannot_be(options, said):
    with pytest.raises(ConfigError) as caught:
        SmtpSettings.from_options(options)
    assert said in str(caught.value)


def test_settings_from_a_table():
    options = {"host": "::1", "port": 587, "security": "starttls", "timeout": 5, "username": None}
    assert SmtpSettings.from_options(options) == SmtpSettings("::1", 587, security="starttls", timeout=5)
