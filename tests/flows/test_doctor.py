"""Facts about the doctor's look at what is kept: each harm is named, on a copy of the demo's workplace."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import Settings
from tasks.store.audit import note
from tasks.store.database import writing
from tasks.store.raw import keep
from tests.factory import NOW, run_at
from tests.flows.conftest import call_cchc


@pytest.fixture
def worked(demo_home: Path, tmp_path: Path) -> Path:
    """Return a copy of the workplace in which the demo has run."""
    return Path(shutil.copytree(demo_home, tmp_path / "home", symlinks=True))


def _harm_raw(home: Path) -> None:
    next((home / "raw").glob("*/*")).write_bytes(b"x")


def _lose_raw(home: Path) -> None:
    next((home / "raw").glob("*/*")).unlink()


def _lose_release(home: Path) -> None:
    shutil.rmtree(home / "published" / "2022-H1" / "r001")


def _change_manifest(home: Path) -> None:
    path = home / "published" / "2022-H1" / "r001" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _change_file(home: Path) -> None:
    path = home / "published" / "2022-H1" / "r001" / "evaluation.csv"
    path.write_bytes(path.read_bytes().replace(b"34600", b"34601"))


def _lose_file(home: Path) -> None:
    (home / "published" / "2022-H1" / "r001" / "index.html").unlink()


def _add_file(home: Path) -> None:
    (home / "published" / "2022-H1" / "r001" / "them.html").write_text("<script>", encoding="utf-8")


def _lose_pointer(home: Path) -> None:
    (home / "published" / "2022-H1" / "current").unlink()


def _point_nowhere(home: Path) -> None:
    _lose_pointer(home)
    (home / "published" / "2022-H1" / "current").symlink_to("r999")


def _in_store(statement: str) -> Callable[[Path], None]:
    def harm(home: Path) -> None:
        with sqlite3.connect(home / "cchc.db") as store:
            store.execute(statement)
        store.close()

    return harm


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_harm_raw, "1 tệp gốc bị hỏng"),
        (_lose_raw, "1 tệp gốc bị thiếu"),
        (_lose_release, "không còn thư mục: 2022-H1/r001"),
        (_change_manifest, "manifest.json khác lúc công bố: 2022-H1/r001"),
        (_change_file, "không khớp manifest.json: 2022-H1/r001"),
        (_lose_file, "không khớp manifest.json: 2022-H1/r001"),
        (_add_file, "không khớp manifest.json: 2022-H1/r001"),
        (_lose_pointer, "current không chỉ vào bản công bố mới nhất: 2022-H1"),
        (_point_nowhere, "current không chỉ vào bản công bố mới nhất: 2022-H1"),
        (
            _in_store("UPDATE judgement SET state = 'accepted' WHERE id = (SELECT min(judgement_id) FROM finding)"),
            "khác lúc ghi vào nhật ký: judgement",
        ),
        (
            _in_store("UPDATE value SET number = '1' WHERE element = 'C14'"),
            "có số liệu trong cơ sở dữ liệu khác lúc nhận",
        ),
        (_in_store("DELETE FROM audit WHERE id = 5"), "dòng nhật ký có ghi mà cơ sở dữ liệu đã mất: audit 1"),
        (
            _in_store("DELETE FROM finding WHERE judgement_id = (SELECT max(judgement_id) FROM finding)"),
            "cơ sở dữ liệu đã mất: finding",
        ),
        (
            _in_store(
                "INSERT INTO finding SELECT judgement_id, 99, rule, severity, element, sheet, cell, found, "
                "expected, message FROM finding LIMIT 1"
            ),
            "khác lúc ghi vào nhật ký: finding",
        ),
        (_in_store("DELETE FROM outbox WHERE id = 1"), "dòng nhật ký có ghi mà cơ sở dữ liệu đã mất: outbox 1"),
        (_in_store("DELETE FROM receipt WHERE submission_id = 1"), "1 bản nộp không có lần nhận"),
        (_in_store("DELETE FROM value WHERE submission_id = 1"), "1 bản nộp không có số liệu"),
        (_in_store("UPDATE judgement SET submission_id = 99999 WHERE id = 1"), "chỗ hỏng trong tệp cơ sở dữ liệu"),
    ],
)
def test_the_doctor_finds_what_was_harmed(worked: Path, harm: Callable[[Path], None], said: str) -> None:
    harm(worked)
    looked = call_cchc(worked, "doctor")
    assert looked.returncode == 1
    assert said in looked.stdout, looked.stdout


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE indicator_value SET numerator = '1' WHERE unit = '893' AND indicator = 'L01'",
            "khác điều vừa tính lại: 2022-H1 indicator_value district/893/L01",
        ),
        (
            "UPDATE evaluation SET status = 'vượt' WHERE unit = '893' AND indicator = 'L01'",
            "khác điều vừa tính lại: 2022-H1 evaluation district/893/L01",
        ),
        ("DELETE FROM evaluation", "con số trong cơ sở dữ liệu khác điều vừa tính lại: 2022-H1 evaluation"),
        (
            "INSERT INTO indicator_value SELECT calculation_id, level, '30999', indicator, numerator, denominator, "
            "value, reported_units, expected_units, state FROM indicator_value WHERE unit = '893' LIMIT 1",
            "indicator_value district/30999/",
        ),
        (
            "UPDATE increment SET value = '1', status = 'number' WHERE element = 'C14' AND unit = '893'",
            "khác điều vừa tính lại: 2022-H1 increment district/893/C14",
        ),
    ],
)
def test_a_deep_look_finds_a_calculated_figure_that_was_changed(worked: Path, statement: str, said: str) -> None:
    _in_store(statement)(worked)
    looked = call_cchc(worked, "doctor", "--deep")
    assert looked.returncode == 1
    assert said in looked.stdout, looked.stdout
    assert ("1 phép tính theo những con số ấy chưa đối chiếu" in looked.stdout) == ("indicator_value" in statement)


def test_a_deep_look_at_what_was_only_made_finds_nothing(worked: Path) -> None:
    looked = call_cchc(worked, "doctor", "--deep")
    assert looked.returncode == 0, looked.stdout
    assert "Đã tính lại 2 phép tính đã ghi từ số liệu đã nhận." in looked.stdout
    assert "theo khai báo hay phần mềm khi trước" not in looked.stdout


def test_what_was_calculated_by_other_declarations_is_held_against_what_was_published(worked: Path) -> None:
    _in_store("UPDATE calculation SET digest = 'of another day'")(worked)
    journal = worked / "raw" / "journal.jsonl"  # as if it had been made so
    journal.unlink()
    looked = call_cchc(worked, "doctor", "--deep")
    assert looked.returncode == 0, looked.stdout
    assert "1 phép tính theo khai báo hay phần mềm khi trước" in looked.stdout
    _in_store("UPDATE indicator_value SET numerator = '1' WHERE unit = '893' AND indicator = 'L01'")(worked)
    assert "bản công bố có con số khác trong cơ sở dữ liệu: 2022-H1/r001 (" in (
        call_cchc(worked, "doctor", "--deep").stdout
    )


def test_a_deep_look_asks_for_sound_rows_first(worked: Path) -> None:
    _in_store("UPDATE value SET number = '1' WHERE element = 'C14'")(worked)
    looked = call_cchc(worked, "doctor", "--deep")
    assert "có số liệu trong cơ sở dữ liệu khác lúc nhận" in looked.stdout
    assert "Chưa tính lại con số nào" in looked.stdout


def test_a_look_is_not_quick_and_deep_at_once(worked: Path) -> None:
    assert call_cchc(worked, "doctor", "--deep", "--quick").returncode == 2


def test_a_raw_file_that_no_arrival_names_is_told_and_is_no_trouble_by_itself(worked: Path) -> None:
    name = keep(worked / "raw", b"a run died before it wrote this down")
    looked = call_cchc(worked, "doctor")
    assert looked.returncode == 0, looked.stdout
    assert f"1 tệp gốc chưa lần nhận nào nhắc đến: {name}" in looked.stdout


def test_a_quick_look_opens_no_received_file(worked: Path) -> None:
    _harm_raw(worked)
    assert "tệp gốc bị hỏng" not in call_cchc(worked, "doctor", "--quick").stdout


def test_what_the_doctor_says_to_copy_back_from_the_backup_makes_the_workplace_well(
    worked: Path, tmp_path: Path
) -> None:
    assert call_cchc(worked, "backup", str(tmp_path / "backup")).returncode == 0
    harmed = next((worked / "raw").glob("*/*"))
    harmed.write_bytes(b"x")
    _change_file(worked)
    said = call_cchc(worked, "doctor").stdout
    assert f"{harmed.name}; chép đè tệp cùng tên từ home/raw/ của bản sao lưu" in said
    assert "2022-H1/r001; chép đè cả thư mục ấy từ home/published/ của bản sao lưu" in said
    kept, release = tmp_path / "backup" / "home", Path("published/2022-H1/r001")
    shutil.copyfile(kept / harmed.relative_to(worked), harmed)
    shutil.copytree(kept / release, worked / release, dirs_exist_ok=True)
    looked = call_cchc(worked, "doctor")
    assert looked.returncode == 0, looked.stdout


def test_a_database_with_a_broken_place_is_to_be_built_again(worked: Path) -> None:
    _in_store("UPDATE judgement SET submission_id = 99999 WHERE id = 1")(worked)
    (line,) = (line for line in call_cchc(worked, "doctor").stdout.splitlines() if "chỗ hỏng trong tệp" in line)
    assert line.endswith("dựng lại bằng «cchc rebuild».")


def test_a_journal_that_was_changed_is_written_anew_from_a_database_that_is_well(worked: Path) -> None:
    journal = worked / "raw" / "journal.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").replace("30628", "30629", 1), encoding="utf-8")
    assert "đổi tên raw/journal.jsonl thành raw/journal-hong.jsonl" in call_cchc(worked, "doctor").stdout
    journal.rename(journal.with_name("journal-hong.jsonl"))
    with writing(Settings(home=worked).database) as connection:  # whatever is written next
        note(connection, run_at(NOW), "store.backed_up", "", "")
    looked = call_cchc(worked, "doctor")
    assert looked.returncode == 0, looked.stdout
    assert "Không có lần ghi trong nhật ký không còn như lúc ghi" in looked.stdout
