"""What is known of a period as frames with the columns of the published CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

import pandas as pd
from sqlalchemy import Connection

from config.calendar import Calendar
from config.load import Declarations
from config.period import Period
from config.refusal import RefusalText
from config.unit import Unit
from tasks.store.calculations import evaluation
from tasks.store.mending import is_mended, last_usable
from tasks.store.plan_figures import CountedValue, figured_values
from tasks.store.plan_tasks import tasks_of
from tasks.store.receipts import Receipt, receipts
from tasks.store.submissions import counted, findings_of, newest, submissions
from tasks.store.values import DISTRICT_LEVEL, REFUSED, Submission, Value

MISSING = "missing"  # the state of a unit that never sent anything

SUBMISSIONS = [
    "period", "unit", "unit_name", "state", "version", "received_at", "days_late", "form_version", "window_from",
    "window_to", "sha256", "file_name", "days_early",
]  # fmt: skip
MENDED = "mended"  # beside the published columns: whether its unit has sent something usable after a refused file
STANDING = "standing"  # beside the published columns: whether a finding still waits for a remedy
FINDINGS = [
    "period", "unit", "submission", "rule", "severity", "element", "sheet", "cell", "found", "expected", "message",
]  # fmt: skip
# Beside the published columns: the cell as typed, what the unit wrote beside it, and of a figure that was counted from
# the list of plan tasks the cell in which the unit typed it; None of any other.
TYPED = ["text", "note", "typed_at"]
VALUES = ["period", "unit", "element", "value", "status", "sheet", "cell", "submission"]
EVALUATION = [
    "period", "level", "unit", "unit_name", "indicator", "name", "numerator", "denominator", "value",
    "unit_of_measure", "reported_units", "expected_units", "target", "target_year", "target_status", "status",
    "definition_from",
]  # fmt: skip
# Beside the published columns: what the status was judged by.
EVALUATION_GROUNDS = ["base", "base_date", "p", "q", "r", "cagr_ratio", "needed_pace", "methods_disagree"]

# A row of `changes.csv` for each figure that an earlier release said otherwise; `cause` has codes, space between.
COMPARED = ["value", "numerator", "denominator", "reported_units", "target", "status"]
CHANGES = [
    "period", "from_release", "level", "unit", "unit_name", "indicator", "name", "unit_of_measure",
    *(f"{side}_{column}" for column in COMPARED for side in ("old", "new")), "cause", "explanation",
]  # fmt: skip

# A row of `tasks.csv` for each task of the year's plan; `days_overdue` counts to the cut-off, else 0.
TASKS = [
    "period", "unit", "unit_name", "submission", "task", "task_content", "responsible", "post", "due", "task_state",
    "done_on", "days_overdue", "is_done", "sheet", "row", "note",
]  # fmt: skip


def submission_name(unit: str, period: str, version: int) -> str:
    """Return how the CSV files name a version of a submission, as `30628-2022-H1-1`."""
    return f"{unit}-{period}-{version}"


def submissions_frame(
    connection: Connection, declarations: Declarations, period: Period, as_of: datetime
) -> pd.DataFrame:
    """Return a row for each version, each refused file, and each unit that sent nothing; the district first.

    `mended` is True on a refused file whose unit has sent something usable since.
    """
    units = declarations.reporting(period)
    zone = declarations.calendar.zone
    versions = submissions(connection, str(period), as_of)
    received = receipts(connection, str(period), as_of)
    last = last_usable(versions, received)
    silent = [u for u in units.values() if u.code not in {s.unit for s in versions}]
    rows = [_submission_row(s, declarations.reporter(s.unit, period).name, declarations.calendar) for s in versions]
    rows += [_refused_row(r, units, zone, is_mended(r, last)) for r in received if r.outcome in REFUSED]
    rows += [_row(period=str(period), unit=u.code, unit_name=u.name, state=MISSING) for u in silent]
    place = {code: i for i, code in enumerate(units)}
    rows.sort(key=lambda r: (place.get(str(r["unit"]), len(place)), str(r["received_at"] or "~"), r["version"] or 0))
    return pd.DataFrame(rows, columns=[*SUBMISSIONS, MENDED], dtype=object)


def findings_frame(
    connection: Connection, period: Period, as_of: datetime, refusals: Mapping[str, RefusalText]
) -> pd.DataFrame:
    """Return the findings on every version, and one for each refused file worded by `refusals` (by code).

    `standing` is True on each unit's newest version and on the one that counts; on a refused file until its unit has
    sent something usable after it.
    """
    versions = submissions(connection, str(period), as_of)
    found = findings_of(connection, versions, as_of)
    standing = {s.id for s in (*newest(versions), *counted(versions))}
    received = receipts(connection, str(period), as_of)
    last = last_usable(versions, received)
    rows: list[tuple[object, ...]] = [
        (
            str(period),
            s.unit,
            _name(s),
            f.rule,
            str(f.severity),
            f.element,
            f.sheet,
            f.cell,
            f.found,
            f.expected,
            f.message,
            s.id in standing,
        )
        for s in versions
        for f in found[s.id]
    ]
    refused = (receipt for receipt in received if receipt.outcome in REFUSED)
    rows += [(*_refusal_row(receipt, refusals), not is_mended(receipt, last)) for receipt in refused]
    return pd.DataFrame(rows, columns=[*FINDINGS, STANDING], dtype=object)


def values_frame(connection: Connection, declarations: Declarations, versions: Sequence[Submission]) -> pd.DataFrame:
    """Return the values that figures of `versions` are made of, each with its cell, then the columns `TYPED`."""
    values = figured_values(connection, declarations, versions)
    rows = [
        (s.period, s.unit, v.element, v.number, v.status.value, v.sheet, v.cell, _name(s), v.text, v.note, _typed_at(v))
        for s in sorted(versions, key=lambda version: version.id)
        for v in values[s.id]
    ]
    return pd.DataFrame(rows, columns=[*VALUES, *TYPED], dtype=object)


def _typed_at(value: Value) -> str | None:
    if not isinstance(value, CountedValue):
        return None
    return f"{value.typed.sheet}!{value.typed.cell}" if value.typed and value.typed.sheet else ""


def tasks_frame(
    connection: Connection, declarations: Declarations, period: Period, versions: Sequence[Submission]
) -> pd.DataFrame:
    """Return the plan tasks that `versions` list, in the order of their sheets."""
    cut_off = declarations.calendar.cut_off(period)
    listed = tasks_of(connection, [s.id for s in versions])
    rows = [
        (
            str(period),
            s.unit,
            declarations.reporter(s.unit, period).name,
            _name(s),
            t.code,
            t.content,
            t.responsible,
            t.post,
            t.due,
            t.state.value if t.state else None,
            t.done,
            t.days_overdue(cut_off),
            t.is_done(cut_off),
            t.sheet,
            t.row,
            t.note,
        )
        for s in versions
        for t in listed[s.id]
    ]
    return pd.DataFrame(rows, columns=TASKS, dtype=object)


def evaluation_frame(
    connection: Connection, declarations: Declarations, period: Period, calculation_id: int
) -> pd.DataFrame:
    """Return a calculation with the columns of `evaluation.csv`, then what each status was judged by.

    The district's total comes first, then unit by unit, indicators in order of content.
    """
    table = evaluation(connection, calculation_id)
    units = {declarations.office.district: declarations.district_name(period)}
    units |= {u.code: u.name for u in declarations.reporting(period).values()}
    indicators = declarations.indicators
    full = table.assign(
        period=str(period),
        unit_name=table["unit"].map(units),
        name=table["indicator"].map({code: i.name for code, i in indicators.items()}),
        unit_of_measure=table["indicator"].map({code: i.unit_of_measure for code, i in indicators.items()}),
    )
    places = {"unit": list(units), "indicator": list(indicators)}
    order = full.assign(level=full["level"] != DISTRICT_LEVEL).sort_values(
        ["level", "unit", "indicator"],
        key=lambda c: c.map({code: i for i, code in enumerate(places[c.name])}) if c.name in places else c,
    )
    return full.loc[order.index, EVALUATION + EVALUATION_GROUNDS].reset_index(drop=True)


def _name(submission: Submission) -> str:
    return submission_name(submission.unit, submission.period, submission.version)


def _submission_row(submission: Submission, unit_name: str, calendar: Calendar) -> dict[str, object]:
    return _row(
        period=submission.period,
        unit=submission.unit,
        unit_name=unit_name,
        state=str(submission.state),
        version=submission.version,
        received_at=_local(submission.received_at, calendar.zone),
        days_late=submission.days_late,
        form_version=submission.form_version,
        window_from=submission.window_from,
        window_to=submission.window_to,
        sha256=submission.sha256,
        file_name=submission.file_name,
        days_early=calendar.days_early(Period.parse(submission.period), submission.received_at),
    )


def _refused_row(receipt: Receipt, units: Mapping[str, Unit], zone: tzinfo, mended: bool) -> dict[str, object]:
    arrival = receipt.arrival
    return _row(
        period=arrival.period,
        unit=arrival.unit,
        unit_name=units[arrival.unit].name if arrival.unit in units else "",
        state=str(receipt.outcome),
        received_at=_local(arrival.received_at, zone),
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        mended=mended,
    )


def _refusal_row(receipt: Receipt, refusals: Mapping[str, RefusalText]) -> tuple[object, ...]:
    arrival, code = receipt.arrival, receipt.code or ""  # the operator reads the code in the column of rules
    message = refusals[code].sentence(receipt.place, receipt.found)
    empty: Sequence[None] = (None, None, None)
    return (arrival.period, arrival.unit, "", code, "critical", *empty, arrival.file_name, "", message)


def _row(**known: object) -> dict[str, object]:
    return {column: known.get(column) for column in SUBMISSIONS} | {MENDED: known.get(MENDED, False)}


def _local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
