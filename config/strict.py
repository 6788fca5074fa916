"""Strict YAML: a declaration is read whole and exactly, or refused with its file and line."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")
Where = tuple[Hashable, ...]

# Every declared value: unknown keys are refused, figures stay as exact as they were written.
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)

SENTENCES = {
    "extra_forbidden": "khóa lạ «{key}»: xóa đi hoặc sửa chính tả",
    "unexpected_keyword_argument": "khóa lạ «{key}»: xóa đi hoặc sửa chính tả",
    "missing": "thiếu khóa «{key}»",
    "missing_argument": "thiếu khóa «{key}»",
    "string_type": "«{key}» phải là chữ: đặt giá trị trong dấu nháy",
    "enum": "«{key}» nhận một trong {expected}, đang ghi {input!r}",
    "literal_error": "«{key}» nhận một trong {expected}, đang ghi {input!r}",
    "value_error": "«{key}»: {error}",
}


class DeclarationError(Exception):
    """A declaration cannot be used; `str()` is one line: file, line, what is wrong."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


class _Loader(yaml.CSafeLoader):
    """Safe YAML whose decimals stay decimals."""


_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value.replace("_", "")))


@dataclass(frozen=True)
class Document:
    """One YAML file: its data, and the line of every key and item in it."""

    file: Path
    data: Any
    lines: Mapping[Where, int]

    def line(self, *where: Hashable) -> int:
        """Return the line of the innermost part of `where` that the file holds (1 for the file itself)."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def error(self, sentence: str, *where: Hashable) -> DeclarationError:
        """Return the refusal of this file at `where`."""
        return DeclarationError(self.file, self.line(*where), sentence)


def read_document(file: Path) -> Document:
    """Return the YAML of `file`; `DeclarationError` for bad YAML, a repeated key or a missing file."""
    try:
        loader = _Loader(file.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[Where, int] = {}
        _note_lines(file, node, (), lines)
        return Document(file, loader.construct_document(node) if node else None, lines)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark else 1
        raise DeclarationError(file, line, f"YAML không đọc được: {fault.problem or fault.context}") from fault
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise DeclarationError(file, 1, f"không đọc được tệp: {fault}") from fault
    except (ValueError, ArithmeticError) as fault:
        raise DeclarationError(file, 1, f"có giá trị không hợp lệ (ngày hoặc số): {fault}") from fault


def parse(document: Document, kind: type[T], *where: Hashable) -> T:
    """Return the part of `document` at `where` as a `kind`; `DeclarationError` names the line that does not fit."""
    part = document.data
    for key in where:
        part = part[key]
    try:
        return TypeAdapter(kind).validate_python(part)
    except ValidationError as refusal:
        first = refusal.errors()[0]
        place = (*where, *first["loc"])
        raise document.error(_sentence(dict(first)), *place) from refusal


def _sentence(error: dict[str, Any]) -> str:
    context = {"expected": "", "error": "", **error.get("ctx", {})}
    key = error["loc"][-1] if error["loc"] else "nội dung"
    template = SENTENCES.get(error["type"], "«{key}» không hợp lệ ({msg}), đang ghi {input!r}")
    return template.format(key=key, msg=error["msg"], input=error["input"], **context)


def _note_lines(file: Path, node: yaml.Node | None, where: Where, lines: dict[Where, int]) -> None:
    if node is None:
        return
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _note_lines(file, item, (*where, place), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = int(key.value) if key.tag.endswith(":int") else key.value
            if (*where, name) in lines:
                raise DeclarationError(file, key.start_mark.line + 1, f"khóa «{name}» ghi hai lần")
            lines[(*where, name)] = key.start_mark.line + 1
            _note_lines(file, value, (*where, name), lines)
