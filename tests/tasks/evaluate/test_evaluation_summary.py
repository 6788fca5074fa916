"""How many indicators of the whole district stand where."""

from __future__ import annotations

from config.load import Declarations
from tasks.evaluate.period import evaluate
from tasks.evaluate.status import Status
from tasks.evaluate.summary import count_by_status
from tests.factory import COMMUNE, DISTRICT
from tests.tasks.aggregate.factory import EVERY_UNIT, PERIOD, computed, declare, make_indicator, sent


def test_the_districts_indicators_are_counted_and_not_those_of_units(declarations: Declarations) -> None:
    declared = declare(
        declarations,
        make_indicator(code="L01", content=0),
        make_indicator(code="L02", content=0, targets={}),
        make_indicator(code="T01", content=1),
        make_indicator("B02", "B01", code="T02", content=1),
        units=EVERY_UNIT[:2],
    )
    values = computed(declared, {DISTRICT: sent(A01=10, A02=10), COMMUNE: sent(A01=10, A02=10)})
    evaluation = evaluate(values, declared, PERIOD, {})

    assert {status: n for status, n in count_by_status(evaluation).items() if n} == {
        "đạt": 2,
        "chưa có chỉ tiêu": 1,
        "chưa báo cáo": 1,
    }


def test_every_status_has_its_place_and_every_indicator_is_counted_once(declarations: Declarations) -> None:
    counts = count_by_status(evaluate(computed(declarations, {}), declarations, PERIOD, {}))
    assert list(counts) == [status.value for status in Status]
    assert sum(counts.values()) == len(declarations.defined(PERIOD))


def test_nothing_evaluated_is_nothing_counted(declarations: Declarations) -> None:
    declared = declare(declarations)
    evaluation = evaluate(computed(declared, {}), declared, PERIOD, {})
    assert set(count_by_status(evaluation).values()) == {0}
