"""What two releases of a period say differently, read from the store."""

from __future__ import annotations

import pandas as pd

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.publish.comparison import changes_of, changes_since
from tasks.store.calculations import Published, inputs_of, releases
from tasks.store.database import reading
from tasks.store.frames import evaluation_frame


def releases_of(settings: Settings, period: Period) -> dict[str, Published]:
    """Return the releases of `period` by name, oldest first."""
    with reading(settings.database) as connection:
        return {r.name: r for r in releases(connection, str(period))}


def differences(
    settings: Settings, declarations: Declarations, period: Period, old: Published | None, new: Published
) -> pd.DataFrame:
    """Return the rows of `changes.csv` from `old` to `new`; without `old` from the last one that said anything else."""
    with reading(settings.database) as connection:
        if old is not None:
            return changes_of(connection, declarations, period, old, new)
        evaluation = evaluation_frame(connection, declarations, period, new.calculation_id)
        evaluated = (evaluation, inputs_of(connection, new.calculation_id))
        return changes_since(connection, declarations, period, new.published_at, evaluated)
