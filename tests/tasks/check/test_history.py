"""What units said before: the reports that counted, in the boundaries of the period that is judged."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from config.load import Declarations
from config.number import CellStatus
from config.period import Period
from config.settings import Settings
from tasks.check.history import History, Line, lines_of, load_history
from tasks.store.database import reading, writing
from tasks.store.values import State
from tests.factory import COMMUNE, DISTRICT, NOW, keep_version, make_value, sha
from tests.tasks.check.factory import DECLARED, report

H1, Q1 = Period.parse("2025-H1"), Period.parse("2025-Q1")
CHO_MOI = ("30628", "30634", "30649")  # the three that became xã Chợ Mới (30628)


def line(period: str, unit: str, *earlier: object) -> Line:
    """Return what stands before a report of `unit` for `period`."""
    return lines_of(History.of(earlier), DECLARED, Period.parse(period))[unit]  # type: ignore[arg-type]


def test_a_unit_is_held_against_its_own_earlier_figures() -> None:
    found = line("2025-H1", COMMUNE, report("2025-Q1", {"C11": 7}), report("2025-Q1", {"C11": 9}, unit="30631"))
    assert found.at(Q1, "C11") == 7
    assert found.nearest(H1) == Q1


def test_nothing_arose_is_a_zero_and_a_missing_figure_is_none() -> None:
    cells = {"C11": CellStatus.NOT_APPLICABLE, "C12": CellStatus.NOT_AVAILABLE}
    found = line("2025-H1", COMMUNE, report("2025-Q1", cells))
    assert (found.at(Q1, "C11"), found.at(Q1, "C12")) == (Decimal(0), None)


def test_without_earlier_reports_there_is_nothing_before() -> None:
    found = line("2025-H1", COMMUNE)
    assert found.figures == {}
    assert found.nearest(H1) is None


def test_after_a_merger_the_sum_of_the_predecessors_is_the_history() -> None:
    found = line("2025-Q3", "30628", *(report("2025-H1", {"C32": 5, "C80": 12, "G07": 1}, unit=u) for u in CHO_MOI))
    assert found.at(H1, "C32") == 15
    assert found.at(H1, "C80") is None  # an average is no sum
    assert found.at(H1, "G07") is None
    assert found.alone == frozenset()


def test_after_a_merger_one_missing_predecessor_leaves_no_history() -> None:
    silent = line("2025-Q3", "30628", *(report("2025-H1", {"C32": 5}, unit=u) for u in CHO_MOI[:2]))
    reports = (report("2025-H1", {"C32": CellStatus.EMPTY if u == "30649" else 5, "C30": 1}, unit=u) for u in CHO_MOI)
    empty = line("2025-Q3", "30628", *reports)
    assert silent.at(H1, "C32") is None
    assert (empty.at(H1, "C32"), empty.at(H1, "C30")) == (None, 3)


def test_a_renamed_unit_goes_on_with_its_own_history() -> None:
    found = line("2023-H1", "30673", report("2023-Q1", {"C80": 12}, unit="30673"))
    assert found.at(Period.parse("2023-Q1"), "C80") == 12
    assert found.nearest(Period.parse("2023-H1")) == Period.parse("2023-Q1")


def test_the_district_leaves_no_history_to_anybody() -> None:
    lines = lines_of(History.of([report("2025-H1", {"A06": 9}, unit=DISTRICT)]), DECLARED, Period.parse("2025-Q3"))
    assert DISTRICT not in lines
    assert all(one.figures == {} for one in lines.values())


@given(st.lists(st.integers(0, 10**9), min_size=18, max_size=18))
def test_merged_histories_add_up_to_what_all_communes_said(figures: list[int]) -> None:
    communes = [u for u in DECLARED.reporting(H1) if u != DISTRICT]
    reports = [report("2025-H1", {"C11": f}, unit=u) for u, f in zip(communes, figures, strict=True)]
    lines = lines_of(History.of(reports), DECLARED, Period.parse("2025-Q3"))
    assert sum(one.at(H1, "C11") or 0 for one in lines.values()) == sum(figures)


def test_what_counted_at_the_moment_is_loaded_and_nothing_later(declarations: Declarations, settings: Settings) -> None:
    later = NOW + timedelta(days=30)
    with writing(settings.database) as connection:
        keep_version(connection, period="2022-Q1", values=(make_value("C11", 10, note="vì lễ"),))
        keep_version(connection, State.RETURNED, period="2022-Q1", sha256=sha("b"))
        keep_version(connection, moment=later, period="2022-Q1", sha256=sha("c"), values=(make_value("C11", 12),))
        keep_version(connection, period="2022-H1", sha256=sha("d"))
    with reading(settings.database) as connection:
        then, after = (
            load_history(connection, declarations, Period.parse("2022-H1"), moment)
            for moment in (NOW + timedelta(hours=1), later + timedelta(hours=1))
        )
    quarter = Period.parse("2022-Q1")
    assert set(then.reports) == {quarter}
    assert then.reports[quarter][COMMUNE].figures == {"C11": 10}
    assert then.reports[quarter][COMMUNE].notes == {"C11": "vì lễ"}
    assert after.reports[quarter][COMMUNE].figures == {"C11": 12}
