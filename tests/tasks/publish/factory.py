"""Release contents for tests: the real declarations, made-up but plausible figures of every unit."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from config.element import Level
from config.indicator import Direction, Indicator
from config.load import Declarations, load
from config.period import Period
from config.unit import Unit, UnitKind, Units
from tasks.publish.content import Facts, Input, ReleaseContent
from tasks.store.frames import (
    CHANGES,
    COMPARED,
    EVALUATION,
    EVALUATION_GROUNDS,
    FINDINGS,
    MENDED,
    STANDING,
    SUBMISSIONS,
    TYPED,
    VALUES,
)
from tasks.store.history import ARRIVALS, FIGURES, Past
from tasks.store.stretches import INCREMENTS
from tasks.store.values import DISTRICT_LEVEL, UNIT_LEVEL

PERIOD = Period.parse("2022-H1")
CREATED = datetime(2022, 6, 22, 9, 30, tzinfo=UTC)
SILENT, RETURNED, WARNED, LATE, CORRECTED = "30679", "30670", "30637", "30661", "30643"
DAY = date(2022, 6, 14)


@lru_cache
def declarations() -> Declarations:
    """Return the declarations of the repository."""
    return load(Path(__file__).resolve().parents[3] / "config")


def content(**changed: Any) -> ReleaseContent:
    """Return the half-year 2022 of 19 units: one silent, one returned, one warned, one late, one corrected."""
    return _content(declarations(), **changed)


def content_of(units: int, **changed: Any) -> ReleaseContent:
    """Return the same period for as many units as wanted."""
    real = declarations()
    district = next(u for u in real.units.all if u.code == real.office.district)
    communes = [
        Unit(f"{50000 + i}", date(2021, 1, 1), f"Xã Số {i}", UnitKind.XA, "made up", parent=district.code)
        for i in range(units - 1)
    ]
    return _content(replace(real, units=Units((replace(district, valid_to=None), *communes))), **changed)


def facts(**changed: Any) -> Facts:
    """Return the facts of a provisional, illustrative release."""
    known: dict[str, Any] = {
        "created_at": CREATED,
        "as_of": CREATED,
        "run_id": "2f6c1c1e-0001",
        "provisional": True,
        "illustrative": True,
        "software": {"cchc": "0.1.0", "python": "3.11"},
        "inputs": (Input("893-2022-H1-1", "893", 1, sha("893", 1)),),
    }
    return Facts(**known | changed)


def past(periods: Sequence[str] = ("2021-Q1", "2021-H1", "2021-Q3", "2021-YEAR", "2022-Q1")) -> Past:
    """Return earlier periods of every unit and the district: figures that drift upwards, a late unit, a silent one."""
    now = content().evaluation
    frames = []
    for n, period in enumerate(periods):
        less = Decimal(len(periods) - n) / 20
        values = [None if pd.isna(v) else v * (1 - less) for v in now["value"]]
        frames.append(now.assign(period=period, value=pd.Series(values, dtype=object))[FIGURES])
    received = datetime(2021, 3, 16, 2, tzinfo=UTC)
    arrivals = [
        (period, unit, 1, received + timedelta(days=91 * n), 3 if unit == LATE else 0)
        for n, period in enumerate(periods)
        for unit in declarations().reporting(Period.parse(period))
        if unit != SILENT
    ]
    return Past(pd.concat(frames, ignore_index=True), pd.DataFrame(arrivals, columns=ARRIVALS, dtype=object))


def changes() -> pd.DataFrame:
    """Return what changed since r001: a late unit's figures, the district's with them, and a target set by decree."""
    rows = []
    for row in content().evaluation.to_dict("records"):
        of_unit = row["level"] == UNIT_LEVEL
        if row["indicator"] not in ("P02", "L01") or (of_unit and row["unit"] != LATE):
            continue
        was = {"value": None, "numerator": None, "denominator": None, "reported_units": 0, "status": "chưa báo cáo"}
        old = row | (was if of_unit else {"reported_units": row["reported_units"] - 1, "target": Decimal(90)})
        sides = {f"{side}_{c}": told[c] for c in COMPARED for side, told in (("old", old), ("new", row))}
        cause = "late_unit" if of_unit else "late_unit target"
        why = "Xã Bình Phước Xuân có số liệu, muộn 3 ngày"
        rows.append(
            {c: row[c] for c in CHANGES if c in row}
            | sides
            | {"from_release": "r001", "cause": cause, "explanation": why}
        )
    return pd.DataFrame(rows, columns=CHANGES, dtype=object)


def increments() -> pd.DataFrame:
    """Return the second quarter of every unit that sent, two thirds of what each said, and of the district."""
    known, rows = content(), []
    head = (str(PERIOD), "Q2", "Quý II năm 2022", "2022-H1 - 2022-Q1")
    totals: dict[str, list[Decimal]] = {}
    for row in known.values[known.values["status"] == "number"].to_dict("records"):
        element, made = declarations().elements[row["element"]], (row["value"] * 2 / 3).quantize(Decimal(1))
        totals.setdefault(element.code, []).append(made)
        name = declarations().reporting(PERIOD)[row["unit"]].name
        rows.append(
            (
                *head,
                "unit",
                row["unit"],
                name,
                element.code,
                element.name,
                made,
                element.unit_of_measure,
                "number",
                1,
                1,
            )
        )
    district = [
        (*head, "district", "893", "Huyện Chợ Mới", code, declarations().elements[code].name, sum(made, Decimal(0)),
         declarations().elements[code].unit_of_measure, "number", len(made), 19)
        for code, made in totals.items()
    ]  # fmt: skip
    return pd.DataFrame([*district, *rows], columns=INCREMENTS, dtype=object)


def sha(unit: str, version: int) -> str:
    """Return a made-up hash of a workbook."""
    return hashlib.sha256(f"{unit}-{version}".encode()).hexdigest()


def finding(unit: str, submission: str, **changed: Any) -> dict[str, Any]:
    """Return one finding: three parts that do not make their total."""
    known: dict[str, Any] = {
        "period": str(PERIOD), "unit": unit, "submission": submission, "rule": "ID12", "severity": "critical",
        "element": "C14", "sheet": "TTHC", "cell": "D14", "found": "1.240", "expected": "1.204",
        "message": "[ID12] TTHC!D14: ghi 1.240, tổng các ô D11–D13 là 1.204. Sửa lại rồi gửi lại biểu.",
        "standing": True,
    }  # fmt: skip
    return known | changed


def findings(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return `rows` as a findings frame."""
    return pd.DataFrame(rows, columns=[*FINDINGS, STANDING], dtype=object)


def with_first(frame: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """Return `frame` with another value in the first row of a column."""
    return frame.assign(**{column: pd.Series([value, *frame[column].tolist()[1:]], index=frame.index, dtype=object)})


def _content(declared: Declarations, **changed: Any) -> ReleaseContent:
    units = declared.reporting(PERIOD)
    known: dict[str, Any] = {
        "period": PERIOD,
        "evaluation": _evaluation(declared, units),
        "values": _values(declared, units),
        "findings": findings(_finding_rows(units)),
        "submissions": pd.DataFrame(_submission_rows(units), columns=[*SUBMISSIONS, MENDED], dtype=object),
        "declarations": declared,
        "facts": facts(inputs=tuple(Input(f"{u}-{PERIOD}-1", u, 1, sha(u, 1)) for u in units if u != SILENT)),
    }
    return ReleaseContent(**known | changed)


def _evaluation(declared: Declarations, units: Mapping[str, Unit]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for indicator, definition in declared.defined(PERIOD).values():
        owing = [u for u in units.values() if indicator.reported_by.includes(u.level)]
        parts = {u.code: _parts(indicator, u) for u in owing if u.code not in (SILENT, RETURNED)}
        own = [_row(indicator, UNIT_LEVEL, u, parts.get(u.code), (int(u.code in parts), 1)) for u in owing]
        total = (sum(p[0] for p in parts.values()), sum(p[1] for p in parts.values()))
        district = units[declared.office.district]
        whole = (Decimal(total[0]), Decimal(total[1]))
        rows += [_row(indicator, DISTRICT_LEVEL, district, whole, (len(parts), len(owing))), *own]
        for row in rows[-1 - len(own) :]:
            row["definition_from"] = definition.valid_from
    return pd.DataFrame(rows, columns=[*EVALUATION, *EVALUATION_GROUNDS], dtype=object)


def _parts(indicator: Indicator, unit: Unit) -> tuple[Decimal, Decimal]:
    if (indicator.code, unit.level) == ("L01", Level.DISTRICT):
        return Decimal(13), Decimal(65)  # as published on 30/06/2022
    rng = random.Random(f"{indicator.code}-{unit.code}")
    denominator = rng.randint(20, 400) * (8 if unit.level is Level.DISTRICT else 1)
    share = rng.uniform(0.0, 0.08) if indicator.direction is Direction.DOWN else rng.uniform(0.45, 1.0)
    if indicator.weight:
        return Decimal(denominator) * Decimal(str(round(rng.uniform(6, 24), 1))), Decimal(denominator)
    return Decimal(round(denominator * share)), Decimal(denominator)


def _row(
    indicator: Indicator,
    level: str,
    unit: Unit,
    parts: tuple[Decimal, Decimal] | None,
    coverage: tuple[int, int],
) -> dict[str, Any]:
    nearest = indicator.target(PERIOD.year)
    row: dict[str, Any] = {
        "period": str(PERIOD), "level": level, "unit": unit.code, "unit_name": unit.name, "indicator": indicator.code,
        "name": indicator.name, "unit_of_measure": indicator.unit_of_measure, "reported_units": coverage[0],
        "expected_units": coverage[1], "methods_disagree": False,
        "target": nearest[1].value if nearest else None, "target_year": nearest[0] if nearest else None,
        "target_status": nearest[1].status.value if nearest else None, "status": "chưa báo cáo",
    }  # fmt: skip
    if parts is None or not parts[1]:
        return row
    value = parts[0] * indicator.factor / parts[1]
    row |= {"numerator": parts[0], "denominator": parts[1], "value": value}
    return row | (_judged(indicator, value) if nearest else {"status": "chưa có chỉ tiêu"})


def _judged(indicator: Indicator, value: Decimal) -> dict[str, Any]:
    target = indicator.target(PERIOD.year)
    if target is None or target[1].value is None:
        return {"status": "đạt" if value <= 100 else "ngoài ngưỡng"}
    year, goal = target[0], target[1].value
    met = value <= goal if indicator.direction is Direction.DOWN else value >= goal
    rng = random.Random(f"base-{indicator.code}-{value}")
    if not met and rng.random() < 0.1:
        return {"status": "chưa có gốc"}
    start = date(2021, 12, 14)
    q = Decimal((DAY - start).days) / Decimal((date(year, 12, 31) - start).days)
    r = Decimal(str(rng.choice([1.3, 1.05, 0.97, 0.8, 0.7, 0.4, -0.3])))
    p = Decimal(1) if met else min(r * q, Decimal("0.9"))
    base = value if met else (value - p * goal) / (1 - p)
    r = p / q
    status = "đạt" if met else next(s for s, low in PACES.items() if r >= low)
    needed = (goal - value) / (Decimal((date(year, 12, 31) - DAY).days) / 365)
    return {
        "base": base, "base_date": start, "p": p, "q": q, "r": r, "cagr_ratio": r * Decimal("0.9") if base else None,
        "needed_pace": None if met else needed, "methods_disagree": indicator.code in ("P06", "X04"), "status": status,
    }  # fmt: skip


PACES = {"đúng tiến độ": Decimal("0.95"), "chậm": Decimal("0.6"), "chậm nhiều": Decimal(0), "xấu đi": Decimal("-999")}


def _values(declared: Declarations, units: Mapping[str, Unit]) -> pd.DataFrame:
    rows = []
    for unit in units.values():
        form = declared.form(unit.level, PERIOD)
        if form is None or unit.code == SILENT:
            continue
        sheets = {code: section.sheet for section in form.sections for code in section.elements}
        for i, element in enumerate(declared.rows(form, PERIOD)):
            nothing = i % 23 == 5
            status = "not_applicable" if nothing else "number"
            number = None if nothing else Decimal(random.Random(f"{unit.code}{element.code}").randint(0, 900))
            name = f"{unit.code}-{PERIOD}-1"
            place = (sheets[element.code], f"D{i + 6}")
            typed = "không phát sinh" if nothing else f"{number}"
            rows.append((str(PERIOD), unit.code, element.code, number, status, *place, name, typed, "", None))
    return pd.DataFrame(rows, columns=[*VALUES, *TYPED], dtype=object)


def _finding_rows(units: Mapping[str, Unit]) -> list[dict[str, Any]]:
    rows = [finding("893", f"893-{PERIOD}-1", severity="warning", rule="ID21", element="C11", cell="D16",
        found="34.600", expected="31.700 (14.000 + 4.700 + 13.000)",
        message="[ID21] TTHC!D16: hồ sơ trực tuyến ghi 34.600, tổng theo mức độ là 31.700, chênh 2.900. "
        "Kiểm tra lại hai dòng; nếu đúng như vậy, ghi lý do vào cột Ghi chú.")]  # fmt: skip
    for unit in units:
        if unit in (RETURNED, WARNED) or int(unit) % 7 == 3:
            severity = "warning" if unit == WARNED else "info"
            severity = "critical" if unit == RETURNED else severity
            rows += [finding(unit, f"{unit}-{PERIOD}-1", severity=severity, cell=f"D{n}") for n in (14, 21)]
    rows.append(finding(CORRECTED, f"{CORRECTED}-{PERIOD}-1", standing=False))
    return rows


def _submission_rows(units: Mapping[str, Unit]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for i, unit in enumerate(units.values()):
        if unit.code == SILENT:
            rows.append({"period": str(PERIOD), "unit": unit.code, "unit_name": unit.name, "state": "missing",
                "mended": False})  # fmt: skip
            continue
        state = {RETURNED: "returned", WARNED: "accepted_with_warnings", "893": "accepted_with_warnings"}
        rows.append(_submission(unit, 1, state.get(unit.code, "accepted"), i, 4 if unit.code == LATE else 0))
        if unit.code == CORRECTED:
            rows[-1]["state"] = "superseded"
            rows.append(_submission(unit, 2, "accepted", i + 300, 0))
    return rows


def _submission(unit: Unit, version: int, state: str, minutes: int, days_late: int) -> dict[str, Any]:
    received = datetime(2022, 6, 15, 1, 10, tzinfo=UTC) + timedelta(minutes=17 * minutes, days=days_late)
    return {
        "period": str(PERIOD), "unit": unit.code, "unit_name": unit.name, "state": state, "version": version,
        "received_at": received.astimezone(declarations().calendar.zone).isoformat(timespec="seconds"),
        "days_late": days_late, "form_version": f"{unit.level}/2021", "window_from": date(2021, 12, 15),
        "window_to": DAY, "sha256": sha(unit.code, version), "file_name": f"{unit.code}-{PERIOD}.xlsx",
        "days_early": 0, "mended": False,
    }  # fmt: skip
