"""Where a command prints: whoever reads along may stop reading (`| head`) without stopping the work."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STREAMS = ("stdout", "stderr")


class Outlet(io.FileIO):
    """A stream of this process; when its reader has gone, what is still said goes nowhere."""

    def write(self, said: ReadableBuffer, /) -> int:
        """Return how many bytes were taken."""
        try:
            return super().write(said)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(said).nbytes


def outlive_readers() -> None:
    """Make a closed pipe no error for this process: the work is done, the exit code is the one of the work."""
    for name in STREAMS:
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, _outliving(stream))


def _outliving(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(Outlet(stream.fileno(), "wb", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
    )
