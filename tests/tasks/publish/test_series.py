"""What may be joined by a line, where the way to the targets leads, and what breaks a series."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from config.indicator import Direction
from config.period import Period
from tasks.publish.line_chart import Chart, described, line_chart, sparkline
from tasks.publish.lines import Line, district_lines
from tasks.publish.moves import moves, on_pace
from tasks.publish.series import Series, Spot, breaks, lone, on_road, road, strands

from . import factory

REAL = factory.declarations()
DAY = date(2022, 6, 14)
LINES = {line.indicator.code: line for line in district_lines(factory.content())}


def spots(*periods: str, value: str | None = "50") -> Series:
    """Return a series with the same figure in each of `periods`."""
    figure = None if value is None else Decimal(value)
    asked = [Period.parse(p) for p in periods]
    return tuple(Spot(p, REAL.calendar.cut_off(p), figure, "chậm", 17, 19) for p in asked)


def drawn(code: str, series: Series, **changes: object) -> str:
    line: Line = replace(LINES[code], **changes)  # type: ignore[arg-type]
    return str(line_chart(Chart(line, series, REAL, date(2022, 6, 14))))


def joined(code: str, *periods: str) -> list[list[str]]:
    return [[str(s.period) for s in strand] for strand in strands(spots(*periods), LINES[code].indicator, REAL)]


def test_a_stock_is_joined_over_all_windows() -> None:
    assert joined("P04", "2021-YEAR", "2022-Q1", "2022-Q3") == [["2021-YEAR", "2022-Q1", "2022-Q3"]]


def test_what_begins_anew_each_year_is_joined_within_the_year_only() -> None:
    assert joined("L01", "2021-Q3", "2021-YEAR", "2022-Q1", "2022-H1") == [["2021-YEAR"], ["2022-Q1", "2022-H1"]]


def test_a_window_of_its_own_stands_alone() -> None:
    series = spots("2022-H1", "2022-Q3", "2022-YEAR")
    assert [str(s.period) for s in lone(series, LINES["L01"].indicator, REAL)] == ["2022-Q3"]


def test_no_line_leads_over_a_change_of_definition() -> None:
    assert joined("P05", "2022-H1", "2022-Q3") == [["2022-H1"], ["2022-Q3"]]


def test_a_period_without_a_figure_is_left_out() -> None:
    assert strands(spots("2022-H1", value=None), LINES["L01"].indicator, REAL) == ()


def test_the_road_leads_from_the_base_to_every_target_still_ahead() -> None:
    line = replace(LINES["P06"], base=Decimal(20), base_date=date(2021, 12, 14))
    years = sorted(y for y in line.indicator.targets if line.target_year and y >= line.target_year)
    assert [d for d, _ in road(line)] == [date(2021, 12, 14), *(date(y, 12, 31) for y in years)]


def test_without_a_base_the_road_begins_at_the_first_target() -> None:
    line = replace(LINES["P06"], base=None, base_date=None)
    assert all((d.month, d.day) == (12, 31) for d, _ in road(line))


def test_a_place_on_the_road_is_in_proportion_to_the_days() -> None:
    corners = ((date(2022, 1, 1), Decimal(0)), (date(2022, 1, 11), Decimal(100)))
    assert on_road(corners, date(2022, 1, 4)) == 30
    assert on_road(corners, date(2021, 12, 31)) is None
    assert on_road(corners, date(2022, 2, 1)) is None
    assert on_road((), date(2022, 1, 4)) is None


def test_breaks_are_told_with_their_day_and_reason() -> None:
    told = [(b.day, b.reason) for b in breaks(LINES["P05"].indicator, REAL, date(2022, 12, 31))]
    assert told == [(date(2022, 8, 15), "thay bằng P05b")]
    later = [b.reason for b in breaks(REAL.indicators["P05b"], REAL, date(2025, 12, 31))]
    assert later == ["tiếp sau P05, không nối", "sáp nhập đơn vị"]


def test_the_drawing_is_the_same_for_the_same_figures_and_says_what_it_shows() -> None:
    series = spots("2021-YEAR", "2022-Q1", "2022-H1")
    assert drawn("P06", series) == drawn("P06", series)
    assert "3 kỳ, từ 50,00 % (năm 2021) đến 50,00 % (6 tháng đầu năm 2022)." in drawn("P06", series)
    assert drawn("P06", series).count("<svg") == 2


@pytest.mark.parametrize(("value", "is_below"), [("95", True), ("20", False)])
def test_the_latest_figure_stands_below_its_dot_where_a_target_is_just_above(value: str, is_below: bool) -> None:
    svg = str(line_chart(Chart(LINES["P06"], spots("2025-YEAR", value=value), REAL, date(2025, 12, 14))))
    dot = re.search(r'<circle class="full" cx="[^"]+" cy="([^"]+)"', svg)
    label = re.search(r'<text[^>]* y="([^"]+)"[^>]*class="now"|<text[^>]*class="now"[^>]* y="([^"]+)"', svg)
    assert dot
    assert label
    assert (float(label[1] or label[2]) > float(dot[1])) is is_below


def test_an_indicator_without_target_draws_no_road() -> None:
    assert LINES["P03"].target is None
    svg = drawn("P03", spots("2021-YEAR", "2022-H1"))
    assert 'class="road"' not in svg
    assert 'class="aim"' not in svg
    assert "Chưa có mục tiêu." in svg


def test_an_indicator_without_history_draws_one_dot_and_no_line() -> None:
    svg = drawn("P03", spots("2022-H1"))
    assert 'class="line"' not in svg
    assert svg.count('<circle class="part"') == 2
    assert "Mới có một kỳ" in svg


def test_an_indicator_without_any_figure_says_so() -> None:
    chart = Chart(LINES["P03"], spots("2022-H1", value=None), REAL, date(2022, 6, 14))
    assert described(chart).startswith("Chưa kỳ nào có kết quả để vẽ.")
    assert "<circle" not in line_chart(chart)


def range_of(low: str | None, high: str | None, **more: object) -> Chart:
    """Return a chart of M03, which is to stay within a range, here of these bounds."""
    edges = {name: None if edge is None else Decimal(edge) for name, edge in (("low", low), ("high", high))}
    target = replace(LINES["M03"].target, value=None, **edges)  # type: ignore[type-var]
    return Chart(replace(LINES["M03"], target=target), spots("2022-H1", **more), REAL, date(2022, 6, 14))  # type: ignore[arg-type]


def test_a_range_to_stay_within_is_told_and_drawn_as_a_band() -> None:
    chart = range_of("90", "100")
    assert chart.indicator.direction is Direction.RANGE
    assert "Phải giữ: 90–100 " in described(chart)
    assert "mục tiêu" not in described(chart).lower()
    assert chart.bounds == (90, 100)
    assert line_chart(chart).count('class="range"') == 2


def test_a_bound_of_zero_is_a_bound() -> None:
    assert range_of("0", "100").bounds == (0, 100)
    below_zero = range_of("-20", "0", value="-5")
    assert below_zero.bounds == (-20, 0)
    assert below_zero.ticks[0] <= -20


def test_an_open_range_reaches_to_the_edge_of_the_drawing() -> None:
    upwards, downwards = range_of("90", None), range_of(None, "100", value="-5")
    assert upwards.bounds == (90, upwards.ticks[-1])
    assert downwards.bounds == (downwards.ticks[0], 100)
    assert "Phải giữ: ≥\u00a090 " in described(upwards)
    assert range_of(None, None).bounds is None


def test_a_target_without_a_base_is_told_as_such_and_no_way_leads_there() -> None:
    told = described(Chart(replace(LINES["P06"], base=None, base_date=None), spots("2022-H1"), REAL, DAY))
    assert "Mục tiêu: " in told
    assert "Chưa có số gốc nên không vẽ đường đến mục tiêu." in told
    known = replace(LINES["P06"], base=Decimal(0), base_date=date(2021, 12, 14))
    assert "Chưa có số gốc" not in described(Chart(known, spots("2022-H1"), REAL, DAY)), "a base of zero is a base"


@pytest.mark.parametrize("values", [("0", "0", "0"), ("30", "10", "-15"), ("-1", "-2", "-3")])
@pytest.mark.parametrize("code", ["P03", "P06", "M03"])
def test_zeros_and_figures_that_fall_below_zero_are_drawn_where_they_belong(code: str, values: tuple[str, ...]) -> None:
    periods = ("2021-YEAR", "2022-Q1", "2022-H1")
    series = tuple(s for p, v in zip(periods, values, strict=True) for s in spots(p, value=v))
    chart = Chart(LINES[code], series, REAL, DAY)
    assert chart.ticks[0] <= min(map(Decimal, values)) <= max(map(Decimal, values)) <= chart.ticks[-1]
    heights = re.findall(r'<circle class="(?:full|part)" cx="[^"]+" cy="([^"]+)"', line_chart(chart))
    assert len(heights) == 6
    order = [float(h) for h in heights[:3]]
    assert order == sorted(order), "a lower figure stands lower"
    assert 'class="trend"' in sparkline(series, LINES["P04"].indicator, REAL)


def test_a_small_drawing_needs_two_figures() -> None:
    assert sparkline(spots("2022-H1"), LINES["P04"].indicator, REAL) == ""
    assert 'class="trend"' in sparkline(spots("2022-Q1", "2022-H1"), LINES["P04"].indicator, REAL)


def test_a_move_is_told_only_under_the_same_definition() -> None:
    content = factory.content()
    district = ("district", REAL.office.district)
    moved = {code: (*district, code) for code in ("L01", "P02")}
    # Definitions begin on 15/07/2021, after the half-year 2021 was cut off: nothing may be compared with it.
    series = {key: spots("2021-H1", "2022-H1") for key in moved.values()}
    assert moves(content, tuple(LINES.values()), series) == ()


def test_better_depends_on_the_direction() -> None:
    later = replace(factory.content(), period=Period.parse("2023-H1"))
    series = {("district", REAL.office.district, code): spots("2022-H1", value="1") for code in ("L01", "P02")}
    lines = tuple(replace(LINES[code], value=Decimal(3)) for code in ("L01", "P02"))
    assert [(m.line.indicator.code, m.better, m.said) for m in moves(later, lines, series)] == [
        ("L01", True, "+2,00"),
        ("P02", False, "+2,00"),
    ]


def test_the_share_on_pace_counts_only_what_can_be_judged() -> None:
    good, judged = on_pace(tuple(LINES.values()))
    assert (good, judged, len(LINES)) == (23, 38, 43)


def label(svg: str, kind: str) -> list[float]:
    """Return how far down the labels of `kind` stand on the wide drawing."""
    wide = svg[: svg.index('class="plot narrow"')]
    return [float(y) for y in re.findall(rf'<text class="{kind}" x="[\d.]+" y="([\d.]+)"', wide)]


def test_the_label_of_a_target_keeps_off_the_latest_figure_and_the_years() -> None:
    beside = drawn("P06", spots("2025-YEAR", value="81"))
    assert label(beside, "aim-label")[-1] > label(beside, "now")[0] + 14
    on_the_axis = drawn("P02", spots("2025-YEAR", value="0.3"))
    assert max(label(on_the_axis, "aim-label")) < min(y for y in label(on_the_axis, "tick") if y > 275)


def written(svg: str, kind: str) -> list[tuple[float, float, float]]:
    """Return left end, right end and height of the labels of `kind` on the wide drawing, seven for each letter."""
    wide = svg[: svg.index('class="plot narrow"')]
    shape = rf'<text class="{kind}" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)</text>'
    found = []
    for x, y, anchor, text in re.findall(shape, wide):
        left = float(x) - 7 * len(text) * (anchor == "end")
        found.append((left, left + 7 * len(text), float(y)))
    return found


@pytest.mark.parametrize("code", ["P01", "L01", "P09"])
@pytest.mark.parametrize("value", ["2", "30", "60", "79", "87", "94", "97", "99.35", "100"])
def test_no_target_is_written_over_the_latest_figure_of_its_year(code: str, value: str) -> None:
    svg = drawn(code, spots("2024-YEAR", "2025-YEAR", value=value))
    (now,), aims = written(svg, "now"), written(svg, "aim-label")
    assert aims
    for left, right, down in aims:
        assert right <= now[0] or now[1] <= left or abs(down - now[2]) >= 12, (aims, now)
