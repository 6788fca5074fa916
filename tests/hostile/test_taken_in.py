"""Facts about taking in hostile files beside good ones: each in one state, and nobody else's figures touched.

In the default run every seventh file of the corpus; `make hostile` takes them all.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import select

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.collect.folder import settled
from tasks.collect.intake import take_in
from tasks.collect.job import Intake
from tasks.notify.answers import Desk, write_letters
from tasks.store import tables
from tasks.store.database import reading, writing
from tasks.store.outbox import Channel, unsent
from tasks.store.receipts import Receipt, receipts
from tasks.store.submissions import add_judgement, submissions, values_of
from tasks.store.values import Outcome, Run, State
from tests.factory import END_OF_TIME, PERIOD
from tests.hostile.corpus import corpus
from tests.hostile.hostile import Hostile
from tests.hostile.mutants import mutants
from tests.hostile.package import COMMUNE
from tests.tasks.collect.conftest import workbook
from tests.tasks.publish.desk import calculate, publish, with_few_indicators

STEP, MUTANTS = (1, 500) if os.environ.get("CCHC_LONG") else (7, 30)


@pytest.fixture
def hostile() -> list[Hostile]:
    """Return the hostile files of this run."""
    return [*islice(corpus(), 0, None, STEP), *mutants(MUTANTS, seed=7)]


def put(inbox: Path, unit: str, name: str, data: bytes) -> None:
    """Put a file into the drop folder of `unit`."""
    path = inbox / unit / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def collected(intake: Intake) -> list[Receipt]:
    """Take in what lies in the drop folders."""
    return take_in(intake, settled(intake.settings.home / "inbox"), lambda _: None)


def figures(intake: Intake) -> dict[str, list[object]]:
    """Return by unit every version in the store, with its bytes' hash and all its values."""
    found: dict[str, list[object]] = {}
    with reading(intake.settings.database) as connection:
        versions = submissions(connection, PERIOD, END_OF_TIME)
        values = values_of(connection, [s.id for s in versions])
        for s in versions:
            found.setdefault(s.unit, []).append((s.version, s.sha256, s.file_name, s.days_late, values[s.id]))
    return found


def test_hostile_files_beside_good_ones_change_nothing_for_the_good_units(
    settings: Settings, tmp_path: Path, declarations: Declarations, period: Period, run: Run, hostile: list[Hostile]
) -> None:
    alone = Intake(replace_home(settings, tmp_path / "alone"), declarations, period, run)
    beside = replace(alone, settings=replace_home(settings, tmp_path / "beside"))
    units = list(declarations.reporting(period))
    for intake in (alone, beside):
        for unit in units:
            put(intake.settings.home / "inbox", unit, f"{unit}.xlsx", workbook(unit=unit))
    others = cycle([unit for unit in units if unit != COMMUNE])
    for place, (file, unit) in enumerate(zip(hostile, others, strict=False)):
        put(beside.settings.home / "inbox", unit, f"{place}.xlsx", file.data)

    assert {receipt.outcome for receipt in collected(alone)} == {Outcome.SUBMITTED}
    found = collected(beside)

    assert figures(beside) == figures(alone)
    outcomes = Counter(receipt.outcome for receipt in found)
    assert outcomes == {Outcome.SUBMITTED: len(units), Outcome.QUARANTINED: len(hostile)}
    assert all(receipt.code for receipt in found if receipt.outcome is Outcome.QUARANTINED)
    with reading(beside.settings.database) as connection:
        assert len(receipts(connection, PERIOD, END_OF_TIME)) == len(units) + len(hostile)
    _is_told_once(beside, found)
    there, expected = published(beside), published(alone)
    assert there.keys() == expected.keys()
    different = {name for name in there if there[name] != expected[name]}
    # What was refused is told: in the lists of files and faults, what shows them, and on pages of those who sent it.
    assert {name for name in different if not _tells_of(name, units)} == set()
    for name in ("submissions.csv", "findings.csv"):
        assert set(expected[name].splitlines()) < set(there[name].splitlines())


def _is_told_once(intake: Intake, found: list[Receipt]) -> None:
    """Each arrival has its row in the audit, each refused file its letter with its code; a second run adds nothing."""
    desk = Desk(intake.settings, intake.declarations, intake.period, intake.run)
    with writing(intake.settings.database) as connection:
        written = write_letters(connection, desk)
        letters = [letter for letter in unsent(connection) if letter.channel is Channel.MAIL]
        audited = Counter(connection.execute(select(tables.audit.c.action)).scalars())
    told = [receipt.code for receipt in found if receipt.code]
    codes = [re.findall(r"\(Mã để tra cứu khi cần hỗ trợ: (\w+)\)", letter.body) for letter in letters]
    assert Counter(map(tuple, codes)) == Counter((code,) for code in told)
    assert written == len(letters) == len(told)
    assert audited["receipt.quarantined"] == len(told)
    assert audited["receipt.submitted"] == len(found) - len(told)
    assert collected(intake) == []
    with writing(intake.settings.database) as connection:
        assert write_letters(connection, desk) == 0
        after = Counter(connection.execute(select(tables.audit.c.action)).scalars())
    assert after == audited


TELLING = (
    "submissions.csv", "submissions.parquet", "findings.csv", "findings.parquet", "datapackage.json", "manifest.json",
    "index.html", "bang-danh-gia.xlsx", "bao-cao.docx",
)  # fmt: skip


def _tells_of(name: str, units: list[str]) -> bool:
    pages = {f"don-vi/{unit}.html" for unit in units if unit != COMMUNE}
    return name.startswith("loi") or name in TELLING or name in pages


def published(intake: Intake) -> dict[str, bytes]:
    """Accept what was taken in, publish it, and return the files of the release."""
    few = with_few_indicators(intake.declarations)
    with writing(intake.settings.database) as connection:
        for version in submissions(connection, PERIOD, END_OF_TIME):
            add_judgement(connection, version, State.ACCEPTED, [], intake.run)
    release = publish(intake.settings, few, calculate(intake.settings, few, intake.run), intake.run)
    return {
        path.relative_to(release.path).as_posix(): path.read_bytes()
        for path in sorted(release.path.rglob("*"))
        if path.is_file()
    }


def replace_home(settings: Settings, home: Path) -> Settings:
    """Return `settings` with another workplace."""
    return settings.model_copy(update={"home": home})
