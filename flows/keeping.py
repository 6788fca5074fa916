"""Copies of the workplace and the way back: order only, the work is done in `tasks.store.backup`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.settings import Settings
from tasks.collect.folder import finish_removals
from tasks.store.alone import one_run, undisturbed
from tasks.store.audit import Line, last_moment, note
from tasks.store.backup import (
    Backup,
    BackupError,
    holds_anything,
    make_backup,
    open_backup,
    restore_files,
    restore_rows,
    set_aside,
)
from tasks.store.database import filling, is_empty, reading, writing
from tasks.store.soundness import BACKED_UP, RESTORED
from tasks.store.values import Run

PATIENCE = 60.0  # seconds that a backup waits for a run that is under way
BUSY = "một lượt chạy khác đang làm việc: chờ nó xong rồi {again}"


def back_up(settings: Settings, folder: Path, now: datetime) -> Backup:
    """Write a backup into `folder` while no run is at work and return what it holds."""
    with undisturbed(settings.home, PATIENCE) as still, one_run(settings, PATIENCE if still else 0.0) as free:
        if not (still and free):
            raise BackupError(BUSY.format(again="sao lưu lại"))
        finish_removals(settings.home / "inbox")  # by marks that a copy does not have
        with reading(settings.database) as connection:
            made = make_backup(connection, settings, folder, now)
        note_kept(settings, now, "cchc backup", (BACKED_UP, folder.name, f"{len(made.hashes)} files"))
        return made


def restore(settings: Settings, folder: Path, now: datetime, force: bool) -> Path | None:
    """Bring the workplace to what the backup in `folder` holds; return where what was there before now lies.

    Without `force` a workplace that holds anything is refused; with it what was there is set aside, never deleted. A
    database other than the workplace's own SQLite file must be empty in any case. No run is at work meanwhile.
    """
    backup = open_backup(folder)
    with undisturbed(settings.home, PATIENCE) as still:
        if not still:
            raise BackupError(BUSY.format(again="phục hồi"))
        return _restore(settings, folder, backup, now, force)


def _restore(settings: Settings, folder: Path, backup: Backup, now: datetime, force: bool) -> Path | None:
    if hindered := hindrance(settings, force):  # before anything is set aside
        raise BackupError(hindered)
    aside = set_aside(settings.home, now) if _is_taken(settings) else None
    with filling(settings.database, backup.revision) as connection:
        restore_rows(connection, folder, backup)
    restore_files(folder, backup, settings.home)
    said = f"backup of {backup.made_at}, revision {backup.revision}"
    note_kept(settings, now, "cchc restore", (RESTORED, folder.name, said))
    return aside


def hindrance(settings: Settings, force: bool) -> str:
    """Return why nothing can be restored into this workplace, in Vietnamese; nothing when it can."""
    if _is_taken(settings) and not force:
        return (
            f"{settings.home} đã có số liệu: đặt CCHC_HOME sang thư mục trống, hoặc thêm --force để dời những gì "
            "đang có sang một thư mục bên cạnh"
        )
    if settings.database_url is not None and not is_empty(settings.database):
        return "cơ sở dữ liệu trong CCHC_DATABASE_URL đã có số liệu: dùng một cơ sở dữ liệu trống"
    return ""


def _is_taken(settings: Settings) -> bool:
    return holds_anything(settings.home) or (settings.database_url is None and not is_empty(settings.database))


def note_kept(settings: Settings, now: datetime, who: str, line: Line) -> None:
    """Add `line` to the audit, never before what it says already."""
    with writing(settings.database) as connection:
        last = last_moment(connection)
        note(connection, Run(who, max(now, last) if last else now), *line)
