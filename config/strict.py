"""Strict YAML: a declaration is read whole and exactly, or refused with its file and line."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")
Where = tuple[Hashable, ...]

# Every declared value: unknown keys and empty texts are refused, figures stay as exact as they were written.
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True, str_min_length=1)

# As long as the store keeps them; SQLite would keep more, PostgreSQL refuses a longer one in the middle of a run.
Code = Annotated[str, StringConstraints(max_length=10)]
Name = Annotated[str, StringConstraints(max_length=40)]

_UNKNOWN_KEY = "khóa lạ «{key}»: xóa đi hoặc sửa chính tả"
_NOT_A_GROUP = "«{key}» phải gồm các dòng «khóa: giá trị»"
_NOT_A_DATE = "«{key}» phải là ngày viết năm-tháng-ngày, ví dụ 2022-06-14; đang ghi {input!r}"
_NOT_WHOLE = "«{key}» phải là số nguyên, đang ghi {input!r}"
_NOT_A_FIGURE = "«{key}» phải là số, phần thập phân sau dấu chấm; đang ghi {input!r}"
SENTENCES = {
    "unexpected_keyword_argument": _UNKNOWN_KEY,
    "invalid_key": _UNKNOWN_KEY,
    "missing": "thiếu khóa «{key}»",
    "string_type": "«{key}» phải là chữ: đặt giá trị trong dấu nháy",
    "string_pattern_mismatch": "«{key}» viết không đúng dạng {pattern}, đang ghi {input!r}",
    "string_too_short": "«{key}» không được để trống",
    "string_too_long": "«{key}» dài quá {max_length} ký tự, đang ghi {input!r}",
    "too_short": "«{key}» không được để trống",
    "dataclass_type": _NOT_A_GROUP,
    "dict_type": _NOT_A_GROUP,
    "tuple_type": "«{key}» phải là danh sách",
    "enum": "«{key}» nhận một trong {expected}, đang ghi {input!r}",
    "bool_type": "«{key}» phải là true hoặc false, đang ghi {input!r}",
    "bool_parsing": "«{key}» phải là true hoặc false, đang ghi {input!r}",
    "int_type": _NOT_WHOLE,
    "int_parsing": _NOT_WHOLE,
    "int_from_float": _NOT_WHOLE,
    "decimal_type": _NOT_A_FIGURE,
    "date_type": _NOT_A_DATE,
    "date_from_datetime_parsing": _NOT_A_DATE,
    "date_from_datetime_inexact": _NOT_A_DATE,
    "greater_than": "«{key}» phải lớn hơn {gt}, đang ghi {input}",
    "greater_than_equal": "«{key}» không được dưới {ge}, đang ghi {input}",
    "less_than_equal": "«{key}» không được quá {le}, đang ghi {input}",
    "zoneinfo_str": "«{key}»: không có múi giờ {input!r}",
    "value_error": "«{key}» {error}",
}


_KINDS: Mapping[type, str] = {int: _NOT_WHOLE, bool: SENTENCES["bool_type"], date: _NOT_A_DATE}


def _refuse_text(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"phải là số, phần thập phân sau dấu chấm, không đặt trong dấu nháy; đang ghi {value!r}")
    return value


# A quoted "34.600" would pass for 34,6.
Figure = Annotated[Decimal, BeforeValidator(_refuse_text)]
Share = Annotated[Figure, Field(gt=0, le=1)]


class UnusableError(Exception):
    """Something that work rests on cannot be used; `str()` is one Vietnamese line that says what and where."""


class DeclarationError(UnusableError):
    """A declaration cannot be used; `str()` is one line: file, line, what is wrong."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(file, line, sentence)
        self.file, self.line, self.sentence = file, line, " ".join(sentence.split())

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class _Loader(yaml.CSafeLoader):
    """Safe YAML whose decimals stay decimals, and which names the place of a value that does not exist."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError) as fault:
            problem = f"«{node.value:.40}» không phải là ngày hoặc số có thật"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from fault


# YAML 1.1 would take 010 for eight and 1:30 for ninety.
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))


@dataclass(frozen=True)
class Document:
    """One YAML file: its data, and the line of every key and item in it."""

    file: Path
    data: Any
    lines: Mapping[tuple[str, ...], int]

    def holds(self, *where: Hashable) -> bool:
        """Return whether the file has a line for `where`."""
        return _as_text(where) in self.lines

    def line(self, *where: Hashable) -> int:
        """Return the line of the innermost part of `where` that the file holds (1 for an empty file)."""
        while where and not self.holds(*where):
            where = where[:-1]
        return self.lines.get(_as_text(where), 1)

    def error(self, sentence: str, *where: Hashable) -> DeclarationError:
        """Return the refusal of this file at `where`."""
        return DeclarationError(self.file, self.line(*where), sentence)


def read_document(file: Path) -> Document:
    """Return the YAML of `file`; `DeclarationError` for bad YAML, a repeated key or a missing file."""
    text = _read_text(file)
    try:
        _refuse_tricks(file, text)
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: dict[tuple[str, ...], int] = {}
        _note_lines(file, loader, node, (), lines)
        return Document(file, loader.construct_document(node) if node else None, lines)
    except yaml.MarkedYAMLError as fault:
        # What is missing at the end of a file is missing, says the parser, on a line that the file does not have.
        line = min(_line_of(fault.problem_mark or fault.context_mark), text.count("\n") + 1)
        problem = f"YAML không đọc được ({fault.problem or fault.context})"
        raise DeclarationError(file, line, f"{problem}: xem lại giá trị, thụt đầu dòng và dấu câu") from fault
    except RecursionError as fault:
        raise DeclarationError(file, 1, "YAML lồng nhau quá sâu") from fault
    except yaml.reader.ReaderError as fault:
        line = _line_at(text.encode(), fault.position)
        raise DeclarationError(file, line, f"có ký tự điều khiển U+{fault.character:04X}: xóa đi") from fault


def parse(document: Document, kind: type[T]) -> T:
    """Return the data of `document` as a `kind`; `DeclarationError` names the line that does not fit."""
    try:
        parsed = TypeAdapter(kind).validate_python(document.data)
    except ValidationError as refusal:
        # A misspelt key is both unknown, on its own line, and missing, on none: say the first.
        error = min(refusal.errors(), key=lambda e: (not document.holds(*_place(e)), document.line(*_place(e))))
        raise document.error(_sentence(error), *_place(error)) from refusal
    _refuse_coerced(document, document.data, parsed, ())
    return parsed


def _refuse_coerced(document: Document, raw: Any, parsed: Any, where: Where) -> None:
    """Refuse a number, a yes or no, or a day that was made of something else: `content: true` is no content 1."""
    if isinstance(raw, Mapping):
        found = {str(k): v for k, v in (parsed if isinstance(parsed, Mapping) else vars(parsed)).items()}
        for key, value in raw.items():
            if str(key) not in found:  # "2022 " or 2022.0 for a year
                raise document.error(f"khóa «{key}» viết không đúng", *where, key)
            _refuse_coerced(document, value, found[str(key)], (*where, key))
    elif isinstance(raw, list):
        if isinstance(parsed, Sequence) and not isinstance(parsed, str):
            for place, (value, made) in enumerate(zip(raw, parsed, strict=True)):
                _refuse_coerced(document, value, made, (*where, place))
    elif type(parsed) in _KINDS and type(raw) is not type(parsed):
        what = _KINDS[type(parsed)].format(key=where[-1] if where else "tệp", input=raw)
        raise document.error(what, *where)


def _place(error: ErrorDetails) -> Where:
    return tuple(key for key in error["loc"] if key != "[key]")


def _sentence(error: ErrorDetails) -> str:
    key = _place(error)[-1] if _place(error) else "tệp"
    template = SENTENCES.get(error["type"], "«{key}» không hợp lệ ({msg}), đang ghi {input!r}")
    sentence = template.format(key=key, msg=error["msg"], input=error["input"], **error.get("ctx", {}))
    return sentence.replace("' or '", "' hoặc '")


def _as_text(where: Where) -> tuple[str, ...]:
    return tuple(str(key) for key in where)  # 2025 and "2025" are one key


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        line = _line_at(fault.object, fault.start)
        raise DeclarationError(file, line, "tệp không phải UTF-8: lưu lại với bảng mã UTF-8") from fault
    except FileNotFoundError as fault:
        raise DeclarationError(
            file, 1, "không có tệp này: chép lại từ bản cài đặt hay bản sao lưu của khai báo, rồi chạy lại"
        ) from fault
    except OSError as fault:
        raise DeclarationError(file, 1, f"không đọc được tệp: {fault.strerror}") from fault


def _line_of(mark: Any) -> int:
    return mark.line + 1 if mark else 1


def _line_at(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _refuse_tricks(file: Path, text: str) -> None:
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            raise DeclarationError(file, _line_of(event.start_mark), f"ghi rõ giá trị thay cho *{event.anchor}")
        if tag := getattr(event, "tag", None):
            raise DeclarationError(file, _line_of(event.start_mark), f"bỏ nhãn kiểu «{tag}»")


def _note_lines(
    file: Path, loader: _Loader, node: yaml.Node | None, where: tuple[str, ...], lines: dict[tuple[str, ...], int]
) -> None:
    if node is None:
        return
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _note_lines(file, loader, item, (*where, str(place)), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inside = (*where, str(loader.construct_object(key, deep=True)))
            if inside in lines:
                raise DeclarationError(file, key.start_mark.line + 1, f"khóa «{inside[-1]}» ghi hai lần")
            lines[inside] = key.start_mark.line + 1
            _note_lines(file, loader, value, inside, lines)
