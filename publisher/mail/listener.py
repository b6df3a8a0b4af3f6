"""aiosmtpd's server thread, on a socket that is bound beforehand.

So a free port can be asked for (the Controller connects to the number that it was given, also if that is 0),
and a taken one is told at once (the Controller finds out by waiting five seconds).
"""

from __future__ import annotations

import asyncio
import socket
import weakref
from collections.abc import Awaitable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Listener(Controller):
    """Speaks SMTP on `line`, from `start` to `stop`, which also closes it."""

    def __init__(self, handler: object, line: socket.socket, largest: int) -> None:
        self._line = line
        self._open: weakref.WeakSet[SMTP] = weakref.WeakSet()
        host, port = line.getsockname()[:2]
        super().__init__(
            handler,
            hostname=host,
            port=port,
            server_hostname="localhost",  # else ours would be looked up in the DNS
            ident="publisher inbox",
            data_size_limit=largest,
        )

    def factory(self) -> SMTP:
        """One connection's protocol, on this thread's loop."""
        protocol = SMTP(self.handler, loop=self.loop, **self.SMTP_kwargs)
        self._open.add(protocol)
        return protocol

    def stop(self, no_assert: bool = False) -> None:
        """Hang up on whoever is connected (newer Pythons would wait for them), and end the thread."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        self.loop.remove_reader(self._line)  # nobody new
        for _ in range(4):  # what was just accepted gets its protocol, and that its transport
            await asyncio.sleep(0)
        for protocol in list(self._open):
            if isinstance(protocol.transport, asyncio.WriteTransport):
                protocol.transport.abort()
        await asyncio.sleep(0)

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._line)
