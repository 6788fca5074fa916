"""Facts about what the published CSV files show of a period."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import Connection

from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.refusal import RefusalText, load_refusals
from config.settings import PROJECT
from tasks.store.calculations import Basis, add_calculation, add_evaluation
from tasks.store.frames import (
    EVALUATION,
    EVALUATION_GROUNDS,
    FINDINGS,
    MENDED,
    STANDING,
    SUBMISSIONS,
    TYPED,
    VALUES,
    evaluation_frame,
    findings_frame,
    submission_name,
    submissions_frame,
    values_frame,
)
from tasks.store.overview import overview
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.values import Outcome, Run, State
from tests.factory import (
    COMMUNE,
    DISTRICT,
    END_OF_TIME,
    NEIGHBOUR,
    at,
    keep_version,
    make_arrival,
    make_finding,
    make_value,
)


def refuse(connection: Connection, run: Run, **changes: object) -> None:
    """Keep a file that was refused as the form of another unit."""
    receipt = Receipt(make_arrival(**changes), Outcome.QUARANTINED, "wrong_unit", "stamped", found="biểu của xã khác")
    add_receipts(connection, [receipt], run)


def test_a_submission_is_named_by_unit_period_and_version() -> None:
    assert submission_name("30628", "2022-H1", 2) == "30628-2022-H1-2"


def test_the_columns_are_those_that_others_build_on(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    assert list(submissions_frame(connection, declarations, period, END_OF_TIME)) == [*SUBMISSIONS, MENDED]
    assert list(findings_frame(connection, period, END_OF_TIME, {})) == [*FINDINGS, STANDING]
    assert list(values_frame(connection, declarations, [])) == [*VALUES, *TYPED]


def test_every_unit_that_owes_has_a_row_and_the_district_comes_first(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    keep_version(connection)
    frame = submissions_frame(connection, declarations, period, END_OF_TIME)
    assert frame.unit.tolist() == list(declarations.reporting(period))
    assert frame.unit.iloc[0] == DISTRICT
    assert len(frame) == 19


def test_a_unit_that_sent_nothing_is_missing(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    keep_version(connection)
    frame = submissions_frame(connection, declarations, period, END_OF_TIME).set_index("unit")
    assert frame.state[COMMUNE] == "accepted"
    assert (frame.state.drop(COMMUNE) == "missing").all()
    assert frame.version[NEIGHBOUR] is None


def test_all_versions_of_a_unit_stand_in_order(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    keep_version(connection, State.RETURNED, received_at=at("2022-06-15T08:00"))
    keep_version(connection, State.ACCEPTED, received_at=at("2022-06-17T08:00"))
    refuse(connection, run, received_at=at("2022-06-16T08:00"))
    frame = submissions_frame(connection, declarations, period, END_OF_TIME)
    mine = frame[frame.unit == COMMUNE]
    assert mine.state.tolist() == ["superseded", "quarantined", "accepted"]
    assert mine.version.tolist() == [1, None, 2]


def test_a_refused_file_is_no_version_so_its_unit_is_still_missing(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    refuse(connection, run)
    frame = submissions_frame(connection, declarations, period, END_OF_TIME)
    assert frame[frame.unit == COMMUNE].state.tolist() == ["quarantined", "missing"]


def test_a_file_in_the_folder_of_nobody_comes_last(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    refuse(connection, run, unit="xa-la")
    last = submissions_frame(connection, declarations, period, END_OF_TIME).iloc[-1]
    assert (last.unit, last.unit_name, last.state) == ("xa-la", "", "quarantined")


def test_moments_are_shown_in_the_time_of_viet_nam(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    keep_version(connection, received_at=at("2022-06-15T09:30"))
    frame = submissions_frame(connection, declarations, period, END_OF_TIME).set_index("unit")
    assert frame.received_at[COMMUNE] == "2022-06-15T09:30:00+07:00"


def test_findings_of_every_version_are_listed(connection: Connection, period: Period) -> None:
    keep_version(connection, State.RETURNED, [make_finding(rule="ID11")])
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [make_finding(rule="ID15")])
    frame = findings_frame(connection, period, END_OF_TIME, {})
    assert frame[["submission", "rule"]].values.tolist() == [["30628-2022-H1-1", "ID11"], ["30628-2022-H1-2", "ID15"]]


def test_findings_stand_on_the_newest_version_and_on_the_one_that_counts(
    connection: Connection, period: Period
) -> None:
    keep_version(connection, State.RETURNED, [make_finding(rule="ID11")])
    keep_version(connection, State.RETURNED, [make_finding(rule="ID12")])
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, [make_finding(rule="ID15")], unit=NEIGHBOUR)
    keep_version(connection, State.RETURNED, [make_finding(rule="ID13")], unit=NEIGHBOUR)
    frame = findings_frame(connection, period, END_OF_TIME, {})
    assert dict(zip(frame.rule, frame.standing, strict=True)) == {
        "ID11": False, "ID12": True, "ID13": True, "ID15": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "stands"),
    [("2022-06-17T08:00", False), ("2022-06-15T08:00", True)],
    ids=["corrected afterwards", "sent before"],
)
def test_a_refusal_stands_until_its_unit_sends_a_version(
    connection: Connection, period: Period, run: Run, sent: str, stands: bool
) -> None:
    refuse(connection, run, received_at=at("2022-06-16T08:00"))
    keep_version(connection, received_at=at(sent))
    texts = {"wrong_unit": RefusalText(unit="Điền vào biểu của mình.", operator="…")}
    assert findings_frame(connection, period, END_OF_TIME, texts).standing.tolist() == [stands]


def test_a_refused_file_has_a_finding_with_its_sentence(connection: Connection, period: Period, run: Run) -> None:
    refuse(connection, run)
    texts = {"wrong_unit": RefusalText(unit="Điền vào biểu của mình.", operator="…")}
    [row] = findings_frame(connection, period, END_OF_TIME, texts).to_dict("records")
    assert row["severity"] == "critical"
    assert row["rule"] == "wrong_unit"
    assert row["message"] == "Tệp nhận được là biểu của xã khác. Điền vào biểu của mình."


def test_values_are_those_of_the_versions_asked_for_each_with_its_cell(
    connection: Connection, declarations: Declarations
) -> None:
    asked = keep_version(connection, State.ACCEPTED, values=(make_value("A01", "20.5", cell="D7"),))
    keep_version(connection, State.RETURNED, values=(make_value("A01", 99),))
    keep_version(connection, State.RETURNED, unit=NEIGHBOUR)
    [row] = values_frame(connection, declarations, [asked]).to_dict("records")
    assert row == {
        "period": "2022-H1",
        "unit": COMMUNE,
        "element": "A01",
        "value": Decimal("20.5"),
        "status": "number",
        "sheet": "TTHC",
        "cell": "D7",
        "submission": "30628-2022-H1-1",
        "text": "20.5",
        "note": "",
        "typed_at": None,
    }


@pytest.mark.parametrize("status", [s for s in CellStatus if s is not CellStatus.NUMBER])
def test_the_kinds_of_nothing_stay_apart_and_are_never_zero(
    connection: Connection, declarations: Declarations, status: CellStatus
) -> None:
    version = keep_version(connection, values=(make_value("A01", None, status=status),))
    frame = values_frame(connection, declarations, [version])
    assert frame[["value", "status"]].values.tolist() == [[None, str(status)]]


def test_the_overview_counts_units_not_files(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    keep_version(connection, State.RETURNED, days_late=1)
    keep_version(connection, State.ACCEPTED_WITH_WARNINGS, days_late=2)
    keep_version(connection, State.ACCEPTED, unit=NEIGHBOUR)
    keep_version(connection, State.RETURNED, unit=NEIGHBOUR)
    refuse(connection, run, unit="30634")
    assert overview(connection, declarations, period, END_OF_TIME) == {
        "Đơn vị phải báo cáo": 19,
        "Đã nộp": 2,
        "Nộp muộn": 1,
        "Được tổng hợp": 2,
        "Có cảnh báo": 1,
        "Đang trả lại để sửa": 1,
        "Chưa nộp": 17,
        "Tệp không dùng được, chưa nộp lại": 1,
    }


@pytest.mark.parametrize(
    ("received", "early"), [("2022-06-11T10:00", 4), ("2022-06-14T23:59", 1), ("2022-06-15T00:00", 0)]
)
def test_how_many_days_early_a_version_came_is_told(
    connection: Connection, declarations: Declarations, period: Period, received: str, early: int
) -> None:
    keep_version(connection, State.ACCEPTED, received_at=at(received))
    frame = submissions_frame(connection, declarations, period, END_OF_TIME)
    assert frame[frame["unit"] == COMMUNE]["days_early"].tolist() == [early]
    assert frame[frame["state"] == "missing"]["days_early"].isna().all()


def test_a_unit_that_sent_in_time_and_corrected_late_is_not_late(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    keep_version(connection, State.RETURNED)
    keep_version(connection, State.ACCEPTED, days_late=2)
    assert overview(connection, declarations, period, END_OF_TIME)["Nộp muộn"] == 0


REFUSED_FILES = (
    "Tệp không dùng được, chưa nộp lại",
    "Tệp không dùng được, biểu trước vẫn được tính",
    "Tệp không dùng được, không của đơn vị nào",
)


def test_only_a_unit_of_which_nothing_counts_must_send_a_refused_file_again(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    def refused() -> list[int | None]:
        counts = overview(connection, declarations, period, END_OF_TIME)
        return [counts.get(name) for name in REFUSED_FILES]

    assert refused() == [0, None, None]
    keep_version(connection, State.ACCEPTED, received_at=at("2022-06-15T08:00"))
    refuse(connection, run, received_at=at("2022-06-15T09:00"))
    assert refused() == [0, 1, None]
    keep_version(connection, State.RETURNED, unit=NEIGHBOUR, received_at=at("2022-06-15T08:00"))
    refuse(connection, run, unit=NEIGHBOUR, received_at=at("2022-06-15T09:00"), message="30631/c@3")
    refuse(connection, run, unit="xa-la", message="xa-la/c@3")
    assert refused() == [1, 1, 1]


def test_a_file_that_something_usable_has_followed_is_no_longer_counted(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    def refused() -> int:
        return overview(connection, declarations, period, END_OF_TIME)["Tệp không dùng được, chưa nộp lại"]

    refuse(connection, run, received_at=at("2022-06-15T08:00"))
    assert refused() == 1
    keep_version(connection, State.RETURNED, received_at=at("2022-06-15T09:00"))
    assert refused() == 0
    refuse(connection, run, received_at=at("2022-06-15T10:00"), message="30628/c@3")
    assert refused() == 1


def test_the_bytes_of_the_last_version_sent_once_more_make_a_file_good(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    def unmended() -> tuple[int, list[bool]]:
        counts = overview(connection, declarations, period, END_OF_TIME)
        found = findings_frame(connection, period, END_OF_TIME, load_refusals(PROJECT / "config"))
        return counts["Tệp không dùng được, chưa nộp lại"], found[STANDING].tolist()

    keep_version(connection, State.RETURNED, received_at=at("2022-06-15T08:00"))
    refuse(connection, run, received_at=at("2022-06-15T09:00"))
    for unit, hour, expected in ((NEIGHBOUR, 10, (1, [True])), (COMMUNE, 9, (1, [True])), (COMMUNE, 10, (0, [False]))):
        again = make_arrival(unit=unit, received_at=at(f"2022-06-15T{hour:02}:00"), message=f"{unit}@{hour}")
        add_receipts(connection, [Receipt(again, Outcome.DUPLICATE)], run)
        assert unmended() == expected, (unit, hour)


def test_the_overview_of_an_earlier_day_knows_only_that_day(
    connection: Connection, declarations: Declarations, period: Period
) -> None:
    keep_version(connection, moment=at("2022-06-17T08:00"))
    assert overview(connection, declarations, period, at("2022-06-16T08:00"))["Đã nộp"] == 0


def test_an_evaluation_stands_in_the_order_of_the_annex(
    connection: Connection, declarations: Declarations, period: Period, run: Run
) -> None:
    figure = {
        "numerator": Decimal(1),
        "denominator": Decimal(2),
        "value": Decimal("50"),
        "reported_units": 1,
        "expected_units": 1,
    }
    judged = dict.fromkeys([*EVALUATION_GROUNDS, "target", "target_year", "target_status", "definition_from"])
    keys = [
        {"level": level, "unit": unit, "indicator": indicator}
        for level, unit in (("unit", NEIGHBOUR), ("unit", COMMUNE), ("unit", DISTRICT), ("district", DISTRICT))
        for indicator in ("T01", "L02", "L01")
    ]
    calculation = add_calculation(
        connection,
        Basis("2022-H1", (), declarations="d", base=None),
        pd.DataFrame([{**key, **figure, "state": "number"} for key in keys]).astype(object),
        run,
    )
    add_evaluation(connection, calculation, pd.DataFrame([{**key, **judged, "status": "đạt"} for key in keys]))
    frame = evaluation_frame(connection, declarations, period, calculation)
    assert list(frame) == EVALUATION + EVALUATION_GROUNDS
    assert frame[["level", "unit"]].drop_duplicates().values.tolist() == [
        ["district", DISTRICT],
        ["unit", DISTRICT],
        ["unit", COMMUNE],
        ["unit", NEIGHBOUR],
    ]
    order = [code for code in declarations.indicators if code in ("L01", "L02", "T01")]
    assert frame.indicator.tolist() == order * 4
    assert frame[["unit_name", "value", "status"]].values.tolist()[0] == ["Huyện Chợ Mới", Decimal("50"), "đạt"]
