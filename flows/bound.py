"""`python -m flows.bound PARENT MODULE …`: a module run as by `python -m`, until the process PARENT ends.

However that ends: a command that is killed says no goodbye to the server it began, and a server left behind would stay
until the machine is restarted.
"""

from __future__ import annotations

import ctypes
import os
import runpy
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
    """Bind this process to the one named first, then run the module named next with what follows."""
    bind(int(sys.argv[1]))
    del sys.argv[:2]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
