"""Scoring sets by year, read strictly: `config/scoring/<set>/<year>.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from config.criterion import ScoringSet
from config.load import Declarations
from config.period import LAST_YEAR
from config.scoring_faults import faults_of
from config.strict import DeclarationError, parse, read_document


def load_scoring(folder: Path, declarations: Declarations) -> tuple[ScoringSet, ...]:
    """Return the scoring sets under `folder` by set and year, none when there is no such folder.

    `DeclarationError` names the first file and line that cannot be used.
    """
    read = [(document, parse(document, ScoringSet)) for document in map(read_document, _files(folder))]
    sets = [scoring for _, scoring in read]
    for document, scoring in read:
        if scoring.id != f"{document.file.parent.name}/{document.file.stem}":
            raise document.error(f"tệp phải nằm ở {scoring.id}.yaml", "year")
        for where, sentence in faults_of(scoring, declarations, _last_year(scoring, sets)):
            raise document.error(sentence, *where)
    return tuple(sorted(sets, key=lambda s: (s.set, s.year)))


def scoring_in_force(sets: Iterable[ScoringSet], name: str, year: int) -> ScoringSet | None:
    """Return the set `name` as it stands for reports of `year`: its latest file not after that year, or None."""
    return max((s for s in sets if s.set == name and s.year <= year), default=None, key=lambda s: s.year)


def _last_year(scoring: ScoringSet, sets: Iterable[ScoringSet]) -> int:
    """Return the last year for which `scoring` stands: the one before its next file, or the programme's last."""
    return min((s.year - 1 for s in sets if s.set == scoring.set and s.year > scoring.year), default=LAST_YEAR)


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*/*.yaml"))
    overlooked = sorted({*folder.rglob("*.yml"), *folder.rglob("*.yaml")} - set(files))
    if overlooked:
        raise DeclarationError(overlooked[0], 1, "tệp sẽ bị bỏ qua: đặt đúng chỗ và đúng đuôi */*.yaml")
    return files
