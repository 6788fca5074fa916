"""How units stand."""

import re
from html import unescape

import pandas as pd

from tasks.publish.site import site
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


REFUSED = {"unit": factory.SILENT, "version": None, "state": "quarantined", "file_name": "ảnh.xlsx", "days_late": None}


def page_of(code: str, **changed: object) -> str:
    html = site(factory.content(**changed))[f"don-vi/{code}.html"].decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_the_page_of_a_unit_shows_the_refused_file_and_why() -> None:
    why = factory.finding(factory.SILENT, "", rule="not_a_workbook", found="ảnh.xlsx", message="Tệp là tệp PDF.")
    shown = page_of(factory.SILENT, submissions=with_submission(**REFUSED), findings=factory.findings([why]))
    assert "1 tệp gửi đến không dùng được" in shown
    assert re.search(r"Không tính lần nộp .{20,40} ■ Tệp không dùng được Tệp là tệp PDF. «ảnh.xlsx» SHA-256", shown)
    assert "Chưa nhận được tệp nào" in page_of(factory.SILENT)
    assert "not_a_workbook" not in shown


def test_two_refused_files_of_one_name_each_have_their_own_reason() -> None:
    whys = [
        factory.finding(factory.SILENT, "", rule=rule, found="ảnh.xlsx", message=message)
        for rule, message in (("not_a_workbook", "Tệp là tệp PDF."), ("no_stamp", "Tệp không phải là biểu."))
    ]
    once = with_submission(**REFUSED)
    twice = pd.concat([once, once.iloc[[-1]]], ignore_index=True)
    shown = page_of(factory.SILENT, submissions=twice, findings=factory.findings(whys))
    assert re.search("Tệp không dùng được Tệp là tệp PDF.*Tệp không dùng được Tệp không phải là biểu", shown)


def test_a_unit_whose_submission_was_returned_is_said_to_be_sent_back_not_unreported() -> None:
    shown = page_of(factory.RETURNED)
    assert unit(factory.RETURNED).is_sent_back
    assert "Biểu đã trả lại để sửa và chưa được nộp lại" in shown
    assert re.search(r"Lần nộp 1 .{20,40} ▼ Trả lại để sửa 2 nghiêm trọng «", shown)
    assert "đã trả lại, chưa nộp lại" in shown
    assert "chưa báo cáo" not in shown


def test_a_unit_that_sent_nothing_is_unreported_and_was_not_sent_back() -> None:
    assert not unit(factory.SILENT).is_sent_back
    shown = page_of(factory.SILENT)
    assert "chưa báo cáo" in shown
    assert "đã trả lại, chưa nộp lại" not in shown


def test_a_returned_correction_does_not_send_back_what_counts() -> None:
    returned = with_submission(unit="30628", version=2, state="returned")
    assert not unit("30628", submissions=returned).is_sent_back


def test_findings_that_were_mended_no_longer_stand() -> None:
    content = factory.content()
    assert factory.CORRECTED in set(content.findings["unit"])
    assert factory.CORRECTED not in set(standing_findings(content)["unit"])


def test_the_gravest_finding_of_a_unit_comes_first() -> None:
    name = "30628-2022-H1-1"
    rows = [factory.finding("30628", name, severity=s) for s in ("info", "critical", "warning")]
    found = standing_findings(factory.content(findings=factory.findings(rows)))
    assert found["severity"].tolist() == ["critical", "warning", "info"]
