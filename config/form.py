"""Form versions: which rows stand where, from which day to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from config.element import Element, Level
from config.plan_task import SheetName, TaskList
from config.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Columns:
    """The spreadsheet column of each part of a row."""

    code: str
    name: str
    unit_of_measure: str
    value: str
    note: str


HEADS = Columns(code="Mã", name="Chỉ tiêu", unit_of_measure="Đơn vị tính", value="Số liệu", note="Ghi chú")


@dataclass(frozen=True, config=STRICT)
class Section:
    """One sheet of the form and the elements on it, in order."""

    code: str
    sheet: SheetName
    title: str
    elements: tuple[str, ...]


@dataclass(frozen=True, config=STRICT)
class FormVersion:
    """One version of the form of one level; `first_row` is the row of the first element on every sheet.

    `tasks` is the sheet with the year's plan, where the form has one. `names` says what a row is called on this version
    where that differs from the element's own name.
    """

    form: Annotated[str, StringConstraints(max_length=20)]
    version: Annotated[str, StringConstraints(max_length=19)]  # with the form and a stroke a name that the store keeps
    level: Level
    title: str
    document: str
    status: str
    valid_from: date
    columns: Columns
    first_row: int
    sections: tuple[Section, ...]
    tasks: TaskList | None = None
    valid_to: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name by which a workbook and the store refer to this version, as `commune/2021`."""
        return f"{self.form}/{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        """All element codes of the form, in order."""
        return tuple(code for section in self.sections for code in section.elements)

    def judged_on(self, cut_off: date) -> date:
        """Return the day on which the rows of this version count: the cut-off, or its own last day when that is past.

        Who reports late on an old form is judged by that form.
        """
        return cut_off if self.valid_to is None else min(cut_off, self.valid_to)

    def as_named(self, element: Element) -> Element:
        """Return `element` under the name that its row has on this version."""
        return replace(element, name=self.names[element.code]) if element.code in self.names else element
