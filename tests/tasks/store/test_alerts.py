"""Facts about alerts: one letter opens one once and closes one once, whichever run says so."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tasks.store.alerts import Alert, Event, note_alert, open_alerts
from tasks.store.values import Run
from tests.factory import END_OF_TIME, NOW, PERIOD

ALERT = Alert("30628", PERIOD, "k1", NOW, NOW, 1)


def test_one_letter_opens_an_alert_once(connection: Connection, run: Run) -> None:
    note_alert(connection, Event.OPENED, ALERT, run)
    with pytest.raises(IntegrityError):
        note_alert(connection, Event.OPENED, ALERT, run)


def test_the_letter_that_opened_an_alert_may_be_followed_by_one_that_closes_it(
    connection: Connection, run: Run
) -> None:
    note_alert(connection, Event.OPENED, ALERT, run)
    assert open_alerts(connection, PERIOD, END_OF_TIME) == {"30628": ALERT}
    note_alert(connection, Event.CLOSED, Alert("30628", PERIOD, "k2", NOW, NOW, 1), run)
    assert open_alerts(connection, PERIOD, END_OF_TIME) == {}
