"""Submissions: versions, their values, the verdicts on them, and which of them counts on a day."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from config.number import CellStatus, Fault
from expectations.finding import Finding, Severity
from tasks.store import tables
from tasks.store.audit import note, note_all
from tasks.store.bulk import insert_rows
from tasks.store.plan_tasks import add_tasks
from tasks.store.values import COUNTED, PlanTask, Run, Scope, State, Submission, Value

STATUSES = {status.value: status for status in CellStatus}  # a lookup: there are millions of cells
LISTS = ("values", "tasks")  # of a new submission: tables of their own
Said = tuple[Sequence[Value], Sequence[PlanTask]]  # values, and the year's plan of those who list it
MOST_IDS = 500  # in one query: databases limit how many parameters a statement may have


@dataclass(frozen=True)
class NewSubmission:
    """What a read workbook says, before it has a version number."""

    unit: str
    period: str
    form_version: str
    scope: Scope
    window_from: date | None
    window_to: date | None
    received_at: datetime
    days_late: int
    premature: bool
    sha256: str
    file_name: str
    values: tuple[Value, ...]
    tasks: tuple[PlanTask, ...] = ()  # the year's plan, of those who list it


def add_submissions(connection: Connection, new: Sequence[NewSubmission], run: Run) -> list[int]:
    """Keep each of `new`, in order, as the next version for its unit and period, and return their ids.

    A few statements, however many they are.
    """
    if not new:
        return []
    rows = _next_versions(connection, new, run)
    returning = insert(tables.submission).returning(tables.submission.c.id, sort_by_parameter_order=True)
    keys = [int(key) for key in connection.execute(returning, rows).scalars()]
    _add_said(connection, {key: (one.values, one.tasks) for key, one in zip(keys, new, strict=True)})
    told = [f"{row['unit']} {row['period']} v{row['version']}" for row in rows]
    note_all(connection, run, [("submission.kept", str(key), text) for key, text in zip(keys, told, strict=True)])
    return keys


def put_said(connection: Connection, said: Mapping[int, Said]) -> None:
    """Keep what submissions say, by their ids, in place of what they said before."""
    for table in (tables.value, tables.plan_task):
        connection.execute(delete(table).where(table.c.submission_id.in_(list(said))))
    _add_said(connection, said)


def _add_said(connection: Connection, said: Mapping[int, Said]) -> None:
    filled = [_value_row(key, value) for key, (values, _) in said.items() for value in values]
    insert_rows(connection, tables.value, filled)
    add_tasks(connection, {key: listed for key, (_, listed) in said.items()})


def _next_versions(connection: Connection, new: Sequence[NewSubmission], run: Run) -> list[dict[str, Any]]:
    last: dict[tuple[str, str], int] = {}
    for period in {one.period for one in new}:
        units = {one.unit for one in new if one.period == period}
        last |= {(unit, period): version for unit, (version, _) in latest_versions(connection, period, units).items()}
    rows = []
    for one in new:
        version = last[one.unit, one.period] = last.get((one.unit, one.period), 0) + 1
        row = {name: value for name, value in vars(one).items() if name not in LISTS}  # asdict would copy every value
        rows.append({**row, "version": version, "kept_at": run.now})
    return rows


def latest_versions(connection: Connection, period: str, units: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return number and hash of the newest version for `period` of those of `units` that have one."""
    s, wanted = tables.submission.c, sorted(units)
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(wanted), MOST_IDS):
        chunk = wanted[start : start + MOST_IDS]
        query = select(s.unit, s.version, s.sha256).where(s.period == period, s.unit.in_(chunk)).order_by(s.version)
        found |= {row.unit: (row.version, row.sha256) for row in connection.execute(query)}
    return found


def submissions(connection: Connection, period: str, as_of: datetime) -> list[Submission]:
    """Return every version for `period` known at `as_of`, by unit and version, each in the state it had then."""
    s = tables.submission.c
    rows = connection.execute(
        select(tables.submission).where(s.period == period, s.kept_at <= as_of).order_by(s.unit, s.version)
    ).all()
    verdicts = _verdicts(connection, period, as_of)
    by_unit: dict[str, list[Submission]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit].append(_submission(row, *verdicts.get(row.id, (State.RECEIVED, ""))))
    return [s for versions in by_unit.values() for s in _with_superseded(versions)]


def counted(versions: Sequence[Submission]) -> list[Submission]:
    """Return those whose figures count: for each unit the newest accepted version, if any."""
    return [s for s in versions if s.state in COUNTED]


def newest(versions: Sequence[Submission]) -> list[Submission]:
    """Return the newest version of each unit, whatever its state."""
    return list({s.unit: s for s in versions}.values())


def versions_of(connection: Connection, ids: Collection[int]) -> list[Submission]:
    """Return the submissions in `ids`, each as it was received: whatever was said of it since."""
    s, in_order = tables.submission, sorted(ids)
    found: list[Submission] = []
    for start in range(0, len(in_order), MOST_IDS):
        chunk = in_order[start : start + MOST_IDS]
        rows = connection.execute(select(s).where(s.c.id.in_(chunk)).order_by(s.c.id))
        found += [_submission(row, State.RECEIVED, "") for row in rows]
    return found


def values_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Value, ...]]:
    """Return the values of each submission in `ids`, in order of element."""
    found: dict[int, list[Value]] = {key: [] for key in ids}
    for key, element, status, number, fault, sheet, cell, text, remark in value_rows(connection, ids):
        kind = Fault(fault) if fault else None
        found[key].append(Value(element, STATUSES[status], number, kind, sheet, cell, text, remark))
    return {key: tuple(values) for key, values in found.items()}


def value_rows(connection: Connection, ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Give the stored values of each submission in `ids` as rows: by submission, then element.

    The columns are those of the table: submission_id, element, status, number, fault, sheet, cell, text, note.
    """
    v = tables.value.c
    for start in range(0, len(ids), MOST_IDS):
        chunk = ids[start : start + MOST_IDS]
        query = select(tables.value).where(v.submission_id.in_(chunk)).order_by(v.submission_id, v.element)
        yield from connection.execute(query).all()


def add_judgement(
    connection: Connection,
    submission: Submission,
    state: State,
    findings: Sequence[Finding],
    run: Run,
) -> bool:
    """Keep the verdict on `submission` and return True; the verdict it already has is not kept again: False."""
    digest = hashlib.sha256(json.dumps([state, *map(asdict, findings)], ensure_ascii=False).encode()).hexdigest()
    j = tables.judgement.c
    last = connection.execute(
        select(j.digest).where(j.submission_id == submission.id).order_by(j.id.desc()).limit(1)
    ).scalar()
    if last == digest:
        return False
    before = _overtaken(connection, submission)
    result = connection.execute(
        insert(tables.judgement).values(
            submission_id=submission.id, state=state, digest=digest, judged_at=run.now, run_id=run.id
        )
    )
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    insert_rows(connection, tables.finding, [_finding_row(key, i, f) for i, f in enumerate(findings)])
    note(connection, run, f"submission.{state}", str(submission.id), f"{len(findings)} findings")
    _note_overtaken(connection, submission, before, run)
    return True


def _overtaken(connection: Connection, submission: Submission) -> dict[int, State]:
    """Return the versions of this unit that came before and do not count for a later one, with their own verdicts."""
    if submission.version == 1:
        return {}
    s, j = tables.submission.c, tables.judgement.c
    query = (
        select(s.id, s.version, j.state)
        .join(tables.judgement, j.submission_id == s.id)
        .where(s.unit == submission.unit, s.period == submission.period)
        .order_by(j.id)
    )
    last = {row.id: (row.version, State(row.state)) for row in connection.execute(query)}
    newest = max((version for version, state in last.values() if state in COUNTED), default=0)
    return {key: state for key, (version, state) in last.items() if version < newest}


def _note_overtaken(connection: Connection, submission: Submission, before: Mapping[int, State], run: Run) -> None:
    """Say which versions the verdict on `submission` put out of force, and which it put into force again."""
    now = _overtaken(connection, submission)
    lines = [
        (f"submission.{State.SUPERSEDED}", str(key), f"by v{submission.version}") for key in now if key not in before
    ]
    back = [(f"submission.{state}", str(key), "in force again") for key, state in before.items() if key not in now]
    note_all(connection, run, [*lines, *back])


def findings_of(connection: Connection, versions: Sequence[Submission], as_of: datetime) -> dict[int, list[Finding]]:
    """Return the findings of the verdict that each of `versions` had at `as_of`."""
    units = {s.id: s.unit for s in versions}
    found: dict[int, list[Finding]] = {key: [] for key in units}
    ids = list(units)
    for start in range(0, len(ids), MOST_IDS):
        for row in connection.execute(_findings_query(ids[start : start + MOST_IDS], as_of)):
            found[row.submission_id].append(_finding(row, units[row.submission_id]))
    return found


def _findings_query(ids: Sequence[int], as_of: datetime) -> Select[Any]:
    j, f = tables.judgement.c, tables.finding.c
    latest = select(func.max(j.id)).where(j.submission_id.in_(ids), j.judged_at <= as_of).group_by(j.submission_id)
    return (
        select(j.submission_id, tables.finding)
        .join(tables.judgement, f.judgement_id == j.id)
        .where(j.id.in_(latest))
        .order_by(f.judgement_id, f.place)
    )


def _verdicts(connection: Connection, period: str, as_of: datetime) -> dict[int, tuple[State, str]]:
    j, s = tables.judgement.c, tables.submission.c
    query = (
        select(j.submission_id, j.state, j.digest)
        .join(tables.submission, j.submission_id == s.id)
        .where(s.period == period, j.judged_at <= as_of)
        .order_by(j.id)
    )
    return {row.submission_id: (State(row.state), row.digest) for row in connection.execute(query)}


def _with_superseded(versions: Sequence[Submission]) -> list[Submission]:
    last_accepted = max((s.version for s in versions if s.state in COUNTED), default=0)
    return [replace(s, state=State.SUPERSEDED) if s.version < last_accepted else s for s in versions]


def _submission(row: Row[Any], state: State, verdict: str) -> Submission:
    return Submission(
        id=row.id,
        unit=row.unit,
        period=row.period,
        form_version=row.form_version,
        version=row.version,
        state=state,
        scope=Scope(row.scope),
        window_from=row.window_from,
        window_to=row.window_to,
        received_at=row.received_at,
        days_late=row.days_late,
        premature=row.premature,
        sha256=row.sha256,
        file_name=row.file_name,
        verdict=verdict,
        kept_at=row.kept_at,
    )


def _value_row(key: int, value: Value) -> dict[str, object]:
    return {
        "submission_id": key,
        "element": value.element,
        "status": value.status,
        "number": value.number,
        "fault": value.fault,
        "sheet": value.sheet,
        "cell": value.cell,
        "text": value.text,
        "note": value.note,
    }


def _finding_row(key: int, place: int, finding: Finding) -> Mapping[str, object]:
    row = {k: v for k, v in asdict(finding).items() if k != "unit"}
    return {**row, "judgement_id": key, "place": place}


def _finding(row: Row[Any], unit: str) -> Finding:
    return Finding(
        unit=unit,
        rule=row.rule,
        severity=Severity(row.severity),
        found=row.found,
        expected=row.expected,
        message=row.message,
        element=row.element,
        sheet=row.sheet,
        cell=row.cell,
    )


def judged_at(connection: Connection, versions: Sequence[Submission], as_of: datetime) -> dict[int, datetime]:
    """Return when the verdict was given that each of `versions` had at `as_of`; nothing for one not judged yet."""
    j, found = tables.judgement.c, dict[int, datetime]()
    ids = [s.id for s in versions]
    for start in range(0, len(ids), MOST_IDS):
        chunk = ids[start : start + MOST_IDS]
        query = select(j.submission_id, j.judged_at).where(j.submission_id.in_(chunk), j.judged_at <= as_of)
        found |= {row.submission_id: row.judged_at for row in connection.execute(query.order_by(j.id))}
    return found
