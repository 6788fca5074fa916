"""Reading and form-writing on a Dask cluster: the same database and the same forms as on one machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from config.strict import UnusableError
from tasks.collect.door import collect_task
from tasks.store.database import reading
from tasks.store.tables import metadata
from tests.flows.conftest import SAMPLE, Due, environment_of
from tests.postgres import Cluster

PERIOD = "2022-H1"
UNITS = ("893", "30628", "30631", "30640", "30643", "30646")
FILES = [file for unit in UNITS for file in sorted((SAMPLE / unit).glob("*.xlsx"))]
CHUNK = 2  # workbooks
CLUSTER = """
import sys, dask
dask.config.set({"distributed.worker.daemon": False})
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
Rows = dict[str, list[tuple[str, ...]]]


def workplace(home: Path) -> Path:
    """Lay workbooks of the sample into the drop folders of `home`, each a minute after the one before."""
    for place, file in enumerate(FILES):
        target = home / "inbox" / file.parent.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        os.utime(target, (1655260200 + 60 * place,) * 2)
    return home


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a local Dask cluster of two workers, which share the workplace `spread`."""
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


def held(url: str, runs: list[str]) -> Rows:
    """Return every row of every table, without what tells two files with the same bytes apart.

    The ids of the runs, which no two runs share, are told by their order; an arrival's own name has the file's place on
    the disk in it, and the key of a letter that refuses it is made of that.
    """

    def plain(cell: object) -> str:
        text = re.sub(r"@(\d+)\.\d+\.\d+|(?<=:refused:)[0-9a-f]{16}", r"@\1", repr(cell))
        for place, run in enumerate(runs):
            text = text.replace(run, f"run-{place}")
        return text

    with reading(url) as connection:
        return {
            table.name: [
                tuple(map(plain, row)) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def runs_in(url: str) -> list[str]:
    """Return the ids of the runs that wrote to the store, in order."""
    audit = metadata.tables["audit"].c
    with reading(url) as connection:
        return list(dict.fromkeys(connection.execute(select(audit.who).order_by(audit.id)).scalars()))


def work_through(due: Due, folder: Path) -> list[Path]:
    """Do the work of a period up to its evaluation, by the flows, and return the forms of three units."""
    from flows.evaluate import evaluate  # noqa: PLC0415  imports Prefect, once its environment is set
    from flows.issue_forms import issue_forms  # noqa: PLC0415

    taken = due("collect_due", today="2022-06-16T08:00")
    assert sum(taken.values()) == len(FILES) > 3 * CHUNK
    assert taken["submitted"] > 2 * CHUNK
    evaluate(period=PERIOD, today="2022-06-21T08:00")
    return [Path(path) for path in issue_forms(period=PERIOD, folder=str(folder), units=",".join(UNITS[:3]))]


def test_a_cluster_of_two_workers_keeps_what_one_machine_keeps(
    home: Path, dask: tuple[str, Path], cluster: Cluster, tmp_path: Path, due: Due, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, spread = dask
    kept, forms = list[Rows](), list[list[Path]]()
    for place, where in ((workplace(tmp_path / "alone"), ""), (spread, address)):
        url = cluster()
        for name, value in (("HOME", str(place)), ("DASK_ADDRESS", where), ("DATABASE_URL", url)):
            monkeypatch.setenv(f"CCHC_{name}", value)
        monkeypatch.setenv("CCHC_CHUNK", str(CHUNK))
        forms.append(work_through(due, tmp_path / f"forms-{place.name}"))
        kept.append(held(url, runs_in(url)))
    alone, spread_out = kept
    for name in alone:
        assert spread_out[name] == alone[name], name
    empty = {name for name, rows in alone.items() if not rows}
    assert empty <= {"approval", "release", "reopening", "scoring"}, empty  # else nothing was compared
    assert [path.name for path in forms[0]] == [path.name for path in forms[1]]
    assert [path.read_bytes() for path in forms[0]] == [path.read_bytes() for path in forms[1]]


def test_a_cluster_that_is_not_there_is_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DASK_ADDRESS", "tcp://127.0.0.1:9")
    monkeypatch.setattr("tasks.store.door.CONNECTING", "1s")
    with pytest.raises(UnusableError, match="cụm Dask không trả lời"):
        collect_task.fn("2022-H1", "2022-06-16T08:00", "run-1")
