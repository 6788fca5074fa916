"""`python -m tests.hostile [mutants] [seed]`: the corpus and as many mutants as one has time for, faults printed."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.hostile.corpus import corpus
from tests.hostile.friendly import friendly
from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.judge import faults
from tests.hostile.mutants import mutants

STEP = 1000  # files from one line of progress to the next


def main(count: int = 5000, seed: int = 1) -> int:
    """Return 1 if the guard made a fault, which is printed."""
    found = _told("hostile", corpus())
    found += _told("friendly", friendly())
    found += _told(f"mutants of seed {seed}", mutants(count, seed), any_code=True)
    return int(found > 0)


def _told(what: str, files: Iterable[Hostile], any_code: bool = False) -> int:
    """Print what came of `files`, and return how many faults there were."""
    found, outcomes, begun = 0, Counter[str](), time.monotonic()
    for fault in faults(_noticed(what, files), any_code, outcomes):
        found += 1
        sys.stdout.write(f"{fault}\n")
    refused = ", ".join(f"{code} {times}" for code, times in outcomes.most_common() if code != ACCEPTED)
    sys.stdout.write(
        f"{what}: {outcomes.total()} files, {found} faults, {time.monotonic() - begun:.0f} s; "
        f"let in {outcomes[ACCEPTED]}, none read otherwise; refused: {refused or 'none'}\n"
    )
    sys.stdout.flush()
    return found


def _noticed(what: str, files: Iterable[Hostile]) -> Iterator[Hostile]:
    for number, file in enumerate(files, 1):
        if number % STEP == 0:
            sys.stderr.write(f"{what}: {number} …\n")
        yield file


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
