"""Every letter with illustrative facts: what the data team previews, and what templates are tried on at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from config.calendar import Calendar
from config.contact import Contact
from config.load import Declarations
from config.period import Period
from config.refusal import RefusalText
from config.reminding import Audience, Step
from config.settings import Settings
from config.unit import Unit
from expectations.finding import Finding, Severity
from tasks.notify import alarming, letters, reminders
from tasks.notify.answers import Desk
from tasks.notify.debts import Debt, Owing
from tasks.notify.letters import NOTICE, Addressee, answer, closing, common, groups_of, notices, refusal, reopened
from tasks.notify.repeated import Repeated
from tasks.notify.templates import refuse_bad_templates as refuse
from tasks.store.alarms import Alarm, Standing
from tasks.store.alerts import Alert
from tasks.store.outbox import Letter
from tasks.store.receipts import Arrival, Receipt
from tasks.store.reopenings import Reopening
from tasks.store.values import Outcome, Run, Scope, State, Submission

TEXT = RefusalText(
    unit="Mở biểu bằng Excel, lưu lại dưới dạng .xlsx rồi nộp lại.", operator="tệp không phải là bảng tính"
)
SILENT = "từ {} không lần thu nhận nào xong (quá 2 giờ): xem «cchc serve» có còn chạy"
STUCK = "có thư viết từ {} chưa gửi được (quá 24 giờ): xem máy chủ thư"
SHUT = RefusalText(unit="Kỳ báo cáo này đã đóng nên số liệu gửi đến không được tính.", operator="kỳ đã đóng")


@dataclass(frozen=True)
class Sample:
    """A letter of one kind as it would look, and in a word what it is an example of."""

    kind: str
    name: str
    letter: Letter

    @property
    def without_file(self) -> Letter:
        """The letter without the workbook that would go along: there is none to show."""
        return replace(self.letter, attachment=None)


def samples(settings: Settings, declarations: Declarations) -> list[Sample]:
    """Return at least one letter of every kind about the first period declared, its figures illustrative."""
    return list(_Scene(settings, declarations).all())


def refuse_bad_letters(settings: Settings, declarations: Declarations) -> None:
    """Raise `DeclarationError`, naming file and line, for a template of `config/letters/` that cannot be used."""
    scene = _Scene(settings, declarations)
    refuse(settings.config_dir / "letters", scene.names(), scene.all)


class _Scene:
    """One commune in one period: the facts from which every sample is made."""

    def __init__(self, settings: Settings, declarations: Declarations) -> None:
        self.settings, self.declarations = settings, declarations
        self.period: Period = declarations.periods()[0]
        units = list(declarations.reporting(self.period).values())
        self.unit: Unit = units[-1]
        self.calendar: Calendar = declarations.calendar
        self.deadline = self.calendar.deadline(self.period, self.unit.level)
        self.step = Step(Audience.UNIT, 0, self.deadline)

    def all(self) -> Iterator[Sample]:
        """Give the letters one by one."""
        yield from self._answers()
        yield from self._reminders()
        yield Sample(reminders.DIGEST, "báo bộ phận tổng hợp", self._digest())
        yield from self._alarms()

    def names(self) -> Mapping[str, Any]:
        """Return every name that a template may use, each with a value of its kind."""
        desk, debt = self._desk(self.deadline), self._debt(Owing.RETURNED, self.deadline)
        to = Addressee(self.unit, self.unit, None)
        receipt, submission = self._receipt(), self._submission(State.RETURNED)
        return {
            **common(desk.study, to, self.period),
            **reminders.facts_of(desk, debt, self.deadline, 1),
            **reminders.digest_facts(desk),
            **dict.fromkeys(("subject", "recipient", "sentence", "received", "since", "reason", "until"), ""),
            "submission": submission, "receipt": receipt, "groups": groups_of([], Repeated()), "critical": 1,
            "found": 1, "counted": None, "attached": True, "later": submission, "before": None,
            "thing": "tệp", "name": "", "in_cells": True,
            "lines": (), "stuck": 0, "moment": "", "raised": (), "over": (), "standing": (),
        }  # fmt: skip

    def _answers(self) -> Iterator[Sample]:
        study = self._desk(self.deadline + timedelta(days=1)).study
        found = [_finding(self.unit, s) for s in (Severity.CRITICAL, Severity.WARNING)]
        again = Repeated({(found[0].rule, found[0].element): ("báo cáo kỳ trước", "lần nộp 1")}, counted=1)
        returned, warned = self._submission(State.RETURNED), self._submission(State.ACCEPTED_WITH_WARNINGS)
        file = returned.returned_file
        yield Sample(letters.RETURNED, "trả lại", answer(study, returned, found, Repeated(), file)[0])
        yield Sample(letters.RETURNED, "trả lại lần nữa, không kèm tệp", answer(study, returned, found, again, None)[0])
        mail = answer(study, warned, found[1:], Repeated(), warned.returned_file)[0]
        yield Sample(letters.WARNED, "đề nghị xem lại", mail)
        facts = common(study, Addressee(self.unit, None, None), self.period)
        for notice in notices(study, mail, ("${CCHC_KENH}",), facts):
            yield Sample(NOTICE, "báo vắn tắt qua kênh khác", notice)
        yield Sample(letters.REFUSED, "tệp không dùng được", refusal(study, self._receipt(), TEXT, self.period)[0])
        later = refusal(study, self._receipt(), TEXT, self.period, returned)[0]
        yield Sample(letters.REFUSED, "tệp không dùng được, biểu gửi sau đã nhận", later)
        counting = refusal(study, self._receipt(), TEXT, self.period, before=warned)[0]
        yield Sample(letters.REFUSED, "tệp không dùng được, biểu gửi trước vẫn được tính", counting)
        sent_back = refusal(study, self._receipt(), TEXT, self.period, before=returned)[0]
        yield Sample(letters.REFUSED, "tệp không dùng được, biểu gửi trước đã trả lại để sửa", sent_back)
        stranger = replace(self._receipt(), arrival=replace(self._receipt().arrival, unit="thu-muc-la"), kept=False)
        yield Sample(letters.REFUSED, "thư mục không của đơn vị nào", refusal(study, stranger, TEXT, self.period)[0])
        shut = replace(self._receipt(), outcome=Outcome.CLOSED, code="period_closed", found="")
        yield Sample(letters.CLOSED, "kỳ đã đóng", refusal(study, shut, SHUT, self.period)[0])
        until = self._moment(self.deadline + timedelta(days=60))
        reason = "ghi thiếu hồ sơ tiếp nhận qua bưu chính"
        reopening = Reopening(self.unit.code, str(self.period), reason, self._moment(self.deadline), until)
        yield Sample(letters.REOPENED, "mở lại kỳ", reopened(study, reopening)[0])
        alert = Alert(self.unit.code, str(self.period), "", self._moment(self.deadline), self._moment(self.deadline), 1)
        yield Sample(letters.MENDED, "đã sửa xong", closing(study, self._submission(State.ACCEPTED), alert)[0])

    def _reminders(self) -> Iterator[Sample]:
        days = {
            reminders.BEFORE: self.calendar.cut_off(self.period),
            reminders.DUE: self.deadline,
            reminders.LATE: self.calendar.working_days.count_from(self.deadline, 1),
            reminders.HEAD: self.calendar.working_days.count_from(self.deadline, 2),
        }
        for kind, day in days.items():
            for state, name in reminders.STATES.items():
                step = Step(Audience.HEAD if kind == reminders.HEAD else Audience.UNIT, 0, day)
                desk = self._desk(day, head=kind == reminders.HEAD)
                yield Sample(kind, name, reminders.reminder(desk, self._debt(state, day), step, 3)[0])

    def _digest(self) -> Letter:
        plain = reminders.Line(
            self.unit.code, self.unit.name, reminders.STATES[Owing.MISSING], 4, 4, True, False, False
        )
        others = [
            replace(plain, code=unit.code, name=unit.name) for unit in self.declarations.reporting(self.period).values()
        ]
        lines = (
            plain,
            replace(others[0], state=reminders.STATES[Owing.RETURNED], days_late=0, head_told=False, letters=1),
            replace(others[1], head_told=False, no_head=True),
            replace(others[2], head_told=False, no_address=True),
        )
        return reminders.digest(self._desk(self.deadline + timedelta(days=4)), "k", lines, 2)[0]

    def _alarms(self) -> Iterator[Sample]:
        study = self._desk(self.deadline).study
        silent = Alarm("collection", "", SILENT.format(study.clock(study.now - timedelta(hours=3))))
        stuck = Standing("outbox:", STUCK.format(study.clock(study.now - timedelta(days=2))), study.now, 1)
        yield Sample(alarming.ALARM, "báo động", alarming.alarm_letters(study, "k", [silent], [stuck])[0])
        later = replace(study, now=study.now + timedelta(hours=2))
        told = Standing(silent.key, silent.sentence, study.now, 1)
        yield Sample(alarming.OVER, "hết một, còn một", alarming.over_letters(later, "k", [told], [stuck])[0])
        yield Sample(alarming.OVER, "hết báo động", alarming.over_letters(later, "l", [told, stuck], [])[0])

    def _desk(self, day: date, head: bool = False) -> Desk:
        declarations = self.declarations
        if head:  # the letter to the head is shown even where no head is declared yet
            contact = Contact(self.unit.code, "don-vi@example.vn", day, head="chu-tich@example.vn")
            declarations = replace(declarations, contacts=(contact,))
        return Desk(self.settings, declarations, self.period, Run("xem-thu", self._moment(day)))

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day, time(8), self.calendar.zone)

    def _debt(self, state: Owing, today: date) -> Debt:
        late = max(0, (today - self.deadline).days)
        debt = Debt(self.unit, self.period, state, self.deadline, self.deadline, late)
        name, day = f"{self.unit.code}-{self.period}.xlsx", self.deadline - timedelta(days=1)
        if state is Owing.REFUSED:
            return replace(debt, file_name=name, received_on=day)
        if state is Owing.RETURNED:
            return replace(debt, file_name=name, version=2, critical=3, returned_on=day, counted=1)
        return debt

    def _submission(self, state: State) -> Submission:
        span = self.calendar.span(self.period)
        return Submission(
            1, self.unit.code, str(self.period), "", 2, state, Scope.OWN, span.start, span.end,
            self._moment(self.deadline), 0, False, "0" * 64, f"{self.unit.code}-{self.period}.xlsx",
        )  # fmt: skip

    def _receipt(self) -> Receipt:
        arrival = Arrival(
            "folder", "", self.unit.code, str(self.period), "bao-cao.pdf.xlsx", "0" * 64, 1, self._moment(self.deadline)
        )
        return Receipt(arrival, Outcome.QUARANTINED, "not_a_workbook", found="tệp PDF", place="")


def _finding(unit: Unit, severity: Severity) -> Finding:
    if severity is Severity.WARNING:
        message = "[ID15] TTHC!D13: ghi 34.600, tổng các ô D14–D16 là 31.700. Xem lại, sai thì sửa rồi gửi lại biểu."
        return Finding(unit.code, "ID15", severity, "34.600", "31.700", message, "C11", "TTHC", "D13")
    message = "[ID12] TTHC!D14: ghi 1.240, tổng các ô D11–D13 là 1.204. Sửa lại rồi gửi lại biểu."
    return Finding(unit.code, "ID12", severity, "1.240", "1.204", message, "C12", "TTHC", "D14")
