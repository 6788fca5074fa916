"""Stamps: what an issued workbook says of itself, sealed against a slip of the hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.stamp import Stamp

STAMP = Stamp("30628", "2022-H1", "commune/2021")


def test_a_stamp_reads_back_as_it_was_written() -> None:
    assert Stamp.read(STAMP.rows()) == STAMP


def test_a_workbook_issued_long_ago_keeps_its_seal() -> None:
    assert STAMP.seal == "bac06b204d3f623e"


def test_rows_beside_the_stamp_do_not_matter() -> None:
    assert Stamp.read({**STAMP.rows(), "note": "x"}) == STAMP


@pytest.mark.parametrize("part", ["unit", "period", "form_version"])
def test_a_changed_part_breaks_the_seal(part: str) -> None:
    assert replace(STAMP, **{part: "other"}).seal != STAMP.seal
    assert Stamp.read({**STAMP.rows(), part: "other"}) is None


@pytest.mark.parametrize("part", ["unit", "period", "form_version", "seal"])
def test_a_missing_part_leaves_no_stamp(part: str) -> None:
    assert Stamp.read({key: value for key, value in STAMP.rows().items() if key != part}) is None


def test_an_empty_sheet_holds_no_stamp() -> None:
    assert Stamp.read({}) is None
