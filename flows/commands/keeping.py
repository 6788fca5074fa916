"""Commands that keep what is known: `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.number import format_number
from flows.commands.asked import moment_of, workplace, workplace_with_store


def backup(
    folder: Annotated[Path, typer.Argument(help="Thư mục mới để đặt bản sao lưu, nên ở ổ đĩa khác.")],
) -> None:
    """Sao lưu nơi làm việc: cơ sở dữ liệu, tệp gốc, biểu trả lại, thư, bản công bố; có mã băm từng tệp."""
    from flows.keeping import back_up

    settings, declarations = workplace_with_store()
    made = back_up(settings, folder, declarations.calendar.moment(moment_of(None, declarations)))
    rows, files = sum(made.rows.values()), len(made.hashes) - len(made.rows)
    typer.echo(
        f"Đã sao lưu vào {folder}: {format_number(rows)} dòng của {len(made.rows)} bảng, {format_number(files)} tệp, "
        f"{format_number(made.size // 1024)} KiB"
    )


def restore(
    folder: Annotated[Path, typer.Argument(help="Thư mục bản sao lưu do «cchc backup» làm ra.")],
    force: Annotated[
        bool, typer.Option("--force", help="Nơi làm việc đang có số liệu: dời sang thư mục bên cạnh rồi phục hồi.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc và đối chiếu bản sao lưu, không ghi gì.")] = False,
) -> None:
    """Phục hồi nơi làm việc từ bản sao lưu, vào SQLite hay PostgreSQL; bản hỏng bị từ chối trước khi ghi gì."""
    from flows import keeping
    from tasks.store.backup import open_backup

    settings, declarations = workplace()
    if dry_run:
        found = open_backup(folder)
        typer.echo(f"Bản sao lưu lúc {found.made_at} còn nguyên: {format_number(sum(found.rows.values()))} dòng")
        return
    aside = keeping.restore(settings, folder, declarations.calendar.moment(moment_of(None, declarations)), force)
    if aside:
        typer.echo(f"Những gì có trước đó nằm ở {aside}")
    typer.echo(f"Đã phục hồi vào {settings.home}. Chạy «cchc doctor» để khám lại.")
