"""Periods: which report of which year, as `2022-H1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 2021, 2030


class Window(StrEnum):
    """The four reports of a year; the order is the order in which they fall due."""

    Q1 = "Q1"
    H1 = "H1"
    Q3 = "Q3"
    YEAR = "YEAR"


class Stretch(StrEnum):
    """The stretches of a year that nobody reports: they are made of the windows that are reported."""

    Q2 = "Q2"
    NINE_MONTHS = "9M"
    Q4 = "Q4"


@dataclass(frozen=True)
class Recipe:
    """How a stretch is made: windows added up less those taken away; `last` ends with it.

    `after` is the window whose last day is the eve of the stretch; None when the stretch begins with the year.
    """

    name: str
    plus: tuple[Window, ...]
    minus: tuple[Window, ...]
    last: Window
    after: Window | None

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window that the stretch is made of."""
        return (*self.plus, *self.minus)


RECIPES: Mapping[Stretch, Recipe] = {
    Stretch.Q2: Recipe("Quý II năm {year}", (Window.H1,), (Window.Q1,), last=Window.H1, after=Window.Q1),
    Stretch.NINE_MONTHS: Recipe("9 tháng đầu năm {year}", (Window.H1, Window.Q3), (), last=Window.Q3, after=None),
    Stretch.Q4: Recipe("Quý IV năm {year}", (Window.YEAR,), (Window.H1, Window.Q3), last=Window.YEAR, after=Window.Q3),
}


def stretch_ending(window: Window) -> Stretch | None:
    """Return the stretch that is known once `window` has been reported; None for the first quarter.

    >>> stretch_ending(Window.H1)
    <Stretch.Q2: 'Q2'>
    """
    return next((stretch for stretch, recipe in RECIPES.items() if recipe.last is window), None)


def period_of_stretch(text: str) -> Period | None:
    """Return the period whose reports make the stretch that `text` names known; None when it names no stretch.

    >>> str(period_of_stretch("2022-Q2")), period_of_stretch("2022-Q1")
    ('2022-H1', None)
    """
    match = re.fullmatch(rf"(\d{{4}})-({'|'.join(Stretch)})", text.strip().upper())
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    return Period(int(match[1]), RECIPES[Stretch(match[2])].last)


NAMES = {
    Window.Q1: "Quý I năm {year}",
    Window.H1: "6 tháng đầu năm {year}",
    Window.Q3: "Quý III năm {year}",
    Window.YEAR: "Năm {year}",
}


@dataclass(frozen=True)
class Period:
    """One reporting period of the programme 2021–2030."""

    year: int
    window: Window

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that `text` names; `ValueError` says in Vietnamese which exist.

        >>> Period.parse("2022-H1").name
        '6 tháng đầu năm 2022'
        """
        match = re.fullmatch(r"(\d{4})-(Q1|H1|Q3|YEAR)", text.strip().upper())
        if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise ValueError(
                f"không có kỳ báo cáo {text!r}: viết năm {FIRST_YEAR}–{LAST_YEAR} và một trong "
                "Q1, H1, Q3, YEAR, ví dụ 2022-H1"
            )
        return cls(int(match[1]), Window(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.window}"

    @property
    def before(self) -> tuple[Period, ...]:
        """Every earlier period of the programme, the nearest first."""
        return tuple(reversed(ALL_PERIODS[: ALL_PERIODS.index(self)]))

    @property
    def year_ago(self) -> Period | None:
        """The same window of the year before; None in the programme's first year."""
        return Period(self.year - 1, self.window) if self.year > FIRST_YEAR else None

    @property
    def last_full_year(self) -> Period | None:
        """The full year before this period's; None in the programme's first year."""
        return Period(self.year - 1, Window.YEAR) if self.year > FIRST_YEAR else None

    @property
    def name(self) -> str:
        """The Vietnamese name, as in the head of a report."""
        return NAMES[self.window].format(year=self.year)

    @property
    def name_within(self) -> str:
        """The name as it stands within a sentence: «quý I năm 2022»."""
        return self.name[:1].lower() + self.name[1:]


ALL_PERIODS = tuple(Period(year, window) for year in range(FIRST_YEAR, LAST_YEAR + 1) for window in Window)
