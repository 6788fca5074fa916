"""Letters to look at: every kind with illustrative facts, and those that wait to go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from rich.table import Table

from config.load import Declarations
from config.settings import Settings
from flows.inert import in_table
from tasks.notify.samples import Sample, refuse_bad_letters, samples
from tasks.notify.send import message_of
from tasks.store.database import reading
from tasks.store.files import write_whole
from tasks.store.outbox import Waiting, waiting
from tasks.store.values import Run


def letter_kinds(settings: Settings, declarations: Declarations) -> list[str]:
    """Return the kinds of letters, in the order in which they are shown; a bad template is refused."""
    refuse_bad_letters(settings, declarations)
    return list(dict.fromkeys(sample.kind for sample in samples(settings, declarations)))


def write_previews(settings: Settings, declarations: Declarations, kind: str | None, folder: Path) -> list[Path]:
    """Write every letter of `kind` (all when None) as `.eml`, `.txt` and `.html` under `folder`; return the paths."""
    refuse_bad_letters(settings, declarations)
    run = Run("xem-thu", declarations.calendar.moment("2022-06-16"))
    chosen = [s for s in samples(settings, declarations) if kind in (None, s.kind)]
    return [path for number, sample in enumerate(chosen, 1) for path in _write(settings, sample, number, folder, run)]


def _write(settings: Settings, sample: Sample, number: int, folder: Path, run: Run) -> list[Path]:
    name = f"{number:02}-{sample.kind}"
    parts = {"txt": f"{sample.letter.subject}\n\n{sample.letter.body}".encode()}
    if sample.letter.html is not None:
        parts["html"] = sample.letter.html.encode()
        parts["eml"] = bytes(message_of(sample.without_file, settings, run))
    for suffix, content in parts.items():
        write_whole(folder / f"{name}.{suffix}", content)
    return [folder / f"{name}.{suffix}" for suffix in parts]


def letters_waiting(settings: Settings) -> list[Waiting]:
    """Return the letters that have not gone out, oldest first."""
    with reading(settings.database) as connection:
        return waiting(connection)


def waiting_table(letters: Sequence[Waiting], zone: tzinfo) -> Table:
    """Return what waits: since when, to whom, how often and when last it was tried, and what was said then."""
    table = Table(title=f"{len(letters)} thư chưa gửi được", title_justify="left")
    for name in ("Viết lúc", "Gửi đến", "Tiêu đề", "Đã thử", "Vì sao chưa đi"):
        table.add_column(name, overflow="fold")
    for item in letters:
        table.add_row(
            _clock(item.written_at, zone),
            in_table(item.letter.recipient),
            in_table(item.letter.subject),
            f"{item.tries} lần, lần cuối {_clock(item.tried_at, zone)}" if item.tried_at else "chưa thử",
            in_table(item.trouble or "chờ lần gửi tới"),
        )
    return table


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"
