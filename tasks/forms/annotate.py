"""The unit's own workbook back, with what is wrong marked where it is wrong, to be mended and sent again.

Whatever an earlier return put into the workbook is taken out first, so the same file can go back and forth.
"""

from __future__ import annotations

import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils.exceptions import InvalidFileException

from config.safe_text import MAX_UNITS, safe_text
from config.stamp import FINDINGS_SHEET
from expectations.finding import SEVERITY_NAMES, Finding
from tasks.forms.findings_sheet import SEVERITY_FILLS, by_weight, write_findings_sheet
from tasks.forms.formulas import formula_results, with_results
from tasks.forms.look import INPUT_FILL, NO_FILL
from tasks.forms.package import read_parts, settled, write_parts
from tasks.forms.places import cell_at, cells

AUTHOR = "Bộ phận tổng hợp CCHC"
COMMENT_HEAD = "CẦN SỬA (chương trình kiểm tra ghi):"  # by which a later return knows our comments: authors get lost
UNIT_COMMENT = "--- Ghi chú của đơn vị ---"
COMMENT_WIDTH = 360  # pixels
COMMENT_LINE = 48  # characters
NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001  a workbook's time has no zone

# What openpyxl has been seen to raise on packages that are no workbook, or a broken one.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    RuntimeError,
)


class UnreadableWorkbookError(ValueError):
    """The workbook cannot be opened, so nothing can be written into it; the cause says why."""


def annotate(original: bytes, findings: Sequence[Finding]) -> bytes:
    """Return `original` with every cell in `findings` coloured and commented, and the sheet that lists them first.

    Figures, formulas and their results, drop-downs, widths, protection, merged cells and stamp stay as they are, links
    out of the workbook do not; the same input gives the same bytes. `UnreadableWorkbookError` when openpyxl cannot open
    `original`: the caller then answers without a workbook. Only for bytes that the guard has passed.
    """
    workbook = _opened(original)
    changed = workbook.properties.modified or NO_TIME
    results = formula_results(workbook, original)
    _take_out_earlier_marks(workbook)
    for cell, of_cell in _marked_cells(workbook, findings):
        _mark(cell, of_cell)
    write_findings_sheet(workbook, findings)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return write_parts(with_results(settled(read_parts(buffer.getvalue()), changed), workbook, results))


def _opened(original: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():  # about parts that openpyxl does not keep; the form has none of them
            warnings.simplefilter("ignore", UserWarning)
            return load_workbook(io.BytesIO(original))
    except _BROKEN as fault:
        raise UnreadableWorkbookError(f"openpyxl cannot open the workbook: {fault}") from fault


def _take_out_earlier_marks(workbook: Workbook) -> None:
    if FINDINGS_SHEET in workbook.sheetnames:
        workbook.remove(workbook[FINDINGS_SHEET])
    ours = {fill.fgColor.rgb for fill in SEVERITY_FILLS.values()}
    for cell in cells(workbook):
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in ours:
            cell.fill = NO_FILL if cell.protection.locked else INPUT_FILL
        if cell.hyperlink and cell.hyperlink.target:  # out of the workbook: nobody is to follow it from our letter
            cell.hyperlink = None
        if cell.comment and cell.comment.text.startswith(COMMENT_HEAD):
            cell.comment = _unit_comment(cell.comment)


def _marked_cells(workbook: Workbook, findings: Sequence[Finding]) -> Iterator[tuple[Cell, list[Finding]]]:
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in by_weight(findings):
        if (cell := cell_at(workbook, finding)) is not None:
            together.setdefault((cell.parent.title, cell.coordinate), []).append(finding)
    for (sheet, place), of_cell in together.items():
        yield workbook[sheet][place], of_cell


def _mark(cell: Cell, findings: Sequence[Finding]) -> None:
    cell.fill = SEVERITY_FILLS[findings[0].severity]  # the weightiest comes first
    lines = [f"• {SEVERITY_NAMES[f.severity]}: {safe_text(f.message)}" for f in findings]
    text = "\n".join([COMMENT_HEAD, *lines])
    author = AUTHOR
    if cell.comment:
        text, author = f"{text}\n{UNIT_COMMENT}\n{cell.comment.text}", cell.comment.author
    height = 18 * sum(math.ceil(max(1, len(line)) / COMMENT_LINE) for line in text.splitlines()) + 12
    cell.comment = Comment(text[:MAX_UNITS], author, height=height, width=COMMENT_WIDTH)


def _unit_comment(comment: Comment) -> Comment | None:
    _, _, text = comment.text.partition(f"\n{UNIT_COMMENT}\n")
    return Comment(text, comment.author) if text else None
