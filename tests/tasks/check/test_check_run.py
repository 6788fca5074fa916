"""One run of Great Expectations: violations by position, broken rules apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pandas as pd
import pytest
from great_expectations.core.id_dict import IDDict
from great_expectations.expectations.expectation import Expectation

from config.load import Declarations
from expectations.suite import Rule, rules_for
from tasks.check.run import WHOLE_TABLE, _ids_made_once, run

FRAME = pd.DataFrame({"C20": [1.0, 1], "C21": [1.0, 1], "C22": [1.0, 2], "C23": [3.0, 3]})


@pytest.fixture
def resolved(rules: tuple[Rule, ...]) -> Rule:
    return next(r for r in rules if r.rule == "ID12")


def test_a_violation_names_the_position_and_the_cell_that_is_judged(resolved: Rule) -> None:
    result = run(FRAME, [resolved])
    assert [(v.rule, v.position, v.elements) for v in result.violations] == [("ID12", 1, ("C23",))]
    assert result.broken == ()
    assert result.judged == {"ID12": 2}


def test_a_rule_that_raises_is_broken_and_blames_nobody(resolved: Rule) -> None:
    result = run(FRAME.drop(columns="C22"), [resolved])
    assert result.violations == ()
    assert [b.rule for b in result.broken] == ["ID12"]
    assert "C22" in result.broken[0].reason
    assert result.judged == {}


def test_a_broken_rule_does_not_keep_the_others_from_judging(resolved: Rule) -> None:
    lame = replace(resolved, rule="LAME", kwargs={**resolved.kwargs, "column_list": ["C23", "C99"]})
    result = run(FRAME, [lame, resolved])
    assert [v.rule for v in result.violations] == ["ID12"]
    assert [b.rule for b in result.broken] == ["LAME"]


def test_a_rule_on_text_where_figures_are_asked_is_broken(resolved: Rule) -> None:
    result = run(FRAME.astype({"C20": object}).replace({"C20": {1.0: "x"}}), [resolved])
    assert [b.rule for b in result.broken] == ["ID12"]


def test_a_rule_that_judges_only_the_whole_table_is_broken(resolved: Rule) -> None:
    whole = replace(resolved, type="expect_column_max_to_be_between", kwargs={"column": "C23", "max_value": 1})
    assert [(b.rule, b.reason) for b in run(FRAME, [whole]).broken] == [("ID12", WHOLE_TABLE)]


def test_two_runs_at_once_do_not_disturb_each_other(
    rules: tuple[Rule, ...], declarations: Declarations, resolved: Rule
) -> None:
    other = next(r for r in rules_for(rules, declarations.elements.values()) if r.rule == "ID13")
    frames = {"ID12": (FRAME, resolved), "ID13": (pd.DataFrame({"C30": [1.0], "C31": [1.0], "C32": [3.0]}), other)}
    results: dict[str, list[int]] = {}

    def work(code: str) -> None:
        frame, rule = frames[code]
        results[code] = [v.position for v in run(frame, [rule]).violations]

    threads = [Thread(target=work, args=(code,)) for code in frames]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"ID12": [1], "ID13": [0]}


def test_progress_and_warnings_stay_silent(resolved: Rule, capfd: pytest.CaptureFixture[str]) -> None:
    run(FRAME, [resolved])
    assert capfd.readouterr() == ("", "")


def test_figures_with_more_digits_than_a_float_shows_are_compared_exactly(frame_row: Callable, resolved: Rule) -> None:
    million_millions = 10**12
    result = run(frame_row(C20=million_millions, C21=0, C22=1, C23=million_millions), [resolved])
    assert [v.position for v in result.violations] == [0]


@pytest.fixture
def frame_row() -> Callable[..., pd.DataFrame]:
    return lambda **figures: pd.DataFrame({code: [float(f)] for code, f in figures.items()})


def test_great_expectations_is_left_as_it_was(resolved: Rule) -> None:
    before = Expectation.__dict__["configuration"]
    run(FRAME, [resolved])
    run(FRAME.drop(columns="C22"), [resolved])
    assert Expectation.__dict__["configuration"] is before


def test_an_id_that_is_kept_is_the_one_that_would_be_made() -> None:
    abouts = [{"column": "C14", "least": least} for least in (1, 1.0, True, "1", None, [1], ["1"])]
    abouts += [{"column": "C15", "least": 1}, {"column": "C14"}, {}]
    made = [IDDict(about).to_id() for about in abouts]
    with _ids_made_once():
        assert [[IDDict(about).to_id() for about in abouts] for _ in range(2)] == [made, made]
        assert IDDict(abouts[0]).to_id(id_ignore_keys={"least"}) == "column=C14"
    assert len(set(made)) == len(abouts)
