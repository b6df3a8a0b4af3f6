"""The built-in inbox in the browser: for the owner, on this machine only, while no mail server is named.

Its mails hold confirmation and unsubscribe links, so that whoever reads it can act for the receivers.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from publisher import mail
from publisher.errors import ContentError
from publisher.web.answers import HTML, NEVER, Answer, Asked, private
from publisher.web.door import Door, NothingHereError
from publisher.web.headers import policy

PAGE = 50  # mails on one page of the list
_FRAME_RIGHTS = "allow-popups allow-popups-to-escape-sandbox"  # links of a mail open beside it
_FRAME_POLICY = policy(
    img_src="'self' data:",
    style_src="'unsafe-inline'",
    form_action="'none'",
    frame_ancestors="'self'",
    sandbox=_FRAME_RIGHTS,
)
_WITH_SCRIPT = policy(script_src="'self'", connect_src="'self'")
_WITH_FRAME = policy(frame_src="'self'")
# Signs of a proxy in front of us: the request may come from anywhere, whatever its last step was.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def listed(door: Door, asked: Asked) -> Answer:
    """The newest mails; `?before=<id>` for older ones, and 204 for `?seen=<id>` while that is the newest."""
    _guard(door, asked)
    if not asked.has_slash:
        return Answer(b"", status=308, headers={"location": "./inbox/", "cache-control": NEVER})
    before = next(iter(asked.values("before")), None)
    found = mail.list_inbox(_folder(door), limit=PAGE + 1, before=before)
    shown = found[:PAGE]
    seen = re.search(r"(?:^|&)seen=([^&]*)", asked.query)
    if seen and seen[1] == (shown[0].id if shown else ""):
        return Answer(b"", status=204, headers={"cache-control": NEVER})
    older = shown[-1].id if len(found) > PAGE else ""
    text = door.pages.inbox(shown, asked.root, newest=before is None, older=older)
    return private(text).with_headers(content_security_policy=_WITH_SCRIPT)


def as_page(door: Door, asked: Asked) -> Answer:
    """A mail with its HTML in a frame."""
    return _part(door, asked, "html").with_headers(content_security_policy=_WITH_FRAME)


def as_text(door: Door, asked: Asked) -> Answer:
    """Its plain text."""
    return _part(door, asked, "text")


def as_headers(door: Door, asked: Asked) -> Answer:
    """Its header fields."""
    return _part(door, asked, "headers")


def as_source(door: Door, asked: Asked) -> Answer:
    """All of it, as it was received."""
    return _part(door, asked, "source")


def frame(door: Door, asked: Asked) -> Answer:
    """The HTML of a mail, alone: no scripts, no forms. Links to the site lead to this server."""
    html = _mail(door, asked).html
    if html is None:
        raise NothingHereError
    body = _at_home(html, door.site.settings.base_url, asked.root)
    return Answer(body.encode("utf-8", "replace"), HTML).with_headers(
        content_security_policy=_FRAME_POLICY,
        cache_control=NEVER,
        referrer_policy="no-referrer",
    )


def source_file(door: Door, asked: Asked) -> Answer:
    """The mail as it was received, to keep."""
    found = _mail(door, asked)
    headers = {
        "cache-control": NEVER,
        "content-disposition": f'attachment; filename="{found.message.id}.eml"',
    }
    return Answer(found.raw, "message/rfc822", headers=headers)


def _part(door: Door, asked: Asked, part: str) -> Answer:
    return private(door.pages.mail(_mail(door, asked), part, asked.root))


def _mail(door: Door, asked: Asked) -> mail.InboxMail:
    _guard(door, asked)
    try:
        return mail.read_inbox(_folder(door), asked.given["mail"])
    except ContentError:
        raise NothingHereError from None


# Names that nobody can have (RFC 2606, RFC 6761): the examples'. A site of any other name may stand behind a
# proxy on this machine that makes every visitor look local.
_NOWHERE = (".example", ".test", ".invalid", ".localhost")


def _guard(door: Door, asked: Asked) -> None:
    """As if there were no inbox, for everyone but a browser on this machine that calls us by a local name.

    The name matters because a page from elsewhere can give its own name our address (DNS rebinding).
    """
    if not is_open(door, asked):
        raise NothingHereError


def is_open(door: Door, asked: Asked) -> bool:
    """Whether whoever asks may see the inbox."""
    local = _is_loopback(asked.client) and _is_loopback(_host(asked.headers.get("host", "")))
    forwarded = any(name in asked.headers for name in _FORWARDED)
    served = urlsplit(door.site.settings.base_url).hostname or ""
    public = not _is_loopback(served) and not served.endswith(_NOWHERE)
    return not (door.site.smtp is not None or public or forwarded or not local)


def _host(header: str) -> str:
    """The Host header without its port; "[::1]:8000" is "::1"."""
    match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]*))(?::\d{1,5})?", header.strip())
    return (match[1] or match[2]) if match else ""


def _is_loopback(name: str | None) -> bool:
    if name is None:
        return False
    if name.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback)


def _at_home(html: str, base_url: str, root: str) -> str:
    """A mail's links to the site as links to this server, opened in a tab of their own.

    Only what is shown: the source stays what was sent.
    """
    own = re.compile(rf'(\s(?:href|src|background)=["\']){re.escape(base_url)}(?=[/"\'])/?', re.IGNORECASE)
    at_home = own.sub(lambda match: match[1] + root, html)
    return re.sub(r"(<head\b[^>]*>)", r'\1<base target="_blank">', at_home, count=1, flags=re.IGNORECASE)


def _folder(door: Door) -> Path:
    return door.site.var / "inbox"
