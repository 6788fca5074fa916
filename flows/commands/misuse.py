"""Wrong calls of the command line in Vietnamese: what is wrong with the call, and where to see how it goes."""

from __future__ import annotations

import re

# Typer carries its own copy of click and names these nowhere else; the version is pinned by requirements.lock.
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption, UsageError

# What the framework says in English, and what is told instead; \\1 and \\2 stand for what it names.
SENTENCES = (
    (r"No such command '(.+?)'\..*", r"không có lệnh «\1»"),
    (r"Missing command\.", "thiếu tên lệnh"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"thừa «\1»"),
    (r"Option '?(.+?)'? requires an argument\.", r"sau «\1» phải có một giá trị"),
    (r"Option '?(.+?)'? requires (\d+) arguments\.", r"sau «\1» phải có \2 giá trị"),
    (r"Option '?(.+?)'? does not take a value\.", r"«\1» không nhận giá trị"),
    (r"'?(.*?)'? is not a valid (?:integer|int)(?: range)?\.", r"«\1» không phải là số nguyên"),
    (r"'?(.*?)'? is not a valid (?:float|number)(?: range)?\.", r"«\1» không phải là số"),
    (r"'?(.*?)'? is not in the range (.+)\.", r"«\1» ngoài khoảng \2"),
    (r"'?(.*?)'? is not one of (.+)\.", r"«\1» không có; chọn một trong \2"),
    (r"(?:File|Directory|Path) '(.+?)' does not exist\.", r"không có «\1»"),
    (r"File '(.+?)' is a directory\.", r"«\1» là thư mục, không phải tệp"),
    (r"Directory '(.+?)' is a file\.", r"«\1» là tệp, không phải thư mục"),
)


def misuse_in_words(fault: UsageError) -> str:
    """Return one Vietnamese sentence: what is wrong with the call, and which help says how it goes."""
    command = fault.ctx.command_path if fault.ctx else "cchc"
    return f"{_wrong(fault)}; xem «{command} --help»"


def _wrong(fault: UsageError) -> str:
    if isinstance(fault, NoSuchOption):
        near = f"; gần giống: {', '.join(sorted(fault.possibilities))}" if fault.possibilities else ""
        return f"không có tùy chọn «{fault.option_name}»{near}"
    if isinstance(fault, MissingParameter):
        return f"thiếu {_named(fault)}"
    if isinstance(fault, BadParameter):
        return f"{_named(fault)}: {_translated(fault.message)}"
    if isinstance(fault, BadOptionUsage) and fault.message == fault.option_name:
        return f"tùy chọn «{fault.option_name}» ghi chưa đúng"
    return _translated(fault.message)


def _named(fault: BadParameter) -> str:
    """Return «--period», as a person types it, or what the argument stands for."""
    options = [name for name in (fault.param.opts if fault.param else ()) if name.startswith("--")]
    if options:
        return f"tùy chọn «{options[0]}»"
    if fault.param:
        return f"«{fault.param.get_error_hint().strip(chr(39))}»"
    hint = fault.param_hint or ""
    return f"«{hint if isinstance(hint, str) else ' / '.join(hint)}»"


def _translated(message: str) -> str:
    for english, vietnamese in SENTENCES:
        if re.fullmatch(english, message, re.DOTALL):
            return re.sub(english, vietnamese, message, flags=re.DOTALL)
    return f"gọi lệnh chưa đúng ({message})"
