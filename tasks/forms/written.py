"""Writing the forms of many units into a folder: what a machine of a cluster does too, without Prefect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from config.load import load
from config.period import Period
from config.settings import Settings
from expectations.suite import load_rules, rules_for
from tasks.events import finished
from tasks.forms.issue import issue, template
from tasks.store.files import write_whole


def _nothing(_: int) -> None:
    """Tell nobody how far it is."""


def write_forms(
    period: str, folder: str, units: Sequence[str], progress: Callable[[int], None] = _nothing
) -> list[str]:
    """Write one workbook for each of `units` into `folder` and return the paths of those that nobody had filled in."""
    settings = Settings()
    declarations = load(settings.config_dir)
    rules = load_rules(settings.expectations_dir, declarations)
    asked = Period.parse(period)
    owing = declarations.reporting(asked)
    templates: dict[str, bytes] = {}
    paths: list[str] = []
    for unit in (owing[code] for code in units):
        form = declarations.form(unit.level, asked)
        if form is None:
            raise LookupError(f"no form for {unit.code} in {period}")
        if form.id not in templates:
            of_form = rules_for(rules, declarations.rows(form, asked), form.level)
            templates[form.id] = template(declarations, form, asked, of_form)
        path = Path(folder) / f"{unit.code}-{asked}.xlsx"
        data = issue(templates[form.id], unit)
        if path.exists() and path.read_bytes() != data:
            finished("Phát biểu", f"giữ nguyên {path}: đã có người ghi vào; xóa tệp đó nếu muốn phát lại")
        else:
            write_whole(path, data)
            paths.append(str(path))
        progress(1)
    return paths
