"""Facts about notifying as the flows call it: texts in, counts out."""

from __future__ import annotations

from config.settings import Settings
from tasks.notify.door import send_letters_task, write_letters_task
from tasks.store.database import writing
from tasks.store.values import State
from tests.factory import NEIGHBOUR, keep_version, make_finding


def test_letters_are_written_and_sent_once(settings: Settings) -> None:
    with writing(settings.database) as connection:
        keep_version(connection, State.RETURNED, [make_finding()])
        keep_version(connection, State.ACCEPTED, unit=NEIGHBOUR)
    assert [write_letters_task.fn("2022-H1", "2022-06-23", "run-1") for _ in range(2)] == [1, 0]
    posts = [send_letters_task.fn("2022-06-23", "run-1") for _ in range(2)]
    assert [(p["sent"], p["waiting"], p["trouble"]) for p in posts] == [(1, 0, ""), (0, 0, "")]
    assert len(list((settings.home / "outbox").iterdir())) == 1
