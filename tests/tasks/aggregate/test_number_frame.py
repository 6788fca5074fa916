"""What units sent, as exact decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.number import CellStatus
from tasks.aggregate.numbers import number_frame
from tests.factory import COMMUNE, NEIGHBOUR, make_value
from tests.tasks.aggregate.factory import NOT_APPLICABLE, sent


def test_a_number_stays_as_exact_as_it_was_read() -> None:
    numbers, _ = number_frame({COMMUNE: sent(F05="1234567890123.45")})
    assert numbers.loc[COMMUNE, "F05"] == Decimal("1234567890123.45")
    assert isinstance(numbers.loc[COMMUNE, "F05"], Decimal)
    assert numbers.dtypes.to_list() == [object]


def test_khong_phat_sinh_is_nought_and_marked() -> None:
    numbers, not_applicable = number_frame({COMMUNE: sent(C14=NOT_APPLICABLE, C11=0)})
    assert numbers.loc[COMMUNE].to_dict() == {"C14": Decimal(0), "C11": Decimal(0)}
    assert not_applicable.loc[COMMUNE].to_dict() == {"C14": True, "C11": False}


@pytest.mark.parametrize("status", [CellStatus.EMPTY, CellStatus.NOT_AVAILABLE, CellStatus.UNREADABLE])
def test_whatever_is_not_a_figure_is_missing_and_never_nought(status: CellStatus) -> None:
    numbers, not_applicable = number_frame({COMMUNE: (make_value("C14", None, status=status),)})
    assert numbers.isna().loc[COMMUNE, "C14"]
    assert str(numbers.loc[COMMUNE, "C14"]) == "NaN"
    assert not not_applicable.loc[COMMUNE, "C14"]


def test_an_element_that_only_one_form_has_is_missing_for_the_other_unit() -> None:
    numbers, _ = number_frame({COMMUNE: sent(A01=1), NEIGHBOUR: sent(E02=2)})
    assert numbers.columns.to_list() == ["A01", "E02"]
    assert numbers.isna().to_numpy().tolist() == [[False, True], [True, False]]


def test_no_submissions_make_an_empty_frame() -> None:
    numbers, not_applicable = number_frame({})
    assert numbers.shape == not_applicable.shape == (0, 0)
