"""Where a figure of a stage comes from: whose cells count, and what has no cells at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from config.element import Kind
from config.indicator import Baseline
from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from tasks.evaluate.stage import evaluate_stage
from tasks.store.stage_frames import ScoreFrames, StageFrames
from tasks.store.stage_trace import Cells, StageTrace, base_period, parts_in, stage_trace
from tasks.store.values import Submission, Value
from tests.factory import COMMUNE, NEIGHBOUR, make_submission
from tests.tasks.aggregate.factory import EMPTY, NOT_APPLICABLE, THIRD, declare, make_indicator, make_target, sent
from tests.tasks.evaluate.factory import came_to, history_of

YEAR, LATER = Period.parse("2021-YEAR"), Period.parse("2022-YEAR")
CUT_OFF = date(2021, 12, 14)
NONE = pd.DataFrame()


def frames_of(inputs: tuple[Submission, ...], table: pd.DataFrame = NONE) -> StageFrames:
    """Return frames of a stage that two full years were reported for."""
    scores = ScoreFrames(NONE, NONE, NONE, NONE)
    of_units = table.head(0)
    return StageFrames("GD1", None, table, of_units, NONE, NONE, NONE, scores, NONE, None, (YEAR, LATER), (), inputs)


def came_in(**units: tuple[Value, ...]) -> tuple[tuple[Submission, ...], Cells]:
    """Return the submissions of a full year and their cells: `came_in(u30628=sent(A01=20))`."""
    said = {name.removeprefix("u"): values for name, values in units.items()}
    inputs = tuple(make_submission(id=n, unit=unit, period=str(YEAR)) for n, unit in enumerate(said, start=1))
    return inputs, {one.id: said[one.unit] for one in inputs}


@pytest.mark.parametrize(
    ("done", "counts"), [(10, True), (NOT_APPLICABLE, True), (EMPTY, False), (CellStatus.NOT_AVAILABLE, False)]
)
def test_cells_count_where_all_that_the_formula_asks_was_answered(
    declarations: Declarations, done: int | CellStatus, counts: bool
) -> None:
    inputs, cells = came_in(u30628=sent(A01=20, A02=done), u30631=sent(A01=20, A02=5), u30634=sent(A01=20))
    of_one = declare(declarations, make_indicator(valid_from=date(2021, 1, 1)))
    parts = parts_in(frames_of(inputs), of_one, cells, "L01", YEAR)
    found = {unit: {part.counted for part in parts if part.unit == unit} for unit in (COMMUNE, NEIGHBOUR, THIRD)}
    assert found == {COMMUNE: {counts}, NEIGHBOUR: {True}, THIRD: {False}}


def test_only_a_base_that_was_calculated_is_of_a_year() -> None:
    assert base_period(CUT_OFF, is_declared=False) == YEAR
    assert base_period(CUT_OFF, is_declared=True) is None
    assert base_period(None, is_declared=False) is None


def told(declarations: Declarations, came: dict[str, int | str]) -> StageTrace:
    """Return the trace of an indicator whose declared baseline is of a day on which units sent their cells as well."""
    indicator = make_indicator(
        valid_from=date(2021, 1, 1), kind=Kind.STOCK, targets={2025: make_target(80)},
        baseline=Baseline(CUT_OFF, Decimal(40), "Báo cáo 01"),
    )  # fmt: skip
    declared = declare(declarations, indicator)
    inputs, cells = came_in(u30628=sent(A01=20, A02=10), u30631=sent(A01=20, A02=5))
    history = history_of({period: [came_to(value)] for period, value in came.items()})
    found = stage_trace(
        frames_of(inputs, evaluate_stage(history, declared, "GD1")), declared, cells, indicator.code, None
    )
    assert found is not None
    return found


def test_a_declared_base_of_a_cut_off_day_has_a_document_and_no_cells(declarations: Declarations) -> None:
    base = told(declarations, {"2021-YEAR": "chưa đủ số liệu", "2022-YEAR": 60}).base
    assert (base.value, base.day, base.period, base.formula) == (40, CUT_OFF, "", None)
    assert (base.document, base.parts) == ("Báo cáo 01", ())


def test_a_year_within_the_stage_gives_way_to_a_declared_base(declarations: Declarations) -> None:
    base = told(declarations, {"2021-YEAR": 50, "2022-YEAR": 60}).base
    assert (base.value, base.document, base.parts) == (40, "Báo cáo 01", ())
