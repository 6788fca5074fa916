"""Stretches of a year that nobody reports, and their figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of stretches; those of before are made when their period is calculated again."""
    op.create_table(
        "stretch",
        sa.Column("id", ID, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stretch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stretch_period"), ["period"], unique=False)

    op.create_table(
        "increment",
        sa.Column("stretch_id", ID, nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("element", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(60), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reported_units", sa.Integer(), nullable=False),
        sa.Column("expected_units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stretch_id"],
            ["stretch.id"],
        ),
        sa.PrimaryKeyConstraint("stretch_id", "level", "unit", "element"),
        sqlite_with_rowid=False,
    )
