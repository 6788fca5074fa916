"""`python -m flows.first_start`, run once by `make` when it has installed: what Prefect's first start leaves is kept.

On an empty home Prefect's server begins with a hundred migrations. Their outcome is the same on every machine, so it is
kept beside the libraries and given to each home that has none.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.own_server import KEPT, NAME, begin
from flows.server import QUIET, answers


def keep(kept: Path = KEPT) -> None:
    """Start the server over an empty home and keep its database in `kept`; `RuntimeError` when it does not start."""
    kept.unlink(missing_ok=True)  # of another version of Prefect, or of no use: the server is about to make its own
    with TemporaryDirectory() as empty:
        made_here = {
            "PREFECT_HOME": empty,
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{empty}/{NAME}",
        }
        server = begin(Path(empty), {**QUIET, **made_here}, kept)  # there is none yet: it makes its own
        try:
            if not server.answers(answers):
                raise RuntimeError((Path(empty) / "server.log").read_text(encoding="utf-8"))
        finally:
            server.end()
        kept.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(Path(empty) / NAME)) as made:
            made.execute("VACUUM INTO ?", [str(kept)])


if __name__ == "__main__":
    keep()
