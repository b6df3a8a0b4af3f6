"""Copies of guides' pictures for mails: small, without metadata, in formats that every mail program reads.

    original ──locate──▶ file ──copies──▶ which widths there are ──Cache.get, copy──▶ Copy(mime, body, …)
                                                  └────address────▶ the URL that a mail names

What comes in is hostile: broken files, bombs and pictures without end are refused with a ContentError.
"""

from __future__ import annotations

from publisher.pictures.addresses import address, locate
from publisher.pictures.cache import Cache
from publisher.pictures.copying import WIDTHS, Copy, copies, copy

__all__ = ["WIDTHS", "Cache", "Copy", "address", "copies", "copy", "locate"]
