"""Guides in; feeds and digests out; a ledger that proves who was told what."""

__version__ = "0.1.0"
