"""A correction: mended in the returned workbook, sent again, published anew, the earlier figures still at hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.flows.conftest import Cchc, call_cchc

CSV_FILES = ("evaluation.csv", "values.csv", "findings.csv", "submissions.csv")


@pytest.fixture(scope="module")
def corrected(demo_home: Path, served: Cchc, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workplace after xã Kiến An has mended its total in the workbook it got back."""
    home = tmp_path_factory.mktemp("corrected") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    returned = home / "returned" / "30634" / "30634-2022-H1-lan-1.xlsx"
    workbook = load_workbook(returned)
    workbook["TTHC"]["D17"] = 1782
    workbook.save(home / "inbox" / "30634" / "da-sua.xlsx")
    done = served(home, "report", "-p", "2022-H1", "--today", "2022-06-25")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_the_mended_workbook_replaces_the_returned_one(corrected: Path) -> None:
    rows = json.loads(call_cchc(corrected, "status", "-p", "2022-H1", "--json", "--today", "2022-06-30").stdout)
    assert [(r["version"], r["state"]) for r in rows if r["unit"] == "30634"] == [(1, "superseded"), (2, "accepted")]


def test_the_correction_makes_a_new_release_and_leaves_the_old_one(corrected: Path) -> None:
    published = corrected / "published" / "2022-H1"
    assert (published / "current").resolve().name == "r002"
    covered = [
        pd.read_csv(published / name / "evaluation.csv").query("indicator == 'P17' and level == 'district'")
        for name in ("r001", "r002")
    ]
    assert [int(c.reported_units.item()) for c in covered] == [16, 17]


def test_what_was_known_before_the_correction_can_be_rebuilt_to_the_byte(corrected: Path, tmp_path: Path) -> None:
    out = tmp_path / "then"
    done = call_cchc(corrected, "publish", "-p", "2022-H1", "--as-of", "2022-06-23", "--out", str(out))
    assert done.returncode == 0, done.stderr
    release = corrected / "published" / "2022-H1" / "r001"
    assert all((out / name).read_bytes() == (release / name).read_bytes() for name in CSV_FILES)


@pytest.mark.parametrize(("day", "said"), [("2021-01-01", "22/06/2022"), ("2099-01-01", "tương lai")])
def test_a_day_of_which_nothing_is_known_is_refused(corrected: Path, day: str, said: str) -> None:
    done = call_cchc(corrected, "publish", "-p", "2022-H1", "--as-of", day)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_run_never_happens_before_what_was_done(corrected: Path, served: Cchc) -> None:
    done = served(corrected, "evaluate", "-p", "2022-H1", "--today", "2022-06-01")
    assert done.returncode == 0
    assert "đã có lần chạy" in done.stdout
