"""Facts about alarms: each is told once, and once more when it is over."""

from __future__ import annotations

import pytest

from config.load import Declarations
from config.settings import Settings
from tasks.notify.alarming import write_alarms
from tasks.notify.letters import Study
from tasks.store.alarms import Alarm, standing_alarms
from tasks.store.database import reading, writing
from tasks.store.outbox import Letter, unsent
from tests.factory import at, run_at

COLLECTION = Alarm("collection", "", "từ 09:00 15/06/2022 không lần thu nhận nào xong")
LATER = Alarm("collection", "", "từ 09:00 15/06/2022 không lần thu nhận nào xong, lâu quá")  # the same alarm
DEAD = Alarm("run", "7", "lượt «thu nhận» chết giữa chừng")


class Team:
    """The data team, and what is found by looking now and then."""

    def __init__(self, settings: Settings, declarations: Declarations) -> None:
        self.settings, self.declarations = settings, declarations

    def look(self, moment: str, *found: Alarm) -> int:
        """Return how many letters are written when `found` is all that is amiss at `moment`."""
        run = run_at(at(moment))
        study = Study(self.declarations, self.settings.config_dir / "letters", run.now)
        with writing(self.settings.database) as connection:
            return write_alarms(connection, study, found, run)

    @property
    def letters(self) -> list[Letter]:
        """The letters written so far."""
        with reading(self.settings.database) as connection:
            return unsent(connection)


@pytest.fixture
def team(settings: Settings, declarations: Declarations) -> Team:
    return Team(settings, declarations)


def test_an_alarm_is_told_once_and_closed_by_a_letter(team: Team) -> None:
    looks = [("11:20", [COLLECTION]), ("12:20", [LATER]), ("13:20", []), ("14:20", [])]
    assert [team.look(f"2022-06-15T{hour}", *found) for hour, found in looks] == [1, 0, 1, 0]
    told, over = team.letters
    assert told.recipient == over.recipient == "tonghop-cchc@example.vn"
    assert "1. Từ 09:00 15/06/2022 không lần thu nhận nào xong." in told.body
    assert "1. Từ 09:00 15/06/2022 không lần thu nhận nào xong (báo lúc 11:20 15/06/2022)." in over.body
    assert "Không còn báo động nào." in over.body


def test_an_alarm_that_comes_back_is_told_again(team: Team) -> None:
    looks = [("11:20", [COLLECTION]), ("12:20", []), ("13:20", [COLLECTION]), ("14:20", []), ("15:20", [COLLECTION])]
    assert [team.look(f"2022-06-15T{hour}", *found) for hour, found in looks] == [1, 1, 1, 1, 1]


def test_a_letter_names_what_stands_beside_what_is_new_and_what_is_over(team: Team) -> None:
    team.look("2022-06-15T11:20", COLLECTION)
    team.look("2022-06-15T12:20", COLLECTION, DEAD)
    assert "Đã báo trước đây, đến nay chưa hết:\n- Từ 09:00" in team.letters[-1].body
    team.look("2022-06-15T13:20", COLLECTION)
    assert "Còn chưa hết:\n- Từ 09:00" in team.letters[-1].body
    with reading(team.settings.database) as connection:
        assert list(standing_alarms(connection)) == [COLLECTION.key]


def test_two_that_look_at_once_write_one_letter(team: Team) -> None:
    assert team.look("2022-06-15T11:20", COLLECTION) == 1
    study = Study(team.declarations, team.settings.config_dir / "letters", at("2022-06-15T11:20"))
    from tasks.notify.alarming import _mark, alarm_letters  # noqa: PLC0415  what the other one would write

    again = alarm_letters(study, _mark([(COLLECTION.key, 1)]), [COLLECTION], [])
    assert [letter.key for letter in again] == [letter.key for letter in team.letters]
