"""Opening a connection: connect, greet, encrypt, log in; and the sentence for each way in which it fails."""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl

from publisher.errors import ChannelError
from publisher.mail.session import Session, words
from publisher.mail.settings import SmtpSettings


class _TlsSession(Session, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte (RFC 8314)."""


def open_session(settings: SmtpSettings) -> Session:
    """Connect, greet, encrypt and log in. Raises ChannelError: host, port, what to check."""
    session: Session | None = None
    try:
        session = _connect(settings)
        session.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            session.starttls(context=_tls(settings))
            session.forget_extensions()
            session.ehlo_or_helo_if_needed()
        if settings.username and settings.password:
            _log_in(session, settings)
        return session
    except (OSError, ValueError) as error:  # UnicodeError is a ValueError: hosts and passwords beyond ASCII
        if session is not None:
            session.close()
        raise trouble(settings, error) from error
    except ChannelError:
        if session is not None:
            session.leave()
        raise


def _connect(settings: SmtpSettings) -> Session:
    host = settings.host.strip("[]")
    # A name is given because smtplib would look ours up in the DNS, which can take seconds.
    if settings.security == "tls":
        context = _tls(settings)
        session: Session = _TlsSession(
            host, settings.port, "localhost", timeout=settings.timeout, context=context
        )
    else:
        session = Session(host, settings.port, "localhost", timeout=settings.timeout)
    assert session.sock is not None  # noqa: S101  (for the type checker: the constructor connects)
    # Without this the final dot waits for the acknowledgement of the text before it.
    session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    session.local_hostname = settings.helo or _address_literal(session.sock.getsockname()[0])
    return session


def _tls(settings: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    return context


def _log_in(session: Session, settings: SmtpSettings) -> None:
    assert session.sock is not None  # noqa: S101  (for the type checker)
    if not may_send_password(settings.security, session.sock.getpeername()[0]):
        raise ChannelError(
            "the password would cross the internet unencrypted",
            where=_where(settings),
            advice='Set security = "starttls" (port 587) or "tls" (port 465) in [smtp].',
        )
    session.login(settings.username or "", settings.password or "")


def may_send_password(security: str, peer: str) -> bool:
    """Whether a password may be sent to the IP address `peer`: encrypted, or not beyond the local network."""
    return security != "none" or not ipaddress.ip_address(peer.partition("%")[0]).is_global


def _address_literal(address: str) -> str:
    """Our address as RFC 5321 section 4.1.3 writes it where a host has no public name."""
    plain = address.partition("%")[0]
    return f"[IPv6:{plain}]" if ":" in plain else f"[{plain}]"


def _where(settings: SmtpSettings) -> str:
    return f"mail server {settings.host}:{settings.port}"


def trouble(settings: SmtpSettings, error: Exception) -> ChannelError:
    """The sentence for what went wrong on the way to a usable session."""
    what, advice = f"it cannot be used ({words(error)})", "Check [smtp] in publisher.toml."
    match error:
        case smtplib.SMTPAuthenticationError():
            what, advice = f"it refused our login ({words(error)})", "Check username and password."
        case smtplib.SMTPNotSupportedError():
            what, advice = _missing(settings)
        case UnicodeError():
            what, advice = "its name or our password holds characters beyond ASCII", "Check [smtp]."
        case smtplib.SMTPResponseException():
            what = f"it does not want to talk to us ({words(error)})"
        case socket.gaierror():
            what, advice = "there is no such host", "Check `host` in [smtp], and the network."
        case ConnectionRefusedError():
            what, advice = (
                "nothing answers there",
                "Check `host` and `port` in [smtp]; is the server running?",
            )
        case TimeoutError():
            what = f"no answer within {settings.timeout:g} s"
            advice = "Check `host` and `port` in [smtp], and the firewall."
        case ssl.SSLCertVerificationError():
            what = f"its certificate cannot be trusted ({error.verify_message})"
            advice = "Check that `host` is the name in the certificate; a private one needs `ca_file`."
        case ssl.SSLError():
            what = f"encryption could not be agreed on ({words(error)})"
            advice = 'Port 587 usually wants security = "starttls", port 465 "tls".'
        case FileNotFoundError():
            what, advice = f"there is no file {settings.ca_file}", "Check `ca_file` in [smtp]."
    return ChannelError(what, where=_where(settings), advice=advice)


def _missing(settings: SmtpSettings) -> tuple[str, str]:
    if settings.security == "starttls":
        return (
            "it offers no STARTTLS, or no login that we know",
            'Check `port`; with security = "tls" encryption starts at once (port 465).',
        )
    return "it offers no login that we know", "Remove `username`, or check `port` and `security`."
