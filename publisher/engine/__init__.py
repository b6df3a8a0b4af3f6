"""Carries the work: which batch, where, again when. The ledger decides whether a byte may leave.

tick(site, clock)       all that is due, once
serve(folder, …)        web, clock and sending in one process, until it is told to stop
"""

from publisher.engine.moments import Moment, coming
from publisher.engine.ticking import (
    TickReport,
    build_site,
    collect_all,
    open_smtp,
    tick,
    work,
)

__all__ = ["Moment", "TickReport", "build_site", "collect_all", "coming", "open_smtp", "tick", "work"]
