"""The declared rules, and frames to try them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from config.load import Declarations
from config.settings import Settings
from expectations.columns import CELL_COLUMNS
from expectations.rule import Shape
from expectations.suite import Rule, load_rules, rules_for

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
    "form_version": "district/2021",
    "form_in_force": "district/2021",
    "copied_share": float("nan"),
    "copied_from": "",
    **dict.fromkeys(CELL_COLUMNS),
}


@pytest.fixture(scope="session")
def rules(declarations: Declarations) -> tuple[Rule, ...]:
    return load_rules(Settings().expectations_dir, declarations)


@pytest.fixture(scope="session")
def frame_of(declarations: Declarations) -> Callable[[Sequence[Mapping[str, object]]], pd.DataFrame]:
    """Build a check frame over all elements and their past, a row for each mapping of what a sound form has not."""
    expanded = rules_for(load_rules(Settings().expectations_dir, declarations), declarations.elements.values())
    past = {c for r in expanded if r.shape is Shape.PAST for c in r.kwargs["column_list"] if c.startswith("prev_")}
    figures = [*declarations.elements, *sorted(past)]

    def build(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
        empty = dict.fromkeys(figures, float("nan"))
        frame = pd.DataFrame([{**SOUND, **empty, **row} for row in rows], dtype=object)
        numbers = dict.fromkeys([*figures, "filled_share", "overlap_share", "copied_share"], "float64")
        return frame.astype({**numbers, "premature": "bool"})

    return build


@pytest.fixture
def rule_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Write one file of rules and return its folder."""

    def write(text: str) -> Path:
        (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write
