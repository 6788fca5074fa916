"""Cut runs off at every line, on SQLite and PostgreSQL; `--points 40` takes a sample. Ends with 1 when one is lost.

python -m tests.faults [--points N] [--stage collect] [--database sqlite] [--look locked]
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import Settings
from tests.faults import clock, mails, post, stores, world
from tests.faults.killing import MORTAL, SIZES, Ground, Tally, all_at_once, disk_full, kill_everywhere
from tests.faults.planted import FAULTS
from tests.postgres import cluster

SQLITE, POSTGRES = "sqlite", "postgresql"
RUNS = (2, 4, 8)

Look = Callable[[Ground], Tally]


def main() -> int:
    """Try every stage on every database and say what came of it; return how the process should end."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--points", type=int, default=None)
    asked.add_argument("--stage", choices=list(MORTAL), action="append")
    asked.add_argument("--database", choices=[SQLITE, POSTGRES], action="append")
    asked.add_argument("--look", action="append", help="words of what is tried: only that")
    asked.add_argument("--plant", help="words of a fault of planted.py: the look must then find something wrong")
    options = asked.parse_args()
    for name in [name for name in os.environ if name.startswith("CCHC_")]:
        del os.environ[name]
    Settings.model_config["env_file"] = None
    world.in_one_thread()
    for fault in FAULTS:
        if options.plant and options.plant in fault.what:
            fault.plant()
    wrong = 0
    for kind in options.database or [SQLITE, POSTGRES]:
        with ground(kind) as place:
            for name, look in _looks(options.stage, options.points):
                if not options.look or any(word in name for word in options.look):
                    wrong += _told(f"{kind}, {name}", time.monotonic(), look(place))
    return 1 if wrong else 0


def _looks(stages: Sequence[str] | None, most: int | None) -> Iterator[tuple[str, Look]]:
    """Give everything that is tried, by what it is called: of `stages` alone, or of all and what is of none."""
    sizes = SIZES if most is None else SIZES[1::3]
    for stage in stages or MORTAL:
        yield f"{stage} cut off", partial(kill_everywhere, stage=stage, most=most)
        yield f"{stage} on a full disk", partial(disk_full, stage=stage, sizes=sizes)
        yield f"{stage} with the database locked", partial(stores.locked, stage=stage, most=most)
        yield f"{stage} with the database gone", partial(stores.vanished, stage=stage, most=most)
    if not stages:
        yield "mails cut off", partial(mails.cut_off, most=most)
        yield "the clock set between runs", partial(clock.set_between_runs, most=most)
        yield "midnight in other zones", clock.in_other_zones
        yield "collect cut off at midnight", partial(clock.over_midnight, most=most)
        yield "letters over SMTP cut off", partial(post.cut_off, most=most)
        yield "letters over SMTP to bad servers", partial(post.over_bad_servers, most=most)
        for runs in RUNS:
            yield f"{runs} runs at once", partial(all_at_once, runs=runs)


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """Give the place in which all looks at one `kind` of database make their workplaces."""
    with TemporaryDirectory(prefix="cchc-faults-") as folder:
        if kind == SQLITE:
            yield Ground(Path(folder))
            return
        with TemporaryDirectory(prefix="cchc-postgres-") as server, cluster(Path(server)) as make:
            yield Ground(Path(folder), make)


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
