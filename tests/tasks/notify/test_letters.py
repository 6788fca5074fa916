"""Facts about the words of letters: who is written to, what about, and that nothing in a file can bend them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.load import Declarations
from config.period import Period
from config.refusal import RefusalText
from config.settings import PROJECT
from expectations.finding import Finding, Severity
from tasks.notify.letters import Study, answer, closing, refusal
from tasks.notify.repeated import Repeated
from tasks.store.alerts import Alert
from tasks.store.outbox import Channel, Letter
from tasks.store.receipts import Receipt
from tasks.store.values import Outcome, State
from tests.factory import DISTRICT, NOW, RECEIVED, at, make_arrival, make_finding, make_submission, sha

FOLDER = PROJECT / "config" / "letters"
TEXT = RefusalText(unit="Mở biểu bằng Excel rồi gửi lại.", operator="x")
WARNING = make_finding(rule="ID15", severity=Severity.WARNING, message="[ID15] TTHC!D13: xem lại.")


def write(
    declarations: Declarations, *findings: Finding, attachment: str | None = "returned/a.xlsx", **changes: object
) -> Letter:
    """Return the answer to a returned submission."""
    submission = make_submission(**{"state": State.RETURNED, **changes})
    return answer(Study(declarations, FOLDER, NOW), submission, findings, Repeated(), attachment)[0]


def refuse(declarations: Declarations, period: Period, **changes: object) -> Letter:
    """Return the letter on a file that was refused."""
    receipt = Receipt(make_arrival(**changes), Outcome.QUARANTINED, "not_a_workbook", "25 50 44", found="tệp PDF")
    return refusal(Study(declarations, FOLDER, NOW), receipt, TEXT, period)[0]


@pytest.mark.parametrize(
    ("changes", "code", "called"),
    [
        ({"file_name": "bieu.xlsx"}, "not_a_workbook", "Tệp «bieu.xlsx» nhận"),
        ({"file_name": "Re: Biểu CCHC.eml", "channel": "mail"}, "no_workbook", "Thư «Re: Biểu CCHC» nhận"),
        ({"file_name": "bieu.xlsx", "channel": "mail"}, "empty_file", "Tệp «bieu.xlsx» nhận"),
        ({"file_name": "quý 2"}, "folder_inside", "Mục «quý 2» nhận"),
    ],
)
def test_what_came_is_called_what_its_sender_calls_it(
    declarations: Declarations, period: Period, changes: dict[str, str], code: str, called: str
) -> None:
    receipt = Receipt(make_arrival(**changes), Outcome.QUARANTINED, code, "")
    [letter] = refusal(Study(declarations, FOLDER, NOW), receipt, TEXT, period)
    assert called in letter.body
    assert called in letter.html


def test_a_returned_unit_is_told_every_finding(declarations: Declarations) -> None:
    letter = write(declarations, make_finding(), WARNING)
    assert make_finding().message in letter.body
    assert WARNING.message in letter.body
    assert letter.body.index("NGHIÊM TRỌNG (1)") < letter.body.index("CẢNH BÁO (1)")


def test_the_subject_of_a_returned_form_counts_what_must_be_mended(declarations: Declarations) -> None:
    letter = write(declarations, make_finding(), make_finding(rule="ID12"), WARNING)
    assert letter.subject.startswith("[CCHC 2022-H1] Trả lại biểu của ")
    assert letter.subject.endswith(" để sửa 2 lỗi")


def test_severities_without_findings_are_not_mentioned(declarations: Declarations) -> None:
    letter = write(declarations, WARNING, state=State.ACCEPTED_WITH_WARNINGS)
    assert "NGHIÊM TRỌNG" not in letter.body
    assert "LƯU Ý" not in letter.body


def test_a_warned_unit_reads_that_its_figures_are_in(declarations: Declarations) -> None:
    letter = write(declarations, WARNING, state=State.ACCEPTED_WITH_WARNINGS)
    assert "Đã nhận biểu" in letter.subject
    assert "đã được tổng hợp" in letter.body
    assert "chưa tổng hợp được" not in letter.body


@pytest.mark.parametrize("attachment", ["returned/30628/30628-2022-H1-lan-1.xlsx", None])
def test_the_annotated_workbook_goes_along_when_there_is_one(
    declarations: Declarations, attachment: str | None
) -> None:
    assert write(declarations, make_finding(), attachment=attachment).attachment == attachment


def test_only_what_has_a_cell_is_said_to_be_coloured(declarations: Declarations) -> None:
    gone = make_finding(cell=None, message="[DS09] TTHC: thiếu dòng C11")
    for finding, is_coloured in ((make_finding(), True), (gone, False)):
        letter = write(declarations, finding)
        assert ("tô màu" in letter.body) is ("tô màu" in (letter.html or "")) is is_coloured
        assert "trang «Lỗi cần sửa» liệt kê từng chỗ" in letter.body


def test_a_letter_goes_to_the_units_own_address(declarations: Declarations) -> None:
    assert write(declarations, make_finding()).recipient == "cchc.30628@example.vn"


def test_each_level_reads_its_own_deadline(declarations: Declarations) -> None:
    assert "Hạn gửi báo cáo: thứ Năm, 16/06/2022." in write(declarations, make_finding()).body
    district = write(declarations, make_finding(), unit=DISTRICT)
    assert "Hạn gửi báo cáo: thứ Hai, 20/06/2022." in district.body
    assert "Số liệu tính đến hết ngày: thứ Ba, 14/06/2022." in district.body


def test_the_same_version_has_the_same_key_and_another_version_another(declarations: Declarations) -> None:
    key = write(declarations, make_finding()).key
    assert write(declarations, make_finding(rule="ID12")).key == key
    assert write(declarations, make_finding(), version=2, sha256=sha("b")).key != key
    assert write(declarations, make_finding(), version=3).key != key


def test_a_version_that_is_judged_anew_is_answered_anew(declarations: Declarations) -> None:
    assert write(declarations, WARNING, verdict="a").key != write(declarations, make_finding(), verdict="b").key


def test_a_refused_file_is_answered_with_its_sentence_and_code(declarations: Declarations, period: Period) -> None:
    letter = refuse(declarations, period, file_name="bieu.pdf.xlsx")
    assert "«bieu.pdf.xlsx»" in letter.body
    assert "Tệp nhận được là tệp PDF. Mở biểu bằng Excel rồi gửi lại." in letter.body
    assert "(Mã để tra cứu khi cần hỗ trợ: not_a_workbook)" in letter.body
    assert letter.attachment is None


def test_a_file_in_the_folder_of_nobody_is_answered_to_the_data_team(
    declarations: Declarations, period: Period
) -> None:
    letter = refuse(declarations, period, unit="xa-la")
    assert letter.recipient == declarations.office.contact
    assert "xa-la" in letter.subject
    assert "Bộ phận tổng hợp CCHC" in letter.body


def test_the_subject_is_one_line_whatever_the_folder_is_called(declarations: Declarations, period: Period) -> None:
    letter = refuse(declarations, period, unit="x\r\nBcc: all@example.vn\u2028y")
    assert letter.subject.splitlines() == [letter.subject]


def test_a_file_name_cannot_write_lines_of_its_own_into_a_letter(declarations: Declarations, period: Period) -> None:
    name = "a.xlsx»\n\nSố liệu của đơn vị đã bị xoá.\u202e\n"
    returned = write(declarations, make_finding(), file_name=name)
    for letter in (refuse(declarations, period, file_name=name), returned):
        assert "\nSố liệu của đơn vị" not in letter.body
        assert "\u202e" not in letter.body


def test_a_sheet_of_markup_stays_the_words_it_is(declarations: Declarations) -> None:
    said = "ghi <b>«{{ office }}»</b> & {% x %}"
    assert said in write(declarations, make_finding(message=said)).body


def test_two_files_with_long_names_have_two_keys_that_fit_the_store(declarations: Declarations, period: Period) -> None:
    folder = "đ" * 120
    keys = {
        refuse(declarations, period, unit=unit, message=f"{unit}/{'n' * 200}@{moment}").key
        for unit in ("30628", folder)
        for moment in (1, 2)
    }
    assert len(keys) == 4
    assert max(map(len, keys)) <= 200


def test_letters_end_in_one_line_end_and_leave_no_template_behind(declarations: Declarations, period: Period) -> None:
    for letter in (write(declarations, make_finding(), WARNING), refuse(declarations, period)):
        assert letter.body.endswith("example.vn\n") or letter.body.endswith(")\n")
        assert not {"{{", "{%", "None"} & set(letter.body.split())
        assert "\n\n\n\n" not in letter.body


def test_both_dates_stand_in_every_part_of_a_letter_and_neither_for_the_other(declarations: Declarations) -> None:
    letter = write(declarations, make_finding())
    assert letter.html is not None
    for part in (letter.body, letter.html):
        deadline, cut_off = part.index("Hạn gửi báo cáo"), part.index("Số liệu tính đến hết ngày")
        assert deadline < part.index("thứ Năm, 16/06/2022") < cut_off < part.index("thứ Ba, 14/06/2022")


def test_what_a_unit_wrote_cannot_become_markup_in_the_html_part(declarations: Declarations, period: Period) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=y>\"'"
    letters = [
        write(declarations, make_finding(message=bad), file_name=f"{bad}.xlsx"),
        refuse(declarations, period, file_name=bad, unit=bad),
    ]
    for letter in letters:
        assert letter.html is not None
        assert "<script" not in letter.html
        assert "<img" not in letter.html
        assert "&lt;script&gt;alert(1)" in letter.html


def test_a_repeated_fault_names_how_often_and_where(declarations: Declarations) -> None:
    found = make_finding()
    before = Repeated({(found.rule, found.element): ("báo cáo quý I năm 2022", "lần nộp 1")}, counted=1)
    submission = make_submission(state=State.RETURNED, version=2)
    letter = answer(Study(declarations, FOLDER, NOW), submission, [found, WARNING], before, None)[0]
    assert "(Lỗi này lặp lại, lần thứ 3; đã có ở báo cáo quý I năm 2022, lần nộp 1.)" in letter.body
    assert letter.body.count("lặp lại") == 1
    assert "số liệu của lần nộp 1 vẫn được tính" in letter.body


def test_the_letter_that_closes_says_since_when(declarations: Declarations) -> None:
    alert = Alert("30628", "2022-H1", "k", RECEIVED, at("2022-06-15T10:00"), 1)
    letter = closing(Study(declarations, FOLDER, NOW), make_submission(version=2), alert)[0]
    assert letter.subject == "[CCHC 2022-H1] Đã nhận bản sửa của thị trấn Chợ Mới, không còn lỗi"
    assert "các thư từ thứ Tư, 15/06/2022" in letter.body


def test_after_a_merger_the_letter_goes_to_the_unit_that_took_over(declarations: Declarations) -> None:
    later = Study(declarations, FOLDER, at("2025-07-02T08:00"))
    submission = make_submission(state=State.RETURNED, period="2025-H1", unit="30634")
    letter = answer(later, submission, [make_finding()], Repeated(), None)[0]
    assert letter.recipient == "cchc.30628@example.vn"
    assert "Kính gửi: Ủy ban nhân dân xã Chợ Mới (mã 30628)" in letter.body
    assert "(đơn vị kế thừa của xã Kiến An)" in letter.body
    assert "của xã Kiến An (tệp" in letter.body


def test_a_unit_that_nobody_took_over_is_the_data_teams_matter(declarations: Declarations) -> None:
    later = Study(declarations, FOLDER, at("2025-07-02T08:00"))
    submission = make_submission(state=State.RETURNED, period="2025-H1", unit=DISTRICT)
    assert answer(later, submission, [make_finding()], Repeated(), None)[0].recipient == "tonghop-cchc@example.vn"


def test_a_unit_with_another_channel_gets_a_short_notice_beside_the_letter(declarations: Declarations) -> None:
    contacts = tuple(
        replace(c, notices=("json://${CCHC_HOP}/a",)) if c.unit == "30628" else c for c in declarations.contacts
    )
    study = Study(replace(declarations, contacts=contacts), FOLDER, NOW)
    mail, notice = answer(study, make_submission(state=State.RETURNED), [make_finding()], Repeated(), "a.xlsx")
    assert (mail.channel, notice.channel) == (Channel.MAIL, Channel.NOTICE)
    assert (notice.recipient, notice.subject) == ("json://${CCHC_HOP}/a", mail.subject)
    assert "Nội dung đầy đủ trong thư gửi đến cchc.30628@example.vn" in notice.body
    assert (notice.attachment, notice.html) == (None, None)
    assert notice.key != mail.key
