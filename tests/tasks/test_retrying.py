"""Facts about what is tried again: trouble with disk, network or database, and nothing else."""

from __future__ import annotations

import smtplib

import pytest
from prefect.states import Completed, Failed
from sqlalchemy.exc import IntegrityError, OperationalError

from tasks.retrying import RETRY_IO, is_io_trouble


@pytest.mark.parametrize(
    "fault",
    [
        OSError(28, "No space left on device"),
        TimeoutError("timed out"),
        ConnectionRefusedError(111, "Connection refused"),
        OperationalError("INSERT", {}, Exception("database is locked")),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_trouble_that_may_pass_is_tried_again(fault: Exception) -> None:
    assert is_io_trouble(None, None, Failed(data=fault, message="x"))


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("không có kỳ báo cáo"),
        KeyError("C14"),
        LookupError("no form"),
        IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")),
        ZeroDivisionError(),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        FileNotFoundError(2, "No such file or directory"),
        PermissionError(13, "Permission denied"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_a_second_try_would_find_again_is_not_tried_again(fault: Exception) -> None:
    assert not is_io_trouble(None, None, Failed(data=fault, message="x"))


def test_what_went_well_is_not_tried_again() -> None:
    assert not is_io_trouble(None, None, Completed(data=None))


def test_there_is_an_end_to_trying() -> None:
    assert RETRY_IO["retries"] == len(RETRY_IO["retry_delay_seconds"]) == 3
