"""Whatever units send, in whatever order, as often as they like: one truth in the store, and figures that add up."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from config.load import load
from config.period import Period
from config.settings import PROJECT, Settings
from tasks.aggregate.boundaries import in_boundaries_of
from tasks.aggregate.period import basis_of, figures_of, told_of
from tasks.collect.folder import Dropped
from tasks.collect.job import Intake
from tasks.collect.writing_down import Taken, write_down
from tasks.store.database import open_engine, reading, writing
from tasks.store.raw import sha256_of
from tasks.store.submissions import add_judgement, submissions
from tasks.store.values import Outcome, State
from tests.examples import tried_on
from tests.factory import DISTRICT, NOW, make_arrival, make_new_submission, make_value, run_at

ALL = load(PROJECT / "config")
DECLARED = replace(ALL, indicators={code: ALL.indicators[code] for code in ("L01", "P04")})
PERIOD = Period.parse("2022-H1")
CHO_MOI = ("30628", "30634", "30649")  # they are one commune today
UNITS = (DISTRICT, *CHO_MOI, "30631")
TODAY = date(2026, 1, 5)
PAIRS = (("A02", "A01"), ("C02", "C01"))  # part and whole of two indicators of sums: L01 and P04
FEW = tried_on(5)

Cell = int | None  # None: nothing was said


@dataclass(frozen=True)
class Report:
    """What a unit sends once: its cells by element; the same cells are the same bytes."""

    unit: str
    cells: tuple[tuple[str, Cell], ...]

    def taken(self, place: int) -> Taken:
        """Return it as read, arriving as the `place`-th of all."""
        sha = sha256_of(repr((self.unit, self.cells)).encode())
        received = NOW + timedelta(minutes=place)
        dropped = Dropped(self.unit, Path("bieu.xlsx"), 1, place, place, place, message=f"{self.unit}@{place}")
        arrival = make_arrival(unit=self.unit, sha256=sha, message=dropped.message, received_at=received)
        form = "district/2021" if self.unit == DISTRICT else "commune/2021"
        values = tuple(make_value(code, cell) for code, cell in self.cells)
        draft = make_new_submission(unit=self.unit, sha256=sha, received_at=received, form_version=form, values=values)
        return Taken(dropped, arrival, Outcome.SUBMITTED, True, draft)


def reports(unit: str) -> st.SearchStrategy[list[Report]]:
    """Return what one unit sends in the end: nothing, a report, or a report and its corrections."""
    wholes, shares = st.integers(1, 500), st.integers(0, 100)
    drawn = st.lists(st.tuples(wholes, shares, st.booleans()), min_size=2, max_size=2)
    return st.lists(drawn.map(lambda pairs: Report(unit, tuple(_cells(pairs)))), max_size=2, unique=True)


def _cells(pairs: Sequence[tuple[int, int, bool]]) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for (part, whole), (size, share, said) in zip(PAIRS, pairs, strict=True):
        found += [(whole, size), (part, size * share // 100 if said else None)]
    return found


DISTRICTS = st.tuples(*map(reports, UNITS))


@dataclass(frozen=True)
class Outcomes:
    """What the store says after everything has arrived: what became of each, the figures, the restated elements."""

    outcomes: Mapping[str, int]
    figures: pd.DataFrame
    today: pd.DataFrame
    then: pd.DataFrame


def after(arrivals: Sequence[Report], at_once: int = 3) -> Outcomes:
    """Write `arrivals` down in order, a few at once, accept them, and return what comes of them."""
    with tempfile.TemporaryDirectory() as folder:
        place = Settings(home=Path(folder))
        taken = [report.taken(n) for n, report in enumerate(arrivals)]
        counted: dict[str, int] = {}
        for start in range(0, len(taken), at_once):
            run = run_at(NOW + timedelta(minutes=start + at_once))
            for receipt in write_down(Intake(place, DECLARED, PERIOD, run), taken[start : start + at_once]):
                counted[receipt.outcome] = counted.get(receipt.outcome, 0) + 1
        end = run_at(NOW + timedelta(days=1), "end")
        with writing(place.database) as connection:
            for version in submissions(connection, str(PERIOD), end.now):
                add_judgement(connection, version, State.ACCEPTED, [], end)
        with reading(place.database) as connection:
            basis = basis_of(connection, DECLARED, PERIOD, end.now)
            told = told_of(connection, basis, DECLARED)
            figures = figures_of(connection, basis, DECLARED, PERIOD)
        open_engine(place.database).dispose()
    restated = in_boundaries_of(told, DECLARED, PERIOD, TODAY)
    return Outcomes(counted, _sorted(figures), restated.numbers, told.numbers)


def _sorted(figures: pd.DataFrame) -> pd.DataFrame:
    return figures.sort_values(["level", "unit", "indicator"]).reset_index(drop=True)


def in_order(district: Sequence[Sequence[Report]], order: Sequence[int]) -> list[Report]:
    """Return all reports, units' turns drawn by `order`: each unit's own stay in their order."""
    queues = [list(of_unit) for of_unit in district]
    found: list[Report] = []
    for turn in order:
        if waiting := [queue for queue in queues if queue]:
            found.append(waiting[turn % len(waiting)].pop(0))
    return found + [report for queue in queues for report in queue]


@FEW
@given(DISTRICTS, st.lists(st.integers(0, 60), min_size=10, max_size=10))
def test_the_order_of_arrival_does_not_matter(district: Sequence[Sequence[Report]], order: Sequence[int]) -> None:
    straight, mixed = after(in_order(district, [])), after(in_order(district, order), at_once=2)
    pd.testing.assert_frame_equal(straight.figures, mixed.figures)


@FEW
@given(DISTRICTS)
def test_sent_twice_is_sent_once(district: Sequence[Sequence[Report]]) -> None:
    sent = in_order(district, [])
    twice = [report for of_unit in district for report in of_unit for _ in (1, 2)]
    once, again = after(sent), after(twice)
    assert again.outcomes.get("duplicate", 0) == len(sent)
    assert again.outcomes.get("submitted", 0) == once.outcomes.get("submitted", 0) == len(sent)
    pd.testing.assert_frame_equal(once.figures, again.figures)


@FEW
@given(DISTRICTS)
def test_the_parts_make_the_whole(district: Sequence[Sequence[Report]]) -> None:
    figures = after(in_order(district, [])).figures
    for indicator in ("L01", "P04"):
        rows = figures[figures["indicator"] == indicator]
        [whole] = rows[rows["level"] == "district"].to_dict("records")
        units = rows[(rows["level"] == "unit") & (rows["reported_units"] == 1)]
        last = {of_unit[-1].unit: dict(of_unit[-1].cells) for of_unit in district if of_unit}
        part, size = PAIRS[("L01", "P04").index(indicator)]
        told = [cells for cells in last.values() if cells[part] is not None]
        assert whole["reported_units"] == len(units) == len(told)
        for column, code in (("numerator", part), ("denominator", size)):
            of_units = sum(units[column], Decimal(0))
            assert of_units == sum(int(cells[code] or 0) for cells in told)
            assert (whole[column] or 0) == of_units


@FEW
@given(DISTRICTS)
def test_a_merged_unit_is_the_sum_of_those_that_went_into_it(district: Sequence[Sequence[Report]]) -> None:
    made = after(in_order(district, []))
    for code in made.then.columns:
        parts = [made.then[code].get(unit, Decimal("NaN")) for unit in CHO_MOI]
        found = made.today.at["30628", code]
        assert found.is_nan() if any(part.is_nan() for part in parts) else found == sum(parts)
