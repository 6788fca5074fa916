"""What a Prefect task may try again: trouble with disk, network or database, and nothing else."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import OperationalError


def is_io_trouble(_task: object, _run: object, state: Any) -> bool:
    """Return whether a task failed for a reason that a second try may find gone."""
    try:
        state.result()
    except (OSError, OperationalError, smtplib.SMTPServerDisconnected):
        return True
    except Exception:  # noqa: BLE001  whatever else it was: a second try would find it again
        return False
    return False


RETRY_IO: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [1, 5, 15],
    "retry_condition_fn": is_io_trouble,
}
