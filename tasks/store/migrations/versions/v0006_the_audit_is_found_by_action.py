"""Indexes of the audit: it grows with every look into a folder, and every run asks it what was done last."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("audit_action", ["action", "at"], unique=False)
        batch_op.create_index("audit_at", ["at"], unique=False)
