"""The evaluation of a period: every indicator value with its target, its status and what it was judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from config.load import Declarations
from config.period import Period
from tasks.evaluate.base import DISTRICT, NUMBER, Base, Bases
from tasks.evaluate.goal import Goal, goals
from tasks.evaluate.pace import Judgement, judge
from tasks.evaluate.status import Status


def evaluate(indicator_values: pd.DataFrame, declarations: Declarations, period: Period, bases: Bases) -> pd.DataFrame:
    """Return the evaluation of `indicator_values`: the whole district first, then unit by unit, in order of content.

    The columns are those of `evaluation.csv`, then base, base_date, p, q, r, cagr_ratio, needed_pace (in the unit of
    measure per year) and methods_disagree. Figures are `Decimal` or None and days `date` or None, nothing is rounded.
    `bases` holds, by (level, unit, indicator), the values of the last full year before; it may be empty.
    """
    day = declarations.calendar.cut_off(period)
    goal_of = goals(declarations, period)
    values = _in_order(indicator_values, list(declarations.reporting(period)), list(goal_of))
    of_rows = [goal_of[code] for code in values["indicator"]]
    judged = _judgements(values, of_rows, day, bases)
    names = _names(declarations, day)
    return pd.DataFrame(
        {
            "period": str(period),
            "level": values["level"],
            "unit": values["unit"],
            "unit_name": [names[unit] for unit in values["unit"]],
            "indicator": values["indicator"],
            "name": [goal.indicator.name for goal in of_rows],
            "numerator": values["numerator"],
            "denominator": values["denominator"],
            "value": values["value"],
            "unit_of_measure": [goal.indicator.unit_of_measure for goal in of_rows],
            "reported_units": values["reported_units"],
            "expected_units": values["expected_units"],
            **_target_columns(of_rows),
            "status": [judgement.status.value for _, judgement in judged],
            "definition_from": _exact([goal.definition.valid_from for goal in of_rows]),
            **_grounds(judged),
        }
    )


def _in_order(indicator_values: pd.DataFrame, units: Sequence[str], indicators: Sequence[str]) -> pd.DataFrame:
    by_unit = {code: i for i, code in enumerate(units)}
    by_indicator = {code: i for i, code in enumerate(indicators)}
    places = pd.DataFrame(
        {
            "level": indicator_values["level"] != DISTRICT,
            "unit": indicator_values["unit"].map(by_unit),
            "indicator": indicator_values["indicator"].map(by_indicator),
        }
    )
    order = places.sort_values(["level", "unit", "indicator"]).index
    return indicator_values.loc[order].reset_index(drop=True)


def _judgements(
    values: pd.DataFrame, of_rows: Sequence[Goal], day: date, bases: Bases
) -> list[tuple[Base | None, Judgement]]:
    columns = (values[name].tolist() for name in ("level", "unit", "value", "state"))
    return [
        _judged(goal, goal.base(level, unit, bases), value, day)
        if state == NUMBER
        else (None, Judgement(Status(state)))
        for goal, level, unit, value, state in zip(of_rows, *columns, strict=True)
    ]


def _judged(goal: Goal, base: Base | None, value: Any, day: date) -> tuple[Base | None, Judgement]:
    value_then, day_then = (None, None) if base is None else (base.value, base.day)
    direction = goal.indicator.direction
    return base, judge(value_then, value, goal.aim, day_then, day, goal.target_day, direction)


def _names(declarations: Declarations, day: date) -> dict[str, str]:
    """Return the name of every unit on `day`, of one that is gone its last: the district outlives its office."""
    last = {u.code: u.name for u in sorted(declarations.units.all, key=lambda u: u.valid_from)}
    return last | {code: unit.name for code, unit in declarations.units.on(day).items()}


def _target_columns(of_rows: Sequence[Goal]) -> Mapping[str, pd.Series]:
    return {
        "target": _exact([goal.figure for goal in of_rows]),
        "target_year": _exact([goal.target_year for goal in of_rows]),
        "target_status": _exact([goal.target.status.value if goal.target else None for goal in of_rows]),
    }


def _grounds(judged: Sequence[tuple[Base | None, Judgement]]) -> Mapping[str, pd.Series]:
    figures = ("p", "q", "r", "cagr_ratio", "needed_pace")
    return {
        "base": _exact([base.value if base else None for base, _ in judged]),
        "base_date": _exact([base.day if base else None for base, _ in judged]),
        **{name: _exact([getattr(judgement, name) for _, judgement in judged]) for name in figures},
        "methods_disagree": pd.Series([judgement.methods_disagree for _, judgement in judged], dtype=bool),
    }


def _exact(column: Sequence[object]) -> pd.Series:
    """Return `column` as it is: pandas would make floats of whole numbers beside None."""
    return pd.Series(column, dtype=object)
