"""Trying the history rules on the sample years: how often each of them speaks where nothing is wrong.

`python -m flows.false_alarms` writes `expectations/false_alarms.csv`, which the dictionary of rules shows; it takes a
minute or two. Everything follows from the seed, so the same rules give the same counts.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from config.load import Declarations, load
from config.period import Period
from config.settings import PROJECT, Settings
from expectations.suite import Rule, load_rules
from tasks.check.history import Filed, History
from tasks.check.judge import check
from tasks.illustrate.kept import kept
from tasks.illustrate.sendings import Planted, Sending, sendings
from tasks.store.values import State, Submission

FILE = PROJECT / "expectations" / "false_alarms.csv"
COLUMNS = ["rule", "reports", "false_alarms", "false_reports", "first_year", "last_year", "seed"]
SEED, YEARS = "CCHC", (2021, 2025)
REACH = 12  # periods that any rule looks back
NOT_COUNTED = (Planted.SUM, Planted.FALLEN, Planted.SCAN)  # returned or refused: no part of history
HISTORY = "history.yaml"


@dataclass
class Trial:
    """What was counted, by rule: reports that could be judged, findings, and reports that had any."""

    reports: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    speaking: Counter[str] = field(default_factory=Counter)


def history_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules that hold figures against earlier ones."""
    return tuple(rule for rule in rules if rule.file.name == HISTORY)


def try_rules(
    declarations: Declarations, rules: Sequence[Rule], years: tuple[int, int] = YEARS, seed: str = SEED
) -> Trial:
    """Return what `rules` say of those reports of the sample years in which nothing was made wrong.

    The history before each report is that of the sample: what counted, late corrections included.
    """
    trial, past = Trial(), dict[Period, list[Filed]]()
    for period, sent in sendings(declarations, *years, seed):
        history = History.of(filed for earlier in period.before[:REACH] for filed in past.get(earlier, ()))
        sound = [_filed(place, s, declarations) for place, s in enumerate(sent) if s.planted is Planted.NOTHING]
        for form_version in sorted({submission.form_version for submission, _ in sound}):
            _judge([f for f in sound if f[0].form_version == form_version], declarations, rules, history, trial)
        past[period] = _counted(sent, declarations)
    return trial


def _judge(
    filed: Sequence[Filed], declarations: Declarations, rules: Sequence[Rule], history: History, trial: Trial
) -> None:
    first = filed[0][0]
    form = declarations.form_by_id(first.form_version)
    if form is None or not history.reports:
        return
    result = check(filed, declarations, rules, form, Period.parse(first.period), (), history)
    trial.reports.update(result.judged)
    for findings in result.findings.values():
        trial.findings.update(f.rule for f in findings)
        trial.speaking.update({f.rule for f in findings})


def _counted(sent: Iterable[Sending], declarations: Declarations) -> list[Filed]:
    """Return what counts of a period in the end: each unit's last report that was not returned."""
    last = {s.unit: (place, s) for place, s in enumerate(sent) if s.planted not in NOT_COUNTED}
    return [_filed(place, sending, declarations) for place, sending in last.values()]


def _filed(place: int, sending: Sending, declarations: Declarations) -> Filed:
    new = kept(sending, declarations)
    known = {name: value for name, value in vars(new).items() if name not in {"values", "tasks"}}
    return Submission(id=place + 1, version=sending.attempt, state=State.RECEIVED, **known), new.values


def rows_of(trial: Trial, rules: Sequence[Rule]) -> list[dict[str, str]]:
    """Return a row with `COLUMNS` for each of `rules`, in order."""
    first, last = map(str, YEARS)
    return [
        dict(
            zip(
                COLUMNS,
                (
                    rule.rule,
                    str(trial.reports[rule.rule]),
                    str(trial.findings[rule.rule]),
                    str(trial.speaking[rule.rule]),
                    first,
                    last,
                    SEED,
                ),
                strict=True,
            )
        )
        for rule in rules
    ]


def main() -> None:
    """Try the rules and write the counts."""
    settings = Settings()
    declarations = load(settings.config_dir)
    rules = history_rules(load_rules(settings.expectations_dir, declarations))
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_of(try_rules(declarations, rules), rules))


if __name__ == "__main__":
    main()
