"""The hostile corpus: every file, in an order that does not change."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.archives import archives
from tests.hostile.books import books
from tests.hostile.formats import formats
from tests.hostile.hostile import Hostile
from tests.hostile.markup import markup
from tests.hostile.sheets import sheets


def corpus() -> Iterator[Hostile]:
    """Yield all hostile files, some three hundred; each is made when it is asked for."""
    yield from formats()
    yield from archives()
    yield from markup()
    yield from books()
    yield from sheets()
