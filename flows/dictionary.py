"""The dictionary: pages under `docs/tu-dien/` that say in Vietnamese what `config/` and `expectations/` declare.

`python -m flows.dictionary` writes them; with `--check` it only says whether the committed pages are current.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from config.load import load
from config.refusal import load_refusals
from config.settings import PROJECT
from config.strict import DeclarationError
from expectations.suite import load_rules
from flows.dictionary_pages import COMMAND, elements_page, indicators_page, refusals_page, rules_page
from tasks.check.task_rules import TASK_RULES

CONFIG, EXPECTATIONS = PROJECT / "config", PROJECT / "expectations"
FOLDER = PROJECT / "docs" / "tu-dien"
CURRENT, STALE, WRONG_USE = 0, 1, 2


def pages(config: Path = CONFIG, expectations: Path = EXPECTATIONS) -> dict[str, str]:
    """Return the text of every page by file name; `DeclarationError` when a declaration cannot be used."""
    declarations = load(config)
    return {
        "chi-tieu-trong-bieu.md": elements_page(declarations, config),
        "chi-tieu-danh-gia.md": indicators_page(declarations),
        "quy-tac.md": rules_page(
            load_rules(expectations, declarations),
            _trials(expectations / "false_alarms.csv"),
            list(TASK_RULES.values()),
        ),
        "ma-tu-choi.md": refusals_page(load_refusals(config)),
    }


def stale(texts: dict[str, str], folder: Path) -> list[Path]:
    """Return the files under `folder` that are missing or say something else than `texts`."""
    return [folder / name for name, text in texts.items() if _read(folder / name) != text]


def main(check: Annotated[bool, typer.Option("--check", help="Chỉ xem có trang nào cũ không.")] = False) -> None:
    """Viết từ điển chỉ tiêu, quy tắc vào docs/tu-dien/ theo khai báo hiện có."""
    try:
        texts = pages()
    except DeclarationError as fault:
        typer.echo(f"Lỗi: {fault}", err=True)
        raise typer.Exit(WRONG_USE) from fault
    old = stale(texts, FOLDER)
    if check:
        for path in old:
            typer.echo(f"{path.relative_to(PROJECT)} không còn khớp với khai báo: chạy «{COMMAND}»", err=True)
        raise typer.Exit(STALE if old else CURRENT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in old:
        path.write_text(texts[path.name], encoding="utf-8")
        typer.echo(f"Đã viết {path.relative_to(PROJECT)}")


def _trials(file: Path) -> dict[str, dict[str, str]]:
    """Return how the rules did on the sample years, by rule; `flows/false_alarms.py` writes it."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["rule"]: row for row in csv.DictReader(opened)}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    typer.run(main)
