"""An edition: one form version for one period, with every day and row that its workbooks show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.calendar import Span
from config.element import Element, Kind
from config.form import FormVersion, Section
from config.framework import Office
from config.load import Declarations
from config.period import Period


@dataclass(frozen=True)
class Edition:
    """What all units of one level are asked in one period."""

    form: FormVersion
    period: Period
    rows: tuple[Element, ...]
    span: Span
    deadline: date
    office: Office

    @classmethod
    def of(cls, declarations: Declarations, form: FormVersion, period: Period) -> Edition:
        """Return the edition of `form` for `period`: the elements in force at the cut-off, the days declared."""
        return cls(
            form,
            period,
            declarations.rows(form, period),
            declarations.calendar.span(period),
            declarations.calendar.deadline(period, form.level),
            declarations.office,
        )

    @property
    def label(self) -> str:
        """The form version and the period, as printed at the foot of each page."""
        return f"Biểu {self.form.id} – {self.period.name}"

    @property
    def window(self) -> str:
        """The days that the figures cover."""
        return f"từ {self.span.start:%d/%m/%Y} đến hết ngày {self.span.end:%d/%m/%Y}"

    def elements(self, section: Section) -> tuple[Element, ...]:
        """Return the elements of `section` in this edition, in order."""
        return tuple(e for e in self.rows if e.code in section.elements)

    def asked(self, kind: Kind) -> str:
        """Return what a figure of `kind` counts, as a sentence with the days of this edition."""
        match kind:
            case Kind.STOCK | Kind.CLOSING_BALANCE:
                return f"Số có đến hết ngày {self.span.end:%d/%m/%Y}."
            case Kind.OPENING_BALANCE:
                return f"Số có vào đầu ngày {self.span.start:%d/%m/%Y}."
            case Kind.DERIVED_SUM:
                return "Tổng các dòng thành phần; đơn vị tự cộng và ghi."
            case Kind.RATE_WEIGHTED:
                return f"Số bình quân {self.window}."
            case Kind.BASELINE:
                return "Số gốc, không đổi qua các kỳ."
            case Kind.FLOW_CUM_YEAR | Kind.FLOW_PERIOD:
                return f"Số phát sinh {self.window}."
