"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.strict import UnusableError
from tasks.store.files import write_whole


def test_a_file_is_written_with_the_folders_that_it_needs(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "tệp.csv", b"1")
    assert (tmp_path / "a" / "b" / "tệp.csv").read_bytes() == b"1"
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["tệp.csv"]


@pytest.mark.parametrize("place", ["tệp/x.csv", "tệp/sâu/hơn/x.csv"])
def test_a_path_that_runs_through_a_file_is_refused_in_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "tệp").write_bytes(b"")
    with pytest.raises(UnusableError, match="trên đường dẫn ấy có một tệp"):
        write_whole(tmp_path / place, b"1")


def test_a_folder_that_the_system_does_not_let_be_made_is_refused_in_one_sentence() -> None:
    with pytest.raises(UnusableError, match="không tạo được thư mục /proc/x"):
        write_whole(Path("/proc/x/y.csv"), b"1")
