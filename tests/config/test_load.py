"""Loading: every class of fault, planted in a copy of the house's declarations, is refused with its file and line."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from config.load import Declarations, digest_of, load
from config.settings import PROJECT
from config.strict import DeclarationError
from tests.examples import tried_on

CONFIG = PROJECT / "config"
MARK = "▶"  # stands in a planted text before the place that the refusal must name
fresh_load = load.__wrapped__  # a spoilt copy must not be remembered


@dataclass(frozen=True)
class Copy:
    """A copy of `config/` that a test may spoil."""

    root: Path

    def plant(self, file: str, old: str, new: str) -> int:
        """Put `new` in the place of the first `old`, or at the end when `old` is empty; return the line of the mark."""
        path = self.root / file
        path.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{file} no longer says {old!r}"
        text = text.replace(old, new, 1) if old else text + new
        path.write_text(text.replace(MARK, ""), encoding="utf-8")
        return text[: text.index(MARK)].count("\n") + 1

    def refusal(self) -> DeclarationError:
        """Return the refusal of the copy, which is one line that begins with its file and line."""
        with pytest.raises(DeclarationError) as raised:
            fresh_load(self.root)
        refused = raised.value
        assert str(refused) == f"{refused.file}:{refused.line}: {refused.sentence}"
        assert len(str(refused).splitlines()) == 1
        return refused


def copy_to(root: Path) -> Copy:
    shutil.copytree(CONFIG, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "letters"))
    return Copy(root)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_to(tmp_path / "config")


L01, COMMUNE_FORM = "indicators/L01.yaml", "forms/commune/2021.yaml"
FAULTS = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_a_planted_fault_is_refused_with_its_file_and_line(copy: Copy, fault: dict[str, str]) -> None:
    line = copy.plant(fault["file"], fault.get("old", ""), fault["new"])
    refused = copy.refusal()
    assert (refused.file, refused.line) == (copy.root / fault["file"], line)
    assert fault["says"] in refused.sentence


SINGLE_FILES = ["units.yaml", "contacts.yaml", "office.yaml", "framework.yaml", "calendar.yaml"]
SOME_FILES = [*SINGLE_FILES, "elements/C.yaml", COMMUNE_FORM, L01]


@pytest.mark.parametrize("file", SINGLE_FILES)
def test_a_missing_file_is_refused(copy: Copy, file: str) -> None:
    (copy.root / file).unlink()
    refused = copy.refusal()
    assert (refused.file, refused.line) == (copy.root / file, 1)
    assert refused.sentence.startswith("không có tệp này: chép lại từ bản cài đặt")


@pytest.mark.parametrize(
    ("folder", "pattern"), [("elements", "*.yaml"), ("forms", "*/*.yaml"), ("indicators", "*.yaml")]
)
def test_a_missing_folder_is_refused(copy: Copy, folder: str, pattern: str) -> None:
    shutil.rmtree(copy.root / folder)
    refused = copy.refusal()
    assert (refused.file, refused.line, refused.sentence) == (copy.root / folder, 1, f"không có tệp {pattern} nào")


@pytest.mark.parametrize("file", SOME_FILES)
@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        ("# chỉ có lời dẫn\n".encode(), 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        (b"- a\n- b\n", 1, "«tệp» phải gồm các dòng «khóa: giá trị»"),
        (b"x: 1\ny: \xe9\n", 2, "tệp không phải UTF-8"),
        ("x: 1\n".encode("utf-16"), 1, "tệp không phải UTF-8"),
        (b"x: [1\n", 2, "YAML không đọc được"),
        (b"PK\x03\x04", 1, "có ký tự điều khiển U+0003"),
    ],
    ids=["empty", "only a comment", "a list", "Latin-1", "UTF-16", "broken YAML", "a workbook"],
)
def test_a_file_that_is_no_declaration_is_refused(
    copy: Copy, file: str, content: bytes, line: int, sentence: str
) -> None:
    (copy.root / file).write_bytes(content)
    refused = copy.refusal()
    assert (refused.file, refused.line) == (copy.root / file, line)
    assert sentence in refused.sentence


@pytest.mark.parametrize(
    "stray", ["indicators/L99.yml", "indicators/new/L99.yaml", "elements/H.yml", "forms/2022.yaml"]
)
def test_a_file_that_would_be_overlooked_is_refused(copy: Copy, stray: str) -> None:
    copy.plant(stray, "", "▶code: L99\n")
    refused = copy.refusal()
    assert (refused.file, refused.line) == (copy.root / stray, 1)
    assert "tệp sẽ bị bỏ qua" in refused.sentence


@pytest.mark.parametrize(
    ("first_day", "sentence"),
    [
        ("2022-08-14", "hiệu lực từ 14/08/2022 chồng lên hiệu lực trước đó"),
        ("2022-08-16", "hiệu lực bị hở giữa 14/08/2022 và 16/08/2022"),
    ],
    ids=["two forms for one day", "no form for one day"],
)
def test_a_form_that_does_not_follow_its_predecessor_is_refused(copy: Copy, first_day: str, sentence: str) -> None:
    for later_form in set((copy.root / "forms").glob("*/*.yaml")) - set((copy.root / "forms").glob("*/2021.yaml")):
        later_form.unlink()
    head = (copy.root / COMMUNE_FORM).read_text(encoding="utf-8").partition("sections:")[0]
    later = head.replace('"2021"', '"2022"').replace("valid_from: 2021-01-01", f"▶valid_from: {first_day}")
    later = later.replace("valid_to: 2022-08-14\n", "valid_to: 2030-12-31\n") + "sections: []\n"
    line = copy.plant("forms/commune/2022.yaml", "", later)
    refused = copy.refusal()
    assert (refused.file, refused.line) == (copy.root / "forms/commune/2022.yaml", line)
    assert refused.sentence == sentence


def test_an_unspoilt_copy_says_what_the_house_says(copy: Copy, declarations: Declarations) -> None:
    assert fresh_load(copy.root) == declarations


def test_deadlines_may_stand_in_any_order(copy: Copy) -> None:
    later = "  - ▶{valid_from: 2024-01-01, document: x, day: {commune: 15, district: 18}}\n"
    first, last = "  - valid_from: 2021-01-01\n", "    valid_to: 2023-12-31\n"
    copy.plant("calendar.yaml", first, later + first + last)
    assert len(fresh_load(copy.root).calendar.file.deadlines) == 2


def test_a_new_indicator_is_one_new_file(copy: Copy, declarations: Declarations) -> None:
    text = (copy.root / L01).read_text(encoding="utf-8")
    copy.plant("indicators/L07.yaml", "", text.replace("code: L01", "▶code: L07"))
    loaded = fresh_load(copy.root).indicators
    assert set(loaded) == set(declarations.indicators) | {"L07"}
    assert loaded["L07"] == replace(declarations.indicators["L01"], code="L07")


def test_a_revised_target_is_one_line(copy: Copy) -> None:
    copy.plant(L01, "", "  ▶2026: {value: 99.5, status: sourced, document: Quyết định mới}\n")
    found = fresh_load(copy.root).indicators["L01"].target(2026)
    assert found is not None
    assert (found[0], str(found[1].value)) == (2026, "99.5")


def test_the_digest_changes_with_a_declaration_and_not_with_an_address_or_a_note(copy: Copy) -> None:
    assert digest_of(copy.root) == digest_of(CONFIG)
    (copy.root / "note.txt").write_text("x", encoding="utf-8")
    copy.plant("contacts.yaml", "cchc.893@", "▶vanphong.893@")
    assert digest_of(copy.root) == digest_of(CONFIG)
    copy.plant(L01, "", "▶# lời dẫn\n")
    assert digest_of(copy.root) != digest_of(CONFIG)


SLIPS = ["", *" \t\n:-[]{}\"'#&*!|>%@,~0é\x00", "&a ", "*a", "<<: "]


@example(file="forms/commune/2021.yaml", where=0.99609375, dropped=6, slip="")
@tried_on(30, suppressed=(HealthCheck.too_slow,))
@given(st.sampled_from(SOME_FILES), st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(SLIPS))
def test_a_slip_of_the_hand_anywhere_is_harmless_or_told_in_one_line(
    file: str, where: float, dropped: int, slip: str
) -> None:
    with TemporaryDirectory() as folder:
        copy = copy_to(Path(folder) / "config")
        path = copy.root / file
        text = path.read_text(encoding="utf-8")
        at = int(where * len(text))
        path.write_text(text[:at] + slip + text[at + dropped :], encoding="utf-8")
        with suppress(DeclarationError):
            fresh_load(copy.root)
            return
        refused = copy.refusal()
        assert refused.file.is_relative_to(copy.root)
        assert refused.file != path or 1 <= refused.line <= path.read_text(encoding="utf-8").count("\n") + 1
