"""What a newcomer gets from `make demo`: the half-year 2022, from received workbooks to a published evaluation."""

from __future__ import annotations

import email
import hashlib
import json
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pandas as pd
import pytest

from tests.flows.conftest import Cchc


@pytest.fixture
def release(demo_home: Path) -> Path:
    return demo_home / "published" / "2022-H1" / "current"


def table(release: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(release / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def letters(home: Path) -> list[EmailMessage]:
    return [email.message_from_bytes(f.read_bytes(), policy=default) for f in sorted((home / "outbox").glob("*.eml"))]  # type: ignore[misc]


def test_the_demo_shows_each_stage_and_where_the_results_are(demo_home: Path) -> None:
    shown = (demo_home / "demo.txt").read_text(encoding="utf-8")
    for stage in ("Thu nhận", "Kiểm tra", "Trả lời", "Tổng hợp", "Đánh giá", "Công bố"):
        assert stage in shown
    assert "index.html" in shown
    assert "bang-danh-gia.xlsx" in shown


def test_a_release_holds_the_files_others_build_on(release: Path) -> None:
    names = {"bang-danh-gia.xlsx", "index.html", "evaluation.csv", "values.csv", "findings.csv", "submissions.csv"}
    assert names | {"manifest.json"} <= {f.name for f in release.iterdir()}


def test_the_districts_own_plan_is_one_fifth_done(release: Path) -> None:
    rows = table(release, "evaluation").query("indicator == 'L01' and level == 'unit' and unit == '893'")
    (row,) = rows.to_dict("records")
    assert (float(row["numerator"]), float(row["denominator"]), float(row["value"])) == (13, 65, 20)
    assert row["status"] == "chậm nhiều"


def test_the_districts_plan_is_listed_task_by_task(release: Path) -> None:
    tasks = table(release, "tasks")
    assert (len(tasks), int((tasks["is_done"] == "1").sum()), int((tasks["days_overdue"] != "0").sum())) == (65, 13, 5)


def test_the_published_total_is_found_not_to_be_the_sum_of_its_parts(release: Path) -> None:
    (found,) = table(release, "findings").query("rule == 'ID15' and unit == '893'").to_dict("records")
    for figure in ("34.600", "17.700", "31.700", "2.900"):
        assert figure in found["message"]
    assert found["cell"].startswith("D")


def test_the_one_stop_indicator_stands_with_its_coverage(release: Path) -> None:
    (row,) = table(release, "evaluation").query("indicator == 'P17' and level == 'district'").to_dict("records")
    assert (row["reported_units"], row["expected_units"]) == ("16", "19")
    assert (row["numerator"], row["denominator"], float(row["value"])) == ("16", "16", 100)


def test_every_unit_stands_in_the_submissions_table_in_one_state(release: Path) -> None:
    rows = table(release, "submissions")
    assert rows.unit.nunique() == 19
    state = rows.set_index(["unit", "file_name"]).state
    assert state["30634", "30634-2022-H1-lan-1.xlsx"] == "returned"
    assert state["30640", "30640-2022-H1-lan-1.xlsx"] == "superseded"
    assert state["30643", "30643-2022-H1-lan-1.xlsx"] == "returned"
    assert state["30646", "30646-2022-H1-lan-1.xlsx"] == "quarantined"
    assert state["893", "893-2022-H1-lan-1.xlsx"] == "accepted_with_warnings"
    assert rows[rows.unit == "30679"].state.tolist() == ["missing"]


def test_a_late_unit_is_late_by_the_days_since_its_deadline(release: Path) -> None:
    (row,) = table(release, "submissions").query("unit == '30673'").to_dict("records")
    assert row["days_late"] == "4"


def test_figures_of_returned_units_are_in_no_sum(release: Path) -> None:
    units = set(table(release, "values").unit)
    assert len(units) == 16
    assert not units & {"30634", "30643", "30679"}


def test_a_returned_unit_gets_one_letter_with_its_own_workbook(demo_home: Path) -> None:
    (letter,) = [m for m in letters(demo_home) if "30643" in m["To"]]
    body = letter.get_body(("plain",))
    assert body is not None
    assert "#REF!" in body.get_content()
    (attachment,) = letter.iter_attachments()
    returned = demo_home / "returned" / "30643" / "30643-2022-H1-lan-1.xlsx"
    assert attachment.get_content() == returned.read_bytes()


def test_a_refused_file_is_kept_and_answered(demo_home: Path) -> None:
    (refused,) = [m for m in letters(demo_home) if "30646" in m["To"]]
    body = refused.get_body(("plain",))
    assert body is not None
    assert "Kiến Thành" in body.get_content()
    rows = table(demo_home / "published" / "2022-H1" / "current", "submissions")
    sha256 = rows[rows.unit.eq("30646") & rows.state.eq("quarantined")].sha256.item()
    kept = demo_home / "raw" / sha256[:2] / sha256
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == sha256


def test_nothing_stays_in_the_inbox(demo_home: Path) -> None:
    assert [f for f in (demo_home / "inbox").rglob("*") if f.is_file()] == []


def test_the_manifest_lists_every_file_with_its_hash(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    listed = {f["name"]: f["sha256"] for f in manifest["files"]}
    there = {str(f.relative_to(release)) for f in release.rglob("*") if f.is_file()} - {"manifest.json"}
    assert set(listed) == there
    assert all(hashlib.sha256((release / n).read_bytes()).hexdigest() == digest for n, digest in listed.items())


def test_running_again_publishes_nothing_new_and_writes_no_letter(demo_home: Path, served: Cchc) -> None:
    releases = sorted(p.name for p in (demo_home / "published" / "2022-H1").iterdir())
    written = len(letters(demo_home))
    done = served(demo_home, "demo")
    assert done.returncode == 0, done.stderr
    assert "không có gì thay đổi" in done.stdout
    assert sorted(p.name for p in (demo_home / "published" / "2022-H1").iterdir()) == releases
    assert len(letters(demo_home)) == written


def test_the_demo_ran_on_a_server_of_its_own_that_had_nothing_to_say(demo_home: Path) -> None:
    said = (demo_home / "prefect" / "server.log").read_text(encoding="utf-8")
    assert said == "" or "database is locked" in said  # as on a busy machine: then it is asked again
