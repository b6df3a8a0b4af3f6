"""How the owner's mail server is reached."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from publisher.errors import ConfigError

_SECURITY = ("none", "starttls", "tls")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "port": int,
    "connections": int,
    "timeout": (int, float),
    "final_timeout": (int, float),
}
_OPTIONAL = ("username", "password", "helo", "ca_file")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One mail server. `security`: "none", "starttls" (required, not merely tried) or "tls" from the start.

    `timeout` (seconds) bounds connecting and every reply but the last one of a message; for that one
    `final_timeout` is RFC 5321's ten minutes (section 4.5.3.2.6), because giving up earlier leaves us not
    knowing whether the message was taken. `helo` is our name in EHLO, by default our address on that
    connection. `ca_file` holds further certificates to trust (PEM). Raises ConfigError for what cannot be.
    """

    host: str = "localhost"
    port: int = 25
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "none"
    timeout: float = 60.0
    connections: int = 2
    helo: str | None = None
    ca_file: str | None = None
    final_timeout: float = 600.0

    def __post_init__(self) -> None:
        _check("host", _HOST.fullmatch(self.host), "must be a host name or an IP address")
        _check("port", 0 < self.port < 65536, "must be between 1 and 65535")
        _check("security", self.security in _SECURITY, f"must be one of {', '.join(_SECURITY)}")
        _check("timeout", self.timeout > 0 and self.final_timeout > 0, "must be more than 0 seconds")
        _check("connections", 0 < self.connections <= 100, "must be between 1 and 100")
        _check("helo", self.helo is None or _HOST.fullmatch(self.helo), "must be a host name")
        _check("password", not self.username or self.password, "is missing, but there is a username")

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> SmtpSettings:
        """Settings from a plain table. Raises ConfigError, which names an unknown key and its neighbour."""
        known = [item.name for item in fields(cls)]
        for key in options:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(known)}."
                raise ConfigError(f"there is no key {key!r} here", where="smtp", advice=hint)
        for key, value in options.items():
            wanted = _TYPES.get(key, str)
            good = isinstance(value, wanted) and not isinstance(value, bool)
            _check(key, good or (value is None and key in _OPTIONAL), "is not of the type that it must be")
        return cls(**options)


def _check(key: str, good: object, what: str) -> None:
    if not good:
        raise ConfigError(f"`{key}` {what}", where="smtp")
