"""Ports on the loopback for servers of tests: none that anybody else is given between being chosen and being used."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import SystemRandom
from typing import Any

from aiosmtpd.controller import Controller

BELOW_WHAT_SYSTEMS_GIVE = range(20_000, 32_000)  # from 32 768 on every outgoing connection takes one
PATIENCE = 120.0  # seconds for what takes a moment on a machine that has nothing else to do


def free_port() -> int:
    """Return a port for a server that begins later, in a process of its own.

    By chance of the system, not of `random`: tests seed that, and two workers would choose the same.
    """
    for port in SystemRandom().sample(BELOW_WHAT_SYSTEMS_GIVE, 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("none of a hundred ports is free")


class MailController(Controller):
    """A mail server on the loopback in a thread: on a port of the system's choice, its `port` once it has started."""

    def __init__(self, handler: object, **more: Any) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=0, ready_timeout=PATIENCE, **more)

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()
