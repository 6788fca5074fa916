"""A district of any size: the real declarations with as many communes as asked for, and every stage to be timed."""

from __future__ import annotations

import shutil
import time
import zipfile
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from config.load import Declarations, load
from config.period import Period
from config.settings import PROJECT, Settings
from expectations.suite import load_rules, rules_for
from tasks.aggregate.door import aggregate_period
from tasks.check.period import judge_period
from tasks.collect.folder import settled
from tasks.collect.guard import inspect
from tasks.collect.intake import take_in
from tasks.collect.job import Intake
from tasks.collect.sandbox import apart, begin
from tasks.evaluate.door import evaluate_period
from tasks.forms.fill import fill
from tasks.forms.issue import issue, template
from tasks.illustrate.figures import illustrate
from tasks.publish.content import ReleaseContent
from tasks.publish.contents import Job, contents_of
from tasks.publish.door import publish_period
from tasks.publish.open_data import csv_files
from tasks.publish.period_package import period_package
from tasks.publish.report import report
from tasks.publish.site import site
from tasks.store.calculations import Basis, add_calculation, add_evaluation, evaluation, indicator_values, inputs_of
from tasks.store.database import reading, writing
from tasks.store.files import write_together
from tasks.store.submissions import NewSubmission, add_submissions, submissions
from tasks.store.values import Run, Submission

PERIOD = Period.parse("2022-H1")
COMMUNE = '  - {{code: "{code}", name: Xã {n}, kind: xã, valid_from: 2021-01-01, parent: "893", source: đo}}\n'
CONTACT = (
    '  - {{unit: "{code}", email: cchc.{code}@example.vn, head: chutich.{code}@example.vn, valid_from: 2021-01-01}}\n'
)


def build(folder: Path, units: int, period: Period = PERIOD) -> District:
    """Return a district of `units` reporting units that report `period`, with its workplace under `folder`."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    _never_merge(config / "forms")
    codes = [f"{70000 + n}" for n in range(units - 1)]
    (config / "units.yaml").write_text(
        "units:\n"
        '  - {code: "89", name: Tỉnh, kind: tỉnh, valid_from: 2021-01-01, source: đo tốc độ}\n'
        '  - {code: "893", name: Huyện, kind: huyện, valid_from: 2021-01-01, parent: "89", source: đo tốc độ}\n'
        + "".join(COMMUNE.format(code=code, n=n) for n, code in enumerate(codes, start=1)),
        encoding="utf-8",
    )
    contacts = "data_team: []\ncontacts:\n" + "".join(CONTACT.format(code=code) for code in ["893", *codes])
    (config / "contacts.yaml").write_text(contacts, encoding="utf-8")
    settings = Settings(home=folder / "var", config_dir=config)
    declarations = load(config)
    day = declarations.calendar.cut_off(period) + timedelta(days=2)
    run = Run("bench", datetime(day.year, day.month, day.day, 12, tzinfo=declarations.calendar.zone))
    return District(settings, declarations, run, period)


def _never_merge(forms: Path) -> None:
    # The district to be timed stays as it is: no form for merged communes, the last ones before are never replaced.
    (forms / "commune" / "2025.yaml").unlink()
    for file in forms.glob("*/2022.yaml"):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith("valid_to:")), encoding="utf-8")


@dataclass
class District:
    """One workplace on its way through a period; every method is one stage."""

    settings: Settings
    declarations: Declarations
    run: Run
    period: Period = PERIOD
    issued: dict[str, bytes] = field(default_factory=dict)
    calculation: int = 0
    seconds_of_rules: float = 0.0
    content: ReleaseContent = field(init=False)
    data: dict[str, bytes] = field(init=False)

    @property
    def inbox(self) -> Path:
        """Where the filled workbooks lie."""
        return self.settings.home / "inbox"

    def issue(self) -> None:
        """Make one workbook for each unit."""
        rules = load_rules(self.settings.expectations_dir, self.declarations)
        templates: dict[str, bytes] = {}
        for unit in self.declarations.reporting(self.period).values():
            form = self.declarations.form(unit.level, self.period)
            if form is None:
                raise LookupError(f"no form for {unit.code}")
            if form.id not in templates:
                rows = self.declarations.rows(form, self.period)
                of_form = rules_for(rules, rows, form.level)
                templates[form.id] = template(self.declarations, form, self.period, of_form)
            self.issued[unit.code] = issue(templates[form.id], unit)

    def fill(self) -> None:
        """Fill every workbook with illustrative figures and drop it into the inbox."""
        for unit in self.declarations.reporting(self.period).values():
            form = self.declarations.form(unit.level, self.period)
            if form is None:
                raise LookupError(f"no form for {unit.code}")
            drawn = illustrate(unit.level, unit.code)
            entries = {e.code: drawn[e.code] for e in self.declarations.rows(form, self.period)}
            path = self.inbox / unit.code / f"{unit.code}.xlsx"
            path.parent.mkdir(parents=True)
            path.write_bytes(fill(self.issued[unit.code], entries))

    def warm(self) -> None:
        """Start the workers and import what a first file would have imported: a start is no cost of a unit."""
        import tasks.check.run  # noqa: F401, PLC0415  imports Great Expectations

        list(begin([next(self.inbox.rglob("*.xlsx")).read_bytes()] * 64).grids())

    def unzip(self) -> None:
        """Inflate every workbook and do nothing with it: the floor below any reading."""
        for path in self._files:
            with zipfile.ZipFile(path) as package:
                for name in package.namelist():
                    package.read(name)

    def guard(self) -> None:
        """Inspect every workbook in the workers, as the intake does it too: what safety costs of it."""
        apart(inspect, [path.read_bytes() for path in self._files])

    def read(self) -> None:
        """Guard and read every workbook in the workers, and nothing else."""
        list(begin([path.read_bytes() for path in self._files]).grids())

    @property
    def _files(self) -> list[Path]:
        return sorted(self.inbox.rglob("*.xlsx"))

    def take_in(self) -> None:
        """Guard, read, map and store what lies in the inbox."""
        intake = Intake(self.settings, self.declarations, self.period, self.run)
        take_in(intake, settled(self.inbox), lambda _: None)

    def judge(self) -> None:
        """Judge all submissions: one Great Expectations run for each form version."""
        from tasks.check import run as great_expectations  # noqa: PLC0415  warm() is to import it

        run = great_expectations.run

        def timed(*asked: Any) -> Any:
            start = time.perf_counter()
            result = run(*asked)
            self.seconds_of_rules += time.perf_counter() - start
            return result

        rules = load_rules(self.settings.expectations_dir, self.declarations)
        with patch.object(great_expectations, "run", timed):
            judge_period(self.settings.database, self.declarations, rules, self.period, self.run)

    def aggregate(self) -> None:
        """Make the indicators."""
        self.calculation = aggregate_period(self.settings.database, self.declarations, self.period, self.run)

    def evaluate(self) -> None:
        """Judge them against their targets."""
        evaluate_period(self.settings.database, self.declarations, self.period, self.calculation)

    def gather(self) -> None:
        """Gather what the release shows."""
        with reading(self.settings.database) as connection:
            job = Job(self.settings, self.declarations, self.period, self.run)
            self.content = contents_of(connection, job, self.calculation).numbered(1)
        self.data = csv_files(self.content)

    def write_report(self) -> None:
        """Write the Word document, as publishing does it too."""
        report(self.content)

    def package_data(self) -> None:
        """Write code lists, Parquet and the data package, as publishing does it too."""
        period_package(self.content, self.data)

    def publish(self) -> None:
        """Publish the release."""
        publish_period(self.settings, self.declarations, self.period, self.calculation, self.run)

    def pages(self) -> None:
        """Make and write the page of each indicator and unit, as publishing does it too."""
        write_together(self.settings.home / "pages", site(self.content))

    def lived(self) -> None:
        """Give every earlier period the figures of this one: a district that reported since the programme began."""
        with reading(self.settings.database) as connection:
            figures = indicator_values(connection, self.calculation)
            known = inputs_of(connection, self.calculation)
            judged = evaluation(connection, self.calculation)
            used = [s for s in submissions(connection, str(self.period), self.run.now) if s.id in set(known)]
        with writing(self.settings.database) as connection:
            for period in self.period.before:
                key = add_calculation(connection, Basis(str(period), (), f"lived {period}", None), figures, self.run)
                add_evaluation(connection, key, judged)
                add_submissions(connection, [_as_of_period(s, period) for s in used], self.run)


def _as_of_period(submission: Submission, period: Period) -> NewSubmission:
    known = {
        f.name: getattr(submission, f.name)
        for f in fields(NewSubmission)
        if f.name not in ("values", "tasks", "period")
    }
    return NewSubmission(**known, period=str(period), values=())
