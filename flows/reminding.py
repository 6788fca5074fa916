"""Which reminders a day owes: the periods in season, and the letters that would be written, without writing them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from flows.inert import in_table
from tasks.notify.answers import Desk
from tasks.notify.reminders import in_season, reminders_of
from tasks.store.database import reading
from tasks.store.outbox import Letter
from tasks.store.values import Run


def periods_to_remind(declarations: Declarations, moment: str) -> list[Period]:
    """Return the periods about which units are reminded at `moment`."""
    day = declarations.calendar.moment(moment).astimezone(declarations.calendar.zone).date()
    levels = {p: {u.level for u in declarations.reporting(p).values()} for p in declarations.periods()}
    return in_season(declarations.calendar, levels, day)


def reminders_due(
    settings: Settings, declarations: Declarations, periods: Sequence[Period], moment: str
) -> list[Letter]:
    """Return the reminders that `moment` owes and that were not written yet."""
    run = Run("xem-truoc", declarations.calendar.moment(moment))
    with reading(settings.database) as connection:
        return [x for p in periods for x in reminders_of(connection, Desk(settings, declarations, p, run))]


def reminders_table(letters: Sequence[Letter]) -> Table:
    """Return who would be written to, and about what."""
    table = Table(title=f"{len(letters)} thư sẽ viết (chưa viết, chưa gửi)", title_justify="left")
    for name in ("Đơn vị", "Gửi đến", "Tiêu đề"):
        table.add_column(name, overflow="fold")
    for letter in letters:
        to = ", ".join((letter.recipient, *letter.copies))
        table.add_row(in_table(letter.unit), in_table(to), in_table(letter.subject))
    return table
