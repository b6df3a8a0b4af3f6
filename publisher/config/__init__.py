"""The owner's files: publisher.toml and feeds/<slug>/feed.toml, checked key by key.

    load_site(folder)         publisher.toml -> SiteFile
    load_feed(path)           one feed.toml  -> FeedFile
    secret(name, environ)     a secret from NAME or the file that NAME_FILE names

The environment:

    PUBLISHER_SITE            the site's folder, for every command that has `--site`
    PUBLISHER_SMTP_PASSWORD   the password of `[smtp]`'s `username`
    PUBLISHER_SECRET_KEY      the keys that sign unsubscribe links, in place of the file `var/secret.key`
    PUBLISHER_COMMAND         how `publisher demo` names itself when it says what to type next
    XDG_DATA_HOME             where an installed `publisher demo` keeps its site; `~/.local/share` when absent

Everything that cannot be used is a ConfigError naming file, key and, for unknown keys, the nearest known one.
"""

from publisher.config.loading import load_feed, load_site, secret
from publisher.config.tables import (
    DigestTable,
    FeedFile,
    FollowTable,
    SegmentTable,
    SiteFile,
    SmtpTable,
    SourceTable,
)
from publisher.config.values import SLUG

RESERVED_SLUGS = frozenset({"tag", "author", "archive", "feed", "updates", "-"})

__all__ = [
    "RESERVED_SLUGS",
    "SLUG",
    "DigestTable",
    "FeedFile",
    "FollowTable",
    "SegmentTable",
    "SiteFile",
    "SmtpTable",
    "SourceTable",
    "load_feed",
    "load_site",
    "secret",
]
