"""From a frozen variant to the one message of one follower.

    variant ─▶ its lines, texts and notes ─┬─▶ what changed since the text that they had ─┐
                                           └─▶ pictures that a mail may show ─────────────┴─▶ Mail ─▶ Envelope

A variant is rendered once, when its first message is due; each follower's few bytes are put into it.
"""

from __future__ import annotations

from publisher.rendering.content import SiteWords
from publisher.rendering.renderer import Renderer

__all__ = ["Renderer", "SiteWords"]
