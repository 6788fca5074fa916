"""What a file could do to the process that reads it: work for the sandbox, named by the first word of the file."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile

from tasks.collect.grid import Grid, read_grid


def misbehave(data: bytes) -> str:
    """Do what `data` says, or give it back."""
    word = data.decode()
    return DEEDS[word]() if word in DEEDS else word


def unguarded(data: bytes) -> Grid:
    """Read the workbook `data` as if there were no guard."""
    return read_grid(data, needs_care=False)


def process(_: bytes) -> int:
    """Return the number of the process."""
    return os.getpid()


def modules(_: bytes) -> list[str]:
    """Return the names of the modules that the process has imported."""
    return [name for name, module in sys.modules.items() if module is not None]


def limits(_: bytes) -> dict[str, tuple[int, int]]:
    """Return the limits of the process by their names, soft and hard, CPU seconds from now on."""
    names = ("AS", "FSIZE", "CORE", "NPROC", "NOFILE")
    found = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
    used = resource.getrusage(resource.RUSAGE_SELF)
    most, never = resource.getrlimit(resource.RLIMIT_CPU)
    return {**found, "CPU": (most - int(used.ru_utime + used.ru_stime), never)}


def _environment() -> str:
    at_the_start = Path("/proc/self/environ").read_bytes()
    return f"{sorted(os.environ)} {at_the_start!r}"


def _memory() -> str:
    return str(len(bytearray(2 * 1024**3)))


def _for_ever() -> str:
    while True:
        pass


def _files() -> str:
    opened = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.exists()}
    return " ".join(sorted(name for name in opened if name.startswith("/")))


def _write() -> str:
    with TemporaryFile() as file:
        file.write(b"x")
        file.flush()
    return "written"


def _abort() -> str:
    os.abort()


def _leave() -> str:
    raise SystemExit(3)


DEEDS: Mapping[str, Callable[[], str]] = {
    "environment": _environment,
    "memory": _memory,
    "for ever": _for_ever,
    "files": _files,
    "write": _write,
    "abort": _abort,
    "leave": _leave,
}
