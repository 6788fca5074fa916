"""Planting a fault: one function of ours runs with a part of its text replaced, wherever it is called from."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from pkgutil import resolve_name
from types import FunctionType


class NothingPlantedError(Exception):
    """The text to be replaced is not, or not once, in the function: the fault is out of date."""


@dataclass(frozen=True)
class Fault:
    """A slip that somebody could make: in the function at `place` the text `old` becomes `new`; a test notices."""

    what: str
    place: str  # module:function or module:class.method
    old: str
    new: str
    noticed_by: str  # the test's name as pytest knows it, under tests/

    def source(self) -> str:
        """Return the text of the function as it is."""
        return textwrap.dedent(inspect.getsource(_plain(resolve_name(self.place))))

    def plant(self) -> None:
        """Let the function run as if it had been written so; `NothingPlantedError` when `old` is not in it once."""
        function, source = _plain(resolve_name(self.place)), self.source()
        if source.count(self.old) != 1:
            raise NothingPlantedError(f"{self.place}: {source.count(self.old)} times {self.old!r}")
        source = source.replace(self.old, self.new)
        source = source[source.index("def ") :]  # decorators stay: only what the function does is replaced
        code = compile(f"from __future__ import annotations\n{source}", self.place, "exec")
        made: dict[str, object] = {}
        exec(code, function.__globals__, made)
        planted = made[function.__name__]
        assert isinstance(planted, FunctionType)
        function.__code__ = planted.__code__


def _plain(found: object) -> FunctionType:
    plain = inspect.unwrap(found.fget if isinstance(found, property) else found)  # type: ignore[arg-type]
    assert isinstance(plain, FunctionType)
    return plain
