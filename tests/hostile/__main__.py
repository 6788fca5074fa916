"""`python -m tests.hostile [mutants] [seed]`: the corpus and as many mutants as one has time for, faults printed."""

from __future__ import annotations

import sys
from itertools import chain

from tests.hostile.corpus import corpus
from tests.hostile.friendly import friendly
from tests.hostile.judge import faults
from tests.hostile.mutants import mutants


def main(count: int = 5000, seed: int = 1) -> int:
    """Return 1 if the guard made a fault, which is printed."""
    found = 0
    for fault in chain(faults(corpus()), faults(friendly()), faults(mutants(count, seed), any_code=True)):
        found += 1
        sys.stdout.write(f"{fault}\n")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
