"""The command that stays: `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.asked import moment_of, workplace
from flows.commands.said import console, refuse

START = "chạy «prefect server start» trước, hoặc đặt PREFECT_API_URL cho đúng"


def serve(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Chỉ làm việc có tên này, ví dụ collect-due; ghi được nhiều lần.")
    ] = None,
) -> None:
    """Ở lại và tự chạy theo lịch: phát biểu, thu nhận, công bố, tự khám. Cần máy chủ Prefect đang chạy."""
    settings, declarations = workplace()
    from config.service import Job, load_service

    for name in only or []:
        if name not in list(Job):
            refuse(f"không có việc {name}; các việc: {', '.join(Job)}")
    from flows import progress, ready, server

    service = load_service(settings.config_dir, declarations.calendar)
    ready.refuse_unready(settings, declarations)
    address = server.prepare_to_serve(settings)
    if address is None:
        refuse(f"không có máy chủ Prefect tại {server.address_to_serve(settings)}: {START}")
    from flows import serve as serving
    from tasks.store.database import writing
    from tasks.store.run_record import note_serving
    from tasks.store.values import Run

    with writing(settings.database) as connection:
        note_serving(connection, Run("serve", declarations.calendar.moment(moment_of(None, declarations))))
    with progress.shown(console()):
        serving.serve(service, [job for job in serving.SERVED if not only or job in only])
