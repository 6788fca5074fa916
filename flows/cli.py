"""`cchc`: one command for each thing the data team does; each imports the heavy libraries it needs, no more."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from flows.collector import collect_rarely
from flows.commands import approving, intake, keeping, looking, reminding, results, serving, stages
from flows.commands.help_text import speak_vietnamese
from flows.commands.misuse import misuse_in_words
from flows.commands.outlet import outlive_readers
from flows.commands.said import WRONG_USE, say_wrong

if TYPE_CHECKING:
    from pydantic import ValidationError

    from config.strict import UnusableError
    from tasks.store.trouble import Interruption

STOPPED = 130  # as shells say of a command that was interrupted

app = typer.Typer(
    name="cchc",
    help=(
        "Thu, kiểm tra, tổng hợp và công bố số liệu cải cách hành chính.\n\n"
        "Thường dùng: «cchc forms» phát biểu cho các đơn vị, «cchc report» làm trọn một kỳ, «cchc status» xem ai đã "
        "nộp, «cchc trace» hỏi một con số từ đâu ra. Thử ngay với «cchc demo».\n\n"
        "Nơi làm việc là thư mục trong biến CCHC_HOME (mặc định ./var). Mã thoát: 0 xong (kể cả khi có biểu "
        "bị trả lại), 1 khi «check» thấy lỗi phải sửa hoặc «doctor» thấy điều không ổn, 2 gọi lệnh hoặc khai báo sai."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

# In the order in which `cchc --help` lists them.
COMMANDS = (
    results.demo,
    intake.forms,
    intake.collect,
    intake.check,
    results.evaluate,
    results.publish,
    results.report,
    approving.approve,
    approving.reopen,
    stages.stage,
    stages.scores,
    looking.status,
    looking.trace,
    looking.changes,
    reminding.calendar,
    reminding.remind,
    reminding.letters,
    looking.doctor,
    keeping.backup,
    keeping.restore,
    keeping.rebuild,
    keeping.clock,
    serving.serve,
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line; what cannot be used is one line and exit code 2, never a traceback."""
    _begin_in_utf8()
    outlive_readers()
    collect_rarely()
    speak_vietnamese()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what we started too, as Ctrl+C does
    try:
        code = app(standalone_mode=False)
    except NoArgsIsHelpError as asked:
        typer.echo(asked.format_message(), err=True)
        sys.exit(WRONG_USE)
    except UsageError as fault:
        say_wrong(misuse_in_words(fault))
        sys.exit(WRONG_USE)
    except typer.Abort:
        code = STOPPED
    except _unusable() as fault:
        say_wrong(str(fault))
        sys.exit(WRONG_USE)
    except (_cut_off(), OSError) as fault:
        from tasks.store.trouble import disk_trouble, store_trouble  # noqa: PLC0415

        trouble = disk_trouble(fault) if isinstance(fault, OSError) else store_trouble(fault)
        if trouble is None:
            raise
        say_wrong(trouble)
        sys.exit(WRONG_USE)
    except _invalid() as fault:
        wrong = fault.errors()[0]
        say_wrong(f"biến môi trường CCHC_{str(wrong['loc'][0]).upper()} không hợp lệ: {wrong['input']!r}")
        sys.exit(WRONG_USE)
    if code == STOPPED:  # typer tells of an interruption by this code alone
        say_wrong("đã dừng giữa chừng; chạy lại đúng lệnh ấy thì việc đã xong không làm lại")
    sys.exit(code)


def _begin_in_utf8() -> None:
    """Begin again in UTF-8 where the locale is none: neither our words nor names of files can be told in another."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606  ourselves


# Looked up only when something is raised: pydantic is half of what «cchc --help» would wait for.
def _unusable() -> type[UnusableError]:
    from config.strict import UnusableError  # noqa: PLC0415

    return UnusableError


def _cut_off() -> type[Interruption]:
    from tasks.store.trouble import Interruption  # noqa: PLC0415

    return Interruption


def _invalid() -> type[ValidationError]:
    from pydantic import ValidationError  # noqa: PLC0415

    return ValidationError


if __name__ == "__main__":
    main()
