"""The command line: what it says when it is asked wrongly, and what a program gets from it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from rich.text import Text
from typer._click.exceptions import UsageError

from config.load import Declarations
from config.settings import Settings
from flows.cli import app
from flows.commands.misuse import misuse_in_words
from flows.show import year_of, year_table
from tasks.store import database as stores
from tasks.store.database import writing
from tasks.store.trouble import LOCKED
from tasks.store.values import State
from tests.factory import COMMUNE, at, keep_version, sha
from tests.flows.conftest import Cchc, call_cchc, environment_of, run_cchc

ENGLISH = re.compile(
    r"Usage|Options|Commands|Arguments|Show this|required|default|COMMAND|<str>|<path>|<int>|list\[|\{[a-z_]+\}"
)
COMMANDS = (
    "demo",
    "forms",
    "collect",
    "check",
    "evaluate",
    "publish",
    "report",
    "approve",
    "reopen",
    "status",
    "trace",
    "changes",
    "calendar",
    "doctor",
    "backup",
    "restore",
    "clock",
    "serve",
)
SAMPLE = Path("sample/inbox")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(home: Path, command: str) -> None:
    done = call_cchc(home, command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Cách dùng: ")
    assert "Tùy chọn:" in done.stdout
    assert not ENGLISH.search(done.stdout)


@pytest.mark.parametrize("streams", ["stdout", "stderr"])
def test_a_reader_that_stops_reading_is_no_error(home: Path, streams: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)  # as `| head` leaves it
    arguments = ["--help"] if streams == "stdout" else ["status", "-p", "hôm qua"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            env={**os.environ, **environment_of(home, {})},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, streams: write_end},
            check=False,
        )
    finally:
        os.close(write_end)
    assert done.returncode == (0 if streams == "stdout" else 2)
    assert not done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "-p", "2022-H3"), "2022-H1"),
        (("report", "-p", "2031-H1"), "2021–2030"),
        (("status", "-p", "hôm qua"), "2022-H1"),
        (("forms", "-p", "2022-H1", "-u", "99999"), "30628"),
        (("trace", "-p", "2022-H1", "-i", "Z99"), "L01"),
        (("trace", "-p", "2022-H1", "-i", "L01", "-u", "1"), "30628"),
        (("trace", "-p", "2055-Q2", "-i", "L01"), "2021–2030"),
        (("trace", "-p", "2022-Q2", "-i", "L01"), "cchc report -p 2022-H1"),
        (("trace", "-p", "2022-H1", "-i", "L01"), "cchc report"),
        (("changes", "-p", "2022-H1"), "cchc report"),
        (("status", "-p", "2022-H1", "--today", "22/06/2022"), "2022-06-22"),
        (("status",), "--year"),
        (("status", "-p", "2022-H1", "-y", "2022"), "một trong hai"),
        (("status", "--year", "1999"), "2021 đến 2030"),
        (("check", "khong-co.xlsx"), "khong-co.xlsx"),
        (("check", "docs"), "docs là thư mục: nêu từng tệp, ví dụ docs/*.xlsx"),
        (("status", "-p", "2022-H1", "--as-of", "2020-01-01"), "chưa có gì được ghi nhận"),
        (("status", "-y", "2022", "--as-of", "2020-01-01"), "chưa có gì được ghi nhận"),
        (("evaluate", "-p", "2022-H1", "--as-of", "2020-01-01"), "chưa có gì được ghi nhận"),
        (("publish", "-p", "2022-H1", "--as-of", "2020-01-01"), "chưa có gì được ghi nhận"),
        (("stage", "GD1", "--as-of", "2020-01-01"), "chưa có gì được ghi nhận"),
        (("reopen", "-p", "2022-H1", "-u", "30628", "--until", "2030-01-01"), "cần --reason"),
        (("publish", "-p", "2030-YEAR", "--today", "2022-06-22"), "mới bắt đầu"),
        (("evaluate", "-p", "2022-YEAR", "--today", "2021-06-22"), "mới bắt đầu"),
        (("report", "-p", "2029-H1", "--today", "2022-06-22"), "mới bắt đầu"),
        (("reopen", "-p", "2022-H1", "-u", "30628", "--reason", "x", "--until", "2022-07-01"), "đã qua"),
    ],
)
def test_a_wrong_call_says_what_exists_and_ends_with_two(home: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call_cchc(home, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report",), "thiếu tùy chọn «--period»; xem «cchc report --help»"),
        (("report", "--perod", "2022-H1"), "không có tùy chọn «--perod»; gần giống: --period"),
        (("report", "--period"), "sau «--period» phải có một giá trị"),
        (("reprot",), "không có lệnh «reprot»; xem «cchc --help»"),
        (("doctor", "ngay"), "thừa «ngay»"),
        (("check",), "thiếu «TỆP»"),
        (("letters", "--preview=co"), "«--preview» không nhận giá trị"),
    ],
)
def test_a_wrong_call_is_told_in_vietnamese(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        app(arguments, standalone_mode=False, prog_name="cchc")
    assert said in misuse_in_words(raised.value)


def test_a_file_that_is_not_there_hides_nothing_of_the_others(home: Path) -> None:
    done = call_cchc(home, "check", "README.md", "khong-co.xlsx")
    assert done.returncode == 2
    assert "README.md: không dùng được" in done.stdout
    assert done.stderr.splitlines() == ["Lỗi: không có tệp khong-co.xlsx"]


def test_a_locale_without_utf8_hides_no_vietnamese(home: Path) -> None:
    done = run_cchc(home, "status", "-p", "2022-H1", LC_ALL="C", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Tình hình nộp" in done.stdout


def test_what_the_framework_says_otherwise_still_comes_with_its_help() -> None:
    assert misuse_in_words(UsageError("Something new.")) == "gọi lệnh chưa đúng (Something new.); xem «cchc --help»"


def test_a_process_of_its_own_says_what_a_call_says(home: Path) -> None:
    for arguments in (("forms", "-p", "2022-H1", "--dry-run"), ("status", "-p", "2022-H3")):
        there, here = run_cchc(home, *arguments), call_cchc(home, *arguments)
        assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)


def test_a_wrong_call_is_one_line_and_no_english(home: Path) -> None:
    done = run_cchc(home, "report")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Lỗi: thiếu tùy chọn «--period»")


@pytest.mark.parametrize("arguments", [("--year", "2025"), ("--period", "2025")])
def test_a_year_is_shown_as_units_by_windows(home: Path, arguments: tuple[str, str]) -> None:
    shown = call_cchc(home, "status", *arguments, "--today", "2025-07-01")
    assert shown.returncode == 0
    assert all(head in shown.stdout for head in ("Quý I", "6 tháng", "Quý III", "Cả năm"))
    assert shown.stdout.count("30628") == 2  # the town, and the commune that took it over
    assert "· chưa đến kỳ" in shown.stdout
    assert "– chưa nộp" in shown.stdout
    assert "0/19" in shown.stdout
    rows = json.loads(call_cchc(home, "status", *arguments, "--json", "--today", "2025-07-01").stdout)
    assert len(rows) == 19 + 6
    nothing = {"state": "missing", "version": None, "days_late": None, "days_early": None}
    assert rows[0]["windows"] == {"Q1": nothing, "H1": nothing}


def test_a_year_tells_who_sent_too_early_and_too_late_and_by_how_many_days(
    settings: Settings, declarations: Declarations
) -> None:
    with writing(settings.database) as connection:
        keep_version(connection, State.ACCEPTED, period="2022-Q1", days_late=2, moment=at("2022-03-18T08:00"))
        keep_version(connection, State.ACCEPTED, period="2022-H1", sha256=sha("b"), received_at=at("2022-06-12T08:00"))
    table = year_table(year_of(settings, declarations, 2022, "2022-08-01"), 2022)
    row = [list(column.cells) for column in table.columns]
    commune = row[0].index(COMMUNE)
    assert [Text.from_markup(str(row[column][commune])).plain for column in (2, 3, 4)] == ["● muộn 2", "● sớm 3", "·"]
    counted = {str(name): (row[2][n], row[3][n]) for n, name in enumerate(row[1]) if str(name).startswith("Nộp ")}
    assert counted == {"Nộp muộn": ("1/19", "0/19"), "Nộp sớm": ("0/19", "1/19")}


def test_a_typo_in_a_declaration_is_one_line_with_file_and_line(home: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree("config", config)
    file = config / "indicators" / "L01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("numerator: A02", "numerator: A99"), encoding="utf-8")
    line = 1 + file.read_text(encoding="utf-8").splitlines().index("    numerator: A99")
    done = call_cchc(home, "status", "-p", "2022-H1", CCHC_CONFIG_DIR=str(config))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"{file}:{line}: " in done.stderr
    assert "A99" in done.stderr


def test_checking_a_faulty_workbook_names_the_cell_and_ends_with_one(home: Path) -> None:
    done = call_cchc(home, "check", str(SAMPLE / "30643" / "30643-2022-H1-lan-1.xlsx"))
    assert done.returncode == 1
    assert "#REF!" in done.stdout
    assert "TTHC!D" in done.stdout


def test_checking_a_clean_workbook_ends_with_zero_and_keeps_nothing(home: Path) -> None:
    done = call_cchc(home, "check", "--json", str(SAMPLE / "30628" / "30628-2022-H1-lan-1.xlsx"))
    assert done.returncode == 0
    (report,) = json.loads(done.stdout)
    assert report["blocked"] is False
    assert not (home / "raw").exists()


def test_checking_something_that_is_no_workbook_says_so(home: Path, tmp_path: Path) -> None:
    scan = tmp_path / "quet.xlsx"
    scan.write_bytes(b"%PDF-1.7 ...")
    done = call_cchc(home, "check", str(scan))
    assert done.returncode == 1
    assert "PDF" in done.stdout
    assert "Traceback" not in done.stderr


def test_status_gives_a_program_one_row_for_each_unit_or_version(demo_home: Path) -> None:
    done = call_cchc(demo_home, "status", "-p", "2022-H1", "--json", "--today", "2022-06-30")
    rows = json.loads(done.stdout)
    assert {r["unit"] for r in rows} >= {"893", "30628", "30679"}
    assert {r["state"] for r in rows if r["unit"] == "30679"} == {"missing"}


def test_status_of_an_earlier_day_shows_what_was_known_then(demo_home: Path) -> None:
    rows = json.loads(call_cchc(demo_home, "status", "-p", "2022-H1", "--json", "--today", "2022-06-01").stdout)
    assert {r["state"] for r in rows} == {"missing"}


@pytest.mark.parametrize("arguments", [("status",), ("trace", "-i", "L01")])
def test_what_is_piped_names_every_file_in_full(demo_home: Path, arguments: tuple[str, ...]) -> None:
    done = run_cchc(demo_home, *arguments, "-p", "2022-H1", "--today", "2022-06-30", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "…" not in done.stdout


def test_trace_leads_from_a_figure_to_the_cell_and_the_text_as_typed(demo_home: Path) -> None:
    arguments = ("trace", "-p", "2022-H1", "-i", "X01", "-u", "30631", "--json", "--today", "2022-06-30")
    found = json.loads(call_cchc(demo_home, *arguments).stdout)
    part = next(p for p in found["parts"] if p["element"] == "G01")
    assert (part["number"], part["text"], part["sheet"]) == ("1204", "1.204", "Chính quyền số")
    assert part["cell"].startswith("D")


def test_trace_shows_l01_counted_from_the_list_beside_the_typed_figures(demo_home: Path) -> None:
    arguments = ("trace", "-p", "2022-H1", "-i", "L01", "-u", "893", "--json", "--today", "2022-06-30")
    found = json.loads(call_cchc(demo_home, *arguments).stdout)
    assert found["figure"]["value"].startswith("20")
    told = [(p["element"], p["number"], p["sheet"], p["typed_number"], p["typed_cell"]) for p in found["parts"]]
    assert told == [("A01", "65", "Nhiệm vụ", "65", "D6"), ("A02", "13", "Nhiệm vụ", "13", "D7")]
    assert found["parts"][0]["cell"] == "A6:A70"


def test_trace_answers_for_a_quarter_that_nobody_reports(demo_home: Path) -> None:
    arguments = ("trace", "-p", "2022-Q2", "-i", "P01", "-u", "30631", "--today", "2022-06-30")
    found = json.loads(call_cchc(demo_home, *arguments, "--json").stdout)
    assert (found["stretch"], found["stretch_name"]) == ("2022-Q2", "Quý II năm 2022")
    assert [(w["period"], w["sign"]) for w in found["windows"]] == [("2022-H1", "+"), ("2022-Q1", "-")]
    said = call_cchc(demo_home, *arguments).stdout
    assert "2022-H1 − 2022-Q1" in said
    assert "chưa có số liệu" in said, "the demo has no first quarter"


def test_forms_are_issued_one_for_each_unit(home: Path, served: Cchc) -> None:
    done = served(home, "forms", "-p", "2022-H1", "--out", str(home / "bieu"))
    assert done.returncode == 0, done.stderr
    assert len(list((home / "bieu").glob("*.xlsx"))) == 19


def test_a_dry_run_writes_no_form(home: Path) -> None:
    done = call_cchc(home, "forms", "-p", "2022-H1", "--dry-run")
    assert len(done.stdout.splitlines()) == 19
    assert not (home / "forms").exists()


def test_a_server_that_does_not_answer_is_not_needed(demo_home: Path) -> None:
    done = run_cchc(
        demo_home, "evaluate", "-p", "2022-H1", "--today", "2022-06-30", PREFECT_API_URL="http://127.0.0.1:9/api"
    )
    assert done.returncode == 0, done.stderr


def test_a_database_that_another_program_writes_to_is_told_in_one_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call_cchc(home, "doctor").returncode == 0  # makes the store
    monkeypatch.setattr(stores, "SQLITE_PRAGMAS", ("journal_mode=WAL", "busy_timeout=50"))
    with closing(sqlite3.connect(home / "cchc.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = call_cchc(home, "backup", str(tmp_path / "copy"))
    assert (done.returncode, done.stderr) == (2, f"Lỗi: {LOCKED}\n")


def test_a_disk_that_takes_no_more_ends_a_command_with_one_sentence(home: Path) -> None:
    letters = [sys.executable, "-m", "flows.cli", "letters", "--preview", "--out", str(home / "thu")]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 0; exec "$@"', "bash", *letters],
        env=environment_of(home, {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("Lỗi: ổ đĩa đã đầy, không ghi được")
