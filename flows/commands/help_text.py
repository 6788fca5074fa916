"""What `--help` says around our own words: headings, kinds of values and remarks in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence

# Typer carries its own copy of click and offers no other place for these words; requirements.lock pins the version.
from typer._click.core import Context
from typer._click.formatting import HelpFormatter

HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh", "Arguments": "Tham số"}
WORDS = (
    ("[OPTIONS]", "[TÙY CHỌN]"),
    ("COMMAND [ARGS]...", "LỆNH [THAM SỐ]…"),
    ("}...", "}…"),
    (" <list[str]>", " <chữ>…"),
    (" <list[Path]>", ""),
    (" <str>", " <chữ>"),
    (" <path>", " <đường dẫn>"),
    (" <int>", " <số>"),
)
REMARKS = (
    ("Show this message and exit.", "Hiện lời này rồi thoát."),
    ("[required]", "[bắt buộc]"),
    ("[default: ", "[mặc định: "),
)


class VietnameseHelp(HelpFormatter):
    """Writes the help of a command as click does, in Vietnamese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        super().write_usage(prog, _replaced(args, WORDS), prefix or "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what each is."""
        told = [(_replaced(name, WORDS), _replaced(what, REMARKS)) for name, what in rows]
        super().write_dl(told, col_max, col_spacing)


def speak_vietnamese() -> None:
    """Make every `--help` of this process Vietnamese."""
    Context.formatter_class = VietnameseHelp


def _replaced(text: str, words: Sequence[tuple[str, str]]) -> str:
    for english, vietnamese in words:
        text = text.replace(english, vietnamese)
    return text
