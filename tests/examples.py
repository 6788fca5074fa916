"""How many examples a property is tried on: few every day, many more where `CCHC_LONG` asks for it."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = "CCHC_LONG" in os.environ
TIMES = 8  # as many examples in the long run
USUAL = 40


def tried_on(count: int, suppressed: tuple[HealthCheck, ...] = ()) -> settings:
    """Return settings to try a property on `count` examples, in the long run on `TIMES` as many; without a deadline.

    A machine that is busy with something else makes no example wrong.
    """
    return settings(max_examples=count * TIMES if LONG else count, deadline=None, suppress_health_check=suppressed)
