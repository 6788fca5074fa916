"""Form versions: which rows stand where, from which day to which."""

from __future__ import annotations

from datetime import date

from pydantic.dataclasses import dataclass

from config.element import Level
from config.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Columns:
    """The spreadsheet column of each part of a row."""

    code: str
    name: str
    unit_of_measure: str
    value: str
    note: str


@dataclass(frozen=True, config=STRICT)
class Section:
    """One sheet of the form and the elements on it, in order."""

    code: str
    sheet: str
    title: str
    elements: tuple[str, ...]


@dataclass(frozen=True, config=STRICT)
class FormVersion:
    """One version of the form of one level; `first_row` is the row of the first element on every sheet."""

    form: str
    version: str
    level: Level
    title: str
    document: str
    status: str
    valid_from: date
    columns: Columns
    first_row: int
    sections: tuple[Section, ...]
    valid_to: date | None = None

    @property
    def id(self) -> str:
        """The name by which a workbook and the store refer to this version, as `commune/2021`."""
        return f"{self.form}/{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        """All element codes of the form, in order."""
        return tuple(code for section in self.sections for code in section.elements)
