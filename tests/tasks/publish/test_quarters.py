"""Riêng từng quý: the derived stretch beside what was reported, over the same units, and marked as derived."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from config.period import Period
from tasks.publish.quarters import Increment, Quarters, Told, adds_up, quarters
from tasks.publish.sheaf import Sheaf
from tasks.publish.site import site
from tasks.store.values import BELOW_NOTHING, TOO_FEW

from . import factory

ELEMENTS = factory.declarations().elements
RESOLVED = ELEMENTS["C20"]


def made(period: str, value: int | None, reported: int | None = 100, status: str = "number") -> Quarters | None:
    """Return the quarters of C20 where the derived stretch came to `value` and the report says `reported`."""
    derived = Increment(None if value is None else Decimal(value), status, 18, 19)
    told = Told({"C20": derived}, {} if reported is None else {"C20": Decimal(reported)})
    return quarters(Period.parse(period), [RESOLVED], told, ELEMENTS)


@pytest.mark.parametrize(
    ("period", "derived", "figures", "marked"),
    [
        ("2022-H1", 60, (40, 60, 100), ["Quý II"]),
        ("2022-Q3", 160, (60, 100, 160), ["9 tháng"]),
        ("2022-YEAR", 30, (70, 30, 100), ["9 tháng", "Quý IV"]),
    ],
)
def test_the_columns_add_up_and_say_what_nobody_reported(
    period: str, derived: int, figures: tuple[int, int, int], marked: list[str]
) -> None:
    found = made(period, derived)
    assert found is not None
    assert found.rows[0].figures == tuple(map(Decimal, figures))
    assert found.rows[0].figures[0] + found.rows[0].figures[1] == found.rows[0].figures[2]  # type: ignore[operator]
    assert [column.name for column in found.columns if column.derived] == marked


def test_a_first_quarter_and_a_missing_part_have_nothing_to_show() -> None:
    assert made("2022-Q1", 60) is None
    assert made("2022-H1", None, status="not_available") is None
    assert made("2022-H1", 0, None, "not_applicable") is None


@pytest.mark.parametrize(("status", "said"), [(BELOW_NOTHING, "hiệu nhỏ hơn 0"), (TOO_FEW, "chưa đủ số liệu")])
def test_a_figure_that_cannot_be_says_why(status: str, said: str) -> None:
    found = made("2022-H1", None, status=status)
    assert found is not None
    assert said in found.rows[0].reason
    assert found.rows[0].figures == (None, None, Decimal(100))


def test_how_it_is_made_is_said_in_words() -> None:
    found = made("2022-YEAR", 30)
    assert found is not None
    assert (found.name, found.made_of) == ("Quý IV năm 2022", "năm 2022 − 6 tháng đầu năm 2022 − quý III năm 2022")


def test_only_what_adds_up_over_the_year_has_quarters() -> None:
    kinds = {code: adds_up(element, ELEMENTS) for code, element in ELEMENTS.items()}
    assert kinds["C20"]
    assert not kinds["C31"], "what is pending on the last day belongs to no quarter"


def text(html: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.decode())))


def test_pages_show_them_of_an_indicator_and_of_a_unit_where_there_is_anything_to_show() -> None:
    without, pages = site(factory.content()), site(factory.content(increments=factory.increments()))
    for page in ("chi-tieu/P01.html", "don-vi/30628.html"):
        assert "Riêng từng quý" in text(pages[page])
        assert "Quý II (suy ra)" in text(pages[page])
        assert "Quý II năm 2022 không có báo cáo riêng" in text(pages[page])
        assert "Riêng từng quý" not in text(without[page])
    assert "Riêng từng quý" not in text(pages["chi-tieu/P02.html"]), "stocks have no quarters"
    assert "Riêng từng quý" not in text(pages[f"don-vi/{factory.SILENT}.html"])
    frame = factory.increments()
    of_unit = frame[(frame["level"] == "unit") & (frame["unit"] == "30628") & (frame["element"] == "C20")][
        "value"
    ].iloc[0]
    row = re.search(
        r'<th role="rowheader" scope="row">' + re.escape(RESOLVED.name) + ".*?</tr>",
        pages["don-vi/30628.html"].decode(),
        re.S,
    )
    assert row is not None
    assert f'<span class="n derived">{of_unit}</span>' in row[0]


def test_what_did_not_arise_in_the_window_is_a_stated_zero_and_a_gap_is_none() -> None:
    values, increments = factory.content().values.copy(), factory.increments()
    at = (values["unit"] == "30628") & (values["element"] == "C20")
    for status, stated in (("not_applicable", Decimal(0)), ("empty", None)):
        values.loc[at, ["value", "status"]] = [[None, status]]
        table = Sheaf(factory.content(values=values, increments=increments)).quarters_of("30628")
        assert table is not None
        row = next(row for row in table.rows if row.element.code == "C20")
        derived = row.figures[1]
        assert derived is not None
        assert row.figures == ((None if stated is None else stated - derived), derived, stated)
