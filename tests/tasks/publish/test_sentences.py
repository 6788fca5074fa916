"""Sentences by example: none, one, many; better up, better down; what is missing stays said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from config.indicator import Direction, Indicator, Pace, Target, TargetStatus
from tasks.publish import sentences
from tasks.publish.sentences import Figure

from . import factory


def indicator(**changed: Any) -> Indicator:
    return replace(factory.declarations().indicators["P04"], name="Tỷ lệ thủ tục công khai", **changed)


def figure(**changed: Any) -> Figure:
    known: dict[str, Any] = {
        "indicator": indicator(), "value": Decimal(95), "numerator": Decimal(1900), "denominator": Decimal(2000),
        "base": Decimal(50), "base_date": date(2021, 12, 14), "target_year": 2025, "status": "chậm",
        "target": Target(status=TargetStatus.SOURCED, document="văn bản", value=Decimal(100)),
        "needed": Decimal("1.5"), "reported": 19, "expected": 19,
    }  # fmt: skip
    return Figure(**known | changed)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_level_change_distance_and_status_make_one_sentence() -> None:
    assert plain(sentences.told(figure())) == (
        "Tỷ lệ thủ tục công khai: 95,00 % (1.900/2.000); tăng 45,00 điểm % so với gốc 50,00 % ngày 14/12/2021; "
        "thấp hơn mục tiêu năm 2025 (≥ 100 %) 5,00 điểm %, từ nay cần tăng 1,50 điểm % mỗi năm. Đánh giá: chậm."
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base": Decimal("95.004")}, "bằng gốc 95,00 % ngày 14/12/2021"),
        ({"base": Decimal(97)}, "giảm 2,00 điểm % so với gốc 97,00 % ngày 14/12/2021"),
        ({"base": None}, ""),
        ({"base": Decimal(0), "indicator": indicator(pace=Pace.FROM_ZERO)}, ""),
    ],
)
def test_a_change_is_told_as_it_is_printed(changed: dict[str, Any], said: str) -> None:
    assert plain(sentences.change(figure(**changed))) == said


def target(**changed: Any) -> Target:
    known: dict[str, Any] = {"status": TargetStatus.SOURCED, "document": "văn bản"}
    return Target(**known | changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target": None}, "chưa có mục tiêu"),
        ({"value": Decimal(100)}, "đã đạt mục tiêu năm 2025 (≥ 100 %)"),
        (
            {"target": target(value=Decimal(100), status=TargetStatus.PROVISIONAL), "needed": None},
            "thấp hơn mục tiêu năm 2025 (≥ 100 %, mục tiêu tạm tính) 5,00 điểm %",
        ),
        (
            {"target": target(value=Decimal(3), status=TargetStatus.STAND_IN), "needed": None,
             "indicator": indicator(direction=Direction.DOWN)},
            "cao hơn mục tiêu năm 2025 (≤ 3 %, mục tiêu tham khảo) 92,00 điểm %",
        ),
        ({"target": target(low=Decimal(90), high=Decimal(100))}, "trong khoảng của mục tiêu năm 2025 (90–100 %)"),
        ({"target": target(high=Decimal(90))}, "ngoài khoảng của mục tiêu năm 2025 (≤ 90 %)"),
    ],
)  # fmt: skip
def test_the_distance_says_how_far_a_target_can_be_trusted(changed: dict[str, Any], said: str) -> None:
    assert plain(sentences.distance(figure(**changed))) == said


@pytest.mark.parametrize(
    ("status", "reported", "said"),
    [
        ("chưa báo cáo", 0, "Tỷ lệ thủ tục công khai: chưa có đơn vị nào báo cáo."),
        ("không phát sinh", 19, "Tỷ lệ thủ tục công khai: không phát sinh."),
        ("chưa đủ số liệu", 4, "Tỷ lệ thủ tục công khai: chưa đủ số liệu để công bố, mới 4/19 đơn vị có số liệu."),
    ],
)
def test_what_has_no_figure_says_which_kind_of_nothing_it_is(status: str, reported: int, said: str) -> None:
    assert sentences.told(figure(value=None, status=status, reported=reported)) == said


def leaders(*values: float, direction: Direction = Direction.UP) -> str:
    named = {f"xã {name}": Decimal(str(value)) for name, value in zip("ABCDEFG", values, strict=False)}
    return plain(sentences.leaders(named, indicator(direction=direction)))


def test_who_leads_and_who_lags() -> None:
    assert leaders(100, 80, 60) == "Tốt nhất: xã A (100,00 %); kém nhất: xã C (60,00 %)."
    assert leaders(100, 80, 60, direction=Direction.DOWN) == "Tốt nhất: xã C (60,00 %); kém nhất: xã A (100,00 %)."
    assert leaders(100, 80, direction=Direction.RANGE) == "Cao nhất: xã A (100,00 %); thấp nhất: xã B (80,00 %)."


def test_units_of_one_figure_are_named_together_or_counted() -> None:
    assert leaders(100, 100, 60) == "Tốt nhất: xã A và xã B (100,00 %); kém nhất: xã C (60,00 %)."
    assert leaders(9, 9, 9, 9, 8) == "Tốt nhất: 4 đơn vị cùng mức 9,00 %; kém nhất: xã E (8,00 %)."
    assert leaders(9, 9.004) == "Cả 2 đơn vị cấp xã có số liệu cùng mức 9,00 %."
    assert leaders(9) == ""


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        ([], "Cả 19 đơn vị đã nộp biểu số liệu."),
        (["xã A"], "18/19 đơn vị đã nộp biểu số liệu; còn xã A chưa nộp."),
        ([f"xã {n}" for n in range(19)], "Chưa đơn vị nào nộp biểu số liệu."),
    ],
)
def test_none_one_and_all_that_are_silent(silent: list[str], said: str) -> None:
    assert sentences.submitted(19, silent) == said


def test_none_one_and_many_that_are_late() -> None:
    assert sentences.late({}) == "Không đơn vị nào nộp muộn."
    assert sentences.late({"xã A": 1}) == "1 đơn vị nộp muộn: xã A (1 ngày)."
    assert sentences.late({f"xã {n}": 2 for n in "ABCDEFG"}).endswith("xã E (2 ngày) và 2 đơn vị khác.")


def test_a_count_without_anything_is_no_sentence() -> None:
    assert sentences.untrusted(0, 0) == ""
    assert sentences.standing([], []) == ""
    assert sentences.missing([], 19) == ""
    assert sentences.counted([]) == "Không có chỉ tiêu nào được định nghĩa trong kỳ."


def test_what_changed_since_an_earlier_release() -> None:
    assert sentences.changed(0, 0, "") == "Không ghi nhận con số nào khác bản công bố trước."
    assert sentences.changed(2, 0, "r001") == "So với bản r001, 2 con số của toàn huyện thay đổi."
    assert sentences.changed(2, 5, "r001") == (
        "So với bản r001, 2 con số của toàn huyện và 5 con số của từng đơn vị thay đổi."
    )


CAUSAL = ("vì ", "do ", "nhờ ", "nguyên nhân", "bởi")


def test_no_sentence_claims_a_cause() -> None:
    for line in (figure(), figure(value=None), figure(target=None)):
        assert not [word for word in CAUSAL if f" {word}" in f" {sentences.told(line)}"]
