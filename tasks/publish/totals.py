"""The totals of a release against the store: sums made there from the cells as taken in, by a way of their own.

The store counts how often each figure stands in an element; the sums follow from that exactly. It cannot add the
figures up itself: SQLite would do it in binary fractions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, select

from config.element import Kind
from config.indicator import Aggregation, Definition, Indicator
from config.load import Declarations
from config.number import CellStatus, round_half_up
from config.period import Period
from tasks.publish.open_data import QUOTIENT_DECIMALS
from tasks.publish.page import FILE_NAME as PAGE
from tasks.publish.verify import read_columns, same
from tasks.store import tables
from tasks.store.calculations import indicator_values
from tasks.store.trace import units_of
from tasks.store.values import DISTRICT_LEVEL

FIGURES = (CellStatus.NUMBER, CellStatus.NOT_APPLICABLE)  # what does not arise is nothing to add, but not missing
SUMMED = (Aggregation.RATIO_OF_SUMS, Aggregation.DISTRICT_ONLY)
_TERM = r"[A-Z]\d+[a-z]?"
_SHOWN = re.compile(r"−?\d{1,3}(?:\.\d{3})*,\d\d")
HALF_A_HUNDREDTH = Decimal("0.005")  # what rounding to two decimals may take away
_PLAIN_SUM = re.compile(rf"{_TERM}(?: [+-] {_TERM})*")

Sums = dict[str, Decimal]


@dataclass(frozen=True)
class Totals:
    """What the store says of one calculation, to hold the files of its release against."""

    connection: Connection
    declarations: Declarations
    period: Period
    calculation: int

    def check(self, folder: Path) -> None:
        """Raise `MismatchError` unless the figures in `folder` are those that the store's cells add up to."""
        self._check_values(read_columns(folder / "values.csv"))
        district = {r["indicator"]: r for r in _district_rows(read_columns(folder / "evaluation.csv"))}
        for indicator, definition in self.declarations.defined(self.period).values():
            if indicator.code in district and self._is_summed(indicator, definition):
                self._check_district(district[indicator.code], indicator, definition)
        self._check_page((folder / PAGE).read_text(encoding="utf-8"))

    def _check_values(self, columns: Mapping[str, Sequence[str]]) -> None:
        written: Sums = defaultdict(Decimal)
        for element, value in zip(columns["element"], columns["value"], strict=True):
            written[element] += Decimal(value or 0)
        stored = self._sums(tables.value.c.submission_id.in_(self._inputs()))
        for element in sorted(written.keys() | stored.keys()):
            same(f"values.csv: tổng {element} theo cơ sở dữ liệu", written.get(element), stored.get(element))

    def _check_district(self, row: dict[str, str], indicator: Indicator, definition: Definition) -> None:
        elements = definition.elements
        complete = self._complete(elements, units_of(indicator, self.declarations, self.period))
        reported = self.connection.execute(select(func.count()).select_from(complete.subquery())).scalar_one()
        same(f"{indicator.code}: số đơn vị theo cơ sở dữ liệu", row["reported_units"], str(reported))
        if not reported:
            return
        v = tables.value.c
        sums = self._sums(v.submission_id.in_(complete), v.element.in_(elements))
        numerator, denominator = _result(definition.numerator, sums), _result(definition.denominator, sums)
        figures = {"numerator": numerator, "denominator": denominator}
        if row["value"] and denominator:
            figures["value"] = numerator * indicator.factor / denominator
        for column, figure in figures.items():
            where = f"evaluation.csv: {indicator.code} {column} theo cơ sở dữ liệu"
            same(where, Decimal(row[column]), _written(figure))

    def _check_page(self, text: str) -> None:
        shown = _Figures()
        shown.feed(text)
        table = indicator_values(self.connection, self.calculation)
        district = table[table["level"] == DISTRICT_LEVEL]
        for code, value in zip(district["indicator"], district["value"], strict=True):
            text = shown.found.get(code, "")
            figure = _read_back(text)
            if value is None:
                same(f"{PAGE}: {code}", text, "–")
            else:
                same(f"{PAGE}: {code}", figure, value, None if figure is None else HALF_A_HUNDREDTH)

    def _is_summed(self, indicator: Indicator, definition: Definition) -> bool:
        formulas = (definition.numerator, definition.denominator)
        averaged = any(self.declarations.elements[c].kind is Kind.RATE_WEIGHTED for c in definition.elements)
        return indicator.rule in SUMMED and all(map(_PLAIN_SUM.fullmatch, formulas)) and not averaged

    def _inputs(self) -> Select[tuple[int]]:
        i = tables.calculation_input.c
        return select(i.submission_id).where(i.calculation_id == self.calculation)

    def _complete(self, elements: Collection[str], units: Collection[str]) -> Select[tuple[int]]:
        """Return the query for the submissions of `units` that lack none of `elements`."""
        v, s = tables.value.c, tables.submission.c
        return (
            select(v.submission_id)
            .join(tables.submission, s.id == v.submission_id)
            .where(v.submission_id.in_(self._inputs()), v.element.in_(elements), v.status.in_(FIGURES))
            .where(s.unit.in_(units))
            .group_by(v.submission_id)
            .having(func.count() == len(elements))
        )

    def _sums(self, *conditions: Any) -> Sums:
        """Return the sum of each element over the cells that meet `conditions`."""
        v = tables.value.c
        query = select(v.element, v.number, func.count()).where(*conditions).group_by(v.element, v.number)
        sums: Sums = defaultdict(Decimal)
        for element, figure, times in self.connection.execute(query):
            sums[element] += (figure or Decimal(0)) * times
        return sums


def _district_rows(columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for place, level in enumerate(columns["level"]):
        if level == DISTRICT_LEVEL:
            yield {name: column[place] for name, column in columns.items()}


class _Figures(HTMLParser):
    """Reads the figure of each row of the page's table of indicators."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._row = ""
        self._in_figure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "tr":
            self._row = known.get("id") or ""
        self._in_figure = tag == "span" and known.get("class") == "value"

    def handle_endtag(self, tag: str) -> None:
        self._in_figure = False

    def handle_data(self, data: str) -> None:
        if self._in_figure:
            self.found[self._row] = data.strip()


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
