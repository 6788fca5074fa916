"""A sheet in the look of an official annex (Nghị định 30/2020/NĐ-CP): head, title, column numbers, print settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.framework import Office
from config.number import MINUS
from config.safe_text import safe_text, starts_like_formula
from tasks.publish.print_pages import FILLED, SPANNED, page_starts
from tasks.publish.wording import NOTHING, long_day

FAMILY, SIZE = "Times New Roman", 13
LINE_HEIGHT = 17.25  # points that a line of 13-point text takes
# Columns are measured in digits of the default font: one of 8 pixels in every program, where 13 points would be 8 or 9.
DEFAULT_FONT = {"font_name": FAMILY, "font_size": 12}
DEFAULT_COLUMN, DEFAULT_ROW = 72, 21  # in pixels, as XlsxWriter wants to be told
MM = 1 / 25.4  # in inches, which page margins are measured in
MARGINS = {"left": 30 * MM, "right": 15 * MM, "top": 20 * MM, "bottom": 20 * MM}
A4 = 9
PAPER = 210.0, 297.0  # millimetres

Look = Mapping[str, Any]
PLAIN: Look = {"font_name": FAMILY, "font_size": SIZE, "valign": "vcenter"}
CELL: Look = {"border": 1, "text_wrap": True}
CENTRE: Look = {"align": "center", "indent": 0}
LEFT: Look = {"align": "left", "indent": 1}
RIGHT: Look = {"align": "right"}
BOLD: Look = {"bold": True}
ITALIC: Look = {"italic": True}
HEAD: Look = {**CELL, **CENTRE, **BOLD, "bg_color": "#E8EDF3"}
NUMBERS_ROW: Look = {**CELL, **CENTRE, **ITALIC, "font_size": 10}
GROUP: Look = {**CELL, **BOLD, "bg_color": "#F4F6F8"}

# vi-VN: dots between thousands and a decimal comma wherever the program follows the format's own language.
# The space at the end keeps figures off the border.
WHOLE = '[$-42A]#,##0" "'
TWO_DECIMALS = f'[$-42A]#,##0.00" ";[$-42A]"{MINUS}"#,##0.00" "'
DATE = "dd/mm/yyyy"


class AnnexSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no published types
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
    """One sheet being written, downwards: `row` is the next free row, `lines` what its highest cell takes so far.

    `heights` are those of the rows written, in points; `kept` are the rows that stay with the next one on paper, and
    `head` those that are printed again on each page.
    """

    sheet: Worksheet
    styles: Styles
    widths: Sequence[float]
    paper: tuple[float, float]  # between the margins, in millimetres: across and down
    row: int = 0
    lines: float = 1
    heights: list[float] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    head: range = range(0)

    @property
    def last(self) -> int:
        """The number of the last column."""
        return len(self.widths) - 1

    def text(self, column: int, text: str, *looks: Look) -> None:
        """Write `text` as text, whatever it begins with, into the current row."""
        self._measure(text, self.widths[column], looks)
        self._put(column, text, looks)

    def number(self, column: int, value: Decimal | int | None, number_format: str, *looks: Look) -> None:
        """Write `value` as a number shown by `number_format`, or a dash when there is none."""
        if value is None:
            self._put(column, NOTHING, (*looks, CENTRE))
        else:
            style = self.styles.of(RIGHT, {"num_format": number_format}, *looks)
            self.sheet.write_number(self.row, column, float(value), style)

    def day(self, column: int, value: date | None, *looks: Look) -> None:
        """Write a day, or the day of a moment in its own zone's time, as a date; a dash when there is none."""
        if value is None:
            self._put(column, NOTHING, (*looks, CENTRE))
            return
        naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        style = self.styles.of(CENTRE, {"num_format": DATE}, *looks)
        self.sheet.write_datetime(self.row, column, naive, style)

    def across(self, first: int, last: int, text: str, *looks: Look) -> None:
        """Write `text` over merged columns of the current row."""
        wrapped = ({"text_wrap": True}, *looks)
        if last > first:
            self.sheet.merge_range(self.row, first, self.row, last, "", self.styles.of(*wrapped))
        self._measure(text, sum(self.widths[first : last + 1]), looks)
        self._put(first, text, wrapped)

    def down(self, height: float | None = None) -> None:
        """Go to the next row; this one gets `height` in points, or what its texts take: no program has to guess it."""
        points = height or self.lines * LINE_HEIGHT + 2
        self.sheet.set_row(self.row, points)
        self.heights.append(points)
        self.row += 1
        self.lines = 1

    def keep(self, first: int) -> None:
        """Print the rows from `first` to the last one written on one page, if they can be."""
        self.kept.update(range(max(0, first), self.row - 1))

    def keep_with_next(self) -> None:
        """Print the last row written on the page of the next one."""
        self.kept.add(self.row - 1)

    def fit(self) -> None:
        """Print the sheet as wide as the paper, a page beginning where nothing is torn apart."""
        across, down = self.paper
        scale = min(100, int(100 * SPANNED * across / 25.4 * 96 / sum(map(pixels, self.widths))))
        self.sheet.set_print_scale(scale)
        room = FILLED * down / 25.4 * 72 * 100 / scale
        self.sheet.set_h_pagebreaks(page_starts(self.heights, self.kept, self.head, room))

    def _put(self, column: int, text: str, looks: Sequence[Look]) -> None:
        clean = safe_text(text)
        # Cleaning may bare what an unseen character hid.
        quoted = {"quote_prefix": True} if starts_like_formula(text) or starts_like_formula(clean) else {}
        self.sheet.write_string(self.row, column, clean, self.styles.of(*looks, quoted))

    def _measure(self, text: str, width: float, looks: Sequence[Look]) -> None:
        self.lines = max(self.lines, lines_of(text, width, looks))


def lines_of(text: str, width: float, looks: Sequence[Look]) -> float:
    """Return how many lines of 13 points `text` takes in a column of `width` digits."""
    if len(text) * 1.5 < width:
        return 1
    size = _last_of(looks, "font_size", SIZE)
    capitals = sum(map(str.isupper, text)) / len(text)
    letter = size / SIZE * (0.97 + 0.4 * capitals + 0.07 * _last_of(looks, "bold", 0))  # in digits of the column
    room = width - 1.5 * _last_of(looks, "indent", 0)
    return min(23, len(wrap(text, max(1, int(room / letter)))) * size / SIZE)


def pixels(width: float) -> float:
    """Return how many pixels a column of `width` digits takes: spreadsheets draw it so at 96 to the inch."""
    return width * 8 + 5


def _last_of(looks: Sequence[Look], name: str, otherwise: float) -> float:
    return next((float(look[name]) for look in reversed(looks) if name in look), otherwise)


def open_annex(book: Workbook, styles: Styles, name: str, widths: Sequence[float], landscape: bool) -> Annex:
    """Add a sheet to `book` with A4 paper, official margins and the page number top centre from page 2 on."""
    sheet = book.add_worksheet(name, AnnexSheet)
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(**MARGINS)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_header(f'&C&"{FAMILY},Regular"&{SIZE}&P', {"margin": 10 * MM})
    sheet.set_start_page(1)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, styles.of())
    sides, ends = (PAPER[1], PAPER[0]) if landscape else PAPER
    return Annex(sheet, styles, widths, (sides - 45, ends - 40))


def write_foot(annex: Annex, text: str) -> None:
    """Print `text` at the foot of every page."""
    annex.sheet.set_footer(f'&C&"{FAMILY},Italic"&10{safe_text(text).replace("&", "&&")}', {"margin": 10 * MM})


def write_head(annex: Annex, office: Office, day: date) -> None:
    """Write the official head: bodies left, country and motto right, place and day in italics."""
    middle = _middle(annex.widths)
    rule = {"font_size": 6, "valign": "top"}
    rows = (
        (office.superior, (CENTRE,), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (CENTRE, BOLD)),
        (office.issuer, (CENTRE, BOLD), "Độc lập - Tự do - Hạnh phúc", (CENTRE, BOLD)),
        ("─" * 18, (CENTRE, rule), "─" * 46, (CENTRE, rule)),
        ("", (CENTRE,), f"{office.place}, {long_day(day)}", (CENTRE, ITALIC)),
    )
    for left, left_looks, right, right_looks in rows:
        annex.across(0, middle, left, *left_looks)
        annex.across(middle + 1, annex.last, right, *right_looks)
        annex.down(8 if rule in left_looks else None)
    annex.down(10)


def write_title(annex: Annex, texts: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
    """Write over each of `places` (first and last column): «Phụ lục I», the title in capitals, further texts below.

    A sheet that is printed on several pages side by side has a place for each.
    """
    for row, text in enumerate(texts):
        looks: tuple[Look, ...] = (BOLD, {"font_size": 14}) if row < 2 else (ITALIC,)
        for i, place in enumerate(places):
            again = " (tiếp theo)" if row == 0 and i else ""
            annex.across(*place, text.upper() if row == 1 else text + again, CENTRE, *looks)
        annex.down()
    annex.down(10)


def write_table_head(annex: Annex, names: Sequence[str], over: Mapping[tuple[int, int], str] | None = None) -> None:
    """Write the head of a table, with `over` standing above groups of columns, and the row of column numbers.

    The head is printed again on each page and stays in view on the screen.
    """
    first, upper = annex.row, 0.0
    if over:
        _write_upper_head(annex, names, over)
        upper = annex.lines = max(
            lines_of(name, sum(annex.widths[a : b + 1]), (HEAD,)) for (a, b), name in over.items()
        )
        annex.down()
    grouped = {c for start, end in over or () for c in range(start, end + 1)}
    for column, name in enumerate(names):
        if not over or column in grouped:
            annex.text(column, name, HEAD)
        else:
            annex.lines = max(annex.lines, lines_of(name, annex.widths[column], (HEAD,)) - upper)
    annex.down()
    write_column_numbers(annex)
    annex.sheet.repeat_rows(first, annex.row - 1)
    annex.head = range(first, annex.row)
    annex.keep(first)
    annex.keep_with_next()
    annex.sheet.freeze_panes(annex.row, 2)


def _write_upper_head(annex: Annex, names: Sequence[str], over: Mapping[tuple[int, int], str]) -> None:
    for (start, end), name in over.items():
        annex.sheet.merge_range(annex.row, start, annex.row, end, name, annex.styles.of(HEAD))
    grouped = {c for start, end in over for c in range(start, end + 1)}
    for column, name in enumerate(names):
        if column not in grouped:
            annex.sheet.merge_range(annex.row, column, annex.row + 1, column, name, annex.styles.of(HEAD))


def write_column_numbers(annex: Annex, columns: int | None = None) -> None:
    """Write (1), (2), (3) … under the head of a table, of `columns` columns or of all."""
    for column in range(len(annex.widths) if columns is None else columns):
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
