"""Write the next revision: what the tables of `tasks/store/tables.py` have and the newest revision has not.

python -m tasks.store.migrations "Keep who reopened a period"
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from tasks.store.schema import HEAD, alembic_config, upgrade


def write_revision(message: str) -> Path:
    """Write the revision that `message` names after the newest one and return its file, to be read and mended."""
    number = f"{int(HEAD) + 1:04d}"
    plain = unicodedata.normalize("NFD", message.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        config = alembic_config(connection)
        config.set_main_option("file_template", f"v{number}_{slug}")
        script = command.revision(config, message.rstrip("."), autogenerate=True, rev_id=number)
    engine.dispose()
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no revision")
    return Path(script.path)


if __name__ == "__main__":
    sys.stdout.write(f"{write_revision(' '.join(sys.argv[1:]))}\n")
