"""The programme's frame: its contents and stages, and the office that publishes."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.dataclasses import dataclass

from config.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Stage:
    """A stretch of the programme that is closed by an evaluation report."""

    name: str
    first_year: int
    last_year: int
    document: str


@dataclass(frozen=True, config=STRICT)
class Framework:
    """`config/framework.yaml`: contents by number (0 is the steering work) and stages by code."""

    programme: str
    documents: tuple[str, ...]
    contents: Mapping[int, str]
    stages: Mapping[str, Stage]


@dataclass(frozen=True, config=STRICT)
class Office:
    """`config/office.yaml`: what stands at the head and foot of what is published."""

    district: str
    superior: str
    issuer: str
    place: str
    signs_for: str
    signs_as: str
    contact: str
    licence: str = "notspecified"  # of the open data: a name of the Open Definition's list
    licence_title: str = "Chưa quy định; hỏi cơ quan ban hành trước khi dùng lại"
