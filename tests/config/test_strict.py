"""Strict YAML: what is read is exact, what cannot be read exactly is refused with its line."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic.dataclasses import dataclass

from config.strict import STRICT, DeclarationError, Figure, Share, parse, read_document


@dataclass(frozen=True, config=STRICT)
class Line:
    name: str
    value: Figure = Decimal(0)
    share: Share | None = None
    day: date | None = None
    whole: int = 0
    open: bool = True


@dataclass(frozen=True, config=STRICT)
class Page:
    title: str
    lines: tuple[Line, ...] = ()
    years: Mapping[int, Line] | None = None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "page.yaml"


def read(file: Path, text: str) -> Any:
    file.write_text(text, encoding="utf-8")
    return read_document(file).data


def refusal(file: Path, content: str | bytes) -> DeclarationError:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DeclarationError) as raised:
        parse(read_document(file), Page)
    assert raised.value.file == file
    assert str(raised.value) == f"{file}:{raised.value.line}: {raised.value.sentence}"
    assert len(str(raised.value).splitlines()) == 1
    return raised.value


def test_a_page_is_read_as_it_is_written(file: Path) -> None:
    file.write_text("title: ' Biểu '\nlines:\n  - {name: a, value: 0.1, day: 2022-06-14}\n", encoding="utf-8")
    assert parse(read_document(file), Page) == Page("Biểu", (Line("a", Decimal("0.1"), day=date(2022, 6, 14)),))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", 80),
        ("016", 16),  # YAML 1.1 would take it for fourteen
        ("-5", -5),
        ("1_000", 1000),
        ("0.1", Decimal("0.1")),
        ("98.60", Decimal("98.60")),
        ("2022-06-14", date(2022, 6, 14)),
        ('"893"', "893"),
        ("80,5", "80,5"),
        ("Có", "Có"),
    ],
)
def test_a_value_keeps_every_digit_that_was_written(file: Path, text: str, value: object) -> None:
    data = read(file, f"x: {text}\n")["x"]
    assert data == value
    assert str(data) == str(value)
    assert type(data) is type(value)


@pytest.mark.parametrize(
    "text", ["\ufefftitle: Biểu\n", "title: Biểu\r\n", "# lời dẫn\n\ntitle: Biểu", "title: Biểu\n...\n"]
)
def test_marks_and_line_ends_of_other_editors_do_no_harm(file: Path, text: str) -> None:
    file.write_bytes(text.encode())
    assert parse(read_document(file), Page) == Page("Biểu")


def test_a_year_may_stand_in_quotes(file: Path) -> None:
    file.write_text("title: t\nyears:\n  '2025': {name: a}\n", encoding="utf-8")
    assert parse(read_document(file), Page).years == {2025: Line("a")}


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        # keys
        ("title: t\nlinse: []\n", 2, "khóa lạ «linse»: xóa đi hoặc sửa chính tả"),
        ("title: t\nlines:\n  - name: a\n    vaule: 1\n", 4, "khóa lạ «vaule»: xóa đi hoặc sửa chính tả"),
        ("lines: []\ntilte: t\n", 2, "khóa lạ «tilte»: xóa đi hoặc sửa chính tả"),
        ("# lời dẫn\nlines: []\n", 2, "thiếu khóa «title»"),
        ("title: t\nlines:\n  - name: a\n  - value: 1\n", 4, "thiếu khóa «name»"),
        ("title: t\nlines: []\ntitle: u\n", 3, "khóa «title» ghi hai lần"),
        ("title: t\nlines:\n  - name: a\n    name: a\n", 4, "khóa «name» ghi hai lần"),
        ("title: t\nyears:\n  2025: {name: a}\n  '2025': {name: b}\n", 4, "khóa «2025» ghi hai lần"),
        ("title: t\nlines:\n  - {name: a, value: 80,5}\n", 3, "khóa lạ «5»: xóa đi hoặc sửa chính tả"),
        # kinds of value
        ("title: 893\n", 1, "«title» phải là chữ: đặt giá trị trong dấu nháy"),
        ("title: no\n", 1, "«title» phải là chữ: đặt giá trị trong dấu nháy"),
        ("title: [a]\n", 1, "«title» phải là chữ: đặt giá trị trong dấu nháy"),
        ("title: ' '\n", 1, "«title» không được để trống"),
        ("title:\n", 1, "«title» phải là chữ: đặt giá trị trong dấu nháy"),
        ("title: t\nlines: {a: 1}\n", 2, "«lines» phải là danh sách"),
        ("title: t\nlines: abc\n", 2, "«lines» phải là danh sách"),
        ("title: t\nlines:\n  - a\n", 3, "«0» phải gồm các dòng «khóa: giá trị»"),
        ("title: t\nyears: [a]\n", 2, "«years» phải gồm các dòng «khóa: giá trị»"),
        ("title: t\nyears:\n  abc: {name: a}\n", 3, "«abc» phải là số nguyên, đang ghi 'abc'"),
        ("title: t\nlines:\n  - {name: a, whole: 1.5}\n", 3, "«whole» phải là số nguyên, đang ghi Decimal('1.5')"),
        ("title: t\nlines:\n  - {name: a, open: maybe}\n", 3, "«open» phải là true hoặc false, đang ghi 'maybe'"),
        # figures
        ("title: t\nlines:\n  - name: a\n    value: '34.600'\n", 4, "«value» phải là số, phần thập phân sau dấu chấm"),
        ("title: t\nlines:\n  - name: a\n    value: 80,5\n", 4, "«value» phải là số, phần thập phân sau dấu chấm"),
        ("title: t\nlines:\n  - name: a\n    value: yes\n", 4, "«value» phải là số, phần thập phân sau dấu chấm"),
        ("title: t\nlines:\n  - name: a\n    value: [1]\n", 4, "«value» phải là số, phần thập phân sau dấu chấm"),
        ("title: t\nlines:\n  - name: a\n    share: 0\n", 4, "«share» phải lớn hơn 0, đang ghi 0"),
        ("title: t\nlines:\n  - name: a\n    share: 80\n", 4, "«share» không được quá 1, đang ghi 80"),
        ("title: t\nlines:\n  - name: a\n    value: .nan\n", 4, "«.nan» không phải là ngày hoặc số có thật"),
        ("title: t\nlines:\n  - name: a\n    value: 1:30\n", 4, "«1:30» không phải là ngày hoặc số có thật"),
        ("title: t\nlines:\n  - name: a\n    value: 0x1F\n", 4, "«0x1F» không phải là ngày hoặc số có thật"),
        ("title: t\nlines:\n  - name: a\n    value: " + "9" * 5000, 4, "không phải là ngày hoặc số có thật"),
        # days
        ("title: t\nlines:\n  - name: a\n    day: 2021-02-30\n", 4, "«2021-02-30» không phải là ngày hoặc số có thật"),
        ("title: t\nlines:\n  - name: a\n    day: 30/06/2025\n", 4, "«day» phải là ngày viết năm-tháng-ngày"),
        ("title: t\nlines:\n  - name: a\n    day: 2021-01-01 08:00:00\n", 4, "«day» phải là ngày viết năm-tháng-ngày"),
        ("title: t\nlines:\n  - name: a\n    day: 20210101\n", 4, "«day» phải là ngày viết năm-tháng-ngày"),
        # the file as a whole
        ("", 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        ("# chỉ có lời dẫn\n", 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        ("\n- a\n- b\n", 2, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        ("abc\n", 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        ("title: t\n---\ntitle: u\n", 2, "YAML không đọc được"),
        # what YAML can do and a declaration must not
        ("title: &t t\nlines:\n  - name: *t\n", 3, "ghi rõ giá trị thay cho *t"),
        ("title: t\nlines: &l [*l]\n", 2, "ghi rõ giá trị thay cho *l"),
        ("title: t\nlines:\n  - &a {name: a}\n  - <<: *a\n", 4, "ghi rõ giá trị thay cho *a"),
        ("title: t\nlines:\n  - <<: {name: a}\n", 3, "YAML không đọc được"),
        ("title: t\n? [a, b]\n: 1\n", 2, "YAML không đọc được"),
        ("title: t\n{x}: 1\n", 2, "YAML không đọc được"),
        ("title: !!python/name:os.system x\n", 1, "bỏ nhãn kiểu «tag:yaml.org,2002:python/name:os.system»"),
        ("title: t\nlines: !!timestamp [a]\n", 2, "bỏ nhãn kiểu «tag:yaml.org,2002:timestamp»"),
        ("title: !x t\n", 1, "bỏ nhãn kiểu «!x»"),
        # slips of the hand
        ("title: t\n\tlines: []\n", 2, "YAML không đọc được"),
        ("title: t\nlines:\n  - name: a: b\n", 3, "YAML không đọc được"),
        ("title: t\nlines: [\n", 3, "YAML không đọc được"),
        ('title: "t\n', 2, "YAML không đọc được"),
        ("title: t\nlines:\n  - name: a\x07\n", 3, "có ký tự điều khiển U+0007: xóa đi"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(file: Path, text: str, line: int, sentence: str) -> None:
    refused = refusal(file, text)
    assert refused.line == line
    assert sentence in refused.sentence


def test_a_page_of_another_code_table_is_refused_with_the_line_of_its_first_foreign_byte(file: Path) -> None:
    refused = refusal(file, "title: t\n# Chợ Mới\n".encode() + b"# \xe9\n")
    assert (refused.line, refused.sentence) == (3, "tệp không phải UTF-8: lưu lại với bảng mã UTF-8")


def test_a_control_character_after_vietnamese_letters_is_named_on_its_own_line(file: Path) -> None:
    assert refusal(file, "title: Chợ Mới\n# Ủy ban\nlines: \x00\n").line == 3


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(DeclarationError, match=r"page\.yaml:1: không có tệp này: chép lại từ bản cài đặt"):
        read_document(file)


def test_a_folder_in_the_place_of_a_file_is_refused(file: Path) -> None:
    file.mkdir()
    with pytest.raises(DeclarationError, match=r"page\.yaml:1: không đọc được tệp"):
        read_document(file)


def test_a_refusal_crosses_from_one_process_to_another(file: Path) -> None:
    refused = refusal(file, "title: 1\n")
    assert str(pickle.loads(pickle.dumps(refused))) == str(refused)


def test_a_refusal_of_many_lines_is_told_in_one() -> None:
    assert str(DeclarationError(Path("a.yaml"), 3, "công thức «A01 +\n  A02»\n")) == "a.yaml:3: công thức «A01 + A02»"


def test_a_place_that_the_file_does_not_hold_has_the_line_of_what_surrounds_it(file: Path) -> None:
    file.write_text("title: t\nlines:\n  - name: a\n", encoding="utf-8")
    document = read_document(file)
    assert document.line("lines", 0, "name") == 3
    assert document.line("lines", 0, "value") == 3
    assert document.line("lines", 7) == 2
    assert document.line("elsewhere") == 1
