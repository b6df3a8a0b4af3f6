"""What can go wrong, as one tree. Every message is a sentence: what happened, where, what to do.

PublisherError              anything that we tell the owner instead of showing a traceback
├── ConfigError             publisher.toml or a feed.toml: file, key, and the nearest known key
├── SourceError             a source cannot be read at all (one bad guide is a `Skipped`, not an error)
├── ContentError            one text cannot be used: too deep, too large, not text
├── GuideError              a guide that is not there, or not as a command needs it
├── TemplateError           a template is missing, broken, or uses an unknown variable
├── StorageError            the database cannot be opened, written or upgraded
│   └── RefusedError        it answers, and refuses one statement
├── LockedError             another process of this site is sending
├── FollowerError           an address or a follow that cannot be
├── TokenError              a link that we did not make, or that has expired
└── ChannelError            a channel cannot be used at all (one refused mail is an `Outcome`)
"""

from __future__ import annotations


class PublisherError(Exception):
    """A failure with a sentence for its reader. `where` is a file, key or line; `advice` is what to do."""

    def __init__(self, what: str, *, where: str | None = None, advice: str | None = None) -> None:
        self.what, self.where, self.advice = what, where, advice
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """`where: what. advice.` with the parts that are known."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = text if text.endswith((".", "!", "?")) else text + "."
        return f"{text} {self.advice}" if self.advice else text


class ConfigError(PublisherError):
    """publisher.toml or a feed.toml cannot be used."""


class SourceError(PublisherError):
    """A source cannot be read at all."""


class ContentError(PublisherError):
    """One text cannot be used."""


class GuideError(PublisherError):
    """A guide that is not there, or not as a command needs it."""


class TemplateError(PublisherError):
    """A template is missing, broken, or uses a variable that does not exist."""


class StorageError(PublisherError):
    """The database cannot be opened, written or upgraded."""


class RefusedError(StorageError):
    """The database answers, and refuses one statement."""


class LockedError(PublisherError):
    """Another process of this site holds the lock."""


class FollowerError(PublisherError):
    """An address or a follow that cannot be."""


class TokenError(PublisherError):
    """A token that we did not make, or that has expired."""


class ChannelError(PublisherError):
    """A channel cannot be used at all."""
