"""The same events as bars where a person watches, and as plain lines where a file does."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from flows.progress import Bars, kept, shown
from tasks.events import LOG, finished, started


def tell(things: int) -> None:
    """Do a stage of so many things, one at a time, with a warning in between."""
    with started("Thu nhận", things, "tệp") as progress:
        for _ in range(things):
            progress(1)
    LOG.warning("Hộp thư: [máy chủ] không trả lời")
    finished("Thu nhận", "3 bản nộp")


def rendered(terminal: bool, things: int) -> str:
    """Return what a console shows of `tell`."""
    written = io.StringIO()
    with shown(Console(file=written, force_terminal=terminal, width=100, highlight=False)):
        tell(things)
    return written.getvalue()


def test_a_person_sees_a_bar_that_goes_when_the_stage_ends() -> None:
    text = rendered(terminal=True, things=3)
    assert "/3" in text
    assert "━" in text
    assert "✓" in text
    assert "3 bản nộp" in text
    assert "[máy chủ] không trả lời" in text


def test_a_stage_that_begins_again_has_a_bar_of_its_own_length() -> None:
    with shown(Console(file=io.StringIO(), force_terminal=True)):
        (handler,) = [h for h in LOG.handlers if isinstance(h, Bars)]
        for things in (3, 7):
            with started("Tổng hợp", things, "bước"):
                pass
        assert [task.total for task in handler.progress.tasks] == [7]


def test_a_file_gets_plain_lines_without_the_steps_of_a_short_stage() -> None:
    lines = ["Hộp thư: [máy chủ] không trả lời", "Thu nhận: 3 bản nộp"]
    assert rendered(terminal=False, things=3).splitlines() == lines


def test_a_file_is_told_each_quarter_of_a_long_stage() -> None:
    assert rendered(terminal=False, things=200).splitlines()[:4] == [
        "Thu nhận: 50/200 tệp",
        "Thu nhận: 100/200 tệp",
        "Thu nhận: 150/200 tệp",
        "Thu nhận: 200/200 tệp",
    ]


def test_a_service_keeps_lines_with_time_and_run(capsys: pytest.CaptureFixture[str]) -> None:
    with kept("run-7"):
        tell(1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert all(" [run-7] " in line for line in lines)
    assert lines[-1].endswith("INFO [run-7] Thu nhận: 3 bản nộp")
    assert not [h for h in logging.getLogger("cchc").handlers if type(h) is logging.StreamHandler]
