"""A period in two sets of boundaries, as a file that a program reads."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from flows.boundaries import COLUMNS, Question, write_boundaries
from tasks.store.database import writing
from tests.factory import NOW, keep_version, make_value, sha

H1 = Period.parse("2022-H1")
CHO_MOI = ("30628", "30634", "30649")  # the three that became xã Chợ Mới (30628)


def test_both_boundaries_stand_in_one_file_each_with_its_label(
    settings: Settings, declarations: Declarations, tmp_path: Path
) -> None:
    with writing(settings.database) as connection:
        for letter, unit in zip("abc", CHO_MOI, strict=True):
            keep_version(
                connection, unit=unit, sha256=sha(letter), values=(make_value("A01", 10), make_value("A02", 4))
            )
    file = tmp_path / "dia-gioi.csv"
    question = Question(H1, NOW + timedelta(days=1), date(2026, 1, 5))
    written = write_boundaries(settings, declarations, question, file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert (len(rows), list(rows[0])) == (written, COLUMNS)
    of_l01 = {(r["boundaries"], r["unit"]): r for r in rows if r["indicator"] == "L01" and r["level"] == "unit"}
    then, today = (of_l01[view, "30628"] for view in ("địa giới khi báo cáo", "địa giới hiện nay"))
    assert (then["unit_name"], then["numerator"], then["denominator"]) == ("Thị trấn Chợ Mới", "4", "10")
    assert (today["unit_name"], today["numerator"], today["denominator"]) == ("Xã Chợ Mới", "12", "30")
    assert ("địa giới hiện nay", "30634") not in of_l01
    wholes = [r for r in rows if r["indicator"] == "L01" and r["level"] == "district"]
    assert {(r["unit_name"], r["numerator"], r["denominator"]) for r in wholes} == {("Huyện Chợ Mới", "12", "30")}
