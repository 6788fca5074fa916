"""Facts about what is told while it happens: for people a line, for programs the numbers beside it."""

from __future__ import annotations

import logging
import re

import pytest

from config.settings import PROJECT
from tasks.events import finished, started, warned


def test_a_stage_tells_how_far_it_is(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cchc")
    with started("Thu nhận", 5, "tệp") as progress:
        progress(2)
        progress(3)
    assert caplog.messages == ["Thu nhận: 0/5 tệp", "Thu nhận: 2/5 tệp", "Thu nhận: 5/5 tệp"]
    assert [(r.__dict__["stage"], r.__dict__["done"], r.__dict__["total"]) for r in caplog.records] == [
        ("Thu nhận", 0, 5),
        ("Thu nhận", 2, 5),
        ("Thu nhận", 5, 5),
    ]


def test_what_a_unit_typed_gives_the_terminal_no_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cchc")
    finished("Thư mục nộp", "\x1b[2J\x9b2J, bao\u202ecao\nGiả mạo: xong")
    assert caplog.messages == ["Thư mục nộp: [2J2J, baocao Giả mạo: xong"]
    assert caplog.records[0].__dict__["sentence"] == "[2J2J, baocao Giả mạo: xong"


def test_a_warning_gives_the_terminal_no_order_either(caplog: pytest.LogCaptureFixture) -> None:
    warned("Hộp thư: máy chủ nói \x1b[2J\nGiả mạo: %s xong")
    assert caplog.messages == ["Hộp thư: máy chủ nói [2J Giả mạo: %s xong"]


def test_everything_is_logged_by_one_of_these() -> None:
    logging_calls = re.compile(r"\bLOG\b|\.(?:debug|info|warning|exception|critical)\(")
    sources = (path for room in ("config", "expectations", "tasks", "flows") for path in (PROJECT / room).rglob("*.py"))
    found = [path.name for path in sources if logging_calls.search(path.read_text(encoding="utf-8"))]
    assert found == ["events.py"]


def test_what_a_stage_came_to_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cchc")
    finished("Kiểm tra", "17 đạt, 1 trả lại 100 %")
    assert caplog.messages == ["Kiểm tra: 17 đạt, 1 trả lại 100 %"]
    assert caplog.records[0].__dict__["sentence"] == "17 đạt, 1 trả lại 100 %"
