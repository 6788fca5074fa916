"""Refusals: why a file is not let in, as a code that the unit's letter and the operator's note hang on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Code(StrEnum):
    """Every reason for which an arrival is refused; `config/refusals.yaml` says each in words."""

    # the arrival
    NOT_REGULAR_FILE = "not_regular_file"
    FOLDER_INSIDE = "folder_inside"
    NOT_READABLE = "not_readable"
    STILL_ARRIVING = "still_arriving"  # not a verdict: look again later
    EMPTY_FILE = "empty_file"
    TOO_BIG = "too_big"
    # the format
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_XLS = "old_xls"
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    STRICT_WORKBOOK = "strict_workbook"
    # the archive
    DAMAGED_ARCHIVE = "damaged_archive"
    UNSAFE_ARCHIVE = "unsafe_archive"
    BOMB_SIZE = "bomb_size"
    BOMB_RATIO = "bomb_ratio"
    # the XML in it
    DTD = "dtd"
    BAD_XML = "bad_xml"
    WRONG_ENCODING = "wrong_encoding"
    # the workbook
    BAD_WORKBOOK = "bad_workbook"
    MISSING_PART = "missing_part"
    DUPLICATE_SHEET = "duplicate_sheet"
    BAD_SHEET_NAME = "bad_sheet_name"
    ACTIVE_CONTENT = "active_content"
    EXTERNAL_LINK = "external_link"
    # the sheets
    STRAY_CELL = "stray_cell"
    DUPLICATE_CELL = "duplicate_cell"
    BAD_CELL = "bad_cell"
    BAD_MERGE = "bad_merge"
    # the reading
    READER_FAILED = "reader_failed"
    READER_CRASHED = "reader_crashed"
    READER_DISAGREES = "reader_disagrees"
    NOT_STORABLE = "not_storable"
    # whose submission it is
    UNKNOWN_UNIT = "unknown_unit"
    NO_STAMP = "no_stamp"
    WRONG_UNIT = "wrong_unit"
    WRONG_PERIOD = "wrong_period"
    WRONG_FORM_VERSION = "wrong_form_version"
    MOVED_COLUMNS = "moved_columns"
    PERIOD_CLOSED = "period_closed"
    # the mail it came in
    SENDER_UNVERIFIED = "sender_unverified"
    SENDER_UNKNOWN = "sender_unknown"
    NO_WORKBOOK = "no_workbook"
    PACKED_MAIL = "packed_mail"
    MAIL_TOO_BIG = "mail_too_big"
    BAD_MAIL = "bad_mail"
    AUTOMATIC_MAIL = "automatic_mail"  # ignored, never answered
    UNSOLICITED_MAIL = "unsolicited_mail"  # ignored, never answered


@dataclass(frozen=True)
class Refusal:
    """A file that is not let in: the code, a note for the operator, and what of the place or the kind is known."""

    code: str
    detail: str
    sheet: str | None = None
    cell: str | None = None
    found: str = ""  # what was sent instead of a workbook, in Vietnamese

    @property
    def place(self) -> str:
        """The place as a unit reads it: `TTHC!D14`, `TTHC` or nothing."""
        return "!".join(part for part in (self.sheet, self.cell) if part)


class Refused(Exception):  # noqa: N818 - a verdict on its way to `inspect`, not an error
    """Carries a refusal out of the depth of the guard; never leaves the package."""

    def __init__(
        self, code: Code, detail: str, sheet: str | None = None, cell: str | None = None, found: str = ""
    ) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.sheet, self.cell, self.found = code, detail, sheet, cell, found

    @property
    def refusal(self) -> Refusal:
        """The refusal, whose detail begins with what is known of place and kind."""
        bare = Refusal(self.code, self.detail, self.sheet, self.cell, self.found)
        known = [part for part in (bare.place, self.found, self.detail) if part]
        return replace(bare, detail=": ".join(known))

    def at(self, sheet: str | None = None, cell: str | None = None) -> Refused:
        """Return the same verdict with the place that was not yet known."""
        return Refused(self.code, self.detail, self.sheet or sheet, self.cell or cell, self.found)


def quoted(text: object, longest: int = 80) -> str:
    """Return untrusted `text` for a technical note: ASCII, on one line, cut.

    >>> quoted("a\\nb")
    "'a\\\\nb'"
    """
    plain = ascii(text)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
