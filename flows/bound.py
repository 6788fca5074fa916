"""`python -m flows.bound PARENT MODULE …`: a module run as by `python -m`, until the process PARENT ends.

However that ends: a command that is killed says no goodbye to the server it began, and a server left behind would stay
until the machine is restarted.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

TELL_OF_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def bind(parent: int) -> None:
    """Have this process killed when `parent`, which began it, ends; end at once when it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(TELL_OF_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    """Bind this process to the one named first, then become the module named next, run with what follows."""
    parent, *module = sys.argv[1:]
    bind(int(parent))
    os.execv(sys.executable, [sys.executable, "-m", *module])  # noqa: S606  what is told outlives it


if __name__ == "__main__":
    main()
