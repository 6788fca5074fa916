"""What a stage rests on, gathered period by period from what was known at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

from config.alignment import load_plans
from config.load import Declarations
from config.period import Period, Window
from config.scoring import load_scoring
from config.settings import Settings
from config.strict import UnusableError
from tasks.aggregate.boundaries import Boundaries, in_boundaries_of, units_as_of
from tasks.aggregate.indicators import indicator_values
from tasks.aggregate.numbers import Told
from tasks.aggregate.period import basis_of, told_of
from tasks.evaluate.figures import Figures, figures_of_elements, figures_of_indicators
from tasks.evaluate.whole_stage import Material, Question, periods_of, stage_frames
from tasks.store.database import reading
from tasks.store.stage_frames import StageFrames
from tasks.store.submissions import counted, submissions
from tasks.store.values import Submission


@dataclass
class _Gathered:
    """What the periods of a stage came to, as far as anybody reported them."""

    told: dict[Period, Told] = field(default_factory=dict)
    skipped: list[Period] = field(default_factory=list)
    inputs: list[Submission] = field(default_factory=list)


def stage_as_known(
    settings: Settings,
    declarations: Declarations,
    question: Question,
    known_at: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> StageFrames:
    """Return the tables of a stage from the submissions that counted at `known_at`; nothing is written.

    `UnusableError` when none of its periods has been reported; `ValueError` for an unknown stage or month.
    """
    gathered = _gather(settings, declarations, question, known_at, progress)
    if not gathered.told:
        raise UnusableError(nothing_known(question))
    return stage_frames(_material(gathered, settings, declarations), declarations, question)


def is_known(settings: Settings, declarations: Declarations, question: Question, known_at: datetime) -> bool:
    """Return whether any period of a stage had figures that counted at `known_at`."""
    with reading(settings.database) as connection:
        return any(
            counted(submissions(connection, str(period), known_at)) for period in periods_of(declarations, question)
        )


def nothing_known(question: Question) -> str:
    """Return the sentence that says that no period of a stage has figures, and what to do."""
    by = f" đến tháng {question.by}" if question.by else ""
    return f"giai đoạn {question.stage}{by} chưa có kỳ nào có số liệu: chạy «cchc report» cho các kỳ trước"


def _gather(
    settings: Settings,
    declarations: Declarations,
    question: Question,
    known_at: datetime,
    progress: Callable[[int], None],
) -> _Gathered:
    found = _Gathered()
    today = known_at.astimezone(declarations.calendar.zone).date()
    with reading(settings.database) as connection:
        for period in periods_of(declarations, question):
            if declarations.calendar.cut_off(period) > today:
                continue  # nobody can have reported it yet: it is not skipped, it has not come
            basis = basis_of(connection, declarations, period, known_at)
            if basis.submissions:
                found.told[period] = told_of(connection, basis)
                found.inputs += basis.submissions
            else:
                found.skipped.append(period)
            progress(1)
    return found


def _material(gathered: _Gathered, settings: Settings, declarations: Declarations) -> Material:
    then = {period: _values(told, declarations, period) for period, told in gathered.told.items()}
    years = {period: told for period, told in gathered.told.items() if period.window is Window.YEAR}
    return Material(
        histories={Boundaries.THEN.value: then} | _today(gathered, then, declarations),
        figures={period: _figures(told, then[period]) for period, told in years.items()},
        skipped=tuple(gathered.skipped),
        inputs=tuple(gathered.inputs),
        plans=load_plans(settings.config_dir / "alignment", declarations),
        sets=load_scoring(settings.config_dir / "scoring", declarations),
    )


def _today(
    gathered: _Gathered, then: dict[Period, pd.DataFrame], declarations: Declarations
) -> dict[str, dict[Period, pd.DataFrame]]:
    """Return the history in the boundaries of the latest figures' day, under its label; none where nothing changed."""
    day = max(declarations.calendar.cut_off(period) for period in gathered.told)
    if not any(_changed(declarations, period, day) for period in gathered.told):
        return {}
    restated = {
        period: _restated(told, declarations, period, day) if _changed(declarations, period, day) else then[period]
        for period, told in gathered.told.items()
    }
    return {Boundaries.TODAY.value: restated}


def _changed(declarations: Declarations, period: Period, day: date) -> bool:
    return set(units_as_of(declarations, period, day)) != set(declarations.reporting(period))


def _values(told: Told, declarations: Declarations, period: Period) -> pd.DataFrame:
    return indicator_values(told.numbers, told.not_applicable, declarations, period)


def _restated(told: Told, declarations: Declarations, period: Period, day: date) -> pd.DataFrame:
    now = in_boundaries_of(told, declarations, period, day)
    units = units_as_of(declarations, period, day)
    return indicator_values(now.numbers, now.not_applicable, declarations, period, units)


def _figures(told: Told, values: pd.DataFrame) -> Figures:
    return {**figures_of_elements(told.numbers, told.not_applicable), **figures_of_indicators(values)}
