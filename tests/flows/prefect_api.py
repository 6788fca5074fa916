"""What a Prefect server says, asked over HTTP as its own page asks."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

import httpx

ANSWER_SECONDS = 120
PATIENCE_SECONDS = 240


def ask(address: str, path: str, body: object = None, method: str = "POST") -> Any:
    """Return what the server at `address` answers to `body`, None when it answers with nothing.

    A server that is busy with its own database (503), slower than we wait or that drops a connection is asked again, as
    Prefect's client does.
    """
    until = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            response = httpx.request(method, address + path, json=body, timeout=ANSWER_SECONDS)
        except httpx.TransportError:
            if monotonic() > until:
                raise
            sleep(1)
            continue
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE and monotonic() < until:
            sleep(1)
            continue
        response.raise_for_status()
        return response.json() if response.content else None
