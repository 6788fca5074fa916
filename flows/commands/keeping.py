"""Commands that keep what is known: `backup`, `restore`, `rebuild`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.number import format_number
from config.safe_text import safe_text
from flows.commands.asked import moment_of, workplace, workplace_with_store
from flows.commands.running import at_work_here
from flows.commands.said import refuse

if TYPE_CHECKING:  # a second of imports that «cchc --help» does not need
    from config.load import Declarations
    from config.settings import Settings


def backup(
    folder: Annotated[
        Path, typer.Argument(metavar="THƯ_MỤC", help="Thư mục mới để đặt bản sao lưu, nên ở ổ đĩa khác.")
    ],
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
    folder: Annotated[Path, typer.Argument(metavar="THƯ_MỤC", help="Thư mục bản sao lưu do «cchc backup» làm ra.")],
    force: Annotated[
        bool, typer.Option("--force", help="Nơi làm việc đang có số liệu: dời sang thư mục bên cạnh rồi phục hồi.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc và đối chiếu bản sao lưu, không ghi gì.")] = False,
) -> None:
    """Phục hồi nơi làm việc từ bản sao lưu, vào SQLite hay PostgreSQL; bản hỏng bị từ chối trước khi ghi gì."""
    from flows import keeping
    from tasks.store.backup import left_behind, open_backup

    settings, declarations = workplace()
    if dry_run:
        found = open_backup(folder)
        made_at = datetime.fromisoformat(found.made_at)
        rows = format_number(sum(found.rows.values()))
        typer.echo(f"Bản sao lưu lúc {made_at:%H:%M %d/%m/%Y} còn nguyên: {rows} dòng")
        if hindrance := keeping.hindrance(settings, force):
            typer.echo(f"Phục hồi thật sẽ bị từ chối: {hindrance}.")
        return
    aside = keeping.restore(settings, folder, declarations.calendar.moment(moment_of(None, declarations)), force)
    if aside:
        typer.echo(f"Những gì có trước đó nằm ở {aside}")
        later = left_behind(aside, settings.home)
        if later.waiting:
            typer.echo(f"Chưa thu: {later.waiting} tệp trong {aside / 'inbox'}; chép lại vào thư mục nộp.")
        if later.raw:
            typer.echo(
                f"Nhận sau bản sao lưu: {later.raw} tệp gốc trong {aside / 'raw'}; bỏ lại vào thư mục nộp của đơn vị."
            )
    typer.echo(f"Đã phục hồi vào {settings.home}. Chạy «cchc doctor» để khám lại.")


def rebuild(
    force: Annotated[
        bool, typer.Option("--force", help="Dựng phần còn được, kể cả khi có bản nộp không đọc lại được.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ dựng lại được gì, không ghi gì.")] = False,
) -> None:
    """Dựng lại cơ sở dữ liệu từ tệp gốc và nhật ký trong raw/; cơ sở dữ liệu cũ được giữ bên cạnh."""
    from flows import rebuild as rebuilding

    settings, declarations = workplace()
    if dry_run:
        found = rebuilding.plan(settings)
        typer.echo(f"Dựng lại được: {_counted(found.rows)}.")
        _say_lost(found.lost)
        return
    made = rebuilding.rebuild(
        settings, declarations, declarations.calendar.moment(moment_of(None, declarations)), force
    )
    typer.echo(f"Đã dựng lại: {_counted(made.plan.rows)}. Thư đã gửi không gửi lại.")
    _say_lost(made.lost)
    if made.as_then:
        typer.echo(f"{len(made.as_then)} bản nộp nay đọc cách khác, được giữ đúng như lúc nhận: {_some(made.as_then)}.")
    if made.outdated:
        typer.echo(
            f"{made.outdated} phép tính làm theo khai báo hay chương trình khác: đã tính lại như hôm nay. Tệp trong "
            "published/ giữ nguyên."
        )
        for release, count in made.differing.items():
            typer.echo(f"Bản {release}: {count} con số tính lại khác với tệp đã công bố.")
        if not made.differing:
            typer.echo(
                "Con số tính lại đúng như trong tệp của mọi bản công bố kỳ còn đọc được; bản của giai đoạn không so."
            )
    if made.aside:
        typer.echo(f"Cơ sở dữ liệu trước đó nằm ở {made.aside}")
    typer.echo("Chạy «cchc doctor» để khám lại.")


def clock(
    today_is: Annotated[
        str,
        typer.Option("--today-is", help="Đúng hôm nay là ngày này: ghi lại lúc của mọi việc mang ngày sau bây giờ."),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Vì sao: ghi vào nhật ký.")] = "",
) -> None:
    """Xem có việc nào ghi sau bây giờ vì đồng hồ từng chạy nhanh; sửa bằng --today-is."""
    settings, declarations = workplace_with_store()
    with at_work_here(settings):
        _look_at_clock(settings, declarations, today_is, reason.strip())


def _look_at_clock(settings: Settings, declarations: Declarations, today_is: str, reason: str) -> None:
    from flows import clock as clocks
    from tasks.store.database import reading
    from tasks.store.setting_back import ahead_of

    now = declarations.calendar.moment(moment_of(None, declarations))
    with reading(settings.database) as connection:
        found = ahead_of(connection, now)
    typer.echo(f"Đồng hồ máy: {now:%H:%M %d/%m/%Y}.")
    if not found:
        typer.echo("Không có việc nào ghi sau lúc ấy.")
        return
    to = clocks.back_to(settings, now)
    if to is None:
        refuse("mọi việc đều ghi sau lúc ấy: đồng hồ máy đang chậm, chỉnh lại (timedatectl)")
    last = f"{to.astimezone(now.tzinfo):%H:%M %d/%m/%Y}"
    typer.echo(f"Ghi sau lúc ấy: {sum(found.values())} dòng. Việc cuối trước đó: {last}.")
    if not today_is:
        typer.echo(
            f"Nếu đồng hồ máy đang đúng: «cchc clock --today-is {now:%Y-%m-%d} --reason …» ghi chúng vào {last}."
        )
        return
    if today_is != f"{now:%Y-%m-%d}":
        refuse(f"--today-is {today_is}: đồng hồ máy nói hôm nay là {now:%Y-%m-%d}; chỉnh đồng hồ trước")
    if not reason:
        refuse("cần --reason: vì sao, để người đọc nhật ký sau biết")
    clocks.undo_ahead(settings, declarations, now, to, reason)
    typer.echo(f"Đã ghi lại vào {last}; ngày nộp muộn tính lại theo đó. Chạy «cchc doctor» để khám lại.")


def _counted(rows: Mapping[str, int]) -> str:
    shown = {
        "receipt": "lần nhận tệp",
        "submission": "bản nộp",
        "judgement": "lần kết luận",
        "calculation": "phép tính",
        "release": "bản công bố",
        "approval": "phê duyệt",
        "reopening": "lần mở lại kỳ",
        "outbox": "thư",
    }
    return ", ".join(f"{format_number(rows[name])} {word}" for name, word in shown.items() if rows.get(name))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" (và {len(names) - 5} bản nữa)" if len(names) > 5 else "")


def _say_lost(lost: Sequence[str]) -> None:
    for sentence in lost:
        typer.echo(f"Không dựng lại được: {safe_text(sentence)}.")
