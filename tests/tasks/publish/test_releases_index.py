"""The list of all releases."""

import hashlib
import json
from pathlib import Path
from typing import Any

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
        assert {f["name"] for f in release["files"]} == {p.name for p in folder.iterdir()}
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
