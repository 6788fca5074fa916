"""What was known on a day after the merger can be rebuilt to the byte, whatever has been corrected since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from config.load import Declarations
from config.period import Period
from config.plan_task import TaskState
from config.scoring import load_scoring
from config.settings import Settings
from flows.as_of import evaluation_as_of, publish_as_of
from flows.show import stretch_trace_of, submissions_of, year_of
from tasks.aggregate.door import aggregate_period
from tasks.evaluate.door import evaluate_period
from tasks.publish.door import publish_period
from tasks.publish.open_data import as_csv
from tasks.publish.verify import rows_of
from tasks.store.database import writing
from tasks.store.frames import EVALUATION
from tasks.store.raw import sha256_of
from tasks.store.trace import Question
from tasks.store.values import PlanTask, Run
from tests.factory import keep_version, make_value
from tests.flows.test_scores import FIGURES

YEAR = Period.parse("2025-YEAR")
MERGED = "30628"
WINDOWS = {"2024-YEAR": 80, "2025-H1": 20, "2025-Q3": 100, "2025-YEAR": 260}  # and what C20 says in each


@dataclass(frozen=True)
class Then:
    """What commands said on the day of the release, before anything was corrected."""

    settings: Settings
    release: Path
    day: datetime
    evaluation: pd.DataFrame
    submissions: list[dict[str, object]]
    year: list[dict[str, object]]


def moment_after(declarations: Declarations, name: str, days: int) -> datetime:
    return declarations.calendar.moment(
        (declarations.calendar.cut_off(Period.parse(name)) + timedelta(days=days)).isoformat()
    )


def tell(
    settings: Settings,
    declarations: Declarations,
    unit: str,
    name: str,
    figures: Mapping[str, int],
    days: int = 5,
    done: TaskState = TaskState.ONGOING,
) -> None:
    """Keep an accepted report of `unit`, with a plan of one task where its form has room for one."""
    period, now = Period.parse(name), moment_after(declarations, name, days)
    form = declarations.form(declarations.reporting(period)[unit].level, period)
    assert form is not None
    span = declarations.calendar.span(period)
    with writing(settings.database) as connection:
        keep_version(
            connection,
            moment=now,
            unit=unit,
            period=name,
            form_version=form.id,
            received_at=now,
            window_from=span.start,
            window_to=span.end,
            sha256=sha256_of(f"{unit} {name} {days}".encode()),
            values=tuple(make_value(code, number) for code, number in figures.items()),
            tasks=(plan_task(done),) if form.tasks else (),
        )


def plan_task(state: TaskState) -> PlanTask:
    done = date(2025, 11, 3) if state is TaskState.DONE else None
    return PlanTask(
        row=6, sheet="Nhiệm vụ", code="NV01", content="Số hóa hồ sơ", responsible="Phòng Kinh tế", post="Trưởng phòng",
        due=date(2025, 11, 1), due_text="01/11/2025", state=state, state_text=state.value, done=done,
        done_text="03/11/2025" if done else "", note="",
    )  # fmt: skip


def release_of(settings: Settings, declarations: Declarations, run: Run) -> Path:
    key = aggregate_period(settings.database, declarations, YEAR, run)
    evaluate_period(
        settings.database, declarations, YEAR, key, load_scoring(settings.config_dir / "scoring", declarations)
    )
    return publish_period(settings, declarations, YEAR, key, run).path


@pytest.fixture(scope="module")
def then(declarations: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Then:
    """The full year 2025 published ten days after its cut-off; later a window of it and the year were corrected."""
    settings = Settings(home=tmp_path_factory.mktemp("then"))
    for name, resolved in WINDOWS.items():
        for unit in declarations.reporting(Period.parse(name)):
            tell(settings, declarations, unit, name, {**FIGURES, "C20": resolved, "C22": 0})
    day = moment_after(declarations, "2025-YEAR", 10)
    path = release_of(settings, declarations, Run("run", day))
    known = Then(
        settings,
        path,
        day,
        evaluation_as_of(settings, declarations, YEAR, day)[0],
        submissions_of(settings, declarations, YEAR, day.isoformat()),
        year_of(settings, declarations, 2025, day.isoformat()),
    )
    tell(settings, declarations, MERGED, "2025-Q3", {**FIGURES, "C20": 90}, days=120)
    tell(settings, declarations, MERGED, "2025-YEAR", {**FIGURES, "C20": 255, "C21": 0}, 40, TaskState.DONE)
    return known


def test_every_csv_of_the_release_is_rebuilt_to_the_byte(
    then: Then, declarations: Declarations, tmp_path: Path
) -> None:
    aside = publish_as_of(then.settings, declarations, YEAR, then.day, tmp_path / "aside")
    names = {path.name for path in then.release.glob("*.csv")}
    assert {"evaluation.csv", "increments.csv", "tasks.csv", "scores.csv", "standings.csv", "submissions.csv"} <= names
    for name in sorted(names):
        assert (aside / name).read_bytes() == (then.release / name).read_bytes(), name
    assert len(rows_of(then.release / "tasks.csv")) == len(declarations.reporting(YEAR))
    made = {(row["unit"], row["element"]): row["value"] for row in rows_of(then.release / "increments.csv")}
    assert made[MERGED, "C20"] == str(260 - 100 - 3 * 20)  # three communes went into it after the half-year


def test_evaluate_and_status_say_what_they_said(then: Then, declarations: Declarations) -> None:
    again, _ = evaluation_as_of(then.settings, declarations, YEAR, then.day)
    pd.testing.assert_frame_equal(again, then.evaluation)
    written = as_csv(again, EVALUATION, declarations.calendar.zone)
    assert written == (then.release / "evaluation.csv").read_bytes()
    assert submissions_of(then.settings, declarations, YEAR, then.day.isoformat()) == then.submissions
    assert year_of(then.settings, declarations, 2025, then.day.isoformat()) == then.year


def test_today_says_otherwise(then: Then, declarations: Declarations) -> None:
    now = declarations.calendar.moment("2026-06-30")
    later, _ = evaluation_as_of(then.settings, declarations, YEAR, now)
    assert not later.equals(then.evaluation)
    assert submissions_of(then.settings, declarations, YEAR, now.isoformat()) != then.submissions


def test_a_derived_quarter_leads_to_the_cells_of_every_window_across_the_merger(
    then: Then, declarations: Declarations
) -> None:
    found = stretch_trace_of(then.settings, declarations, Question(YEAR, "P01", MERGED, then.day))
    assert found is not None
    assert (found.stretch, found.made_of) == ("2025-Q4", "2025-YEAR - 2025-H1 - 2025-Q3")
    cells = {(window.period, window.sign): [p for p in window.parts if p.element == "C20"] for window in found.windows}
    assert {key: len(parts) for key, parts in cells.items()} == {
        ("2025-YEAR", "+"): 1,
        ("2025-H1", "-"): 3,
        ("2025-Q3", "-"): 1,
    }
    sums = {sign: sum(p.number or 0 for key, parts in cells.items() if key[1] == sign for p in parts) for sign in "+-"}
    assert [made.value for made in found.figures if made.element == "C20"] == [sums["+"] - sums["-"]]
    assert {"C20", "C21", "C22"} <= {p.element for p in found.windows[0].parts}, "a total is summed anew from its parts"


def test_what_was_corrected_since_is_no_part_of_the_derived_quarter(then: Then, declarations: Declarations) -> None:
    later = declarations.calendar.moment("2026-06-30")
    found = stretch_trace_of(then.settings, declarations, Question(YEAR, "P01", MERGED, later))
    assert found is not None
    assert [p.number for p in found.windows[0].parts if p.element == "C20"] == [260]


def test_no_quarter_is_derived_where_none_ends(then: Then, declarations: Declarations) -> None:
    first = Question(Period.parse("2025-Q1"), "P01", None, then.day)
    assert stretch_trace_of(then.settings, declarations, first) is None
