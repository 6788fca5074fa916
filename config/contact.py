"""Whom letters go to, from one day to another: each unit, its head, the data team; and by which other channels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from config.strict import STRICT

NAME = re.compile(r"\$\{(CCHC_[A-Z0-9_]+)\}")  # stands for what the environment holds under this name
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")
_EMAIL = re.compile(r"[^@\s<>,;:]+@[^@\s<>,;:]+\.[^@\s<>,;:]+")


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"phải là một địa chỉ thư, đang ghi {text!r}")
    return text


def _channel(text: str) -> str:
    if not NAME.search(text):
        raise ValueError(
            "không được chứa mật khẩu hay mã truy cập: ghi tên biến môi trường, ví dụ ${CCHC_KENH_30628} "
            "hoặc tgram://${CCHC_TELEGRAM}/-1001"
        )
    if "$" in NAME.sub("", text) or not (_URL.fullmatch(NAME.sub("x", text)) or NAME.fullmatch(text)):
        raise ValueError("phải là địa chỉ Apprise, biến môi trường viết ${CCHC_TÊN}")
    return text


Email = Annotated[str, AfterValidator(_email)]
Channel = Annotated[str, AfterValidator(_channel)]


@dataclass(frozen=True, config=STRICT)
class Contact:
    """Where letters to a unit and to its head go; `notices` are channels for a short notice beside the letter."""

    unit: str
    email: Email
    valid_from: date
    valid_to: date | None = None
    head: Email | None = None
    notices: tuple[Channel, ...] = ()
    head_notices: tuple[Channel, ...] = ()


@dataclass(frozen=True, config=STRICT)
class TeamContact:
    """Where letters to the data team go."""

    email: Email
    valid_from: date
    valid_to: date | None = None
    notices: tuple[Channel, ...] = ()


@dataclass(frozen=True, config=STRICT)
class ContactsFile:
    """`config/contacts.yaml` as written."""

    data_team: tuple[TeamContact, ...]
    contacts: tuple[Contact, ...]


class UnsetError(LookupError):
    """A channel names what the environment does not hold; `str()` is the name."""


def filled_in(channel: str, environment: Mapping[str, str | None]) -> str:
    """Return the address of `channel` with its secrets; `UnsetError` names the first that is not set.

    >>> filled_in("json://${CCHC_HOP}/a", {"CCHC_HOP": "127.0.0.1:8000"})
    'json://127.0.0.1:8000/a'
    """

    def value(match: re.Match[str]) -> str:
        if not (found := environment.get(match[1])):
            raise UnsetError(match[1])
        return found

    return NAME.sub(value, channel)
