"""What is owed at a moment, by the calendar and by what the store holds."""

from __future__ import annotations

from dataclasses import dataclass

from config.load import Declarations
from config.period import Period
from config.service import Service
from config.settings import Settings
from tasks.store.calculations import all_releases
from tasks.store.database import reading
from tasks.store.overtaken import is_outdated
from tasks.store.owed import filed_periods, last_evaluated, released_periods


@dataclass(frozen=True)
class Desk:
    """What a scheduled run works with: the settings, the declarations, the service, and its moment as ISO text."""

    settings: Settings
    declarations: Declarations
    service: Service
    now: str

    @property
    def open_period(self) -> Period | None:
        """The period that is collected now, if there are forms for it."""
        period = self.service.open_period(self.declarations.calendar.moment(self.now))
        return period if period in self.declarations.periods() else None


def periods_to_release(desk: Desk) -> list[Period]:
    """Return the periods past their last deadline of which something was submitted and no release says all, in order.

    The open period is among them even when it has a release: whether anything changed, publishing finds out. An earlier
    one is when other submissions count by now (it was reopened, or is late), or when its road starts elsewhere.
    """
    moment = desk.declarations.calendar.moment(desk.now)
    with reading(desk.settings.database) as connection:
        filed, released = filed_periods(connection), released_periods(connection)
        released -= {period for period in released if is_outdated(connection, period, moment)}
    return [
        period
        for period in desk.declarations.periods()
        if str(period) in filed
        and desk.service.is_past(period, moment)
        and (str(period) not in released or period == desk.open_period)
    ]


def stages_to_renew(desk: Desk) -> dict[str, int]:
    """Return the stages that were evaluated and of which a period was published since, with the last year of each.

    What was published of a later year does not count: it waits for the evaluation of that year.
    """
    stages = desk.declarations.framework.stages.items()
    with reading(desk.settings.database) as connection:
        evaluated = {code: last_evaluated(connection, code) for code, _ in stages}
        published = all_releases(connection)
    return {
        code: known[0]
        for code, stage in stages
        if (known := evaluated[code])
        and any(
            release.published_at > known[1] and stage.first_year <= Period.parse(release.period).year <= known[0]
            for release in published
        )
    }
