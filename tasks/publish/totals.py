"""The totals of a release against the store: sums of the cells as taken in, by a way of their own.

The cells are added up here, in decimals: SQLite would do it in binary fractions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, select

from config.element import Kind
from config.indicator import Aggregation, Definition, Indicator
from config.load import Declarations
from config.number import CellStatus, round_half_up
from config.period import Period
from config.plan_task import TaskState
from tasks.publish.open_data import QUOTIENT_DECIMALS
from tasks.publish.page import FILE_NAME as PAGE
from tasks.publish.verify import read_columns, same
from tasks.store import tables
from tasks.store.calculations import indicator_values
from tasks.store.trace import units_of
from tasks.store.values import DISTRICT_LEVEL

FIGURES = (CellStatus.NUMBER, CellStatus.NOT_APPLICABLE)  # what does not arise is nothing to add, but not missing
VALUES = ("element", "value")
SUMMED = (Aggregation.RATIO_OF_SUMS, Aggregation.DISTRICT_ONLY)
_ROW = re.compile(r'[^>]* id="(?P<id>[^"]+)".*?<span class="value">(?P<figure>[^<]*)</span>', re.DOTALL)
_TERM = r"[A-Z]\d+[a-z]?"
_SHOWN = re.compile(r"−?\d{1,3}(?:\.\d{3})*,\d\d")
HALF_A_HUNDREDTH = Decimal("0.005")  # what rounding to two decimals may take away
_PLAIN_SUM = re.compile(rf"{_TERM}(?: [+-] {_TERM})*")

Sums = dict[str, Decimal]
Cells = dict[str, dict[str, Decimal]]  # by element and unit


@dataclass(frozen=True)
class Totals:
    """What the store says of one calculation, to hold the files of its release against."""

    connection: Connection
    declarations: Declarations
    period: Period
    calculation: int

    def check(self, folder: Path) -> None:
        """Raise `MismatchError` unless the figures in `folder` are those that the store's cells add up to."""
        stored = self._cells()
        _check_values(read_columns(folder / "values.csv", VALUES), stored)
        district = {r["indicator"]: r for r in _district_rows(read_columns(folder / "evaluation.csv"))}
        for indicator, definition in self.declarations.defined(self.period).values():
            if indicator.code in district and self._is_summed(indicator, definition):
                self._check_district(district[indicator.code], indicator, definition, stored)
        self._check_page((folder / PAGE).read_text(encoding="utf-8"))

    def _cells(self) -> Cells:
        """Return the figures of the submissions that the calculation was made from."""
        v, s, i = tables.value.c, tables.submission.c, tables.calculation_input.c
        query = (
            select(v.element, s.unit, v.number)
            .join(tables.submission, s.id == v.submission_id)
            .join(tables.calculation_input, i.submission_id == s.id)
            .where(i.calculation_id == self.calculation, v.status.in_(FIGURES))
        )
        found: Cells = defaultdict(dict)
        for element, unit, figure in self.connection.execute(query).all():
            found[element][unit] = figure or Decimal(0)
        return found | self._plans(found)

    def _plans(self, typed: Cells) -> Cells:
        """Return A01 and A02 of every unit: counted in the rows of its plan, as typed where it listed none."""
        t, s, i = tables.plan_task.c, tables.submission.c, tables.calculation_input.c
        query = (
            select(s.unit, t.state, t.done)
            .join(tables.submission, s.id == t.submission_id)
            .join(tables.calculation_input, i.submission_id == s.id)
            .where(i.calculation_id == self.calculation)
        )
        calendar = self.declarations.calendar
        days, alone = calendar.span(self.period), not calendar.file.windows[self.period.window].cumulative
        listed: Cells = {"A01": defaultdict(Decimal), "A02": defaultdict(Decimal)}
        for unit, state, done in self.connection.execute(query).all():
            in_time = (not alone) if done is None else done <= days.end and (not alone or done >= days.start)
            listed["A01"][unit] += 1
            listed["A02"][unit] += int(state == TaskState.DONE and in_time)
        return {element: {**typed.get(element, {}), **of_units} for element, of_units in listed.items()}

    def _check_district(self, row: dict[str, str], indicator: Indicator, definition: Definition, stored: Cells) -> None:
        units = units_of(indicator, self.declarations, self.period)
        complete = units.intersection(*(stored[code] for code in definition.elements))
        same(f"{indicator.code}: số đơn vị theo cơ sở dữ liệu", row["reported_units"], str(len(complete)))
        if not complete:
            return
        sums = {code: sum((stored[code][unit] for unit in complete), Decimal(0)) for code in definition.elements}
        numerator, denominator = _result(definition.numerator, sums), _result(definition.denominator, sums)
        figures = {"numerator": numerator, "denominator": denominator}
        if row["value"] and denominator:
            figures["value"] = numerator * indicator.factor / denominator
        for column, figure in figures.items():
            where = f"evaluation.csv: {indicator.code} {column} theo cơ sở dữ liệu"
            same(where, Decimal(row[column]), _written(figure))

    def _check_page(self, text: str) -> None:
        shown = _figures_shown(text)
        district = indicator_values(self.connection, self.calculation, DISTRICT_LEVEL)
        for code, value in zip(district["indicator"], district["value"], strict=True):
            read = shown.get(code, "")
            figure = _read_back(read)
            if value is None:
                same(f"{PAGE}: {code}", read, "–")
            else:
                same(f"{PAGE}: {code}", figure, value, None if figure is None else HALF_A_HUNDREDTH)

    def _is_summed(self, indicator: Indicator, definition: Definition) -> bool:
        formulas = (definition.numerator, definition.denominator)
        averaged = any(self.declarations.elements[c].kind is Kind.RATE_WEIGHTED for c in definition.elements)
        return indicator.rule in SUMMED and all(map(_PLAIN_SUM.fullmatch, formulas)) and not averaged


def _check_values(columns: Mapping[str, Sequence[str]], stored: Cells) -> None:
    written: Sums = defaultdict(Decimal)
    for element, value in zip(columns["element"], columns["value"], strict=True):
        written[element] += Decimal(value or 0)
    for element in sorted(written.keys() | stored.keys()):
        sum_of_cells = sum(stored[element].values(), Decimal(0))
        same(f"values.csv: tổng {element} theo cơ sở dữ liệu", written[element], sum_of_cells)


def _district_rows(columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for place, level in enumerate(columns["level"]):
        if level == DISTRICT_LEVEL:
            yield {name: column[place] for name, column in columns.items()}


def _figures_shown(page: str) -> dict[str, str]:
    """Return what stands as the figure in each row of the page's table of indicators, by the row's id."""
    rows = (_ROW.match(row) for row in page.split("<tr")[1:])
    return {row["id"]: row["figure"].strip() for row in rows if row}


def _read_back(shown: str) -> Decimal | None:
    """Return the figure that a reader of the page sees, by nothing of what wrote it; None where it is no figure.

    >>> _read_back("−1.234,50"), _read_back("98.95"), _read_back("1234,50")
    (Decimal('-1234.50'), None, None)
    """
    if not _SHOWN.fullmatch(shown):
        return None
    return Decimal(shown.replace(".", "").replace(",", ".").replace("−", "-"))


def _result(formula: str, sums: Sums) -> Decimal:
    """Return what a plain sum of elements, as `D08 - D06`, gives."""
    terms = re.findall(rf"([+-]?) ?({_TERM})", formula)
    return sum((-sums[code] if sign == "-" else sums[code] for sign, code in terms), Decimal(0))


def _written(figure: Decimal) -> Decimal:
    """Return `figure` as the CSV files have it."""
    exponent = figure.as_tuple().exponent
    is_long = isinstance(exponent, int) and exponent < -QUOTIENT_DECIMALS
    return round_half_up(figure, QUOTIENT_DECIMALS) if is_long else figure
