"""The false alarms in the dictionary are those of the rules as they stand."""

from __future__ import annotations

import csv

from config.load import Declarations
from config.settings import PROJECT
from expectations.suite import load_rules
from flows.dictionary import pages
from flows.false_alarms import COLUMNS, FILE, SEED, YEARS, history_rules, rows_of, try_rules

FIRST_YEAR = (2021, 2021)


def committed() -> dict[str, dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["rule"]: row for row in csv.DictReader(file)}


def test_every_history_rule_has_been_tried(declarations: Declarations) -> None:
    rules = history_rules(load_rules(PROJECT / "expectations", declarations))
    rows = committed()
    assert list(rows) == [rule.rule for rule in rules]
    assert all(list(row) == COLUMNS and row["seed"] == SEED for row in rows.values())
    assert {(row["first_year"], row["last_year"]) for row in rows.values()} == {tuple(map(str, YEARS))}


def test_the_first_year_gives_no_more_than_all_years(declarations: Declarations) -> None:
    rules = history_rules(load_rules(PROJECT / "expectations", declarations))
    trial = try_rules(declarations, rules, FIRST_YEAR)
    rows = committed()
    for row in rows_of(trial, rules):
        assert int(row["reports"]) <= int(rows[row["rule"]]["reports"])
        assert int(row["false_alarms"]) <= int(rows[row["rule"]]["false_alarms"])
    assert trial.reports["TX05"] > 40
    assert trial.reports["LS04"] == 0  # there is no year before the first


def test_the_dictionary_shows_the_count_of_each_history_rule() -> None:
    page = pages()["quy-tac.md"]
    for row in committed().values():
        assert f"trên {row['reports']} biểu không có lỗi" in page
