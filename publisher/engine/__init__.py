"""Carries the work: which batch, where, again when. The ledger decides whether a byte may leave.

tick(site, clock)       all that is due, once
serve(folder, …)        web, clock and sending in one process, until it is told to stop
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.engine.building import build_site
from publisher.engine.moments import Moment, coming
from publisher.engine.ticking import TickReport, collect_all, open_smtp, tick, work

if TYPE_CHECKING:
    from publisher.engine.service import Listener, serve

__all__ = [
    "Listener",
    "Moment",
    "TickReport",
    "build_site",
    "collect_all",
    "coming",
    "open_smtp",
    "serve",
    "tick",
    "work",
]


def __getattr__(name: str) -> Any:
    """uvicorn and APScheduler are loaded for those who serve."""
    if name in ("Listener", "serve"):
        from publisher.engine import service

        return getattr(service, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
