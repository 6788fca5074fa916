"""How units stand."""

import pandas as pd

from tasks.publish.units import UnitLine, standing_findings, unit_lines

from . import factory


def unit(code: str, **changed: object) -> UnitLine:
    return next(u for u in unit_lines(factory.content(**changed)) if u.unit.code == code)


def with_submission(**row: object) -> pd.DataFrame:
    known = factory.content().submissions
    return pd.concat([known, pd.DataFrame([{**known.iloc[1], **row}], dtype=object)], ignore_index=True)


def test_the_district_stands_first() -> None:
    assert unit_lines(factory.content())[0].unit.name == "Huyện Chợ Mới"


def test_a_corrected_unit_shows_its_newest_version() -> None:
    corrected = unit(factory.CORRECTED)
    assert corrected.newest is not None
    assert (corrected.newest.version, corrected.word.word, corrected.earlier_version) == (2, "Chấp nhận", None)


def test_a_unit_that_never_sent_is_said_to_be_missing() -> None:
    silent = unit(factory.SILENT)
    assert (silent.newest, silent.word.word) == (None, "Chưa nộp")


def test_a_returned_correction_leaves_the_earlier_version_in_use() -> None:
    returned = with_submission(unit="30628", version=2, state="returned")
    assert unit("30628", submissions=returned).earlier_version == 1


def test_a_late_correction_of_what_came_in_time_is_not_late() -> None:
    late = with_submission(unit="30628", version=2, days_late=3)
    first = unit("30628", submissions=late).first
    assert first is not None
    assert (first.version, first.days_late) == (1, 0)


def test_a_refused_file_is_counted_beside_the_unit_that_sent_it() -> None:
    refused = with_submission(unit="30628", version=None, state="quarantined")
    assert unit("30628", submissions=refused).refused == 1


def test_findings_that_were_mended_no_longer_stand() -> None:
    content = factory.content()
    assert factory.CORRECTED in set(content.findings["unit"])
    assert factory.CORRECTED not in set(standing_findings(content)["unit"])


def test_the_gravest_finding_of_a_unit_comes_first() -> None:
    name = "30628-2022-H1-1"
    rows = [factory.finding("30628", name, severity=s) for s in ("info", "critical", "warning")]
    found = standing_findings(factory.content(findings=factory.findings(rows)))
    assert found["severity"].tolist() == ["critical", "warning", "info"]
