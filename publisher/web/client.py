"""Who asks, for limits and evidence: the address behind trusted proxies, and the page that was left."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

_LONGEST = 300  # characters of a page's address
_HOPS = 16  # of proxies one behind the other; more is nonsense
_HEADER = 2000  # characters from the end of a header: what trusted proxies added stands there


def client_address(peer: str | None, forwarded: str, trusted: Sequence[str]) -> str | None:
    """The address of whoever asks, as far as it can be believed; None when nobody knows it.

    `forwarded` is X-Forwarded-For: each proxy adds the address that it was asked from at the end. It is read
    from there, and only for as long as those who added are `trusted` (addresses and networks).
    """
    found = _address(peer or "")
    hops = forwarded[-_HEADER:].split(",")[-_HOPS:]
    while found is not None and hops and _is_trusted(found, trusted):
        further = _address(hops.pop())
        if further is None:
            break
        found = further
    return None if found is None else str(found)


def page_address(referer: str) -> str:
    """Origin and path of the page that a form stood on, without what else its address may tell; or ""."""
    try:
        parts = urlsplit(referer.strip()[:4000])
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    named = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{named}" + (f":{port}" if port else "")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    whole = f"{origin}{path}"
    clean = whole.isascii() and whole.isprintable() and not set(whole) & set(" <>\"'`\\")
    return whole[:_LONGEST] if clean else ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with a port, in brackets, or as IPv4 within IPv6."""
    written = text.strip().strip('"')
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[str]) -> bool:
    return any(address in ip_network(each, strict=False) for each in trusted)
