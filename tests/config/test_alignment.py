"""District plans: what is no plan is refused with its file and line."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import yaml

from config.alignment import Measure, load_plans
from config.load import Declarations
from config.settings import PROJECT
from config.strict import DeclarationError
from config.trust import TRUST_NAMES, Trust
from tests.config.planted import refusal_of

PLANS = PROJECT / "config" / "alignment"
FAULTS = yaml.safe_load(Path(__file__).with_name("alignment_faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_a_planted_fault_is_refused_with_its_file_and_line(
    declarations: Declarations, tmp_path: Path, fault: dict[str, str]
) -> None:
    load = partial(load_plans, declarations=declarations)
    refusal_of(PLANS, tmp_path / "alignment", {"file": "893-GD1.yaml", **fault}, load)


def test_a_plan_without_indicators_is_refused(declarations: Declarations, tmp_path: Path) -> None:
    head = (PLANS / "893-GD1.yaml").read_text(encoding="utf-8").partition("indicators:")[0]
    (tmp_path / "893-GD1.yaml").write_text(head + "indicators: {}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="kế hoạch chưa có chỉ tiêu nào") as raised:
        load_plans(tmp_path, declarations)
    assert raised.value.line == head.count("\n") + 1


@pytest.mark.parametrize("stray", ["893-GD2.yml", "2025/893-GD2.yaml"])
def test_a_file_that_would_be_overlooked_is_refused(declarations: Declarations, tmp_path: Path, stray: str) -> None:
    (tmp_path / stray).parent.mkdir(exist_ok=True)
    (tmp_path / stray).write_text("unit: x\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="tệp sẽ bị bỏ qua"):
        load_plans(tmp_path, declarations)


def test_where_there_is_no_folder_there_is_no_plan(declarations: Declarations, tmp_path: Path) -> None:
    assert load_plans(tmp_path / "none", declarations) == ()


def test_the_plan_says_that_its_content_is_illustrative(declarations: Declarations) -> None:
    (plan,) = load_plans(PLANS, declarations)
    assert (plan.id, plan.status, TRUST_NAMES[plan.status]) == ("893-GD1", Trust.ILLUSTRATIVE, "số liệu minh hoạ")
    assert plan.indicators["P13"].targets[2025].value == Decimal(30)
    assert plan.indicators["P16"].measured == Measure(
        "lấy kết quả khảo sát của tỉnh, không lấy phiếu tại Bộ phận Một cửa"
    )
