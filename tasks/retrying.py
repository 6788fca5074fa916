"""What a Prefect task may try again: trouble with disk, network or database that passes by itself, and nothing else."""

from __future__ import annotations

import errno
import smtplib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import OperationalError

PASSING = {errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ENOSPC, errno.EDQUOT, errno.ESTALE, errno.EINTR}


def is_io_trouble(_task: object, _run: object, state: Any) -> bool:
    """Return whether a task failed for a reason that a second try may find gone."""
    try:
        state.result()
    except Exception as fault:  # noqa: BLE001  whatever it was is sorted here, and raised by the task itself
        return _may_pass(fault)
    return False


def _may_pass(fault: Exception) -> bool:
    if isinstance(fault, smtplib.SMTPException):
        return False  # an OSError to Python; a wrong password tried four times locks the account
    if isinstance(fault, OperationalError | ConnectionError | TimeoutError):
        return True
    return isinstance(fault, OSError) and fault.errno in PASSING


RETRY_IO: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [1, 5, 15],
    "retry_condition_fn": is_io_trouble,
}
