"""Reading and form-writing on a Dask cluster: the same store and the same forms as on one machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from config.strict import UnusableError
from tasks.collect.door import collect_task
from tasks.forms.door import issue_task
from tasks.store import tables
from tests.flows.conftest import environment_of

SAMPLE = Path("sample/inbox")
UNITS = ("30628", "30631", "30643")
CLUSTER = """
import sys, dask
dask.config.set({"distributed.worker.daemon": False})
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def workplace(home: Path) -> Path:
    """Lay the workbooks of a few units into the drop folders of `home`, one of them faulty."""
    for unit in UNITS:
        target = home / "inbox" / unit / f"{unit}.xlsx"
        target.parent.mkdir(parents=True)
        shutil.copyfile(min((SAMPLE / unit).glob("*.xlsx")), target)
        os.utime(target, (1655260200, 1655260200))
    return home


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a local cluster of two workers, which share the workplace `spread`."""
    home = workplace(tmp_path / "spread")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    environment = {**environment_of(home, {}), "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), home
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=300)


def kept(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what the store of `home` holds of submissions and their values."""
    s, v = tables.submission.c, tables.value.c
    queries = {
        "submissions": select(s.id, s.unit, s.period, s.version, s.sha256, s.received_at).order_by(s.id),
        "values": select(tables.value).order_by(v.submission_id, v.element),
    }
    engine = create_engine(f"sqlite:///{home / 'cchc.db'}")
    with engine.connect() as connection:
        rows = {name: [tuple(row) for row in connection.execute(query)] for name, query in queries.items()}
    engine.dispose()
    return rows


def test_a_cluster_of_two_workers_keeps_what_one_machine_keeps(
    home: Path, cluster: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, spread = cluster
    alone = workplace(tmp_path / "alone")
    for place, where in ((alone, ""), (spread, address)):
        monkeypatch.setenv("CCHC_HOME", str(place))
        monkeypatch.setenv("CCHC_DASK_ADDRESS", where)
        monkeypatch.setenv("CCHC_CHUNK", "2")
        assert collect_task.fn("2022-H1", "2022-06-16T08:00", "run-1") == {"submitted": len(UNITS)}
    assert kept(spread) == kept(alone)
    assert len(kept(alone)["submissions"]) == len(UNITS)
    assert kept(alone)["values"]
    monkeypatch.setenv("CCHC_DASK_ADDRESS", "")
    here = issue_task.fn("2022-H1", str(tmp_path / "here"), ["893", "30628"])
    monkeypatch.setenv("CCHC_DASK_ADDRESS", address)
    there = issue_task.fn("2022-H1", str(tmp_path / "there"), ["893", "30628"])
    assert [Path(p).name for p in there] == [Path(p).name for p in here]
    assert [Path(p).read_bytes() for p in there] == [Path(p).read_bytes() for p in here]


def test_a_cluster_that_is_not_there_is_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DASK_ADDRESS", "tcp://127.0.0.1:9")
    monkeypatch.setattr("tasks.store.door.CONNECTING", "1s")
    with pytest.raises(UnusableError, match="cụm Dask không trả lời"):
        collect_task.fn("2022-H1", "2022-06-16T08:00", "run-1")
