"""Work in a child that is gone afterwards: to its end, or cut off by SIGKILL at one of the lines that it executes."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any

Place = tuple[str, int, int]  # file, line, and how often it had been executed
TURNS = 2  # the third and later turns of a loop are like its second: nobody dies there

Work = Callable[[], Any]


class ChildError(Exception):
    """The work raised in the child; the text is its traceback."""


class Watch:
    """Notes every line of `files` that is executed, each for its first turns, and dies at the `end_at`-th."""

    def __init__(self, files: Collection[str], end_at: int | None = None) -> None:
        self.files, self.end_at = files, end_at
        self.turns = Counter[tuple[str, int]]()
        self.places: list[Place] = []

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        """Follow frames of our own code only."""
        name = frame.f_code.co_filename
        if not any(part in name for part in self.files):
            return None
        if event == "line":
            line = name, frame.f_lineno
            self.turns[line] += 1
            if self.turns[line] <= TURNS:
                self.places.append((*line, self.turns[line]))
                if len(self.places) == self.end_at:
                    os.kill(os.getpid(), signal.SIGKILL)
        return self


def done(work: Work) -> Any:
    """Return what `work` returns, done in a child; `ChildError` when it raises there."""
    return _child(work)


def places_of(work: Work, files: Collection[str]) -> list[Place]:
    """Return the lines of `files` at which `work` can be cut off, in order of execution."""

    def watched() -> list[Place]:
        watch = Watch(files)
        sys.settrace(watch)
        work()
        sys.settrace(None)
        return watch.places

    places: list[Place] = _child(watched)
    return places


def killed_at(work: Work, files: Collection[str], number: int) -> bool:
    """Do `work` in a child that dies at the `number`-th line; return whether it died before its end."""

    def mortal() -> None:
        sys.settrace(Watch(files, number))
        work()
        sys.settrace(None)

    return _child(mortal, may_die=True) is _DEAD


def at_once(works: list[Work]) -> list[Any]:
    """Return what each of `works` returns, each done in a child of its own, all at the same time."""
    return [_answer(pid, pipe) for pid, pipe in [_start(work) for work in works]]


_DEAD = object()


def _child(work: Work, may_die: bool = False) -> Any:
    return _answer(*_start(work), may_die=may_die)


def _start(work: Work) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    try:
        answer: tuple[bool, Any] = (True, work())
    except BaseException:  # noqa: BLE001  the parent tells it
        answer = (False, traceback.format_exc())
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(answer, pipe)
    os._exit(0)


def _answer(pid: int, reading: int, may_die: bool = False) -> Any:
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == -signal.SIGKILL and may_die:
        return _DEAD
    if code or not said:
        raise ChildError(f"ended with {code}")
    well, answer = pickle.loads(said)
    if not well:
        raise ChildError(answer)
    return answer
