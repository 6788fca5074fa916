"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${'"%s"' % up_revision}
down_revision = ${'"%s"' % down_revision}

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}
