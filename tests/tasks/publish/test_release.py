"""Publishing: the old release or the new one, never a mix, wherever the work is cut off."""

import hashlib
import json
import os
import shutil
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tasks.publish import release as releasing
from tasks.publish.content import ReleaseContent
from tasks.publish.manifest import digest_in, is_whole
from tasks.publish.release import Release, Verify, alone_in
from tasks.publish.site import site

from . import factory

FILES = {
    "bang-danh-gia.xlsx", "index.html", "evaluation.csv", "values.csv", "findings.csv", "submissions.csv",
    "changes.csv", "increments.csv", "tasks.csv", "manifest.json", "bao-cao.docx", "datapackage.json", "units.csv",
    "indicators.csv", "elements.csv",
    *(f"{name}.parquet" for name in ("evaluation", "values", "findings", "submissions", "tasks", "changes")),
    *(f"{name}.parquet" for name in ("increments", "units", "indicators", "elements")),
}  # fmt: skip
PAGES = {"bang-mau.html", "loi.html", "changes.html", "tim.html", "trang.js", "chi-tieu", "don-vi"}


def small(**changed: Any) -> ReleaseContent:
    """Return a release of three units and three indicators."""
    evaluation = factory.content_of(3).evaluation
    few = evaluation[evaluation["indicator"].isin(["L01", "P01", "X01"])].reset_index(drop=True)
    return factory.content_of(3, **{"evaluation": few} | changed)


@lru_cache
def first() -> ReleaseContent:
    return small()


@lru_cache
def corrected() -> ReleaseContent:
    """Return the same release after one value was corrected."""
    return small(values=factory.with_first(first().values, "value", Decimal(7)))


def folder(home: Path) -> Path:
    return home / "published" / "2022-H1"


def tree(home: Path) -> dict[str, str]:
    """Return every file with its hash and every link with its end, by path."""
    found = {}
    for path in sorted(folder(home).rglob("*")):
        name = path.relative_to(folder(home)).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def publish(content: ReleaseContent, home: Path, verify: Verify = lambda _: None) -> Release:
    """Publish `content` under `home` as a run does that has it at hand."""
    with alone_in(home, content.period) as folder:
        return releasing.publish(content, folder, verify)


def refuse(part: Path) -> None:
    assert {p.name for p in part.iterdir()} >= FILES
    raise ValueError("tổng không khớp cơ sở dữ liệu")


def test_the_first_release_holds_every_file_and_is_current(tmp_path: Path) -> None:
    release = publish(first(), tmp_path)
    assert release == Release(folder(tmp_path) / "r001", "r001", is_new=True)
    assert {p.name for p in release.path.iterdir()} == FILES | PAGES
    assert (folder(tmp_path) / "current").readlink() == Path("r001")


def test_a_file_put_into_a_release_afterwards_is_seen(tmp_path: Path) -> None:
    release = publish(first(), tmp_path)
    assert is_whole(release.path)
    (release.path / "them.html").write_text("<script>", encoding="utf-8")
    assert not is_whole(release.path)


def test_the_same_figures_are_not_published_twice(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    before = tree(tmp_path)
    facts = factory.facts(
        created_at=factory.CREATED + timedelta(days=1), as_of=factory.CREATED + timedelta(days=1), run_id="another",
        inputs=first().facts.inputs,
    )  # fmt: skip
    assert publish(small(facts=facts), tmp_path) == Release(folder(tmp_path) / "r001", "r001", is_new=False)
    assert tree(tmp_path) == before


def test_a_correction_makes_the_next_release_and_leaves_the_last_one_as_it_was(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    before = {name: end for name, end in tree(tmp_path).items() if name.startswith("r001")}
    release = publish(corrected(), tmp_path)
    assert (release.name, release.is_new) == ("r002", True)
    assert (folder(tmp_path) / "current").resolve() == release.path.resolve()
    assert before.items() <= tree(tmp_path).items()


def test_a_return_to_earlier_figures_is_a_release_of_its_own(tmp_path: Path) -> None:
    for content in (first(), corrected(), first()):
        name = publish(content, tmp_path).name
    assert name == "r003"


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": factory.facts(provisional=False, inputs=first().facts.inputs)},
        {"facts": factory.facts(software={"cchc": "0.2.0"}, inputs=first().facts.inputs)},
        {"evaluation": factory.with_first(first().evaluation, "base", Decimal("1.5"))},
        {"findings": factory.findings([])},
    ],
    ids=["no longer provisional", "other software", "another base", "other findings"],
)
def test_whatever_a_reader_would_see_differently_makes_a_new_release(tmp_path: Path, changed: dict[str, Any]) -> None:
    publish(first(), tmp_path)
    assert publish(small(**changed), tmp_path).name == "r002"


def test_the_same_content_gives_the_same_bytes_in_every_file(tmp_path: Path) -> None:
    publish(first(), tmp_path / "one")
    publish(first(), tmp_path / "other")
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


def test_the_manifest_lists_each_file_and_each_input_with_its_hash(tmp_path: Path) -> None:
    release = publish(first(), tmp_path)
    entries = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
    assert {f["name"] for f in entries["files"]} == FILES - {"manifest.json"} | site(first()).keys()
    for file in entries["files"]:
        data = (release.path / file["name"]).read_bytes()
        assert (file["sha256"], file["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert entries["inputs"][0] == {
        "submission": "893-2022-H1-1", "unit": "893", "version": 1, "sha256": factory.sha("893", 1),
    }  # fmt: skip
    assert (entries["release"], entries["created_at"]) == ("r001", "2022-06-22T16:30:00+07:00")
    assert entries["declarations"] == factory.declarations().digest


def test_when_the_check_refuses_nothing_is_published(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    before = tree(tmp_path)
    with pytest.raises(ValueError, match="không khớp"):
        publish(corrected(), tmp_path, refuse)
    assert tree(tmp_path) == before
    assert {p.name for p in folder(tmp_path).iterdir()} == {"r001", "current"}


def test_when_the_first_check_refuses_there_is_no_release_at_all(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="không khớp"):
        publish(first(), tmp_path, refuse)
    assert list(folder(tmp_path).iterdir()) == []


def test_readers_may_read_what_is_published(tmp_path: Path) -> None:
    release = publish(first(), tmp_path)
    assert release.path.stat().st_mode & 0o055 == 0o055 & ~_umask()
    assert all(p.stat().st_mode & 0o044 for p in release.path.iterdir())


def test_a_release_that_was_changed_afterwards_is_replaced_by_a_new_one(tmp_path: Path) -> None:
    release = publish(first(), tmp_path)
    (release.path / "values.csv").write_bytes(b"")
    assert digest_in(release.path) is None
    assert publish(first(), tmp_path).name == "r002"


def test_leftovers_of_a_crash_are_cleaned_up(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    part = folder(tmp_path) / ".r002.part"
    part.mkdir()
    (part / "values.csv").write_bytes(b"half")
    (folder(tmp_path) / ".current.part").symlink_to("r009")
    publish(corrected(), tmp_path)
    assert {p.name for p in folder(tmp_path).iterdir()} == {"r001", "r002", "current"}


def test_a_release_in_place_but_not_pointed_to_is_taken_over(tmp_path: Path) -> None:
    publish(first(), tmp_path)
    assert not releasing.is_astray(folder(tmp_path))
    (folder(tmp_path) / "current").unlink()
    assert releasing.is_astray(folder(tmp_path))
    release = publish(first(), tmp_path)
    assert (release.name, release.is_new) == ("r001", True)
    assert (folder(tmp_path) / "current").readlink() == Path("r001")


def test_two_runs_at_once_publish_one_release(tmp_path: Path) -> None:
    first()
    with ThreadPoolExecutor(2) as pool:
        releases = list(pool.map(lambda _: publish(first(), tmp_path), range(2)))
    assert sorted(r.is_new for r in releases) == [False, True]
    assert {r.name for r in releases} == {"r001"}


@pytest.mark.slow
def test_cut_off_at_any_line_the_old_release_or_the_new_one_stands(tmp_path: Path, stride: int) -> None:
    untouched = tmp_path / "untouched"
    publish(first(), untouched)
    old = tree(untouched)
    publish(corrected(), untouched)
    new = tree(untouched)
    before = tmp_path / "before"
    publish(first(), before)
    for line in range(1, 1000, stride):
        home = shutil.copytree(before, tmp_path / str(line), symlinks=True)
        finished = _publish_and_die(home, line)
        standing = folder(home) / "current"
        assert standing.readlink().name in ("r001", "r002"), line
        assert digest_in(standing) is not None, line
        assert old.items() <= (tree(home) | {"current": old["current"]}).items(), line
        assert publish(corrected(), home).name == "r002", line
        assert tree(home) == new, line
        if finished:
            break
    assert line > 60


def _publish_and_die(home: Path, line: int) -> bool:
    """Publish in a child that is gone at the `line`-th line it executes; return whether it came to its end before.

    The third and later turns of a loop are like its second: they are not counted.
    """
    child = os.fork()
    if child == 0:
        left, turns = line, Counter[tuple[str, int]]()

        def die(frame: FrameType, event: str, _: object) -> Any:
            nonlocal left
            if not frame.f_code.co_filename.endswith(("publish/release.py", "store/files.py")):
                return None
            if event == "line":
                place = (frame.f_code.co_filename, frame.f_lineno)
                turns[place] += 1
                left -= turns[place] <= 2
                if left == 0:
                    os._exit(9)
            return die

        code = 1  # whatever is raised: two of us must not go on
        try:
            sys.settrace(die)
            publish(corrected(), home)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
