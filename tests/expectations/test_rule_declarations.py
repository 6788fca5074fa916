"""The declared rules: each tried on an example that passes and one that fails, each worded for people."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.element import Level
from config.load import Declarations, load
from config.number import Fault, NumberType
from config.period import Period
from config.settings import PROJECT, Settings
from expectations.columns import Past, cells_column
from expectations.finding import Severity
from expectations.rule import Shape
from expectations.suite import Rule, build_suite, load_rules, rules_for
from tasks.check.outcome import RunResult
from tasks.check.run import run

DECLARED = load_rules(Settings().expectations_dir, load(Settings().config_dir))
CODES = [rule.rule for rule in DECLARED]
H1 = Period.parse("2022-H1")


@pytest.fixture(scope="module")
def tried(frame_of: Callable, rules: tuple[Rule, ...], declarations: Declarations) -> RunResult:
    """One run of all rules over all examples: rule i passes in row 2i and fails in row 2i + 1."""
    frame = frame_of([example for rule in rules for example in (rule.example_pass, rule.example_fail)])
    return run(frame, rules_for(rules, declarations.elements.values()))


@pytest.mark.parametrize("code", CODES)
def test_a_rule_passes_its_good_example_and_fails_its_bad_one(code: str, tried: RunResult) -> None:
    failed = {v.position for v in tried.violations if v.rule == code}
    place = 2 * CODES.index(code)
    assert failed & {place, place + 1} == {place + 1}


def test_what_units_read_of_a_rule_is_a_short_code_and_told_apart_from_all_others() -> None:
    labels = [rule.label for rule in DECLARED]
    assert all(re.fullmatch(r"[A-Z]{2}\d\d[a-z]?", label) for label in labels), labels
    assert len(set(labels)) == len(labels)


def test_no_declared_rule_is_broken(tried: RunResult) -> None:
    assert tried.broken == ()


def test_great_expectations_knows_every_declared_type_and_argument(
    rules: tuple[Rule, ...], declarations: Declarations
) -> None:
    applied = rules_for(rules, declarations.elements.values())
    assert len(build_suite(applied).expectations) == len(rules)


def test_the_39_identities_are_declared_and_begin_with_their_formula(rules: tuple[Rule, ...]) -> None:
    identities = {r.rule: r for r in rules if r.shape is Shape.COMPARISON}
    assert sorted(identities) == [f"ID{number:02}" for number in range(1, 40)]
    assert [r.rule for r in identities.values() if not r.text.startswith(f"{r.formula}: ")] == []
    assert identities["ID14"].formula == "C14 = C23 + C32 + C33"
    assert identities["ID03"].formula == "A09 ≤ A08"


def test_every_fault_of_reading_has_a_critical_rule_of_its_name(rules: tuple[Rule, ...]) -> None:
    by_code = {r.rule: r for r in rules}
    for fault in Fault:
        assert by_code[fault.value].columns == (cells_column(fault),)
        assert by_code[fault.value].severity is Severity.CRITICAL


def test_every_rule_says_what_must_hold_and_what_missing_means(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        assert rule.text.endswith(".")
        assert rule.message.endswith(".")
        assert rule.missing
        assert rule.document


def test_missing_figures_leave_a_comparison_unjudged(rules: tuple[Rule, ...]) -> None:
    assert {r.missing for r in rules if r.shape is Shape.COMPARISON} == {
        "thiếu một ô thì chưa xét",
        "thiếu một trong hai ô thì chưa xét",
    }
    assert {r.missing for r in rules if r.shape is Shape.PAST} == {
        "ô chưa có số, hoặc chưa có số kỳ trước để so, thì chưa xét"
    }


def test_rules_of_elements_that_a_form_lacks_do_not_judge_it(
    rules: tuple[Rule, ...], declarations: Declarations
) -> None:
    form = declarations.form(Level.COMMUNE, H1)
    assert form is not None
    codes = {r.rule for r in rules_for(rules, declarations.rows(form, H1), Level.COMMUNE)}
    assert {"ID12", "ID15", "ID29", "RG01", "CO01"} <= codes
    assert not codes & {"ID03", "ID16", "ID23", "ID28", "AG01", "AG01b"}


def test_a_template_is_expanded_over_the_elements_of_its_types(
    rules: tuple[Rule, ...], declarations: Declarations
) -> None:
    form = declarations.form(Level.DISTRICT, H1)
    assert form is not None
    rows = declarations.rows(form, H1)
    applied = {r.rule: r for r in rules_for(rules, rows)}
    assert len(applied["RG01"].columns) == sum(e.type is not NumberType.FLAG for e in rows)


def test_the_number_of_expectations_stays_small(rules: tuple[Rule, ...], declarations: Declarations) -> None:
    for level in (Level.COMMUNE, Level.DISTRICT):
        form = declarations.form(level, H1)
        assert form is not None
        rows = declarations.rows(form, H1)
        assert len(rules_for(rules, rows, level, past={})) <= 60
        assert len(rules_for(rules, rows, level)) < 75


def test_the_six_rules_between_periods_are_declared_with_their_weights(rules: tuple[Rule, ...]) -> None:
    between = {r.rule: r.severity for r in rules if r.rule.startswith("TX") and len(r.rule) == 4}
    critical, warning = Severity.CRITICAL, Severity.WARNING
    assert between == {
        "TX01": critical, "TX02": critical, "TX03": warning, "TX04": warning, "TX05": warning, "TX06": warning,
    }  # fmt: skip


def test_without_earlier_reports_nothing_is_held_against_them(
    rules: tuple[Rule, ...], declarations: Declarations
) -> None:
    form = declarations.form(Level.COMMUNE, H1)
    assert form is not None
    rows = declarations.rows(form, H1)
    assert not [r for r in rules_for(rules, rows, past={}) if r.shape is Shape.PAST]
    (some,) = [r for r in rules_for(rules, rows, past={Past.FLOOR: {"C11", "C40"}}) if r.shape is Shape.PAST]
    assert (some.rule, some.columns) == ("TX01", ("C11", "C40"))
    assert some.kwargs["column_list"] == ["C11", "C40", "prev_floor_C11", "prev_floor_C40"]


def test_a_jump_is_judged_against_a_figure_of_like_size(rules: tuple[Rule, ...], declarations: Declarations) -> None:
    (jump,) = [r for r in rules_for(rules, declarations.elements.values()) if r.rule == "LS01"]
    assert {"prev_year_C11", "prev_last_C01", "prev_last_C80"} <= set(jump.kwargs["column_list"])


def test_loading_rules_does_not_import_great_expectations() -> None:
    program = (
        "import sys; from pathlib import Path; from config.load import load; from expectations.suite import load_rules;"
        "load_rules(Path('expectations'), load(Path('config'))); sys.exit('great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False)
    assert done.returncode == 0


def test_an_empty_folder_holds_no_rules(tmp_path: Path, declarations: Declarations) -> None:
    assert load_rules(tmp_path, declarations) == ()
