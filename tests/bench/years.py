"""Ten years of a district, rebuilt from the stored values: every window, both stages; a resubmission, a past day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.load import Declarations, load
from config.period import Period
from config.scoring import load_scoring
from config.settings import PROJECT, Settings
from flows.as_of import evaluation_as_of
from flows.stage_figures import stage_as_known
from tasks.aggregate.door import aggregate_period
from tasks.evaluate.door import evaluate_period
from tasks.evaluate.whole_stage import Question
from tasks.illustrate.kept import kept
from tasks.illustrate.sendings import Planted, Sending, looks, sendings
from tasks.store.database import reading, writing
from tasks.store.submissions import add_judgement, add_submissions, submissions
from tasks.store.values import Run, State

FIRST, LAST = 2021, 2030
NOT_KEPT = (Planted.SUM, Planted.FALLEN, Planted.SCAN)
CORRECTED = Period.parse("2024-H1")
A_PAST_DAY = "2025-01-31"
STAGES = ("GD1", "GD2")


@dataclass
class Years:
    """A workplace that knows every report of the programme, none of them calculated yet."""

    settings: Settings
    declarations: Declarations

    @property
    def end(self) -> Run:
        """A run after everything."""
        return Run("bench", self.declarations.calendar.moment(f"{LAST + 1}-12-31"))

    def rebuild(self) -> None:
        """Total, calculate and evaluate every window, then both stages."""
        sets = load_scoring(self.settings.config_dir / "scoring", self.declarations)
        for period in self.declarations.periods():
            run = Run("bench", looks(self.declarations, period)[1] + timedelta(days=300))
            key = aggregate_period(self.settings.database, self.declarations, period, run)
            evaluate_period(self.settings.database, self.declarations, period, key, sets)
        for stage in STAGES:
            stage_as_known(self.settings, self.declarations, Question(stage), self.end.now)

    def resubmit(self) -> None:
        """Take one corrected report and refresh its period."""
        sent = next(s for p, s in sendings(self.declarations, CORRECTED.year, CORRECTED.year) if p == CORRECTED)
        _keep(self.settings, self.declarations, [sent[0]], self.end)

    def refresh(self) -> None:
        """Calculate and evaluate the period of the resubmission again."""
        key = aggregate_period(self.settings.database, self.declarations, CORRECTED, self.end)
        evaluate_period(self.settings.database, self.declarations, CORRECTED, key)

    def look_back(self) -> None:
        """Rebuild the evaluation of a period as known on a past day."""
        evaluation_as_of(self.settings, self.declarations, CORRECTED, self.declarations.calendar.moment(A_PAST_DAY))


def known_years(folder: Path, last: int = LAST) -> Years:
    """Return a workplace under `folder` that holds the sample reports up to year `last`, judged as they deserve."""
    declarations = load(PROJECT / "config")
    settings = Settings(home=folder / "var")
    for period, sent in sendings(declarations, FIRST, last):
        run = Run("bench", looks(declarations, period)[1])
        _keep(settings, declarations, [s for s in sent if s.planted not in NOT_KEPT], run)
    return Years(settings, declarations)


def _keep(settings: Settings, declarations: Declarations, sent: list[Sending], run: Run) -> None:
    period = str(sent[0].period)
    with writing(settings.database) as connection:
        for attempt in sorted({s.attempt for s in sent}):
            add_submissions(connection, [kept(s, declarations) for s in sent if s.attempt == attempt], run)
    with reading(settings.database) as connection:
        waiting = [s for s in submissions(connection, period, run.now) if s.state is State.RECEIVED]
    with writing(settings.database) as connection:
        for submission in waiting:
            add_judgement(connection, submission, State.ACCEPTED, (), run)
