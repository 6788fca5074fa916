"""How many indicators of the whole district stand where."""

from __future__ import annotations

from config.load import Declarations
from tasks.evaluate.period import evaluate
from tasks.evaluate.status import Status
from tasks.evaluate.summary import count_by_content, count_by_status
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
    by_content = count_by_content(evaluation, declared).T.to_dict()
    assert {status: n for status, n in by_content[0].items() if n} == {"đạt": 1, "chưa có chỉ tiêu": 1}
    assert {status: n for status, n in by_content[1].items() if n} == {"đạt": 1, "chưa báo cáo": 1}


def test_every_content_and_every_status_has_its_place(declarations: Declarations) -> None:
    evaluation = evaluate(computed(declarations, {}), declarations, PERIOD, {})
    by_content = count_by_content(evaluation, declarations)
    assert by_content.index.to_list() == list(declarations.framework.contents)
    assert by_content.columns.to_list() == [status.value for status in Status]
    assert by_content.sum().to_dict() == count_by_status(evaluation)
    assert by_content.to_numpy().sum() == len(declarations.defined(PERIOD))


def test_nothing_evaluated_is_nothing_counted(declarations: Declarations) -> None:
    declared = declare(declarations)
    evaluation = evaluate(computed(declared, {}), declared, PERIOD, {})
    assert set(count_by_status(evaluation).values()) == {0}
    assert count_by_content(evaluation, declared).to_numpy().sum() == 0
