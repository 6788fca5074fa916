"""The results of formulas, which openpyxl drops when it saves: read before, put back after."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import partial
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook

from tasks.forms.package import serial
from tasks.forms.places import cells

Results = Mapping[tuple[str, str], object]

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)>(<f.*?(?:</f>|/>))<v ?/></c>', re.DOTALL)


def formula_results(workbook: Workbook, original: bytes) -> Results:
    """Return by (sheet, cell) what each formula of `workbook` last came to, as saved in `original`."""
    places = [(cell.parent.title, cell.coordinate) for cell in cells(workbook) if cell.data_type == "f"]
    if not places:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        computed = load_workbook(io.BytesIO(original), data_only=True)
    return {(sheet, place): computed[sheet][place].value for sheet, place in places}


def with_results(parts: Mapping[str, bytes], workbook: Workbook, results: Results) -> dict[str, bytes]:
    """Return `parts`, as openpyxl saved `workbook`, with `results` beside their formulas."""
    patched = dict(parts)
    for sheet in workbook.worksheets:
        of_sheet = {place: result for (title, place), result in results.items() if title == sheet.title}
        if of_sheet:
            name = sheet.path.removeprefix("/")
            patched[name] = _FORMULA.sub(partial(_beside, of_sheet), parts[name].decode()).encode()
    return patched


def _beside(results: Mapping[str, object], match: re.Match[str]) -> str:
    place, style, formula = match.groups()
    kind, text = _stored(results.get(place))
    return f'<c r="{place}"{style}{kind}>{formula}{text}</c>'


def _stored(result: object) -> tuple[str, str]:
    match result:
        case None:
            return "", ""
        case bool():
            return ' t="b"', f"<v>{result:d}</v>"
        case int() | float():
            return "", f"<v>{result!r}</v>"
        case date() | time() | timedelta():
            return "", f"<v>{serial(result)!r}</v>"
        case _:
            kind = ' t="e"' if str(result).startswith("#") else ' t="str"'
            return kind, f"<v>{escape(str(result))}</v>"
