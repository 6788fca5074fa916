"""Facts about the journal: written before the commit, whole or not at all, true after whatever ended a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from config.settings import Settings
from tasks.store import database, tables
from tasks.store import journal as journals
from tasks.store.audit import note
from tasks.store.database import between_writers, reading, trouble_with, writing
from tasks.store.journal import (
    FROM_BYTES,
    FROM_FIGURES,
    append,
    end_of,
    gap,
    journal_of,
    marks,
    numbering,
    read_journal,
    said_by,
)
from tasks.store.lines import plain
from tasks.store.outbox import Letter, add_letters, note_sent
from tasks.store.receipts import Receipt, add_receipts
from tasks.store.schema import StoreError, revision_of
from tasks.store.soundness import Behind, behind, changed_rows
from tasks.store.submissions import add_submissions
from tasks.store.values import Outcome, Run
from tests.factory import make_arrival, make_new_submission


@pytest.fixture
def path(settings: Settings) -> Path:
    """Return where the journal lies."""
    return journal_of(settings.home)


def say(settings: Settings, run: Run, subject: str) -> None:
    with writing(settings.database) as connection:
        note(connection, run, "test.said", subject, "")


def noted(path: Path) -> list[str]:
    """Return what the audit says by the journal."""
    return [row["subject"] for entry in read_journal(path).entries for row in entry.rows.get("audit", ())]


def kept(settings: Settings) -> list[str]:
    """Return what the audit says by the database."""
    with reading(settings.database) as connection:
        return list(connection.execute(select(tables.audit.c.subject).order_by(tables.audit.c.id)).scalars())


def test_every_table_is_in_the_journal_or_follows_from_bytes_or_figures() -> None:
    for table in tables.metadata.sorted_tables:
        key, counted = numbering(table)
        assert counted in {numbered.name for numbered in journals.NUMBERED}, table.name
        assert table.name not in FROM_BYTES or key.name == "submission_id"
        assert table.name not in FROM_FIGURES or key.name in ("calculation_id", "stretch_id")


def test_a_transaction_is_in_the_journal_as_it_is_in_the_database(settings: Settings, run: Run, path: Path) -> None:
    with writing(settings.database) as connection:
        key = add_submissions(connection, [make_new_submission()], run)[0]
        add_receipts(connection, [Receipt(make_arrival(), Outcome.SUBMITTED, submission_id=key)], run)
    [entry] = read_journal(path).entries
    with reading(settings.database) as connection:
        for name, rows in entry.rows.items():
            held = connection.execute(select(tables.metadata.tables[name])).mappings()
            assert rows == [plain(row) for row in held], name
        assert entry.said == said_by(connection, 0)
    assert set(entry.rows) == {"submission", "receipt", "audit"}  # not the values: the bytes say them


def test_a_row_that_says_otherwise_than_the_journal_is_named(settings: Settings, run: Run, path: Path) -> None:
    with writing(settings.database) as connection:
        key = add_submissions(connection, [make_new_submission()], run)[0]
        add_receipts(connection, [Receipt(make_arrival(), Outcome.SUBMITTED, submission_id=key)], run)
        add_letters(connection, [letter := Letter("k", "30628", "a@example.vn", "Về biểu", "Kính gửi", None)], run)
    with writing(settings.database) as connection:
        note_sent(connection, letter, run)
        assert changed_rows(connection, read_journal(path)) == []
        for harm in (
            "UPDATE receipt SET outcome = 'ignored'",
            "UPDATE submission SET days_late = 9",
            "UPDATE audit SET who = 'x' WHERE id = 2",
            "UPDATE outbox SET recipient = 'b@example.vn'",
        ):
            connection.exec_driver_sql(harm)
        said = changed_rows(connection, read_journal(path))
    assert sorted(said) == ["audit 2", "outbox 1", f"receipt {key}", f"submission {key}"]


def test_it_is_durable_before_the_database_has_it(
    settings: Settings, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(settings, run, "first")
    done: list[str] = []
    sync = journals.os.fsync
    monkeypatch.setattr(journals.os, "fsync", lambda number: (done.extend([*kept(settings), "durable"]), sync(number)))
    say(settings, run, "second")
    assert done == ["first", "durable"]
    assert noted(path) == kept(settings) == ["first", "second"]


def test_what_was_rolled_back_is_in_neither(settings: Settings, run: Run, path: Path) -> None:
    say(settings, run, "first")
    with suppress(KeyError), writing(settings.database) as connection:
        note(connection, run, "test.said", "never", "")
        raise KeyError
    assert noted(path) == ["first"]


def end_before_commit(settings: Settings, run: Run, subject: str) -> None:
    """End a transaction when the journal has it and the database has not."""
    append = journals.append

    def cut_off(*given: object) -> None:
        append(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.store.database.append", cut_off)
        with pytest.raises(KeyboardInterrupt):
            say(settings, run, subject)


def test_what_never_was_committed_is_overtaken_by_what_was(settings: Settings, run: Run, path: Path) -> None:
    say(settings, run, "first")
    end_before_commit(settings, run, "cut off")
    assert (noted(path), kept(settings)) == (["first", "cut off"], ["first"])
    end_before_commit(settings, run, "cut off again")
    say(settings, run, "second")
    say(settings, run, "third")
    assert noted(path) == kept(settings) == ["first", "second", "third"]


@pytest.mark.parametrize("lost", [1, 20, 200])
def test_a_piece_cut_off_on_its_way_into_the_file_is_left_out(
    settings: Settings, run: Run, path: Path, lost: int
) -> None:
    say(settings, run, "first")
    whole = path.stat().st_size
    end_before_commit(settings, run, "cut off")
    path.write_bytes(path.read_bytes()[: max(whole + 1, path.stat().st_size - lost)])
    assert noted(path) == (["first", "cut off"] if lost == 1 else ["first"])  # all of it but the end of its last line
    say(settings, run, "second")
    found = read_journal(path)
    assert (noted(path), found.broken) == (["first", "second"], [])


def test_a_long_piece_that_was_cut_off_hides_nothing(
    settings: Settings, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(settings, run, "first")
    monkeypatch.setattr(journals, "TAIL", 100)
    with path.open("ab") as file:
        file.write(b'{"table": "audit", "rows": [' + b" " * 500)
    say(settings, run, "second")
    assert noted(path) == ["first", "second"]


def changed(data: bytes) -> bytes:
    return data.replace(b"second", b"Second")


def removed(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:3] + lines[6:])  # a transaction here is three lines


def put_in(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:6] + lines[3:])


@pytest.mark.parametrize("harm", [changed, removed, put_in])
def test_whatever_is_done_to_it_shows(settings: Settings, run: Run, path: Path, harm: Callable[[bytes], bytes]) -> None:
    for subject in ("first", "second", "third"):
        say(settings, run, subject)
    assert read_journal(path).broken == []
    path.write_bytes(harm(path.read_bytes()))
    assert read_journal(path).broken != []


def test_a_database_set_back_is_not_gone_on_with(settings: Settings, run: Run, path: Path) -> None:
    say(settings, run, "first")
    say(settings, run, "second")
    with writing(str(settings.database)) as connection:  # not the workplace's own way
        connection.execute(tables.audit.delete())
    with pytest.raises(StoreError, match="cchc rebuild"):
        say(settings, run, "third")
    assert kept(settings) == []


def test_a_look_waits_for_whoever_is_between_note_and_commit(settings: Settings, run: Run, path: Path) -> None:
    say(settings, run, "first")
    found: list[Behind] = []
    look = threading.Thread(target=lambda: found.append(behind(settings.database)))
    with between_writers(settings.database) as connection:
        before = marks(connection)
        note(connection, run, "test.said", "second", "")
        append(path, connection, before)
        look.start()
        look.join(0.5)
        assert found == []
    look.join()
    assert found == [Behind({}, is_cut_off=False)]


def test_what_a_run_noted_before_it_was_cut_off_is_told_from_what_was_lost(
    settings: Settings, run: Run, path: Path
) -> None:
    say(settings, run, "first")
    with suppress(KeyError), between_writers(settings.database) as connection:
        before = marks(connection)
        note(connection, run, "test.said", "second", "")
        append(path, connection, before)
        raise KeyError
    assert behind(settings.database) == Behind({"audit": 1}, is_cut_off=True)
    with between_writers(settings.database) as connection:
        connection.execute(tables.audit.delete())
    assert behind(settings.database) == Behind({"audit": 2}, is_cut_off=False)


def test_runs_that_commit_while_somebody_looks_are_no_trouble(
    settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look sees the database as it was at first, and the journal of two runs later knows more."""

    def meanwhile(connection: Connection) -> str | None:
        found = revision_of(connection)
        say(settings, run, "second")
        say(settings, run, "third")
        return found

    say(settings, run, "first")
    monkeypatch.setattr(database, "revision_of", meanwhile)
    assert trouble_with(settings.database) is None


def test_what_was_written_without_a_journal_comes_along(settings: Settings, run: Run, path: Path) -> None:
    with writing(str(settings.database)) as connection:  # as software did that kept none
        note(connection, run, "test.said", "before", "")
    with reading(settings.database) as connection:
        assert gap(end_of(path), marks(connection)).not_in_journal == {"audit": 1}
    say(settings, run, "after")
    assert noted(path) == ["before", "after"]
    with reading(settings.database) as connection:
        assert gap(end_of(path), marks(connection)) == gap({}, {})


def test_what_a_submission_says_has_a_hash_of_its_own(settings: Settings, run: Run) -> None:
    with writing(settings.database) as connection:
        first = add_submissions(connection, [make_new_submission()], run)[0]
        same = add_submissions(connection, [make_new_submission()], run)[0]
        before = said_by(connection, 0)
        connection.execute(tables.value.update().where(tables.value.c.submission_id == same).values(text="x"))
        after = said_by(connection, 0)
    assert before[first] == before[same] == after[first] != after[same]
