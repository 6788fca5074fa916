"""The declared rules, and frames to try them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from config.load import Declarations
from config.settings import Settings
from expectations.columns import CELL_COLUMNS
from expectations.suite import Rule, load_rules

# What the check frame holds of a form in which nothing is wrong and no figure is stated.
SOUND = {
    "unit": "893",
    "scope": "own",
    "window": "15/12/2021–14/06/2022",
    "window_declared": "15/12/2021–14/06/2022",
    "premature": False,
    "received_on": "16/06/2022",
    "cut_off": "14/06/2022",
    "filled_share": 1.0,
    "overlap_share": float("nan"),
    **dict.fromkeys(CELL_COLUMNS),
}


@pytest.fixture(scope="session")
def rules(declarations: Declarations) -> tuple[Rule, ...]:
    return load_rules(Settings().expectations_dir, declarations)


@pytest.fixture(scope="session")
def frame_of(declarations: Declarations) -> Callable[[Sequence[Mapping[str, object]]], pd.DataFrame]:
    """Build a check frame over all elements, a row for each mapping of what differs from a sound form."""

    def build(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
        empty = dict.fromkeys(declarations.elements, float("nan"))
        frame = pd.DataFrame([{**SOUND, **empty, **row} for row in rows], dtype=object)
        numbers = dict.fromkeys([*declarations.elements, "filled_share", "overlap_share"], "float64")
        return frame.astype({**numbers, "premature": "bool"})

    return build


@pytest.fixture
def rule_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Write one file of rules and return its folder."""

    def write(text: str) -> Path:
        (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write
