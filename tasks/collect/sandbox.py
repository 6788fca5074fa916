"""Where what strangers send is opened: worker processes that may use little, know nothing, and are replaced when dead.

A reader that runs away, eats memory or aborts takes its process with it and nothing else. Workers are reused, and read
several small files at a call.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from tasks.collect.bare_process import BareContext
from tasks.collect.grid import Grid
from tasks.collect.guard import Code, Refusal
from tasks.collect.mail import ParsedMail, parse_mail
from tasks.collect.reading import read_workbook

MEMORY = 1024**3  # bytes of address space of one worker
CPU, WALL = 20, 30  # seconds for one call
MOST_WORKERS = 4
MOST_FILES, MOST_BYTES = 8, 1024**2  # in one call; a larger file goes alone
DEATHS = 2  # that a file, read alone, has to have caused before nobody reads it again


class FailedError(Exception):
    """Reading raised; `str()` names what."""


Found = TypeVar("Found")
Work = Callable[[bytes], Found | Refusal]


@dataclass(frozen=True)
class _Call(Generic[Found]):
    """Files read by one call, and its result to come."""

    work: Work[Found]
    files: Sequence[bytes]
    future: ProcessFuture[list[Found | Refusal]]


@dataclass(frozen=True)
class Pending:
    """Workbooks on their way through the workers."""

    calls: Sequence[_Call[Grid]]

    def grids(self) -> Iterator[Grid | Refusal]:
        """Wait for the workbooks and give the cells of each, in order, or why it cannot be read."""
        for call in self.calls:
            yield from _results(call)


def begin(files: Sequence[bytes]) -> Pending:
    """Begin to read the workbooks `files`; nothing waits yet."""
    return Pending([_begun(read_workbook, batch) for batch in _batches(files)])


def read(data: bytes) -> Grid | Refusal:
    """Return the cells of the workbook `data`, or why it cannot be read."""
    return next(begin([data]).grids())


def parse(data: bytes) -> ParsedMail | Refusal:
    """Return the mail `data` taken apart, or why it cannot be."""
    [mail] = apart(parse_mail, [data])
    return mail


def apart(work: Work[Found], files: Sequence[bytes]) -> list[Found | Refusal]:
    """Return what `work`, a function that another process can import, gives for each of `files`."""
    calls = [_begun(work, batch) for batch in _batches(files)]
    return [found for call in calls for found in _results(call)]


def close() -> None:
    """End the workers; the next file starts new ones."""
    if _pool.cache_info().currsize:
        with _pool():
            _pool.cache_clear()


def _results(call: _Call[Found]) -> list[Found | Refusal]:
    """Return what the files of `call` hold; when it dies, each of them is tried alone."""
    try:
        return call.future.result()
    except BrokenProcessPool:
        deaths = 0  # none of its files was being read
    except Exception:  # noqa: BLE001  whatever one file did, the others must be read
        deaths = 1 if len(call.files) == 1 else 0
    return [_alone(call.work, data, DEATHS - deaths) for data in call.files]


def _alone(work: Work[Found], data: bytes, tries: int) -> Found | Refusal:
    for left in reversed(range(tries)):
        try:
            [found] = _begun(work, [data]).future.result()
        except BrokenProcessPool:
            raise  # workers that cannot even start are no fault of a file
        except Exception as fault:  # noqa: BLE001  as above
            if not left:
                return Refusal(Code.READER_CRASHED, _said(fault))
        else:
            return found
    raise ValueError("a file must be tried at least once")


def _said(fault: Exception) -> str:
    """Return for the operator how the reading of a file ended."""
    match fault:
        case ProcessExpired(exitcode=code) if code < 0:
            return f"the process that read it was ended by {signal.Signals(-code).name}"
        case TimeoutError():
            return f"not read in {WALL} s"
        case FailedError():
            return f"the process that read it failed: {fault}"
        case _:
            return f"the process that read it failed: {type(fault).__name__}"


def _batches(files: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Give `files` in order, as many at a time as one call carries."""
    batch: list[bytes] = []
    for data in files:
        if batch and (len(batch) == MOST_FILES or sum(map(len, batch)) + len(data) > MOST_BYTES):
            yield batch
            batch = []
        batch.append(data)
    if batch:
        yield batch


def _begun(work: Work[Found], files: Sequence[bytes]) -> _Call[Found]:
    try:
        return _Call(work, files, _pool().schedule(_within_limits, args=[work, files, CPU], timeout=WALL))
    except RuntimeError:  # a worker was killed while it had nothing to do, and pebble gave the pool up
        _pool.cache_clear()
        return _Call(work, files, _pool().schedule(_within_limits, args=[work, files, CPU], timeout=WALL))


@lru_cache(maxsize=1)
def _pool() -> ProcessPool:
    """Return the workers of this process: started when the first file comes, ended with the process."""
    workers = min(MOST_WORKERS, len(os.sched_getaffinity(0)))
    return ProcessPool(max_workers=workers, initializer=_give_up_everything, context=BareContext())


def _give_up_everything() -> None:
    gc.set_threshold(100_000, 20, 100)  # what a file leaves behind is in no cycle, and a worker may keep little anyway
    os.chdir("/")
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))
    # openpyxl would import it to know its number types: much address space, for types that no file holds.
    sys.modules["numpy"] = None  # type: ignore[assignment]


def _within_limits(work: Work[Found], files: Sequence[bytes], seconds: int) -> list[Found | Refusal]:
    """Do `work` on `files` within `seconds` of CPU time; the system counts them from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY))
    try:
        return [work(data) for data in files]
    except BaseException as fault:  # noqa: BLE001  a panic is of a class that the other side could not even name
        raise FailedError(type(fault).__name__) from None
