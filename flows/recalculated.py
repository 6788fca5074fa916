"""Calculating once more what the store keeps as calculated, to see whether it still says so; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.criterion import ScoringSet
from config.load import Declarations
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from tasks.aggregate.period import code_digest, figures_of, stretch_basis, stretch_from
from tasks.evaluate.calculated import judged
from tasks.events import started
from tasks.publish.as_published import differing_figures
from tasks.store.calculations import Basis, all_releases, indicator_values
from tasks.store.database import reading
from tasks.store.figures_held import held_otherwise, holds_any, scored_otherwise
from tasks.store.rebuilding import Made, MadeStretch, all_calculations, all_stretches, all_versions
from tasks.store.soundness import REBUILT, last_done
from tasks.store.tables import evaluation, increment, indicator_value, scoring


@dataclass(frozen=True)
class Recalculated:
    """What calculating again found: how much was compared, what differs, what could not be calculated as it was.

    `outdated` were made by other declarations or other software. What was published of them is compared with the
    store instead: `differing` counts the figures by release. A rebuilding has made them anew since, as of its day: then
    there is nothing to hold them against. `unjudged` hold, or rest on, wrong figures: what was judged by those was not
    compared.
    """

    compared: int
    otherwise: Sequence[str]
    outdated: int
    differing: dict[str, int]
    unjudged: int = 0


def recalculated(settings: Settings, declarations: Declarations) -> Recalculated:
    """Return how the calculated rows of the store stand to what they are calculated from."""
    url = settings.database
    with reading(url) as connection:
        published = {release.calculation_id for release in all_releases(connection)}
    made, stretches = all_calculations(url, all_versions(url)), all_stretches(url)
    sets = load_scoring(settings.config_dir / "scoring", declarations)
    otherwise, outdated, unjudged, stale, wrong = list[str](), 0, 0, set[int](), set[int | None]()
    with started("Tính lại", len(made) + len(stretches), "phép tính") as progress:
        for one in made:
            if _basis(one, declarations).digest != one.digest:
                stale.add(one.id)
            else:
                rows = _figured(url, declarations, one)
                if rows:
                    wrong.add(one.id)
                if {one.id, one.base} & wrong:  # what is judged by wrong figures cannot be right either
                    unjudged += 1
                else:
                    rows = _judged(url, declarations, one, sets, one.id in published)
                otherwise += [f"{one.period} {row}" for row in rows]
            progress(1)
        for stretch in stretches:
            increments = _stretched(url, declarations, stretch)
            outdated += increments is None
            otherwise += [f"{stretch.period} {row}" for row in increments or ()]
            progress(1)
    outdated += len(stale)
    compared = len(made) + len(stretches) - outdated
    return Recalculated(compared, otherwise, outdated, _as_published(settings, declarations, stale), unjudged)


def _basis(one: Made, declarations: Declarations) -> Basis:
    return Basis(one.period, one.submissions, f"{declarations.digest} {code_digest()}", one.base)


def _figured(url: str, declarations: Declarations, one: Made) -> list[str]:
    """Return the indicator values of a calculation that are otherwise."""
    with reading(url) as connection:
        figures = figures_of(connection, _basis(one, declarations), declarations, Period.parse(one.period))
        return held_otherwise(connection, indicator_value, one.id, figures)


def _judged(
    url: str, declarations: Declarations, one: Made, sets: Sequence[ScoringSet], is_published: bool
) -> list[str]:
    """Return what was judged otherwise; a calculation that a run left before it was judged has no evaluation."""
    with reading(url) as connection:
        figures = one.id, indicator_values(connection, one.id)
        table, scores = judged(connection, declarations, Period.parse(one.period), figures, sets)
        found = list[str]()
        if is_published or holds_any(connection, evaluation, one.id):
            found += held_otherwise(connection, evaluation, one.id, table)
        if scores is not None and (is_published or holds_any(connection, scoring, one.id)):
            found += scored_otherwise(connection, one.id, scores)
        return found


def _stretched(url: str, declarations: Declarations, one: MadeStretch) -> list[str] | None:
    """Return the rows of a stretch that are otherwise; None of one that would not be calculated so today."""
    period = Period.parse(one.period)
    with reading(url) as connection:
        basis = stretch_basis(connection, declarations, period, one.calculated_at)
        if basis.digest != one.digest:
            return None
        figures = stretch_from(connection, basis, declarations, period)
        return held_otherwise(connection, increment, one.id, figures)


def _as_published(settings: Settings, declarations: Declarations, stale: set[int]) -> dict[str, int]:
    with reading(settings.database) as connection:
        rebuilt = last_done(connection, REBUILT)
        releases = {
            f"{release.period}/{release.name}"
            for release in all_releases(connection)
            if release.calculation_id in stale and (rebuilt is None or release.published_at > rebuilt)
        }
        if not releases:
            return {}
        found = differing_figures(connection, declarations, settings.home / "published")
    return {name: count for name, count in found.items() if name in releases}
