"""The number of the schema is that of the newest revision; the first release's own number goes.

Software of the first release then refuses the store instead of misreading it.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop the table that numbered the schema of the first release."""
    op.drop_table("schema")
