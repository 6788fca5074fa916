"""What units said before: the earlier reports that counted, in the boundaries of the period that is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from config.load import Declarations
from config.period import Period
from tasks.check.cells import figure
from tasks.store.submissions import counted, submissions, values_of
from tasks.store.values import Submission, Value

REACH = 12  # periods: three years, which is as far back as any rule looks

Filed = tuple[Submission, Sequence[Value]]


@dataclass(frozen=True)
class Report:
    """One report that counted: its figures by element (0 for *không phát sinh*, none where missing), and its notes."""

    figures: Mapping[str, Decimal]
    notes: Mapping[str, str]


@dataclass(frozen=True)
class History:
    """The reports that counted, by period and by the unit that sent them."""

    reports: Mapping[Period, Mapping[str, Report]] = field(default_factory=dict)

    @classmethod
    def of(cls, filed: Iterable[Filed]) -> History:
        """Return the history that submissions make, of which each unit has one a period."""
        reports: dict[Period, dict[str, Report]] = {}
        for submission, values in filed:
            reports.setdefault(Period.parse(submission.period), {})[submission.unit] = _report(values)
        return cls(reports)


@dataclass(frozen=True)
class Line:
    """The earlier reports of one unit, or of those that it stands for now; `alone` are the periods of its very own.

    `widened` says that the unit took over a level that has ended: it does more than those before it did together.
    """

    figures: Mapping[Period, Mapping[str, Decimal]]
    notes: Mapping[Period, Mapping[str, str]]
    alone: frozenset[Period]
    widened: bool = False

    @property
    def of_like_size(self) -> Line:
        """The same without the periods in which others did less than the unit does now."""
        if not self.widened:
            return self
        return replace(self, figures={p: told for p, told in self.figures.items() if p in self.alone})

    def at(self, period: Period, element: str) -> Decimal | None:
        """Return what was said of `element` in `period`, or None."""
        return self.figures.get(period, {}).get(element)

    def nearest(self, period: Period) -> Period | None:
        """Return the last period before `period` in which the unit itself reported, or None."""
        return next((p for p in period.before if p in self.alone), None)


NO_HISTORY = History()


def load_history(connection: Connection, declarations: Declarations, period: Period, as_of: datetime) -> History:
    """Return the reports of the periods before `period` that counted at `as_of`."""
    counting = [s for p in period.before[:REACH] for s in counted(submissions(connection, str(p), as_of))]
    values = values_of(connection, [s.id for s in counting])
    return History.of((s, values[s.id]) for s in counting)


def lines_of(history: History, declarations: Declarations, period: Period) -> dict[str, Line]:
    """Return the line of each unit that reports `period`.

    Where units were merged in between, a figure is the sum of theirs, if it may be summed and each of them gave one.
    """
    day = declarations.calendar.cut_off(period)
    figures: dict[str, dict[Period, Mapping[str, Decimal]]] = {}
    notes: dict[str, dict[Period, Mapping[str, str]]] = {}
    for earlier, reports in history.reports.items():
        for unit, codes in _forerunners(declarations, earlier, period).items():
            if not all(code in reports for code in codes):
                continue
            figures.setdefault(unit, {})[earlier] = _together([reports[code] for code in codes], declarations)
            if codes == [unit]:
                notes.setdefault(unit, {})[earlier] = reports[unit].notes
    return {
        code: Line(
            figures.get(code, {}), notes.get(code, {}), frozenset(notes.get(code, {})), unit.takes_over is not None
        )
        for code, unit in declarations.units.reporting(day).items()
    }


def _forerunners(declarations: Declarations, earlier: Period, period: Period) -> dict[str, list[str]]:
    days = (declarations.calendar.cut_off(p) for p in (earlier, period))
    found: dict[str, list[str]] = {}
    for code, heir in declarations.units.heirs(*days).items():
        if heir is not None:
            found.setdefault(heir, []).append(code)
    return found


def _together(reports: Sequence[Report], declarations: Declarations) -> Mapping[str, Decimal]:
    if len(reports) == 1:
        return reports[0].figures
    common = set.intersection(*(set(r.figures) for r in reports))
    return {c: sum((r.figures[c] for r in reports), Decimal(0)) for c in common if declarations.elements[c].additive}


def _report(values: Iterable[Value]) -> Report:
    stated = {v.element: (figure(v), v.note) for v in values}
    return Report(
        {code: number for code, (number, _) in stated.items() if number is not None},
        {code: note for code, (_, note) in stated.items() if note},
    )
