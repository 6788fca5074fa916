"""What should have happened by itself and did not is an alarm; a store worked by hand owes nothing by schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from config.load import Declarations
from config.period import Period
from config.service import load_service
from config.settings import Settings
from flows.alarms import MAIL, Watch, alarms
from tasks.notify.alarming import write_alarms
from tasks.notify.letters import Study
from tasks.store.alarms import Alarm
from tasks.store.database import writing
from tasks.store.outbox import Letter, add_letters
from tasks.store.owed import note_issued
from tasks.store.receipts import note_look
from tasks.store.run_record import note_serving
from tests.factory import at, keep_version, run_at

H1 = Period.parse("2022-H1")
Kinds = list[str]


class Place:
    """A store and what is said of it at a moment."""

    def __init__(self, settings: Settings, declarations: Declarations) -> None:
        self.settings, self.declarations = settings, declarations

    def serve(self, moment: str) -> None:
        """Begin to serve this store."""
        with writing(self.settings.database) as connection:
            note_serving(connection, run_at(at(moment)))
            note_issued(connection, "2022-H1", self.declarations.reporting(H1), run_at(at(moment)))

    def look(self, moment: str, channel: str = "folder") -> None:
        """Look into the drop folders, or into another channel."""
        with writing(self.settings.database) as connection:
            note_look(connection, channel, run_at(at(moment)))

    def kinds(self, moment: str, runs: Sequence[Mapping[str, Any]] = ()) -> Kinds:
        """Return the kinds of the alarms at `moment`."""
        return [alarm.kind for alarm in self.found(moment, runs)]

    def found(self, moment: str, runs: Sequence[Mapping[str, Any]] = ()) -> list[Alarm]:
        """Return the alarms at `moment`."""
        service = load_service(self.settings.config_dir, self.declarations.calendar)
        return list(alarms(Watch(self.settings, self.declarations, service, at(moment), runs)))

    def told(self, *moments: str) -> list[int]:
        """Return how many letters the looks at `moments` write, one after the other."""
        letters = []
        for moment in moments:
            study = Study(self.declarations, self.settings.config_dir / "letters", at(moment))
            with writing(self.settings.database) as connection:
                letters.append(write_alarms(connection, study, self.found(moment), run_at(at(moment))))
        return letters


def run_of(state: str, began: str, made_good: bool = False) -> dict[str, Any]:
    """Return a run as the server tells of it."""
    moment = at(began).isoformat()
    end = None if state == "RUNNING" else moment
    times = {"expected_start_time": moment, "start_time": moment, "end_time": end}
    return {"id": "7", "name": "thu nhận", "state_type": state, "made_good": made_good, **times}


@pytest.fixture
def place(settings: Settings, declarations: Declarations) -> Place:
    return Place(settings, declarations)


@pytest.mark.parametrize("state", ["CRASHED", "RUNNING"])
def test_the_name_of_a_run_gives_the_table_and_the_letter_no_order(place: Place, state: str) -> None:
    named = {**run_of(state, "2022-06-15T06:00"), "name": "thu\x1b[2J\nGiả mạo\u202e"}
    [alarm] = place.found("2022-06-15T10:00", [named])
    assert alarm.sentence.startswith("lượt «thu[2J Giả mạo» ")


def test_a_collection_that_stays_away_in_season_is_an_alarm(place: Place) -> None:
    place.serve("2022-06-10T06:00")
    place.look("2022-06-15T09:00")
    assert place.kinds("2022-06-15T10:59") == []
    assert place.kinds("2022-06-15T11:00") == ["collection"]
    assert "collection" not in place.kinds("2022-08-15T11:00")  # out of season


def test_a_mailbox_that_cannot_be_read_is_an_alarm_while_folders_are_collected(
    settings: Settings, declarations: Declarations
) -> None:
    mailed = settings.model_copy(update={"imap_host": "mail.example.vn"})
    for mine, kinds in ((Place(mailed, declarations), ["mailbox"]), (Place(settings, declarations), [])):
        mine.serve("2022-06-10T06:00")
        mine.look("2022-06-15T09:00")
        mine.look("2022-06-15T07:01", MAIL)
        assert mine.kinds("2022-06-15T09:05") == []
        mine.look("2022-06-15T09:30")
        assert mine.kinds("2022-06-15T09:35") == kinds


def test_a_store_worked_by_hand_owes_nothing_by_schedule(place: Place) -> None:
    place.look("2022-06-15T09:00")
    assert place.kinds("2022-06-16T09:00") == []


def test_forms_not_issued_a_day_after_the_period_opened_are_an_alarm(place: Place) -> None:
    with writing(place.settings.database) as connection:
        note_serving(connection, run_at(at("2022-06-01T06:00")))
    place.look("2022-06-04T08:00")
    assert place.kinds("2022-06-04T09:00") == []
    place.look("2022-06-05T08:00")
    assert place.kinds("2022-06-05T09:00") == ["forms"]


def test_a_period_not_published_two_days_after_its_deadline_is_an_alarm(place: Place) -> None:
    place.serve("2022-06-10T06:00")
    with writing(place.settings.database) as connection:
        keep_version(connection, moment=at("2022-06-15T09:00"))
    for day, kinds in (("22", []), ("23", ["release"])):
        place.look(f"2022-06-{day}T08:00")
        assert place.kinds(f"2022-06-{day}T09:00") == kinds


def test_a_period_for_which_nobody_submits_is_an_alarm_once_its_deadline_has_passed(place: Place) -> None:
    place.serve("2022-06-10T06:00")
    for day, kinds in (("20", []), ("21", ["silence"])):
        place.look(f"2022-06-{day}T08:00")
        assert place.kinds(f"2022-06-{day}T09:00") == kinds
    assert place.told("2022-06-21T09:00", "2022-06-21T09:30") == [1, 0]  # letters: one, and no other
    with writing(place.settings.database) as connection:
        keep_version(connection, moment=at("2022-06-21T09:31"))
    assert place.kinds("2022-06-21T09:32") == []


def test_a_letter_that_waits_for_a_day_is_an_alarm_even_by_hand(place: Place) -> None:
    letter = Letter("k", "30628", "cchc.30628@example.vn", "Về biểu", "Nội dung")
    with writing(place.settings.database) as connection:
        add_letters(connection, [letter], run_at(at("2022-06-15T09:00")))
    assert place.kinds("2022-06-16T08:59") == []
    assert place.kinds("2022-06-16T09:00") == ["outbox"]


@pytest.mark.parametrize(
    ("state", "began", "kinds"),
    [
        ("RUNNING", "2022-06-15T07:01", []),
        ("RUNNING", "2022-06-15T07:00", ["run"]),  # killed: its state stays so
        ("CRASHED", "2022-06-14T10:00", ["run"]),
        ("FAILED", "2022-06-14T10:00", ["run"]),
        ("FAILED", "2022-06-14T08:00", []),
    ],
)
def test_a_run_that_died_or_never_ends_is_an_alarm(place: Place, state: str, began: str, kinds: Kinds) -> None:
    assert place.kinds("2022-06-15T09:00", [run_of(state, began)]) == kinds


def test_a_run_that_died_and_was_made_good_is_an_alarm_until_it_was_told(place: Place) -> None:
    run = run_of("CRASHED", "2022-06-15T07:00", made_good=True)
    assert place.kinds("2022-06-15T09:00", [run]) == ["run"]
    assert place.kinds("2022-06-15T09:01", [run]) == []


def test_a_run_that_died_before_it_began_is_an_alarm(place: Place) -> None:
    run = run_of("CRASHED", "2022-06-15T07:00") | {"start_time": None, "end_time": None}
    assert place.kinds("2022-06-15T09:00", [run]) == ["run"]
