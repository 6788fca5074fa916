"""Refusals in words: what the unit is told when a file cannot be taken in, and what the operator is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic.dataclasses import dataclass

from config.strict import STRICT, parse, read_document


@dataclass(frozen=True, config=STRICT)
class RefusalText:
    """One refusal: `unit` says what is wrong and what to do, `operator` what was found and what that may mean."""

    unit: str
    operator: str

    def sentence(self, place: str = "", found: str = "") -> str:
        """Return what the unit is told, with what was sent instead of a workbook and the place, where known.

        >>> RefusalText(unit="Bỏ ô thừa.", operator="…").sentence(place="TTHC!XFD1")
        'Bỏ ô thừa. Vị trí: TTHC!XFD1.'
        """
        sent = [f"Tệp nhận được là {found}."] if found else []
        where = [f"Vị trí: {place}."] if place else []
        return " ".join([*sent, self.unit, *where])


@dataclass(frozen=True, config=STRICT)
class RefusalFile:
    """`config/refusals.yaml` as written: the texts by code."""

    refusals: Mapping[str, RefusalText]


@lru_cache(maxsize=4)
def load_refusals(root: Path) -> Mapping[str, RefusalText]:
    """Return the words of every refusal code under `root`; `DeclarationError` for a file that cannot be used."""
    return parse(read_document(root / "refusals.yaml"), RefusalFile).refusals
