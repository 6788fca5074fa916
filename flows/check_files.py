"""Checking workbooks without taking them in: the same reading and the same rules, nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from config.load import Declarations
from config.refusal import load_refusals
from config.settings import Settings
from expectations.finding import SEVERITY_NAMES, Finding, Severity
from expectations.suite import load_rules
from tasks.check.judge import check, state_of
from tasks.collect.examine import Examined, examine
from tasks.collect.guard import Refusal
from tasks.store.values import State

VERDICTS = {
    State.ACCEPTED: "không có lỗi",
    State.ACCEPTED_WITH_WARNINGS: "dùng được, có điểm cần xem lại",
    State.RETURNED: "phải sửa trước khi gửi",
}


def why_not(path: Path) -> str:
    """Return why `path` names no file to check, with the remedy; «» when it does."""
    if not path.exists():
        return f"không có tệp {path}"
    return f"{path} là thư mục: nêu từng tệp, ví dụ {path / '*.xlsx'}" if path.is_dir() else ""


def check_files(
    files: Sequence[Path], settings: Settings, declarations: Declarations, now: datetime
) -> list[dict[str, Any]]:
    """Return for each of `files` its verdict and findings, as plain data; nothing is written anywhere."""
    return [_report(file, settings, declarations, now) for file in files]


def _report(file: Path, settings: Settings, declarations: Declarations, now: datetime) -> dict[str, Any]:
    examined = examine(file, declarations, now)
    if isinstance(examined, Refusal):
        text = load_refusals(settings.config_dir)[examined.code]
        message = f"[{examined.code}] {text.sentence(examined.place, examined.found)}"
        return {"file": str(file), "verdict": "không dùng được", "blocked": True, "findings": [{"message": message}]}
    findings = _findings(examined, settings, declarations)
    state = state_of(findings)
    return {
        "file": str(file),
        "unit": examined.submission.unit,
        "period": examined.submission.period,
        "form_version": examined.submission.form_version,
        "verdict": VERDICTS[state],
        "blocked": state is State.RETURNED,
        "findings": [{**asdict(f), "severity_name": SEVERITY_NAMES[Severity(f.severity)]} for f in findings],
    }


def _findings(examined: Examined, settings: Settings, declarations: Declarations) -> Sequence[Finding]:
    rules = load_rules(settings.expectations_dir, declarations)
    filed = (examined.submission, examined.values)
    listed = {examined.submission.id: examined.tasks}
    result = check([filed], declarations, rules, examined.form, examined.period, tasks=listed)
    return result.findings[examined.submission.id]
