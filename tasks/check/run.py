"""One run of Great Expectations over a check frame: which rows each rule does not hold for, and which rules broke."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core.id_dict import IDDict
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from expectations.columns import CELL_COLUMNS
from expectations.custom_past import faulty_cells
from expectations.rule import Rule, Shape
from expectations.suite import build_suite
from tasks.check.outcome import BrokenRule, RunResult, Violation

POSITIONS = {"result_format": "COMPLETE", "partial_unexpected_count": 0}  # which rows; no table of their values
WHOLE_TABLE = "loại kiểm tra này chỉ phán xét cả bảng, không chỉ ra được đơn vị nào"

# It tells of every temporary folder it makes.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

# Great Expectations keeps one current context for the whole process: two periods checked at once would share it.
_one_at_a_time = Lock()


def run(frame: pd.DataFrame, rules: Sequence[Rule]) -> RunResult:
    """Try every one of `rules` on `frame` (RangeIndex) at once; `DeclarationError` when one is no rule at all.

    A rule that raises is returned as broken and says nothing about any row.
    """
    suite = build_suite(rules)
    with _one_at_a_time, _configurations_made_once(), _ids_made_once():
        results = {r.expectation_config.meta["rule"]: r for r in _validate(frame, suite)}
    broken = {rule.rule: reason for rule in rules if (reason := _broken(results[rule.rule])) is not None}
    sound = [rule for rule in rules if rule.rule not in broken]
    return RunResult(
        violations=tuple(v for rule in sound for v in _violations(rule, results[rule.rule], frame)),
        broken=tuple(BrokenRule(code, reason) for code, reason in broken.items()),
        judged={rule.rule: _judged(results[rule.rule].result) for rule in sound},
    )


def _validate(frame: pd.DataFrame, suite: gx.ExpectationSuite) -> Sequence[Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("submissions").add_dataframe_asset("check_frame")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": _handy(frame)})
    results: Sequence[Any] = batch.validate(suite, result_format=POSITIONS).results
    return results


def _handy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same frame with names that pandas need not turn into Arrow's texts and back at every look-up."""
    same = frame.copy()  # which also brings columns of one type together
    same.columns = same.columns.astype(object)
    return same


@contextmanager
def _configurations_made_once() -> Iterator[None]:
    """Keep each expectation's configuration, and each configuration's expectation, while a suite runs.

    Great Expectations makes them anew for every argument that a metric asks for, over a hundred times a rule: half of
    the time of a run. Nothing changes an expectation meanwhile; a configuration that was changed is made anew.
    """
    kind: Any = Expectation
    configured: Any = ExpectationConfiguration
    made_anew, expectation_anew = kind.configuration, configured.to_domain_obj
    kept: dict[int, tuple[Any, Any]] = {}  # with the expectation itself, so that its id stays its own
    whole: dict[int, tuple[Any, dict[str, Any], Any]] = {}

    def configuration(self: Any) -> Any:
        if id(self) not in kept:
            kept[id(self)] = (self, made_anew.fget(self))
        return kept[id(self)][1]

    def to_domain_obj(self: Any) -> Any:
        known = whole.get(id(self))
        if known is None or known[1] != self.kwargs:
            known = whole[id(self)] = (self, dict(self.kwargs), expectation_anew(self))
        return known[2]

    kind.configuration, configured.to_domain_obj = property(configuration), to_domain_obj
    try:
        yield
    finally:
        kind.configuration, configured.to_domain_obj = made_anew, expectation_anew


@contextmanager
def _ids_made_once() -> Iterator[None]:
    """Keep the id that Great Expectations makes of what a metric is about, while a suite runs: a tenth of its time.

    The same few are asked for thousands of times. They are told apart by all that the id is made of, types included.
    """
    kind: Any = IDDict
    made_anew = kind.to_id
    kept: dict[tuple[type, str], Any] = {}

    def to_id(self: Any, *given: Any, **named: Any) -> Any:
        if given or named:
            return made_anew(self, *given, **named)
        told = type(self), repr(sorted(self.items()))
        if told not in kept:
            kept[told] = made_anew(self)
        return kept[told]

    kind.to_id = to_id
    try:
        yield
    finally:
        kind.to_id = made_anew


def _broken(result: Any) -> str | None:
    info: Mapping[str, Any] = result.exception_info
    parts = [info] if "raised_exception" in info else list(info.values())
    for part in parts:
        if part["raised_exception"]:
            return str(part["exception_message"])
    return None if result.success or _positions(result) else WHOLE_TABLE


def _positions(result: Any) -> list[int]:
    return list(result.result.get("unexpected_index_list") or [])


def _judged(counts: Mapping[str, Any]) -> int:
    return int(counts.get("element_count") or 0) - int(counts.get("missing_count") or 0)


def _violations(rule: Rule, result: Any, frame: pd.DataFrame) -> Iterator[Violation]:
    positions = _positions(result)
    if not positions:
        return
    rows = frame.loc[positions, list(rule.kwargs["column_list"] if rule.each else rule.columns)]
    for position, elements in _at_fault(rule, rows):
        yield Violation(rule.rule, position, elements)


def _at_fault(rule: Rule, rows: pd.DataFrame) -> Iterator[tuple[int, tuple[str, ...]]]:
    positions = [int(i) for i in rows.index]
    if rule.each:
        cells = faulty_cells(rule.type, rows, rule.kwargs)
        for position, faults in zip(positions, cells.to_numpy(), strict=True):
            yield position, tuple(c for c, fault in zip(rule.columns, faults, strict=True) if fault)
    elif rule.columns[0] in CELL_COLUMNS:
        yield from zip(positions, (tuple(str(codes).split()) for codes in rows.iloc[:, 0]), strict=True)
    else:
        named = rule.elements[:1] if rule.shape is not Shape.SUBMISSION else ()
        yield from ((position, named) for position in positions)
