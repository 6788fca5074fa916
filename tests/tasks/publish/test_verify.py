"""Nothing is published that does not add up to what was handed in."""

from decimal import Decimal
from pathlib import Path

import pytest

from tasks.publish.content import ReleaseContent
from tasks.publish.open_data import csv_files
from tasks.publish.verify import MismatchError, check_release
from tasks.publish.workbook import FILE_NAME, workbook

from . import factory


def write(folder: Path, content: ReleaseContent) -> None:
    for name, data in (csv_files(content) | {FILE_NAME: workbook(content)}).items():
        (folder / name).write_bytes(data)


def test_what_was_handed_in_passes(tmp_path: Path) -> None:
    write(tmp_path, factory.content())
    check_release(tmp_path, factory.content())


def test_a_lost_row_is_seen(tmp_path: Path) -> None:
    write(tmp_path, factory.content())
    path = tmp_path / "values.csv"
    path.write_bytes(b"\r\n".join(path.read_bytes().split(b"\r\n")[:-2]) + b"\r\n")
    with pytest.raises(MismatchError, match=r"values\.csv: số dòng"):
        check_release(tmp_path, factory.content())


@pytest.mark.parametrize(
    ("frame", "column", "place"),
    [
        ("evaluation", "numerator", r"evaluation\.csv: tổng numerator"),
        ("evaluation", "value", r"evaluation\.csv: tổng value"),
        ("values", "value", r"values\.csv: tổng value"),
    ],
)
def test_a_figure_that_differs_is_seen(tmp_path: Path, frame: str, column: str, place: str) -> None:
    content = factory.content()
    changed = factory.with_first(getattr(content, frame), column, Decimal("12.3"))
    write(tmp_path, factory.content(**{frame: changed}))
    with pytest.raises(MismatchError, match=place):
        check_release(tmp_path, content)


def test_a_workbook_of_other_figures_is_seen(tmp_path: Path) -> None:
    write(tmp_path, factory.content())
    changed = factory.with_first(factory.content().evaluation, "value", Decimal("20.01"))
    (tmp_path / FILE_NAME).write_bytes(workbook(factory.content(evaluation=changed)))
    with pytest.raises(MismatchError, match="PL I Chỉ tiêu: tổng value"):
        check_release(tmp_path, factory.content())


def test_a_changed_status_is_seen(tmp_path: Path) -> None:
    write(tmp_path, factory.content())
    changed = factory.with_first(factory.content().evaluation, "status", "đạt")
    with pytest.raises(MismatchError, match=r"evaluation\.csv: status"):
        check_release(tmp_path, factory.content(evaluation=changed))
