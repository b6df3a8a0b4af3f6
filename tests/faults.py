"""What can go wrong around a site, made on purpose: an owner's user, a small disk, files that cannot be.

    site = Site.make(folder)          two publications, two followers, one mail due for each
    site.run("tick")                  the command line as a process of its own
    anyone(...)                       the same as user 65534, who owns nothing here
    small_disk(folder, size)          a disk that fills up (Linux, and the right to mount)
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher import editions, engine, follow
from publisher.site import open_site

ROOT = Path(__file__).parents[1]
NOBODY = 65534
PAST = datetime.now(UTC) - timedelta(days=9)  # a Friday at eight lies between then and now

_SETTINGS = """\
title = "Example Guides"
base_url = "https://guides.example"
sender = "Example Guides <news@guides.example>"

[[digest]]
name = "weekly"
schedule = { kind = "cron", at = "0 8 * * FRI", timezone = "Europe/Berlin" }
"""
_FEED = """\
title = "About {}"

[[source]]
kind = "folder"
backfill = "announce"
"""
_GUIDE = "---\ntitle: How to rest your {0}\n---\nTwo days of rest, then a short walk with your {0}.\n"
PUBLICATIONS = ("knees", "elbows")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    text: str  # both streams

    def lines(self, words: str) -> list[str]:
        """The lines in which these words stand."""
        return [line for line in self.text.splitlines() if words in line]
