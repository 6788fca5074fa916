"""Letters to units, in words that the data team can edit: the templates lie in `config/letters/`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables

from config.load import Declarations
from config.period import Period
from config.safe_text import safe_text
from config.strict import DeclarationError
from config.unit import Unit
from expectations.finding import SEVERITY_NAMES, Finding, Severity
from tasks.store.outbox import Letter
from tasks.store.receipts import Receipt
from tasks.store.reopenings import Reopening
from tasks.store.values import Outcome, State, Submission


@lru_cache(maxsize=4)
def _templates(folder: Path) -> Environment:
    # Plain text: nothing to escape; a misspelt name in a template is refused instead of printed as nothing.
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  a letter is plain text
        finalize=_one_line,
    )


def _one_line(value: object) -> object:
    # The name of a file may hold line ends: whoever named it would write in our letter.
    return safe_text(value) if isinstance(value, str) else value


NEEDED = tuple(f"{name}.txt.j2" for name in ("returned", "warned", "refused", "closed", "reopened", "findings"))
KNOWN = {
    "submission", "findings", "severities", "receipt", "sentence", "unit", "period", "office", "deadline", "cut_off",
    "reason", "until",
}  # fmt: skip


def refuse_bad_templates(folder: Path) -> None:
    """Raise `DeclarationError`, naming file and line, for a template that cannot be read."""
    for name in sorted(path.name for path in folder.glob("*.j2")):
        source = (folder / name).read_text(encoding="utf-8")
        try:
            strange = find_undeclared_variables(_templates(folder).parse(source)) - KNOWN
        except TemplateSyntaxError as fault:
            raise DeclarationError(folder / name, fault.lineno, f"mẫu thư không đọc được: {fault.message}") from fault
        if strange:
            line = next(n for n, text in enumerate(source.splitlines(), 1) if min(strange) in text)
            raise DeclarationError(folder / name, line, f"mẫu thư dùng tên «{min(strange)}» mà thư không có")
    for name in NEEDED:
        if not (folder / name).is_file():
            raise DeclarationError(folder / name, 1, "thiếu mẫu thư")


def answer(
    submission: Submission,
    findings: Sequence[Finding],
    declarations: Declarations,
    folder: Path,
    attachment: str | None,
) -> Letter:
    """Return the letter on `submission`: which cells to mend, with its own annotated workbook attached."""
    period = Period.parse(submission.period)
    unit = declarations.reporting(period)[submission.unit]
    template = "returned" if submission.state is State.RETURNED else "warned"
    facts = {
        "submission": submission,
        "findings": findings,
        "severities": [(s, SEVERITY_NAMES[s], [f for f in findings if f.severity is s]) for s in Severity],
        **_common(unit, period, declarations),
    }
    subject, body = _render(folder, template, facts)
    return Letter(
        submission.answer_key, submission.unit, _address(unit, period, declarations), subject, body, attachment
    )


def refusal(receipt: Receipt, sentence: str, period: Period, declarations: Declarations, folder: Path) -> Letter:
    """Return the letter on a file that could not be taken in: why, and what to do."""
    unit = declarations.reporting(period).get(receipt.arrival.unit)
    facts = {"receipt": receipt, "sentence": sentence, **_common(unit, period, declarations)}
    # A folder and a file may have names as long as the system allows: they go in shortened, yet told apart.
    message = hashlib.sha256(receipt.arrival.message.encode()).hexdigest()[:16]
    key = f"{receipt.arrival.unit[:40]}:{period}:{receipt.arrival.sha256}:refused:{message}"
    template = "closed" if receipt.outcome is Outcome.CLOSED else "refused"
    subject, body = _render(folder, template, facts)
    return Letter(key, receipt.arrival.unit, _address(unit, period, declarations), subject, body)


def reopened(reopening: Reopening, declarations: Declarations, folder: Path) -> Letter:
    """Return the letter that tells a unit that a closed period takes its figures again, why and until when."""
    period = Period.parse(reopening.period)
    unit, zone = declarations.reporting(period)[reopening.unit], declarations.calendar.zone
    until = _day(reopening.until.astimezone(zone).date())
    facts = {"reason": reopening.reason, "until": until, **_common(unit, period, declarations)}
    subject, body = _render(folder, "reopened", facts)
    key = f"{reopening.unit}:{period}:reopened:{reopening.opened_at.isoformat()}"
    return Letter(key, reopening.unit, _address(unit, period, declarations), subject, body)


def _common(unit: Unit | None, period: Period, declarations: Declarations) -> dict[str, object]:
    calendar, office = declarations.calendar, declarations.office
    deadline = calendar.deadline(period, unit.level) if unit else calendar.cut_off(period)
    return {
        "unit": unit,
        "period": period,
        "office": office,
        "deadline": _day(deadline),
        "cut_off": _day(calendar.cut_off(period)),
    }


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _address(unit: Unit | None, period: Period, declarations: Declarations) -> str:
    # A folder that belongs to no unit is the data team's to clear up.
    found = declarations.email(unit.code, declarations.calendar.cut_off(period)) if unit else None
    return found or declarations.office.contact


def _render(folder: Path, name: str, facts: dict[str, object]) -> tuple[str, str]:
    template = _templates(folder).get_template(f"{name}.txt.j2")
    context = template.new_context(facts)
    subject = "".join(template.blocks["subject"](context))
    body = "".join(template.blocks["body"](context))
    return " ".join(subject.split()), body.strip() + "\n"
