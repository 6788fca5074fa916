"""Short notices by other channels than mail: Apprise addresses whose secrets come from the environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from config.contact import UnsetError, filled_in
from config.safe_text import safe_text
from tasks.store.outbox import Letter

if TYPE_CHECKING:
    from apprise import Apprise

SECONDS = 5  # to connect, and again to answer: a channel that hangs must not hold up the letters
UNUSABLE = "địa chỉ kênh không dùng được: Apprise không hiểu dạng này"
REFUSED = "kênh không nhận tin: không trả lời, hoặc không chấp nhận"


def environment() -> Mapping[str, str | None]:
    """Return what `.env` and the environment hold, the environment first."""
    return {**dotenv_values(".env"), **os.environ}


def trouble_of(channel: str, known: Mapping[str, str | None]) -> str:
    """Return why nothing can go by `channel` as it is declared; «» when it can be tried."""
    return _opened(channel, known)[1]


def send_notice(letter: Letter, known: Mapping[str, str | None]) -> str:
    """Send `letter` by the channel it names and return «», or why it did not go; no secret is in what is returned."""
    opened, trouble = _opened(letter.recipient, known)
    if opened is None:
        return trouble
    went = opened.notify(title=safe_text(letter.subject), body=letter.body, body_format="text")
    return "" if went else REFUSED


def _opened(channel: str, known: Mapping[str, str | None]) -> tuple[Apprise | None, str]:
    from apprise import Apprise  # noqa: PLC0415  slow to import, and few use it

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log names addresses with what is secret in them
    try:
        address = filled_in(channel, known)
    except UnsetError as fault:
        return None, f"biến môi trường {fault} chưa đặt"
    opened = Apprise()
    mark = "&" if "?" in address else "?"
    if not opened.add(f"{address}{mark}cto={SECONDS}&rto={SECONDS}"):
        return None, UNUSABLE
    return opened, ""
