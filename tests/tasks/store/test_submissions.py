"""Facts about versions of submissions and the verdicts on them."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from config.number import CellStatus, Fault
from expectations.finding import Severity
from tasks.store import tables
from tasks.store.submissions import (
    add_judgement,
    add_submissions,
    counted,
    findings_of,
    latest_versions,
    newest,
    submissions,
    values_of,
)
from tasks.store.values import Run, Scope, State
from tests.factory import (
    COMMUNE,
    END_OF_TIME,
    NEIGHBOUR,
    NOW,
    PERIOD,
    at,
    keep_version,
    make_finding,
    make_new_submission,
    make_submission,
    make_value,
    run_at,
    sha,
)


def states(connection: Connection, day: str | None = None) -> list[State]:
    """Return the states of all versions, as known on `day` (default: now and for ever)."""
    return [s.state for s in submissions(connection, PERIOD, at(day) if day else END_OF_TIME)]


def count(connection: Connection, table: str) -> int:
    """Return how many rows `table` holds."""
    return connection.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one()


def test_what_is_kept_is_what_comes_back(connection: Connection, run: Run) -> None:
    new = make_new_submission(scope=Scope.CONSOLIDATED, days_late=3, premature=True, window_to=None)
    key = add_submissions(connection, [new], run)[0]
    [kept] = submissions(connection, PERIOD, END_OF_TIME)
    assert kept == make_submission(
        id=key,
        scope=Scope.CONSOLIDATED,
        days_late=3,
        premature=True,
        window_to=None,
        state=State.RECEIVED,
        kept_at=run.now,
    )


def test_versions_are_numbered_for_each_unit_alone(connection: Connection) -> None:
    first = keep_version(connection, sha256=sha("a"))
    other = keep_version(connection, unit=NEIGHBOUR, sha256=sha("b"))
    second = keep_version(connection, sha256=sha("c"))
    assert (first.version, other.version, second.version) == (1, 1, 2)


def test_versions_are_numbered_for_each_period_alone(connection: Connection) -> None:
    keep_version(connection)
    assert keep_version(connection, period="2022-Q1").version == 1


def test_the_same_version_number_cannot_be_kept_twice(connection: Connection, run: Run) -> None:
    kept = keep_version(connection)
    row = connection.execute(select(tables.submission)).mappings().one()
    with pytest.raises(IntegrityError):
        connection.execute(tables.submission.insert().values(**{**row, "id": kept.id + 1}))


def test_a_version_nobody_judged_is_only_received(connection: Connection) -> None:
    keep_version(connection, state=None)
    assert states(connection) == [State.RECEIVED]


def test_a_received_version_does_not_count(connection: Connection) -> None:
    keep_version(connection, state=None)
    assert counted(submissions(connection, PERIOD, END_OF_TIME)) == []


@pytest.mark.parametrize("state", [State.ACCEPTED, State.ACCEPTED_WITH_WARNINGS])
def test_a_later_accepted_version_supersedes_the_earlier_ones(connection: Connection, state: State) -> None:
    keep_version(connection, State.ACCEPTED)
    keep_version(connection, State.RETURNED)
    last = keep_version(connection, state)
    assert states(connection) == [State.SUPERSEDED, State.SUPERSEDED, state]
    assert counted(submissions(connection, PERIOD, END_OF_TIME)) == [last]


def test_a_returned_correction_leaves_the_earlier_accepted_figures_in_force(connection: Connection) -> None:
    accepted = keep_version(connection, State.ACCEPTED)
    returned = keep_version(connection, State.RETURNED, [make_finding()])
    versions = submissions(connection, PERIOD, END_OF_TIME)
    assert counted(versions) == [accepted]
    assert newest(versions) == [returned]


def test_a_correction_that_is_not_judged_yet_leaves_the_earlier_figures_in_force(connection: Connection) -> None:
    accepted = keep_version(connection, State.ACCEPTED)
    keep_version(connection, state=None)
    assert counted(submissions(connection, PERIOD, END_OF_TIME)) == [accepted]


def test_one_unit_never_supersedes_another(connection: Connection) -> None:
    keep_version(connection, unit=COMMUNE)
    keep_version(connection, unit=NEIGHBOUR)
    keep_version(connection, unit=NEIGHBOUR)
    assert [(s.unit, s.version) for s in counted(submissions(connection, PERIOD, END_OF_TIME))] == [
        (COMMUNE, 1),
        (NEIGHBOUR, 2),
    ]


def test_as_of_shows_only_the_versions_known_that_day(connection: Connection) -> None:
    keep_version(connection, moment=at("2022-06-15T08:00"))
    keep_version(connection, moment=at("2022-06-17T08:00"))
    assert len(states(connection, "2022-06-14T23:59")) == 0
    assert len(states(connection, "2022-06-16T08:00")) == 1
    assert len(states(connection, "2022-06-17T08:00")) == 2


def test_as_of_shows_the_state_of_that_day(connection: Connection) -> None:
    kept = keep_version(connection, State.ACCEPTED, moment=at("2022-06-15T08:00"))
    add_judgement(connection, kept, State.RETURNED, [make_finding()], run_at(at("2022-06-18T08:00")))
    keep_version(connection, State.ACCEPTED, moment=at("2022-06-20T08:00"))
    assert states(connection, "2022-06-15T08:00") == [State.RECEIVED]
    assert states(connection, "2022-06-16T08:00") == [State.ACCEPTED]
    assert states(connection, "2022-06-19T08:00") == [State.RETURNED]
    assert states(connection) == [State.SUPERSEDED, State.ACCEPTED]


def test_as_of_shows_the_findings_of_that_day(connection: Connection) -> None:
    first, second = make_finding(rule="ID11"), make_finding(rule="ID12")
    kept = keep_version(connection, State.RETURNED, [first], moment=at("2022-06-15T08:00"))
    add_judgement(connection, kept, State.RETURNED, [second], run_at(at("2022-06-18T08:00")))
    assert findings_of(connection, [kept], at("2022-06-15T08:00")) == {kept.id: []}
    assert findings_of(connection, [kept], at("2022-06-16T08:00")) == {kept.id: [first]}
    assert findings_of(connection, [kept], END_OF_TIME) == {kept.id: [second]}


def test_a_verdict_already_held_is_not_written_twice(connection: Connection, run: Run) -> None:
    kept = keep_version(connection, State.RETURNED, [make_finding()])
    before = [count(connection, t) for t in ("judgement", "finding", "audit")]
    assert add_judgement(connection, kept, State.RETURNED, [make_finding()], run) is False
    assert [count(connection, t) for t in ("judgement", "finding", "audit")] == before


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        (State.ACCEPTED_WITH_WARNINGS, {}),
        (State.RETURNED, {"cell": "D17"}),
        (State.RETURNED, {"message": "Câu khác."}),
        (State.RETURNED, {"severity": Severity.WARNING}),
    ],
)
def test_a_verdict_that_differs_in_anything_is_written(
    connection: Connection, run: Run, state: State, changes: dict[str, object]
) -> None:
    kept = keep_version(connection, State.RETURNED, [make_finding()])
    assert add_judgement(connection, kept, state, [make_finding(**changes)], run) is True


def test_a_verdict_that_comes_back_is_written_again(connection: Connection, run: Run) -> None:
    kept = keep_version(connection, State.ACCEPTED)
    add_judgement(connection, kept, State.RETURNED, [make_finding()], run_at(at("2022-06-23T08:00")))
    assert add_judgement(connection, kept, State.ACCEPTED, [], run_at(at("2022-06-24T08:00"))) is True
    assert states(connection) == [State.ACCEPTED]


def test_findings_come_back_in_order_and_whole(connection: Connection) -> None:
    findings = [
        make_finding(rule="ID14"),
        make_finding(rule="ID11", severity=Severity.WARNING, found="«Xã Kiến An»"),
        make_finding(rule="window", element=None, sheet=None, cell=None),
    ]
    kept = keep_version(connection, State.RETURNED, findings)
    assert findings_of(connection, [kept], END_OF_TIME)[kept.id] == findings


def test_findings_of_other_versions_stay_out(connection: Connection) -> None:
    keep_version(connection, State.RETURNED, [make_finding()])
    clean = keep_version(connection, State.ACCEPTED)
    assert findings_of(connection, [clean], END_OF_TIME) == {clean.id: []}


def test_values_come_back_by_element_with_their_cells_and_text_as_typed(connection: Connection, run: Run) -> None:
    values = (
        make_value("A02", "1204", text="1.204", cell="D8", sheet="CĐĐH"),
        make_value("A01", None, status=CellStatus.UNREADABLE, fault=Fault.AMBIGUOUS, text=" 1,204 ", note="Ước"),
        make_value("A03", None, status=CellStatus.NOT_APPLICABLE, text="KPS"),
        make_value("A04", None, status=CellStatus.UNREADABLE, fault=Fault.ROW_MISSING, cell=None, text=""),
    )
    key = add_submissions(connection, [make_new_submission(values=values)], run)[0]
    assert values_of(connection, [key]) == {key: tuple(sorted(values, key=lambda v: v.element))}


def test_values_of_more_versions_than_one_query_takes(connection: Connection, run: Run) -> None:
    keys = add_submissions(connection, [make_new_submission(values=(make_value("A01", i),)) for i in range(501)], run)
    found = values_of(connection, keys)
    assert [int(found[key][0].number or 0) for key in keys] == list(range(501))


def test_many_kept_at_once_are_each_the_next_version_of_their_unit(connection: Connection, run: Run) -> None:
    keep_version(connection, unit=NEIGHBOUR, sha256=sha("z"))
    units = (COMMUNE, NEIGHBOUR, COMMUNE)
    new = [make_new_submission(unit=unit, values=(make_value("A01", i),)) for i, unit in enumerate(units)]
    keys = add_submissions(connection, new, run)
    kept = {s.id: (s.unit, s.version) for s in submissions(connection, PERIOD, END_OF_TIME)}
    assert [kept[key] for key in keys] == [(COMMUNE, 1), (NEIGHBOUR, 2), (COMMUNE, 2)]
    found = values_of(connection, keys)
    assert [int(found[key][0].number or 0) for key in keys] == [0, 1, 2]


def test_the_newest_hash_is_that_of_the_last_version_whatever_became_of_it(connection: Connection) -> None:
    assert latest_versions(connection, PERIOD, [COMMUNE]) == {}
    keep_version(connection, State.ACCEPTED, sha256=sha("a"))
    keep_version(connection, State.RETURNED, sha256=sha("b"))
    for letter in "cde":
        keep_version(connection, unit=NEIGHBOUR, sha256=sha(letter))
        keep_version(connection, period="2022-Q1", sha256=sha(letter))
    assert latest_versions(connection, PERIOD, [COMMUNE]) == {COMMUNE: (2, sha("b"))}


def test_keeping_and_judging_leave_a_line_each_in_the_audit(connection: Connection) -> None:
    kept = keep_version(connection, State.RETURNED, [make_finding()], moment=NOW)
    rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [(r.action, r.subject, r.who) for r in rows] == [
        ("submission.kept", str(kept.id), "run-1"),
        ("submission.returned", str(kept.id), "run-1"),
    ]
