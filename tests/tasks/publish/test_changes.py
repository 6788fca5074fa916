"""Each figure that an earlier release said otherwise is listed once, with old, new and the cause that moved it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from tasks.publish.changes import Side, changes_between
from tasks.store.frames import CHANGES
from tasks.store.reopenings import Reopening
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL
from tests.factory import COMMUNE, RECEIVED, make_submission
from tests.tasks.publish import factory
from tests.tasks.publish.factory import PERIOD

EVALUATION = factory.content().evaluation
FIRST = {COMMUNE: make_submission()}
SECOND = {COMMUNE: make_submission(id=2, version=2, kept_at=RECEIVED + timedelta(days=5))}


def changed(level: str, indicator: str, **columns: Any) -> pd.DataFrame:
    """Return the evaluation with other values in the row of an indicator, and of the commune's where it is a unit's."""
    frame = EVALUATION.copy()
    rows = (frame["level"] == level) & (frame["indicator"] == indicator)
    if level == UNIT_LEVEL:
        rows &= frame["unit"] == COMMUNE
    (place,) = frame.index[rows]
    for column, value in columns.items():
        frame.at[place, column] = value
    return frame


def moved(indicator: str = "L01") -> pd.DataFrame:
    """Return the evaluation after the commune's figure, and with it the district's, became another one."""
    whole = changed(DISTRICT_LEVEL, indicator, numerator=Decimal(1))
    unit = changed(UNIT_LEVEL, indicator, numerator=Decimal(2))
    return whole.where(unit["level"] != UNIT_LEVEL, unit)


def compared(old: Side, new: Side, reopenings: tuple[Reopening, ...] = ()) -> pd.DataFrame:
    return changes_between(old, new, factory.declarations(), PERIOD, reopenings)


def test_the_same_figures_are_no_change() -> None:
    found = compared(Side("r001", EVALUATION, FIRST), Side("", EVALUATION.copy(), FIRST))
    assert found.empty
    assert list(found.columns) == CHANGES


def test_a_correction_is_the_cause_of_the_units_figure_and_of_the_districts() -> None:
    old = Side("r001", EVALUATION, FIRST, {(COMMUNE, "A02"): "10", (COMMUNE, "A01"): "20"})
    found = compared(old, Side("", moved(), SECOND, {(COMMUNE, "A02"): "12", (COMMUNE, "A01"): "20"}))
    assert found["level"].tolist() == [DISTRICT_LEVEL, UNIT_LEVEL]
    assert found["cause"].tolist() == ["correction", "correction"]
    assert found["from_release"].unique().tolist() == ["r001"]
    assert found["explanation"][1] == "Thị trấn Chợ Mới sửa lần 1 thành lần 2 (A02: 10 → 12)"
    (old_figure,) = EVALUATION.query("level == 'unit' and unit == @COMMUNE and indicator == 'L01'")["numerator"]
    assert (found["old_numerator"][1], found["new_numerator"][1]) == (old_figure, Decimal(2))


@pytest.mark.parametrize(
    ("before", "after", "cause", "said"),
    [
        ({}, {COMMUNE: make_submission(days_late=4)}, "late_unit", "có số liệu, muộn 4 ngày"),
        ({}, FIRST, "late_unit", "Thị trấn Chợ Mới có số liệu"),
        ({}, SECOND, "correction", "gửi lại lần 2"),
        (FIRST, {}, "withdrawn", "không còn bản nộp nào được tính"),
    ],
)
def test_who_came_late_who_mended_and_who_is_gone_are_told_apart(
    before: dict[str, Any], after: dict[str, Any], cause: str, said: str
) -> None:
    found = compared(Side("r001", EVALUATION, before), Side("", moved(), after))
    assert found["cause"].tolist() == [cause, cause]
    assert all(said in text for text in found["explanation"])


def test_what_a_reopening_let_in_names_its_reason() -> None:
    opened = RECEIVED + timedelta(days=1)
    reopening = Reopening(COMMUNE, str(PERIOD), "Nhầm cột.", opened, opened + timedelta(days=9))
    old, new = Side("r001", EVALUATION, FIRST), Side("", moved(), SECOND)
    assert compared(old, new, (reopening,))["cause"].tolist() == ["reopened", "reopened"]
    assert "mở lại kỳ vì: Nhầm cột" in compared(old, new, (reopening,))["explanation"][0]
    later = Reopening(COMMUNE, str(PERIOD), "Lần khác", opened + timedelta(days=30), opened + timedelta(days=40))
    assert compared(old, new, (later,))["cause"].tolist() == ["correction", "correction"]


@pytest.mark.parametrize(
    ("columns", "cause"),
    [
        ({"definition_from": date(2022, 1, 1)}, "definition"),
        ({"target": Decimal(99)}, "target"),
        ({"target_year": 2030}, "target"),
        ({"expected_units": 18}, "boundaries"),
        ({"base": Decimal("1.5"), "status": "xấu đi"}, "base"),
        ({"value": None, "base": None}, "declaration"),  # the base went with the figure, it did not change
        ({"value": Decimal("1.5")}, "declaration"),
        ({"definition_from": date(2022, 1, 1), "value": Decimal("1.5"), "target": Decimal(99)}, "definition target"),
    ],
)
def test_what_no_unit_moved_lies_in_what_is_declared(columns: dict[str, Any], cause: str) -> None:
    new = changed(DISTRICT_LEVEL, "L01", **columns)
    found = compared(Side("r001", EVALUATION, FIRST), Side("", new, FIRST))
    assert found["cause"].tolist() == [cause]


@pytest.mark.parametrize(
    ("gone", "cause"),
    [
        (lambda frame: frame["indicator"] == "L01", "definition"),
        (lambda frame: frame["unit"] == COMMUNE, "boundaries"),
    ],
)
def test_an_indicator_or_a_unit_that_one_side_lacks_is_a_change(
    gone: Callable[[pd.DataFrame], pd.Series[bool]], cause: str
) -> None:
    fewer = EVALUATION[~gone(EVALUATION)]
    for old, new in ((EVALUATION, fewer), (fewer, EVALUATION)):
        found = compared(Side("r001", old, FIRST), Side("", new, FIRST))
        assert len(found) == len(EVALUATION) - len(fewer)
        assert found["cause"].unique().tolist() == [cause]
