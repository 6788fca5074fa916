"""The faults that somebody could put in, each with the test that notices; more belong here whenever one slips through.

python -m tests.faults.planted          plants each in turn and runs its test, which must fail
python -m tests.faults.planted DTD 'a subject may'   those whose description holds one of these
"""

from __future__ import annotations

import os
import sys
import time

import pytest

from config.settings import PROJECT
from tests.faults.plant import Fault

# The tables as they would be without one of their unique keys, named by a column of it.
NO_KEY = """    for table in metadata.tables.values():
        table.constraints = {{
            c for c in table.constraints if type(c).__name__ != "UniqueConstraint" or "{column}" not in c.columns
        }}
    metadata.create_all(connection)
"""
# A reader does this before it gives up everything: its modules are read anew there, where nothing of ours is planted.
_IN_READER = (
    "initializer=exec, initargs=['from tasks.collect import sandbox; {statement}; sandbox._give_up_everything()'], "
)
COLLECT, STORE, PUBLISH = "tasks/collect/", "tasks/store/", "tasks/publish/"
NOTICED, NOT_PLANTED = 1, 70

FAULTS = (
    Fault(
        "a workplace is copied while somebody is at work in it",
        "tasks.store.alone:undisturbed",
        "fcntl.LOCK_EX",
        "fcntl.LOCK_SH",
        f"{STORE}test_alone.py::test_a_copy_waits_for_whoever_is_at_work_by_hand_or_by_the_schedule",
    ),
    Fault(
        "a rebuilding puts a new reading in the place of what was taken in",
        "tasks.collect.again:_with_numbers",
        "cell.number if",
        "cell if",
        "flows/test_rebuild.py::test_a_figure_that_was_taken_from_what_shows_another_is_kept_as_it_was_taken",
    ),
    Fault(
        "a restore sets the workplace aside for a database that cannot take the copy",
        "flows.keeping:hindrance",
        "    if settings.database_url is not None and not is_empty(settings.database):",
        "    if False:",
        "flows/test_keeping.py::test_nothing_is_set_aside_for_a_database_that_cannot_take_the_copy",
    ),
    Fault(
        "a file leaves its folder before it is written down",
        "tasks.collect.intake:take_in",
        "        receipts += write_down(intake, taken)\n",
        "        [one.incoming.done(one.kept_as) for one in taken]\n        receipts += write_down(intake, taken)\n",
        f"{COLLECT}test_intake.py::test_a_store_that_fails_leaves_every_file_for_the_next_run",
    ),
    Fault(
        "bytes are not kept before a row names them",
        "tasks.store.raw:keep",
        "        write_whole(path, data)",
        "        pass",
        f"{STORE}test_raw.py::test_bytes_are_kept_under_their_hash",
    ),
    Fault(
        "bytes have their name before they are durable",
        "tasks.store.files:write_whole",
        "            os.fsync(file.fileno())\n",
        "",
        f"{STORE}test_raw.py::test_bytes_are_durable_before_their_name_and_the_name_before_anybody_hears_of_it",
    ),
    Fault(
        "a name is not durable",
        "tasks.store.files:write_whole",
        "    sync_folder(path.parent)",
        "    pass",
        f"{STORE}test_raw.py::test_bytes_are_durable_before_their_name_and_the_name_before_anybody_hears_of_it",
    ),
    Fault(
        "a file is written in place",
        "tasks.store.files:write_whole",
        "    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)",
        "    temporary = str(path)\n    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)",
        f"{STORE}test_raw.py::test_a_file_that_is_replaced_keeps_its_old_content_when_writing_fails",
    ),
    Fault(
        "what was written before a fault stays",
        "tasks.store.database:writing",
        "        yield connection",
        "        try:\n            yield connection\n        finally:\n            connection.commit()",
        f"{STORE}test_database.py::test_a_refused_row_takes_the_rows_before_it_along",
    ),
    Fault(
        "a writer on SQLite reads before it has the lock",
        "tasks.store.database:_begin_sqlite",
        '"BEGIN IMMEDIATE"',
        '"BEGIN"',
        f"{STORE}test_database.py::test_a_writer_takes_the_lock_before_it_reads",
    ),
    Fault(
        "a run goes on in a database that was moved away",
        "tasks.store.database:_refuse_if_gone",
        "        raise StoreError(gone(path))",
        "        pass",
        f"{STORE}test_trouble.py::test_nothing_is_written_to_a_file_that_was_moved_away",
    ),
    Fault(
        "in the place of a database that is gone an empty one is made",
        "tasks.store.database:_refuse_to_make",
        "        raise StoreError(gone(path))",
        "        pass",
        f"{STORE}test_trouble.py::test_nothing_is_written_to_a_file_that_was_moved_away",
    ),
    Fault(
        "writers on PostgreSQL do not wait for each other",
        "tasks.store.database:_begin_postgres",
        "SELECT pg_advisory_xact_lock({WRITER_LOCK})",
        "SELECT {WRITER_LOCK}",
        f"{STORE}test_database.py::test_two_writers_at_once_give_a_version_each",
    ),
    Fault(
        "a run waits for the lock that it holds itself",
        "tasks.store.alone:_in_postgresql",
        "pg_try_advisory_lock(KEY)",
        "pg_try_advisory_lock(0x63636863)",
        f"{STORE}test_alone.py::test_who_is_alone_can_write",
    ),
    Fault(
        "an arrival is not recognised",
        "tasks.store.receipts:known_arrivals",
        "    return {arrival.key for arrival in arrivals if arrival.key in found or arrival.key[:3] in left}",
        "    return set()",
        f"{COLLECT}test_intake.py::test_a_run_that_dies_between_commit_and_removal_leaves_nothing_to_do_but_remove",
    ),
    Fault(
        "the first version does not count again when it is sent again",
        "tasks.collect.writing_down:_without_duplicates",
        "if last.get((draft.unit, draft.period)) != draft.sha256:",
        "if not connection.exec_driver_sql(\n"
        "            f\"SELECT 1 FROM submission WHERE sha256 = '{draft.sha256}'\"\n        ).first():",
        f"{COLLECT}test_intake.py::test_what_was_sent_before_a_correction_counts_again_when_it_is_sent_again",
    ),
    Fault(
        "the same bytes become a version each time",
        "tasks.collect.writing_down:_without_duplicates",
        "if last.get((draft.unit, draft.period)) != draft.sha256:",
        "if True:",
        f"{COLLECT}test_intake.py::test_the_same_bytes_again_are_a_duplicate",
    ),
    Fault(
        "a sheet that a neighbour's form lent counts as one's own",
        "tasks.collect.identify:_of_another_unit",
        "if c in others",
        "if False",
        f"{COLLECT}test_identify.py::test_a_sheet_of_a_neighbours_form_in_ones_own_is_not_ones_own",
    ),
    Fault(
        "a correction that was put in place meanwhile is thrown away",
        "tasks.collect.folder:_finish_removal",
        "aside.name == taken_in",
        "True",
        f"{COLLECT}test_folder.py::test_a_correction_put_in_place_at_the_last_moment_stays",
    ),
    Fault(
        "a file that ended two runs is opened again",
        "tasks.collect.suspects:read_suspect",
        "deaths >= DEATHS",
        "False",
        f"{COLLECT}test_intake.py::test_a_file_that_ended_two_runs_is_never_opened_again",
    ),
    Fault(
        "a reader keeps the environment and its secrets",
        "tasks.collect.bare_process:_Popen._launch",
        "{}, file_actions",
        "dict(os.environ), file_actions",
        f"{COLLECT}test_sandbox.py::test_a_reader_knows_no_environment",
    ),
    Fault(
        "a DTD is let in",
        "tasks.collect.guard.xml_parts:_refuse_declarations",
        "_DTD.search(body)",
        "False",
        "hostile/test_corpus.py::test_every_hostile_file_ends_quickly_in_an_outcome_that_does_no_harm",
    ),
    Fault(
        "a reader that sees other cells than the guard is believed",
        "tasks.collect.reading:_disagreement",
        "    if read == counted:",
        "    if True:",
        f"{COLLECT}test_intake.py::test_a_reader_that_sees_anything_else_than_the_guard_refuses_that_file",
    ),
    Fault(
        "one unit submits for another",
        "tasks.collect.identify:identify",
        "if stamp.unit != unit:",
        "if False:",
        f"{COLLECT}test_identify.py::test_over_all_pairs_of_units_a_form_counts_only_in_its_own_folder",
    ),
    Fault(
        "a mail whose sender nobody proved is taken",
        "tasks.collect.sender:_doubt_in",
        'return "" if proven == [domain] else',
        'return "" if proven else',
        f"{COLLECT}mail/test_sender.py::test_what_our_server_did_not_say_is_not_read_into_its_words",
    ),
    Fault(
        "lateness is counted at midnight in Greenwich",
        "config.calendar:Calendar.days_late",
        "received_at.astimezone(self.zone).date()",
        'received_at.astimezone(__import__("datetime").UTC).date()',
        "config/test_calendar.py::test_lateness_begins_at_midnight_in_viet_nam",
    ),
    Fault(
        "the past knows what came later",
        "tasks.store.submissions:submissions",
        ", s.kept_at <= as_of)",
        ")",
        f"{STORE}test_submissions.py::test_as_of_shows_only_the_versions_known_that_day",
    ),
    Fault(
        "a returned correction takes the figures away that counted",
        "tasks.store.submissions:_with_superseded",
        "if s.state in COUNTED)",
        "if s.state in COUNTED or s.state is State.RETURNED)",
        f"{STORE}test_submissions.py::test_a_returned_correction_leaves_the_earlier_accepted_figures_in_force",
    ),
    Fault(
        "a letter is said to be sent before it is",
        "tasks.notify.send:_send",
        "    try:\n        refused = carry(",
        "    with writing(settings.database) as c:\n        note_sent(c, letter, run)\n"
        "    try:\n        refused = carry(",
        "tasks/notify/test_send.py::test_what_a_server_that_hangs_up_did_not_take_waits_for_the_next_run",
    ),
    Fault(
        "letters that were refused go before the others",
        "tasks.store.outbox:unsent",
        "func.coalesce(refused.c.times, 0), o.id",
        "o.id",
        "tasks/notify/test_send.py::test_neighbours_at_which_the_server_hangs_up_never_stop_the_others_for_good",
    ),
    Fault(
        "a subject may add a header",
        "tasks.notify.send:_one_line",
        '" ".join(text.split())',
        "text",
        "tasks/notify/test_send.py::test_no_subject_can_add_a_header_or_a_line",
    ),
    Fault(
        "the page does not escape what units write",
        "tasks.publish.page:environment",
        "autoescape=True",
        "autoescape=False",
        f"{PUBLISH}test_injection.py::test_every_page_keeps_the_tags_and_links_it_was_written_with",
    ),
    Fault(
        "text becomes a formula in a CSV file",
        "tasks.publish.open_data:inert",
        "if starts_like_formula(text) or starts_like_formula(clean) else",
        "if False else",
        f"{PUBLISH}test_open_data.py::test_text_that_could_be_a_formula_stands_behind_an_apostrophe",
    ),
    Fault(
        "readers are pointed to a release before it has been checked",
        "tasks.publish.release:_make",
        "        _write(part, edition.files(number))\n",
        "        _write(part, edition.files(number))\n        _point_to(folder, part)\n",
        f"{PUBLISH}test_release.py::test_when_the_check_refuses_nothing_is_published",
    ),
    Fault(
        "a release that does not add up is published",
        "tasks.publish.verify:same",
        "    if not agrees:",
        "    if False:",
        f"{PUBLISH}test_verify.py::test_a_lost_row_is_seen",
    ),
    Fault(
        "two runs publish at once",
        "tasks.publish.release:alone_in",
        "        fcntl.flock(descriptor, fcntl.LOCK_EX)\n",
        "",
        f"{PUBLISH}test_release.py::test_two_runs_at_once_publish_one_release",
    ),
    Fault(
        "a store of newer software is misread",
        "tasks.store.schema:revision_of",
        "found not in REVISIONS",
        "False",
        f"{STORE}test_schema.py::test_a_store_of_newer_software_is_refused_in_one_sentence",
    ),
    Fault(
        "the journal is written after the database",
        "tasks.store.database:writing",
        "        if journal:\n            append(journal, connection, before)",
        "    if journal:\n        with open_engine(url).connect() as connection:\n"
        "            append(journal, connection, before)",
        f"{STORE}test_journal.py::test_it_is_durable_before_the_database_has_it",
    ),
    Fault(
        "what was never committed stays in the journal",
        "tasks.store.journal:_standing",
        "    standing = list(entries)\n",
        "    return list(entries)\n    standing = list(entries)\n",
        f"{STORE}test_journal.py::test_what_never_was_committed_is_overtaken_by_what_was",
    ),
    Fault(
        "an empty database in the place of a lost one is written to",
        "tasks.store.database:writing",
        "            refuse_if_set_back(journal, start_of(journal), before)",
        "            pass",
        f"{STORE}test_journal.py::test_a_database_set_back_is_not_gone_on_with",
    ),
    Fault(
        "a rebuilt database writes to everybody again",
        "tasks.store.rebuilding:_sent",
        'if row["action"] == SENT}',
        'if row["action"] == "never"}',
        "flows/test_rebuild.py::test_a_lost_database_comes_back_row_by_row",
    ),
    Fault(
        "a fraction is kept otherwise than older software kept it",
        "tasks.collect.mapping:typed_text",
        ':f}"',
        ':f}".replace(".", ",")',
        "flows/test_rebuild.py::test_what_older_software_noted_of_a_submission_is_recognised",
    ),
    Fault(
        "what is calculated otherwise after an upgrade is not said",
        "flows.rebuild:_stretch_again",
        "        outdated += basis.digest != one.digest\n",
        "",
        "flows/test_rebuild.py::test_what_is_calculated_otherwise_today_is_said_and_what_was_published_stays",
    ),
    Fault(
        "what is not applicable is told as not counted",
        "tasks.store.trace:is_answered",
        " or value.status is CellStatus.NOT_APPLICABLE",
        "",
        f"{STORE}test_stage_trace.py::test_cells_count_where_all_that_the_formula_asks_was_answered",
    ),
    Fault(
        "a good file sent once more makes nothing good",
        "tasks.store.mending:last_usable",
        "if r.outcome is Outcome.DUPLICATE",
        "if False",
        f"{STORE}test_frames.py::test_the_bytes_of_the_last_version_sent_once_more_make_a_file_good",
    ),
    Fault(
        "a damaged backup is restored",
        "tasks.store.backup:open_backup",
        " or _hash_of(folder / name) != sha256",
        "",
        f"{STORE}test_backup.py::test_a_copy_that_is_not_as_it_was_written_is_refused",
    ),
    Fault(
        "a period that has not opened takes a workbook",
        "tasks.collect.late:takes_of",
        "        if owing is None or service.opens(period) > ",
        "        if owing is None or False and service.opens(period) > ",
        "flows/test_due_reopened.py::test_a_period_takes_what_is_late_until_its_last_day",
    ),
    Fault(
        "a moment that has not come moves every run there",
        "flows.clock:moment_after_all",
        "        raise ClockAheadError(told)\n",
        "        pass\n",
        "flows/test_clock.py::test_a_moment_that_has_not_come_is_one_sentence_with_its_remedy",
    ),
    Fault(
        "a rebuilding does not know that the clock was set back",
        "tasks.store.rebuilding:fill_store",
        "    told = with_clock_set_back(journal.entries)\n",
        "    told = list(journal.entries)\n",
        "flows/test_clock.py::test_the_doctor_and_the_command_tell_it_and_the_command_undoes_it",
    ),
    Fault(
        "no unique key of arrivals",
        "tasks.store.schema:make_tables",
        "    metadata.create_all(connection)\n",
        NO_KEY.format(column="message"),
        f"{STORE}test_receipts.py::test_the_same_arrival_cannot_be_kept_twice",
    ),
    Fault(
        "no unique key of versions",
        "tasks.store.schema:make_tables",
        "    metadata.create_all(connection)\n",
        NO_KEY.format(column="version"),
        f"{STORE}test_submissions.py::test_the_same_version_number_cannot_be_kept_twice",
    ),
    Fault(
        "no unique key of letters",
        "tasks.store.schema:make_tables",
        "    metadata.create_all(connection)\n",
        NO_KEY.format(column="key"),
        f"{STORE}test_outbox.py::test_a_letter_of_a_run_that_saw_no_other_is_refused_by_its_key",
    ),
    Fault(
        "no unique key of releases",
        "tasks.store.schema:make_tables",
        "    metadata.create_all(connection)\n",
        NO_KEY.format(column="name"),
        f"{STORE}test_calculations.py::test_a_release_of_a_run_that_saw_no_other_is_refused_by_its_key",
    ),
    Fault(
        "no unique key of alerts",
        "tasks.store.schema:make_tables",
        "    metadata.create_all(connection)\n",
        NO_KEY.format(column="letter_key"),
        f"{STORE}test_alerts.py::test_one_letter_opens_an_alert_once",
    ),
    Fault(
        "a reader may take all memory",
        "tasks.collect.sandbox:_pool",
        "initializer=_give_up_everything, ",
        _IN_READER.format(statement="sandbox.MEMORY = sandbox.resource.RLIM_INFINITY"),
        f"{COLLECT}test_sandbox.py::test_what_one_file_does_to_its_reader_refuses_that_file_alone",
    ),
    Fault(
        "a reader may take all of the processor",
        "tasks.collect.sandbox:_begun",
        "args=[work, files, CPU], timeout=WALL))\n    except",
        "args=[work, files, 10**6], timeout=3))\n    except",
        f"{COLLECT}test_sandbox.py::test_a_reader_that_runs_away_is_stopped_by_its_share_of_the_processor",
    ),
    Fault(
        "a reader may take all the time",
        "tasks.collect.sandbox:_begun",
        "CPU], timeout=WALL))\n    except",
        "CPU], timeout=30))\n    except",
        f"{COLLECT}test_sandbox.py::test_a_reader_that_runs_away_is_stopped_by_the_clock",
    ),
    Fault(
        "a calculated figure that was changed is not seen",
        "tasks.store.figures_held:held_otherwise",
        "held.get(key) != expected.get(key)",
        "False",
        "flows/test_scores.py::test_scores_that_were_changed_in_the_database_are_seen_by_calculating_again",
    ),
    Fault(
        "an attempt at a file that may end a run is written down afterwards",
        "tasks.collect.suspects:read_suspect",
        "        try:\n            return read(data)\n",
        "            found = read(data)\n        try:\n            return found\n",
        f"{COLLECT}test_intake.py::test_an_attempt_is_committed_before_the_file_is_opened",
    ),
    Fault(
        "what is read is not written down before it is opened",
        "tasks.collect.intake:_begun",
        "            note_begun(connection, intake.run, key, list(to_read))",
        "            pass",
        f"{COLLECT}test_intake.py::test_a_first_reading_is_committed_before_anything_is_opened",
    ),
    Fault(
        "a reader keeps its rights over files and memory",  # what a worker does itself is read anew there: not planted
        "tasks.collect.sandbox:_pool",
        "initializer=_give_up_everything, ",
        "",
        f"{COLLECT}test_sandbox.py::test_a_reader_holds_no_file_of_ours_and_can_write_none",
    ),
    Fault(
        "a file put into a release afterwards is not seen",
        "tasks.publish.manifest:difference",
        "tuple(sorted(found - listed.keys()))",
        "()",
        f"{PUBLISH}test_release.py::test_a_file_put_into_a_release_afterwards_is_seen",
    ),
    Fault(
        "a pointer that leads nowhere is not seen",
        "tasks.publish.release:is_astray",
        "return bool(releases) and not",
        "return False and not",
        f"{PUBLISH}test_release.py::test_a_release_in_place_but_not_pointed_to_is_taken_over",
    ),
    Fault(
        "a row that was changed in the database is not seen",
        "tasks.store.soundness:changed_rows",
        "not _says(row, told[key])",
        "False",
        f"{STORE}test_journal.py::test_a_row_that_says_otherwise_than_the_journal_is_named",
    ),
    Fault(
        "a mail that was lost is not missed",
        "tasks.store.receipts:kept_hashes",
        " | {mail[1] for mail in mails if mail}",
        "",
        f"{STORE}test_receipts.py::test_the_mail_that_brought_a_file_must_lie_in_the_raw_store_as_well",
    ),
    Fault(
        "what a unit typed reaches the log as it is",
        "tasks.events:finished",
        "safe_text(sentence)",
        "sentence",
        "tasks/test_events.py::test_what_a_unit_typed_gives_the_terminal_no_order",
    ),
)


def noticed(fault: Fault) -> int:
    """Return how the test of `fault` ends in a child in which it was planted: `NOTICED` when it fails."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        fault.plant()
    except Exception as reason:  # noqa: BLE001  whatever it is, a test that fails afterwards has noticed nothing
        sys.stdout.write(f"  {type(reason).__name__}: {reason}\n")
        sys.stdout.flush()
        os._exit(NOT_PLANTED)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    asked = [str(PROJECT / "tests" / fault.noticed_by), "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    os._exit(int(pytest.main(asked)))


def main(words: list[str]) -> int:
    """Plant what is asked for, all if nothing is, and return how the process should end."""
    unnoticed = 0
    for fault in FAULTS:
        if not words or any(word in fault.what for word in words):
            begun, found = time.monotonic(), noticed(fault)
            unnoticed += found != NOTICED
            said = "noticed" if found == NOTICED else f"NOT NOTICED ({found})"
            sys.stdout.write(f"{said}: {fault.what}, {time.monotonic() - begun:.1f} s\n")
            sys.stdout.flush()
    return 1 if unnoticed else 0


if __name__ == "__main__":
    os.chdir(PROJECT)
    sys.exit(main(sys.argv[1:]))
