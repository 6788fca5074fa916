"""The CSV files that others build on."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.publish.open_data import BOM, as_csv, csv_files, inert

from . import factory

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HEADS = {
    "evaluation.csv": "period,level,unit,unit_name,indicator,name,numerator,denominator,value,unit_of_measure,"
    "reported_units,expected_units,target,target_year,target_status,status,definition_from",
    "findings.csv": "period,unit,submission,rule,severity,element,sheet,cell,found,expected,message",
    "submissions.csv": "period,unit,unit_name,state,version,received_at,days_late,form_version,window_from,window_to,"
    "sha256,file_name,days_early",
    "values.csv": "period,unit,element,value,status,sheet,cell,submission",
}


def cell(value: object) -> str:
    """Return how one value is written."""
    frame = pd.DataFrame({"x": pd.Series([value], dtype=object)})
    return next(csv.DictReader(io.StringIO(as_csv(frame, ["x"], ZONE).removeprefix(BOM).decode(), newline="")))["x"]


@pytest.mark.parametrize("name", HEADS)
def test_each_file_has_exactly_its_columns(name: str) -> None:
    data = csv_files(factory.content())[name]
    assert data.startswith(BOM)
    assert data.removeprefix(BOM).decode().split("\r\n")[0] == HEADS[name]


def test_lines_end_the_same_way_on_every_system() -> None:
    data = csv_files(factory.content())["values.csv"]
    assert data.count(b"\n") == data.count(b"\r\n") > 1000


def test_a_file_reads_back_as_the_frame_it_came_from() -> None:
    content = factory.content()
    rows = list(csv.DictReader(io.StringIO(csv_files(content)["values.csv"].decode("utf-8-sig"), newline="")))
    assert [r["unit"] for r in rows] == content.values["unit"].tolist()
    assert [Decimal(r["value"]) if r["value"] else None for r in rows] == content.values["value"].tolist()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal(34600), "34600"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (Decimal("69.630"), "69.63"),
        (Decimal(2) / 3, "0.6666666667"),
        (Decimal("-0.00000000001"), "0"),
        (Decimal("NaN"), ""),
        (None, ""),
        (float("nan"), ""),
        (2.0, "2"),
        (True, "1"),
        (date(2022, 6, 14), "2022-06-14"),
        (datetime(2022, 6, 16, 9, 5, tzinfo=UTC), "2022-06-16T16:05:00+07:00"),
        ("Xã Kiến An", "Xã Kiến An"),
    ],
)
def test_each_kind_of_value_has_one_way_of_writing(value: object, written: str) -> None:
    assert cell(value) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**15), max_value=10**15))
def test_ten_decimals_are_kept_exactly(value: Decimal) -> None:
    assert Decimal(cell(value)) == value


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "﹣1", "\u200b=1", " =1"])
def test_text_that_could_be_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert inert(text).startswith("'")


@pytest.mark.parametrize("text", ["Xã Kiến An", "34.600", "a=b", "(không)"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_no_text_of_a_unit_begins_like_a_formula_or_breaks_its_line(text: str) -> None:
    written = cell(text)
    assert written[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert "\n" not in written
