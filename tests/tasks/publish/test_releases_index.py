"""The list of all releases."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tasks.publish.manifest import Difference, NoReleaseError, difference
from tasks.publish.releases_index import write_index

from .test_release import corrected, first, publish


def listed(home: Path) -> list[dict[str, Any]]:
    path = write_index(home / "published")
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["releases"]
    return found


def test_each_release_stands_in_the_list_with_its_files_and_hashes(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    publish(corrected(), tmp_path)
    releases = listed(tmp_path)
    assert [(r["period"], r["release"], r["state"], r["current"]) for r in releases] == [
        ("2022-H1", "r001", "provisional", False),
        ("2022-H1", "r002", "provisional", True),
    ]
    for release in releases:
        folder = tmp_path / "published" / release["path"]
        files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert {f["name"] for f in release["files"]} == files
        for file in release["files"]:
            assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert releases[1]["published_at"] == "2022-06-22T16:30:00+07:00"


def test_an_unchanged_list_is_left_alone(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    before = write_index(tmp_path / "published").stat()
    assert write_index(tmp_path / "published").stat() == before


def test_a_damaged_manifest_stops_no_other_release(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    release = publish(corrected(), tmp_path)
    (release.path / "manifest.json").write_text("{", encoding="utf-8")
    assert [r["release"] for r in listed(tmp_path)] == ["r001"]


def test_the_tenth_hundred_comes_after_the_ninth(tmp_path: Path) -> None:
    for number in (2, 10, 1000, 999):
        folder = tmp_path / "published" / "2022-H1" / f"r{number:03}"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(
            json.dumps({"period": "2022-H1", "release": folder.name, "provisional": False, "illustrative": False,
                        "created_at": "2022-06-22T16:30:00+07:00", "files": []}), encoding="utf-8",
        )  # fmt: skip
    assert [r["release"] for r in listed(tmp_path)] == ["r002", "r010", "r999", "r1000"]


def test_a_folder_is_held_against_its_manifest_file_by_file(tmp_path: Path) -> None:
    path = publish(first(), tmp_path).path
    assert difference(path).is_none
    (path / "units.csv").unlink()
    (path / "thêm.txt").write_text("x", encoding="utf-8")
    with (path / "values.csv").open("r+b") as file:
        file.write(b"x")
    assert difference(path) == Difference(("units.csv",), ("thêm.txt",), ("values.csv",))


def test_a_link_in_place_of_a_file_is_a_change(tmp_path: Path) -> None:
    path = publish(first(), tmp_path).path
    (path / "values.csv").rename(tmp_path / "elsewhere.csv")
    (path / "values.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert difference(path).changed == ("values.csv",)


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(NoReleaseError, match="không phải bản công bố"):
        difference(tmp_path)


def test_doctor_names_each_file_and_exits_with_1(tmp_path: Path) -> None:
    path = publish(first(), tmp_path).path
    assert (doctor(path).exit_code, doctor(path).stdout) == (0, "✓ r001: mọi tệp đúng như manifest.json.\n")
    (path / "units.csv").unlink()
    said = doctor(path)
    assert (said.exit_code, said.stdout) == (1, "✗ units.csv: thiếu tệp này.\n")


def doctor(path: Path) -> Result:
    return CliRunner().invoke(app, ["doctor", "--release", str(path)])
