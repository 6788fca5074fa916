"""Workbooks as issued to one commune and to the district for the first half of 2022."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import Declarations
from config.unit import Unit
from tasks.forms.issue import issue, template
from tests.tasks.forms.factory import COMMUNE, DISTRICT, PERIOD, RULES


@pytest.fixture(scope="session")
def units(declarations: Declarations) -> dict[str, Unit]:
    """Return the units that report, by code."""
    return declarations.reporting(PERIOD)


@pytest.fixture(scope="session")
def templates(declarations: Declarations, units: dict[str, Unit]) -> dict[str, bytes]:
    """Return the template of each of the two units' forms, by unit code."""
    forms = {code: declarations.form(units[code].level, PERIOD) for code in (COMMUNE, DISTRICT)}
    return {code: template(declarations, form, PERIOD, RULES) for code, form in forms.items() if form}


@pytest.fixture(scope="session")
def commune(templates: dict[str, bytes], units: dict[str, Unit]) -> bytes:
    """Return the workbook of xã Kiến An as issued."""
    return issue(templates[COMMUNE], units[COMMUNE])


@pytest.fixture(scope="session")
def district(templates: dict[str, bytes], units: dict[str, Unit]) -> bytes:
    """Return the workbook of huyện Chợ Mới as issued."""
    return issue(templates[DISTRICT], units[DISTRICT])


@pytest.fixture
def through_libreoffice(tmp_path: Path) -> Callable[[bytes], bytes]:
    """Return what LibreOffice makes of a workbook when it is opened and saved there."""
    if not (soffice := shutil.which("soffice")):
        pytest.skip("LibreOffice is not installed")

    def save_again(data: bytes) -> bytes:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "form.xlsx").write_bytes(data)
        command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
        command += ["--outdir", str(tmp_path), str(tmp_path / "in" / "form.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (tmp_path / "form.xlsx").read_bytes()

    return save_again
