"""Cut runs off at every line, on SQLite and PostgreSQL; `--points 40` takes a sample. Ends with 1 when one is lost.

python -m tests.faults [--points N] [--stage collect] [--database sqlite]
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import Settings
from tests.faults import mails, world
from tests.faults.killing import MORTAL, SIZES, Ground, Tally, all_at_once, disk_full, kill_everywhere
from tests.faults.planted import FAULTS
from tests.postgres import cluster

SQLITE, POSTGRES = "sqlite", "postgresql"
RUNS = (2, 4, 8)


def main() -> int:
    """Try every stage on every database and say what came of it; return how the process should end."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--points", type=int, default=None)
    asked.add_argument("--stage", choices=list(MORTAL), action="append")
    asked.add_argument("--database", choices=[SQLITE, POSTGRES], action="append")
    asked.add_argument("--plant", help="words of a fault of planted.py: the look must then find something wrong")
    options = asked.parse_args()
    for name in [name for name in os.environ if name.startswith("CCHC_")]:
        del os.environ[name]
    Settings.model_config["env_file"] = None
    world.in_one_thread()
    for fault in FAULTS:
        if options.plant and options.plant in fault.what:
            fault.plant()
    sizes = SIZES if options.points is None else SIZES[1::3]
    looks = [
        look
        for kind in options.database or [SQLITE, POSTGRES]
        for look in (
            *(partial(_cut_off, kind, stage, options.points) for stage in options.stage or MORTAL),
            *(partial(_disk_full, kind, stage, sizes) for stage in options.stage or MORTAL),
            *(partial(_mails_cut_off, kind, options.points) for _ in (() if options.stage else (0,))),
            *(partial(_at_once, kind, runs) for runs in (() if options.stage else RUNS)),
        )
    ]
    return 1 if sum([look() for look in looks]) else 0


def _cut_off(kind: str, stage: str, most: int | None) -> int:
    with ground(kind) as place:
        return _told(f"{kind}, {stage} cut off", time.monotonic(), kill_everywhere(place, stage, most))


def _mails_cut_off(kind: str, most: int | None) -> int:
    with ground(kind) as place:
        return _told(f"{kind}, mails cut off", time.monotonic(), mails.cut_off(place, most))


def _disk_full(kind: str, stage: str, sizes: Sequence[int]) -> int:
    with ground(kind) as place:
        return _told(f"{kind}, {stage} on a full disk", time.monotonic(), disk_full(place, stage, sizes))


def _at_once(kind: str, runs: int) -> int:
    with ground(kind) as place:
        return _told(f"{kind}, {runs} runs at once", time.monotonic(), all_at_once(place, runs))


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """Give a place to make workplaces of one `kind` of database in."""
    with TemporaryDirectory(prefix="cchc-faults-") as folder:
        if kind == SQLITE:
            yield Ground(Path(folder))
            return
        Path(folder).chmod(0o755)  # for root the server is another user
        (Path(folder) / "server").mkdir()
        with cluster(Path(folder) / "server") as server:
            yield Ground(Path(folder), server)


def _told(what: str, begun: float, tally: Tally) -> int:
    if threading.active_count() > 1:
        raise RuntimeError("forking is only sound from a single thread")
    for line in tally.wrong[:20]:
        sys.stdout.write(f"  {line}\n")
    took = time.monotonic() - begun
    sys.stdout.write(f"{what}: {tally.points} of {tally.of} points, {len(tally.wrong)} wrong, {took:.0f} s\n")
    sys.stdout.flush()
    return len(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
