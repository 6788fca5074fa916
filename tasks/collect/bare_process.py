"""Processes that begin with nothing of ours: an empty environment, no open file, none of the program's modules.

A context for `multiprocessing` whose processes are started by `exec`, never forked: Prefect runs us among threads. The
usual «spawn» would hand them our environment, with the address of the database and the passwords in it, and have them
import the program's main module again, which may be the whole of Prefect.
"""

from __future__ import annotations

import io
import os
import sys
from multiprocessing import context, popen_spawn_posix, resource_tracker, util
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path


class _Popen(popen_spawn_posix.Popen):
    _fds: list[int]

    def _launch(self, process_obj: BaseProcess) -> None:
        tracker = resource_tracker.getfd()
        if tracker is None:
            raise OSError("no process that keeps track of semaphores")
        self._fds.append(tracker)
        told = _told(self, process_obj)
        ours, sentinel = os.pipe()
        theirs, to_child = os.pipe()
        self._fds += [theirs, sentinel]
        try:
            self.pid = os.posix_spawn(sys.executable, _command(tracker, theirs), {}, file_actions=_files(self._fds))
            self.sentinel = ours
            with os.fdopen(to_child, "wb", closefd=False) as pipe:
                pipe.write(told)
        finally:
            self.finalizer = util.Finalize(self, _close, [ours, to_child])
            os.close(theirs)
            os.close(sentinel)


class _Process(context.SpawnProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> _Popen:  # noqa: N802  the name that multiprocessing asks for
        return _Popen(process_obj)


class BareContext(context.SpawnContext):
    """The context to be given to a pool of processes."""

    Process = _Process


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _told(popen: _Popen, process_obj: BaseProcess) -> bytes:
    """Return what the process reads first: where modules lie, then the process object itself."""
    buffer = io.BytesIO()
    context.set_spawning_popen(popen)
    try:
        ForkingPickler(buffer).dump(
            {"name": process_obj.name, "sys_path": [path or str(Path.cwd()) for path in sys.path]}
        )
        ForkingPickler(buffer).dump(process_obj)
    finally:
        context.set_spawning_popen(None)
    return buffer.getvalue()


def _command(tracker: int, pipe: int) -> list[str]:
    program = f"from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd={tracker}, pipe_handle={pipe})"
    return [sys.executable, "-I", "-c", program, "--multiprocessing-fork"]


def _files(passed: list[int]) -> list[tuple[int, ...] | tuple[int, int, str, int, int]]:
    # What a reader prints of a file must not reach our terminal or log, so it has no output.
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    return [*nothing, *((os.POSIX_SPAWN_DUP2, number, number) for number in passed)]
