"""Whether work can begin: everything that is declared is read before anything is taken in."""

from __future__ import annotations

from config.load import Declarations
from config.refusal import load_refusals
from config.settings import Settings
from config.strict import DeclarationError
from expectations.suite import load_rules
from tasks.collect.guard import Code
from tasks.notify.samples import refuse_bad_letters
from tasks.publish.templates_known import refuse_bad_templates
from tasks.store.database import trouble_with
from tasks.store.schema import StoreError


def refuse_unready(settings: Settings, declarations: Declarations) -> None:
    """Raise `UnusableError`, one line each, for what would stop a run half-way."""
    load_rules(settings.expectations_dir, declarations)
    refusals = load_refusals(settings.config_dir)
    if silent := [code for code in Code if code not in refusals]:
        raise DeclarationError(settings.config_dir / "refusals.yaml", 1, f"thiếu lời cho mã {', '.join(silent)}")
    refuse_bad_letters(settings, declarations)
    refuse_bad_templates(declarations)
    if trouble := trouble_with(settings.database):
        raise StoreError(f"cơ sở dữ liệu: {trouble}")
