"""What may be published: every column there, every status and state with its Vietnamese word."""

from datetime import datetime

import pytest

from tasks.evaluate.status import Status
from tasks.publish.wording import STATES, STATUSES
from tasks.store.frames import FINDINGS, MENDED, MISSING, STANDING, SUBMISSIONS, TYPED, VALUES
from tasks.store.values import Outcome, State

from . import factory


def test_a_frame_without_a_column_is_refused_by_name() -> None:
    values = factory.content().values.drop(columns="cell")
    with pytest.raises(ValueError, match="values: thiếu cột cell"):
        factory.content(values=values)


def test_an_unknown_status_is_refused() -> None:
    evaluation = factory.content().evaluation.copy()
    evaluation.loc[0, "status"] = "tạm ổn"
    with pytest.raises(ValueError, match=r"evaluation\.status: không rõ tạm ổn"):
        factory.content(evaluation=evaluation)


def test_an_indicator_that_stands_twice_is_refused() -> None:
    evaluation = factory.content().evaluation
    with pytest.raises(ValueError, match="đứng hai lần"):
        factory.content(evaluation=evaluation.loc[[0, *evaluation.index]])


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="múi giờ"):
        factory.content(facts=factory.facts(as_of=datetime(2022, 6, 22)))  # noqa: DTZ001


def test_a_release_is_called_by_its_number() -> None:
    assert factory.content().numbered(7).facts.name == "r007"


def test_every_status_of_an_evaluation_has_its_word() -> None:
    assert set(STATUSES) == {status.value for status in Status}


def test_every_state_of_a_submission_has_its_word() -> None:
    assert set(STATES) == {*(s.value for s in State), MISSING, Outcome.QUARANTINED.value, Outcome.CLOSED.value}


def test_the_columns_are_those_that_the_store_gives() -> None:
    content = factory.content()
    assert list(content.values.columns) == [*VALUES, *TYPED]
    assert list(content.findings.columns) == [*FINDINGS, STANDING]
    assert list(content.submissions.columns) == [*SUBMISSIONS, MENDED]
