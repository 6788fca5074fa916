"""Whether work can begin: everything that is declared is read before anything is taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

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

Marks = frozenset[tuple[str, int, int]]


def refuse_unready(settings: Settings, declarations: Declarations) -> None:
    """Raise `UnusableError`, one line each, for what would stop a run half-way."""
    _refuse_undeclared(_Declared(settings, declarations), _marks(settings))
    if trouble := trouble_with(settings.database):
        raise StoreError(trouble)


@dataclass(frozen=True)
class _Declared:
    """What is looked through; which files they are is told by their marks."""

    settings: Settings = field(compare=False)
    declarations: Declarations = field(compare=False)


@lru_cache(maxsize=1)
def _refuse_undeclared(declared: _Declared, _: Marks) -> None:
    """Refuse what is wrong with the files; a process that stays looks again when one of them has changed."""
    settings, declarations = declared.settings, declared.declarations
    load_rules(settings.expectations_dir, declarations)
    refusals = load_refusals(settings.config_dir)
    if silent := [code for code in Code if code not in refusals]:
        raise DeclarationError(settings.config_dir / "refusals.yaml", 1, f"thiếu lời cho mã {', '.join(silent)}")
    refuse_bad_letters(settings, declarations)
    refuse_bad_templates(declarations)


def _marks(settings: Settings) -> Marks:
    """Return path, size and time of every file that is declared something in."""
    files = (p for folder in (settings.config_dir, settings.expectations_dir) for p in folder.rglob("*") if p.is_file())
    return frozenset((str(p), stat.st_size, stat.st_mtime_ns) for p in files for stat in [p.stat()])
