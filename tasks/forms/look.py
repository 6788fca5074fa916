"""How every sheet of a form looks, prints and is locked: Times New Roman on A4, only the unit's own cells open."""

from __future__ import annotations

from math import ceil

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from config.form import HEADS, Columns
from config.safe_text import safe_text, starts_like_formula

FAMILY = "Times New Roman"
BODY = Font(name=FAMILY, size=12)
BOLD = Font(name=FAMILY, size=12, bold=True)
ITALIC = Font(name=FAMILY, size=11, italic=True)
HEADING = Font(name=FAMILY, size=13, bold=True)
TITLE = Font(name=FAMILY, size=15, bold=True)
LINK = Font(name=FAMILY, size=12, underline="single", color="FF0B5394")


def solid(colour: str) -> PatternFill:
    """Return the plain fill of `colour` (ARGB)."""
    return PatternFill("solid", fgColor=colour, bgColor=colour)


NO_FILL = PatternFill()
INPUT_FILL = solid("FFFFFBE0")  # pale yellow: the unit writes here
TOTAL_FILL = solid("FFE7E6E6")  # grey: a row that sums others
HEADER_FILL = solid("FFD9E2F3")

_THIN = Side(style="thin", color="FF808080")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)

LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TEXT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center", wrap_text=True, indent=1)

UNLOCKED = Protection(locked=False)

DATE_FORMAT = "dd/mm/yyyy"
WIDTHS = {"code": 7.5, "name": 44.0, "unit_of_measure": 12.5, "value": 16.5, "note": 22.0}

MM = 1 / 25.4  # in inches, which page margins are measured in
LINE_HEIGHT = 16.0  # points a line of 12-point text takes
CHARACTER = 0.88  # of a column's width unit that a character of 12-point text takes, on the safe side


def put(cell: Cell, text: str, font: Font = BODY, alignment: Alignment = LEFT) -> Cell:
    """Write `text` into `cell` so that no spreadsheet can take it for a formula."""
    cell.value = safe_text(text)
    cell.data_type = "s"
    cell.quotePrefix = starts_like_formula(text) or starts_like_formula(cell.value)
    cell.font, cell.alignment = font, alignment
    return cell


def put_across(sheet: Worksheet, area: str, text: str, font: Font = BODY, alignment: Alignment = LEFT) -> Cell:
    """Write `text` into the first cell of `area`, merged, in a row high enough for it."""
    sheet.merge_cells(area)
    first_column, _, last_column, _ = range_boundaries(area)
    cell: Cell = put(sheet[area.partition(":")[0]], text, font, alignment)
    letters = [get_column_letter(c) for c in range(int(first_column or 1), int(last_column or 1) + 1)]
    width = sum(sheet.column_dimensions[letter].width for letter in letters)
    _grow(sheet, cell.row, text_height(text, width, font) + 2)
    return cell


def fit_row(sheet: Worksheet, row: int, room: float = 6.0) -> None:
    """Make `row` high enough for its texts and `room` points: LibreOffice does not when it opens a file."""
    for cell in sheet[row]:
        if isinstance(cell, Cell) and isinstance(cell.value, str):
            width = sheet.column_dimensions[cell.column_letter].width
            _grow(sheet, row, text_height(cell.value, width) + room)


def text_height(text: str, width: float, font: Font = BODY) -> float:
    """Return the points that `text` takes in `width` (the characters of a column), on the safe side."""
    size = float(font.size or 12) / 12
    lines = max(1, ceil(len(text) * size * CHARACTER / width))
    return lines * LINE_HEIGHT * size


def _grow(sheet: Worksheet, row: int, height: float) -> None:
    sheet.row_dimensions[row].height = max(height, sheet.row_dimensions[row].height or 0)


def head_row(sheet: Worksheet, row: int, names: dict[str, str]) -> None:
    """Write the head of a table into `row`: texts by column letter."""
    for column, name in names.items():
        cell = put(sheet[f"{column}{row}"], name, BOLD, CENTRE)
        cell.fill, cell.border = HEADER_FILL, BOX
    fit_row(sheet, row, room=14)


def form_head_row(sheet: Worksheet, row: int, columns: Columns) -> None:
    """Write the head of a table of the form (code, name, unit of measure, value, note) into `row`."""
    head_row(sheet, row, {getattr(columns, part): getattr(HEADS, part) for part in WIDTHS})


def set_form_widths(sheet: Worksheet, columns: Columns) -> None:
    """Give the columns of the form their widths."""
    for part, width in WIDTHS.items():
        sheet.column_dimensions[getattr(columns, part)].width = width


def edges(columns: Columns) -> tuple[str, str]:
    """Return the letters of the first and the last column of the form."""
    letters = sorted((getattr(columns, part) for part in WIDTHS), key=column_index_from_string)
    return letters[0], letters[-1]


def make_input(cell: Cell, alignment: Alignment = TEXT) -> None:
    """Open `cell` for the unit: unlocked and pale yellow."""
    cell.protection, cell.fill, cell.border = UNLOCKED, INPUT_FILL, BOX
    cell.font, cell.alignment = BODY, alignment


def lock(sheet: Worksheet) -> None:
    """Protect `sheet` against slips of the hand: no password; widths, heights and formats may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.objects = True
    sheet.protection.scenarios = True
    sheet.protection.formatCells = False  # False means allowed: a cell that shows `98,60%` is to be mended
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def set_page(sheet: Worksheet, footer: str, landscape: bool = False) -> None:
    """Print `sheet` on A4 fitted to the width, margins as Nghị định 30/2020/NĐ-CP has them, pages numbered."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 30 * MM, 15 * MM, 20 * MM, 20 * MM
    margins.header, margins.footer = 10 * MM, 10 * MM
    sheet.print_options.horizontalCentered = True
    font = f'&"{FAMILY},Regular"&10'
    sheet.oddFooter.left.text = font + footer.replace("&", "&&")  # type: ignore[union-attr]  # never None
    sheet.oddFooter.right.text = f"{font}Trang &P/&N"  # type: ignore[union-attr]
