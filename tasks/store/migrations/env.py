"""What Alembic runs the revisions in: the connection that `tasks.store.schema` hands over, and no file of settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import BigInteger

from tasks.store.tables import Exact, Moment, metadata

PLAIN = {Moment: "sa.DateTime(timezone=True)", Exact: "sa.String(60)", BigInteger: "ID"}


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Return how a revision writes a type of ours: a revision must not change when our types do."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
