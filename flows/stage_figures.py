"""What a stage rests on, gathered from what was known at a moment and handed on to be judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.alignment import load_plans
from config.load import Declarations
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from config.strict import UnusableError
from tasks.aggregate.whole_stage import is_any_told, stage_figures
from tasks.evaluate.figures import figures_of_units
from tasks.evaluate.whole_stage import Material, Question, periods_of, stage_frames
from tasks.publish.manifest import periods_in
from tasks.publish.release import current_release
from tasks.store.database import reading
from tasks.store.stage_frames import StageFrames


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
    with reading(settings.database) as connection:
        found = stage_figures(connection, declarations, periods_of(declarations, question), known_at, progress)
    if not found.told:
        raise UnusableError(nothing_known(question))
    material = Material(
        histories=found.histories,
        figures={
            period: figures_of_units(told.numbers, told.not_applicable, values)
            for period, (told, values) in found.full_years.items()
        },
        skipped=found.skipped,
        inputs=found.inputs,
        plans=load_plans(settings.config_dir / "alignment", declarations),
        sets=load_scoring(settings.config_dir / "scoring", declarations),
    )
    return stage_frames(material, declarations, question)


def stage_as_released(settings: Settings, declarations: Declarations, stage: str, known_at: datetime) -> StageFrames:
    """Return the tables of the periods that the current release of `stage` looked at, as known at `known_at`.

    What is asked of it is whether it still says what counts; that other periods have come since is no reason to doubt.
    """
    current = current_release(settings.home / "published" / stage)
    looked_at = [Period.parse(period) for period in periods_in(current)] if current else []
    through = max(looked_at, key=declarations.calendar.cut_off, default=None)
    return stage_as_known(settings, declarations, Question(stage, through=through), known_at)


def is_known(settings: Settings, declarations: Declarations, question: Question, known_at: datetime) -> bool:
    """Return whether any period of a stage had figures that counted at `known_at`."""
    with reading(settings.database) as connection:
        return is_any_told(connection, periods_of(declarations, question), known_at)


def nothing_known(question: Question) -> str:
    """Return the sentence that says that no period of a stage has figures, and what to do."""
    by = f" đến tháng {question.by}" if question.by else ""
    return f"giai đoạn {question.stage}{by} chưa có kỳ nào có số liệu: chạy «cchc report» cho các kỳ trước"
