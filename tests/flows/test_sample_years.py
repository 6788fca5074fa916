"""`cchc demo --years` as a person calls it, over the year of the merger: `make years` (about a minute).

The default run looks at its first quarter in `test_stage.py`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tasks.publish.verify import rows_of
from tests.flows.conftest import environment_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("CCHC_LONG" not in os.environ, reason="a minute of work: make years"),
]
PERIODS = ("2025-Q1", "2025-H1", "2025-Q3", "2025-YEAR")
MARK = "số liệu minh hoạ"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command published in an empty workplace."""
    home = tmp_path_factory.mktemp("year") / "home"
    command = [sys.executable, "-m", "flows.cli", "demo", "--years", "2025-2025"]
    done = subprocess.run(
        command, env=environment_of(home, {}), capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "published"


def releases(published: Path) -> list[Path]:
    return [path for path in published.glob("*/r*") if path.is_dir()]


def test_every_window_and_the_stage_are_published(published: Path) -> None:
    assert {path.name for path in published.iterdir() if path.is_dir()} == {*PERIODS, "GD1"}
    for release in releases(published):
        assert json.loads((release / "manifest.json").read_bytes())["illustrative"] is True


def test_every_page_every_sheet_and_every_document_says_that_it_is_illustrative(published: Path) -> None:
    for release in releases(published):
        for page in release.rglob("*.html"):
            assert MARK in page.read_text(encoding="utf-8").lower(), page
        for book in release.rglob("*.xlsx"):
            for sheet in load_workbook(book):
                assert MARK in _texts(sheet), (book, sheet.title)
        for document in release.rglob("*.docx"):
            assert MARK in _margins(document), document


def _texts(sheet: Worksheet) -> str:
    return " ".join(str(cell.value).lower() for row in sheet.iter_rows() for cell in row if cell.value)


def _margins(document: Path) -> str:
    """Return what stands at the head and foot of every page."""
    with zipfile.ZipFile(document) as parts:
        names = [name for name in parts.namelist() if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]
        return " ".join(re.sub(r"<[^>]+>", "", parts.read(name).decode()).lower() for name in names)


def test_the_new_communes_report_after_the_merger_each_with_its_plan(published: Path) -> None:
    third = published / "2025-Q3" / "current"
    owing = {row["unit"] for row in rows_of(third / "evaluation.csv") if row["level"] == "unit"}
    assert len(owing) == 6
    assert {row["unit"] for row in rows_of(third / "tasks.csv")} <= owing
    assert rows_of(third / "tasks.csv")
    nine_months = [row for row in rows_of(third / "increments.csv") if row["level"] == "unit" and row["value"]]
    assert {row["made_of"] for row in nine_months} == {"2025-H1 + 2025-Q3"}
    assert {row["unit"] for row in nine_months} <= owing
