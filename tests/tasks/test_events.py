"""Facts about what is told while it happens: for people a line, for programs the numbers beside it."""

from __future__ import annotations

import logging

import pytest

from tasks.events import finished, started


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


def test_what_a_stage_came_to_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cchc")
    finished("Kiểm tra", "17 đạt, 1 trả lại 100 %")
    assert caplog.messages == ["Kiểm tra: 17 đạt, 1 trả lại 100 %"]
    assert caplog.records[0].__dict__["sentence"] == "17 đạt, 1 trả lại 100 %"
