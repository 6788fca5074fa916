"""How far a declaration can be trusted; whatever is not taken from a document says so wherever it is printed."""

from __future__ import annotations

from enum import StrEnum


class Trust(StrEnum):
    """Where a plan, a scoring set or a part of one comes from."""

    SOURCED = "sourced"
    PROVISIONAL = "provisional"
    OWN = "own"
    ILLUSTRATIVE = "illustrative"


TRUST_NAMES = {
    Trust.SOURCED: "theo văn bản",
    Trust.PROVISIONAL: "chưa kiểm chứng với văn bản",
    Trust.OWN: "do huyện tự đặt",
    Trust.ILLUSTRATIVE: "số liệu minh hoạ",
}
