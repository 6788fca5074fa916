"""Whether the environment can be used: no variable of ours misspelt, which would pass in silence; a place to work."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from config.contact import NAME
from config.load import Declarations
from config.settings import Settings
from config.strict import UnusableError

PREFIX = "CCHC_"
ROOM = 50 * 2**20  # bytes free on the disk, without which a run would stop half-way
OTHERS = 0o077  # what a file lets group and others do
_PASSWORD = re.compile(r"://[^/@]*:[^/]+@")  # in an address
TEST_SWITCHES = frozenset({"CCHC_EVERY_PAGE", "CCHC_LONG"})  # which tests run: the Makefile sets them


def make_home(home: Path) -> None:
    """Make the workplace `home`; `UnusableError` where it cannot be made, or nothing (more) can be written in it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UnusableError(
            f"không lập được nơi làm việc {home}: xem lại CCHC_HOME, đường dẫn phải là một thư mục lập được"
        ) from fault
    if not os.access(home, os.W_OK | os.X_OK):
        raise UnusableError(f"không ghi được vào nơi làm việc {home}: xem lại CCHC_HOME và quyền của thư mục ấy")
    if trouble := no_room(home):
        raise UnusableError(trouble)


def no_room(home: Path) -> str | None:
    """Return what to say when the disk of the workplace `home` is too full to work on; None when it is not."""
    there = next(place for place in (home, *home.parents) if place.exists())
    free = shutil.disk_usage(there).free
    if free >= ROOM:
        return None
    return (
        f"ổ đĩa của nơi làm việc {home} chỉ còn {free // 2**20} MB trống, cần ít nhất {ROOM // 2**20} MB: "
        "dọn chỗ trống (không xóa raw/ và published/), rồi chạy lại đúng lệnh ấy"
    )


def refuse_unknown_variables(declarations: Declarations) -> None:
    """Raise `UnusableError`, naming the nearest known one, for a variable of ours that nobody reads."""
    known = {*variables(), *channel_secrets(declarations), *TEST_SWITCHES}
    for name in sorted(names_set() - known):
        raise UnusableError(f"không có biến môi trường {name}{_nearest(name, known)}: sửa tên, hoặc bỏ biến ấy")


def variables() -> Iterator[str]:
    """Give the name of every setting of ours."""
    for name, field in Settings.model_fields.items():
        if field.validation_alias is None:
            yield f"{PREFIX}{name.upper()}"


def channel_secrets(declarations: Declarations) -> Iterator[str]:
    """Give the variables that the declared channels of notices name."""
    for contact in declarations.contacts:
        for channel in (*contact.notices, *contact.head_notices):
            yield from NAME.findall(channel)
    for team in declarations.data_team:
        for channel in team.notices:
            yield from NAME.findall(channel)


def names_set() -> set[str]:
    """Return, in capitals, the names of ours that the environment or `.env` holds."""
    file = Settings.model_config.get("env_file")
    written = dotenv_values(file) if isinstance(file, str) else {}
    return {name.upper() for name in (*os.environ, *written) if name.upper().startswith(PREFIX)}


def refuse_open_secrets(declarations: Declarations) -> None:
    """Raise `UnusableError` when `.env` holds a password and others on this machine may read it."""
    file = Settings.model_config.get("env_file")
    if not isinstance(file, str) or not Path(file).is_file() or not Path(file).stat().st_mode & OTHERS:
        return
    secret = {"CCHC_SMTP_PASSWORD", "CCHC_IMAP_PASSWORD", *channel_secrets(declarations)}
    for name, value in dotenv_values(file).items():
        if value and (name.upper() in secret or (name.upper() == "CCHC_DATABASE_URL" and _PASSWORD.search(value))):
            raise UnusableError(
                f"tệp {file} chứa mật khẩu ({name.upper()}) mà người khác trên máy này đọc được: chạy "
                f"«chmod 600 {file}», hoặc bỏ dòng ấy và đặt biến trong môi trường"
            )


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; gần giống: {near[0]}" if near else "; các biến ở .env.example, kênh ở contacts.yaml"
