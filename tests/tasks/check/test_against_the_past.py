"""The rules between periods: each with a report that passes and one that fails, in the words that the unit reads."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from config.number import CellStatus
from expectations.finding import Severity
from tasks.check.history import Filed
from tests.tasks.check.factory import Stated, findings, report

Q1, H1, Q3, YEAR = "2023-Q1", "2023-H1", "2023-Q3", "2023-YEAR"


def reports(cells: Mapping[str, Mapping[str, Stated]], unit: str = "30628") -> list[Filed]:
    """Return a report of each period in `cells`."""
    return [report(period, of_period, unit=unit) for period, of_period in cells.items()]


@pytest.mark.parametrize(
    ("rule", "earlier", "passes", "fails"),
    [
        ("TX01", {Q1: {"C11": 40}}, (H1, {"C11": 40}), (H1, {"C11": 39})),
        ("TX01", {H1: {"C11": 60}, Q3: {"C11": 30}}, (YEAR, {"C11": 90}), (YEAR, {"C11": 89})),
        ("TX02", {Q1: {"C23": 40}}, (H1, {"C23": 41}), (H1, {"C23": 12})),
        ("TX03", {"2022-YEAR": {"C32": 17}}, (Q1, {"C10": 17}), (Q1, {"C10": 18})),
        ("TX03", {"2022-YEAR": {"C32": 17}}, (YEAR, {"C10": 17}), (YEAR, {"C10": 0})),
        ("TX04", {H1: {"C32": 21}}, (Q3, {"C10": 21}), (Q3, {"C10": 17})),
        ("TX05", {Q1: {"C01": 100}}, (H1, {"C01": 120}), (H1, {"C01": 126})),
        ("TX05", {Q1: {"C01": 100}}, (H1, {"C01": 80}), (H1, {"C01": 74})),
        ("TX05b", {Q1: {"F05": 1000}}, (H1, {"F05": 1200}), (H1, {"F05": 1400})),
        ("TX06", {Q1: {"A01": 65}}, (H1, {"A01": 65}), (H1, {"A01": 66})),
        ("LS01", {"2022-H1": {"C11": 104}}, (H1, {"C11": 700}), (H1, {"C11": 1040})),
        ("LS01", {Q1: {"C01": 121}}, (H1, {"C01": 130}), (H1, {"C01": 12})),
        ("LS02", {Q1: {"F06": 1, "C01": 12}}, (H1, {"C01": 12}), (H1, {"C01": 12000})),
        ("LS04", {"2022-H1": {"C11": 100}}, (H1, {"C11": 330}), (H1, {"C11": 331})),
        ("LS04", {"2022-H1": {"C11": 300}}, (H1, {"C11": 71}), (H1, {"C11": 50})),
    ],
)  # fmt: skip
def test_a_rule_between_periods_passes_and_fails(
    rule: str,
    earlier: dict[str, dict[str, Stated]],
    passes: tuple[str, dict[str, Stated]],
    fails: tuple[str, dict[str, Stated]],
) -> None:
    before = reports(earlier)
    assert [f.rule for f in findings(report(*passes), *before, rules=rule) if f.rule == rule] == []
    assert [f.rule for f in findings(report(*fails), *before, rules=rule) if f.rule == rule] == [rule]


STEADY = {"2022-Q1": 100, "2022-H1": 203, "2022-Q3": 98, "2022-YEAR": 400, Q1: 101}


@pytest.mark.parametrize(("figure", "found"), [(203, []), (250, []), (253, ["LS05"]), (140, ["LS05"])])
def test_a_quarter_far_from_the_usual_ones_is_said(figure: int, found: list[str]) -> None:
    before = reports({period: {"C11": flow} for period, flow in STEADY.items()})
    assert [f.rule for f in findings(report(H1, {"C11": figure}), *before, rules="LS05")] == found


def test_without_an_earlier_report_nothing_is_judged() -> None:
    assert findings(report(H1, {"C11": 5, "C01": 9000, "A01": 3}), rules="TX") == ()
    assert findings(report(H1, {"C11": 5}), report(Q1, {"C11": CellStatus.NOT_AVAILABLE}), rules="TX") == ()


def test_a_fallen_flow_is_told_with_the_figure_before_and_what_to_do() -> None:
    (finding,) = findings(report(YEAR, {"C11": 1000}), *reports({H1: {"C11": 800}, Q3: {"C11": 450}}), rules="TX01")
    assert (finding.severity, finding.element, finding.cell) == (Severity.CRITICAL, "C11", "D16")
    assert (finding.found, finding.expected) == ("1.000", "từ 1.250 trở lên")
    assert finding.message == (
        "[TX01] TTHC!D16: ghi 1.000, ít hơn 1.250 đã báo cáo (6 tháng đầu năm 2023 và quý III năm 2023). Số cộng dồn "
        "chỉ có thể tăng: ghi lại số từ đầu năm, hoặc nếu biểu kỳ trước sai thì gửi lại biểu kỳ ấy; rồi gửi lại biểu."
    )


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (100, 150, "tăng 50 % so với 100"),
        (150, 100, "giảm 33,3 % so với 150"),
        (100, 400, "gấp 4 lần so với 100"),
        (0, 9, "từ 0 lên 9 so với 0"),
        (Decimal("12.5"), 40, "gấp 3,2 lần so với 12,5"),
    ],
)
def test_a_change_is_told_the_way_people_say_it(then: Decimal, now: int, words: str) -> None:
    (finding,) = findings(report(H1, {"F07": now}), report(Q1, {"F07": then}), rules="TX05b") or findings(
        report(H1, {"C73": now}), report(Q1, {"C73": then}), rules="TX05"
    )
    assert words in finding.message
    assert "(quý I năm 2023)" in finding.message


def test_the_middle_of_figures_is_shown_rounded() -> None:
    before = reports({p: {"C80": Decimal(f)} for p, f in zip(STEADY, ("12.1", "12.25", "12.3", "12.36"), strict=False)})
    (finding,) = findings(report(Q1, {"C80": 60}), *before, rules="LS05")
    assert "xa 12,28 (mức giữa của 4 kỳ trước)" in finding.message


def test_one_slip_is_told_once() -> None:
    before = reports({"2022-H1": {"C11": 104}, Q1: {"C01": 121}})
    found = findings(report(H1, {"C11": 1040, "C01": 1210}), *before)
    assert [f.rule for f in found if f.element in {"C11", "C01"} and f.rule[:2] in {"TX", "LS"}] == ["LS01", "LS01"]


def test_after_a_merger_the_sum_of_the_predecessors_is_what_counts() -> None:
    before = [report("2025-H1", {"C32": 7, "C01": 121}, unit=unit) for unit in ("30628", "30634", "30649")]
    (finding,) = findings(report("2025-Q3", {"C10": 20, "C01": 363}), *before, rules="TX04")
    assert finding.expected == "21"
    assert "cuối kỳ trước còn 21 (6 tháng đầu năm 2025, cộng các đơn vị trước khi sáp nhập)" in finding.message


def test_the_series_of_the_old_service_levels_is_never_held_against_the_new_one() -> None:
    old = report("2022-H1", {"C11": 100, "C41": 40, "C42": 60})
    found = findings(report("2022-YEAR", {"C11": 300, "C43": 10, "C44": 5}), old)
    assert not {f.element for f in found if f.rule[:2] in {"TX", "LS"}} & {"C41", "C42", "C43", "C44"}


def test_another_units_past_is_nobody_elses() -> None:
    assert findings(report(H1, {"C11": 1}), report(Q1, {"C11": 900}, unit="30631"), rules="TX") == ()
