"""Refusals in words: what a unit is told of a file that cannot be taken in, and what the operator should know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic.dataclasses import dataclass

from config.strict import STRICT, parse, read_document


@dataclass(frozen=True, config=STRICT)
class RefusalText:
    """One refusal code in words: `unit` says what is wrong and what to do, `operator` what lies behind it."""

    unit: str
    operator: str


@dataclass(frozen=True, config=STRICT)
class RefusalsFile:
    """`config/refusals.yaml` as written."""

    refusals: Mapping[str, RefusalText]


def load_refusals(root: Path) -> Mapping[str, RefusalText]:
    """Return the words of every refusal code; `DeclarationError` names the file and line that cannot be used."""
    return parse(read_document(root / "refusals.yaml"), RefusalsFile).refusals
