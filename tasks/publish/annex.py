"""A sheet in the look of an official annex (Nghị định 30/2020/NĐ-CP): head, title, column numbers, print settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.framework import Office
from config.safe_text import safe_text, starts_like_formula
from tasks.publish.wording import NOTHING, long_day

FAMILY, SIZE = "Times New Roman", 13
LINE_HEIGHT = 17.25  # points that a line of 13-point text takes
MM = 1 / 25.4  # in inches, which page margins are measured in
MARGINS = {"left": 30 * MM, "right": 15 * MM, "top": 20 * MM, "bottom": 20 * MM}
A4 = 9

Look = Mapping[str, Any]
PLAIN: Look = {"font_name": FAMILY, "font_size": SIZE, "valign": "vcenter"}
CELL: Look = {"border": 1, "text_wrap": True}
CENTRE: Look = {"align": "center"}
RIGHT: Look = {"align": "right"}
BOLD: Look = {"bold": True}
ITALIC: Look = {"italic": True}
HEAD: Look = {**CELL, **CENTRE, **BOLD, "bg_color": "#E8EDF3"}
NUMBERS_ROW: Look = {**CELL, **CENTRE, **ITALIC, "font_size": 10}
GROUP: Look = {**CELL, **BOLD, "bg_color": "#F4F6F8"}

# vi-VN: dots between thousands and a decimal comma wherever the program follows the format's own language.
WHOLE = "[$-42A]#,##0"
TWO_DECIMALS = "[$-42A]#,##0.00"
DATE = "dd/mm/yyyy"
DATE_TIME = "dd/mm/yyyy hh:mm"


class AnnexSheet(Worksheet):
    """A sheet whose first printed page has no page number: XlsxWriter itself offers one header for all pages."""

    def _write_header_footer(self) -> None:
        self._xml_start_tag("headerFooter", [("differentFirst", 1)])
        self._xml_data_element("oddHeader", self.header)
        self._xml_data_element("oddFooter", self.footer)
        self._xml_data_element("firstFooter", self.footer)
        self._xml_end_tag("headerFooter")


@dataclass
class Styles:
    """The cell formats of one workbook, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def of(self, *looks: Look) -> Format:
        """Return the format that has all `looks`, later ones over earlier ones."""
        properties = dict(PLAIN)
        for look in looks:
            properties |= look
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]


@dataclass
class Annex:
    """One sheet being written, downwards: `row` is the next free row."""

    sheet: Worksheet
    styles: Styles
    widths: Sequence[float]
    row: int = 0

    @property
    def last(self) -> int:
        """The number of the last column."""
        return len(self.widths) - 1

    def text(self, column: int, text: str, *looks: Look) -> None:
        """Write `text` as text, whatever it begins with, into the current row."""
        quoted = {"quote_prefix": True} if starts_like_formula(text) else {}
        self.sheet.write_string(self.row, column, safe_text(text), self.styles.of(*looks, quoted))

    def number(self, column: int, value: Decimal | int | None, number_format: str, *looks: Look) -> None:
        """Write `value` as a number shown by `number_format`, or a dash when there is none."""
        if value is None:
            self.text(column, NOTHING, *looks, CENTRE)
        else:
            self.sheet.write_number(
                self.row, column, float(value), self.styles.of(RIGHT, {"num_format": number_format}, *looks)
            )

    def moment(self, column: int, value: date | None, number_format: str, *looks: Look) -> None:
        """Write a day, or a moment in its own zone's time, as a date; a dash when there is none."""
        if value is None:
            self.text(column, NOTHING, *looks, CENTRE)
            return
        naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        self.sheet.write_datetime(
            self.row, column, naive, self.styles.of(CENTRE, {"num_format": number_format}, *looks)
        )

    def across(self, first: int, last: int, text: str, *looks: Look) -> None:
        """Write `text` over merged columns of the current row, made high enough: merged cells never grow."""
        look = self.styles.of({"text_wrap": True}, *looks)
        if first == last:
            self.sheet.write_string(self.row, first, safe_text(text), look)
        else:
            self.sheet.merge_range(self.row, first, self.row, last, "", look)
            self.sheet.write_string(self.row, first, safe_text(text), look)
        if self.height(text, sum(self.widths[first : last + 1])) > LINE_HEIGHT + 3:
            self.sheet.set_row(self.row, self.height(text, sum(self.widths[first : last + 1])))

    def height(self, text: str, width: float) -> float:
        """Return the points that `text` takes in `width` characters of column, on the safe side."""
        lines = max(1, ceil(len(text) * 1.06 / width))
        return lines * LINE_HEIGHT + 2

    def down(self, rows: int = 1) -> None:
        """Go to a later row."""
        self.row += rows


def open_annex(book: Workbook, styles: Styles, name: str, widths: Sequence[float], landscape: bool) -> Annex:
    """Add a sheet to `book` with A4 paper, official margins and the page number top centre from page 2 on."""
    sheet = book.add_worksheet(name, AnnexSheet)
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(**MARGINS)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_header(f'&C&"{FAMILY}"&{SIZE}&P', {"margin": 10 * MM})
    sheet.set_start_page(1)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, styles.of())
    return Annex(sheet, styles, widths)


def write_foot(annex: Annex, text: str) -> None:
    """Print `text` at the foot of every page."""
    annex.sheet.set_footer(f'&C&"{FAMILY},Italic"&10{safe_text(text).replace("&", "&&")}', {"margin": 10 * MM})


def write_head(annex: Annex, office: Office, day: date, last: int | None = None) -> None:
    """Write the official head over the columns up to `last`: bodies left, country and motto right, place and day."""
    last = annex.last if last is None else last
    middle = _middle(annex.widths[: last + 1])
    rule = {"font_size": 6, "valign": "top"}
    rows = (
        (office.superior, (CENTRE,), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (CENTRE, BOLD)),
        (office.issuer, (CENTRE, BOLD), "Độc lập - Tự do - Hạnh phúc", (CENTRE, BOLD)),
        ("─" * 18, (CENTRE, rule), "─" * 46, (CENTRE, rule)),
        ("", (CENTRE,), f"{office.place}, {long_day(day)}", (CENTRE, ITALIC)),
    )
    for left, left_looks, right, right_looks in rows:
        annex.across(0, middle, left, *left_looks)
        annex.across(middle + 1, last, right, *right_looks)
        annex.down()
    annex.sheet.set_row(annex.row - 2, 8)
    annex.down()


def write_title(annex: Annex, number: str, title: str, lines: Sequence[str], last: int | None = None) -> None:
    """Write «Phụ lục I», the title in capitals and `lines` in italics below it."""
    last = annex.last if last is None else last
    annex.across(0, last, f"Phụ lục {number}", CENTRE, BOLD, {"font_size": 14})
    annex.down()
    annex.across(0, last, title.upper(), CENTRE, BOLD, {"font_size": 14})
    annex.down()
    for line in lines:
        annex.across(0, last, line, CENTRE, ITALIC)
        annex.down()
    annex.down()


def write_table_head(annex: Annex, names: Sequence[str], over: Mapping[tuple[int, int], str] | None = None) -> None:
    """Write the head of a table, with `over` standing above groups of columns, and the row of column numbers.

    The head is printed again on each page and stays in view on the screen.
    """
    first = annex.row
    if over:
        _write_upper_head(annex, names, over)
        annex.down()
    grouped = {c for start, end in over or () for c in range(start, end + 1)}
    for column, name in enumerate(names):
        if not over or column in grouped:
            annex.text(column, name, HEAD)
    annex.down()
    write_column_numbers(annex)
    annex.sheet.repeat_rows(first, annex.row - 1)
    annex.sheet.freeze_panes(annex.row, 2)


def _write_upper_head(annex: Annex, names: Sequence[str], over: Mapping[tuple[int, int], str]) -> None:
    for (start, end), name in over.items():
        annex.sheet.merge_range(annex.row, start, annex.row, end, name, annex.styles.of(HEAD))
    grouped = {c for start, end in over for c in range(start, end + 1)}
    for column, name in enumerate(names):
        if column not in grouped:
            annex.sheet.merge_range(annex.row, column, annex.row + 1, column, name, annex.styles.of(HEAD))


def write_column_numbers(annex: Annex) -> None:
    """Write (1), (2), (3) … under the head of a table."""
    for column in range(len(annex.widths)):
        annex.text(column, f"({column + 1})", NUMBERS_ROW)
    annex.down()


def write_signature(annex: Annex, office: Office) -> None:
    """Write who signs, at the right, with room for the signature."""
    first = _middle(annex.widths) + 1
    annex.across(first, annex.last, office.signs_for, CENTRE, BOLD)
    annex.down()
    annex.across(first, annex.last, office.signs_as, CENTRE, BOLD)
    annex.down()


def _middle(widths: Sequence[float]) -> int:
    """Return the last column of the left half by width."""
    half, reached = sum(widths) / 2, 0.0
    for column, width in enumerate(widths[:-1]):
        reached += width
        if reached >= half:
            return max(0, column - 1) if reached - half > width / 2 else column
    return max(0, len(widths) - 2)
