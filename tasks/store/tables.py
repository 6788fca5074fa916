"""The tables of the store. Rows are added, never changed: what was known on any day can be read again.

The exceptions are a letter's `sent_at`, set once, and `cchc clock`, which dates again what a clock that ran ahead had
dated (`setting_back.py`). Whoever changes a table here adds a revision under `migrations/`
(`python -m tasks.store.migrations "What it does"` writes it); see `docs/decisions/0030-…`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back aware; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as its digits: no database's floating point comes near it."""

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None or value.is_nan() else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


Id = BigInteger().with_variant(Integer, "sqlite")

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("message", Text, nullable=False),  # the channel's own name of the arrival
    Column("unit", Text, nullable=False),  # as the channel says: a folder may have any name
    Column("period", String(10), nullable=False),  # the one being collected
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Id, nullable=False),
    Column("kept", Boolean, nullable=False),  # whether its bytes lie in the raw store
    Column("received_at", Moment, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("code", String(40)),
    Column("detail", Text),  # for the operator
    Column("found", Text, nullable=False),  # for the unit: what was sent instead
    Column("place", Text, nullable=False),  # for the unit: where in the workbook
    Column("submission_id", Id, ForeignKey("submission.id")),
    Column("run_id", String(40), nullable=False),
    UniqueConstraint("channel", "message", "sha256", "period"),
)

submission = Table(
    "submission",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("period", String(10), nullable=False),
    Column("form_version", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("scope", String(20), nullable=False),
    Column("window_from", Date),
    Column("window_to", Date),
    Column("received_at", Moment, nullable=False),
    Column("days_late", Integer, nullable=False),
    Column("premature", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("kept_at", Moment, nullable=False),
    UniqueConstraint("unit", "period", "version"),
    Index("submission_period", "period"),
)

value = Table(
    "value",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id"), primary_key=True),
    Column("element", String(10), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("number", Exact),
    Column("fault", String(30)),
    Column("sheet", Text),
    Column("cell", String(12)),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)

plan_task = Table(
    "plan_task",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id"), primary_key=True),
    Column("row", Integer, primary_key=True),  # of the sheet, as the unit sees it
    Column("sheet", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("responsible", Text, nullable=False),  # the office in charge
    Column("post", Text, nullable=False),  # of the person in charge
    Column("due", Date),  # None where the text names no day
    Column("due_text", Text, nullable=False),
    Column("state", String(20)),  # None where the text names none
    Column("state_text", Text, nullable=False),
    Column("done", Date),
    Column("done_text", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)

judgement = Table(
    "judgement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submission.id"), nullable=False, index=True),
    Column("state", String(30), nullable=False),
    Column("digest", String(64), nullable=False),  # of the findings: the same verdict is not written twice
    Column("judged_at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("judgement_id", Id, ForeignKey("judgement.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("rule", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("element", String(10)),
    Column("sheet", Text),
    Column("cell", String(12)),
    Column("found", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("message", Text, nullable=False),
    sqlite_with_rowid=False,
)

calculation = Table(
    "calculation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), nullable=False, index=True),
    Column("digest", String(64), nullable=False),  # of the submissions and declarations it was made from
    Column("base_id", Id, ForeignKey("calculation.id")),  # the last full year before, where roads to targets start
    Column("calculated_at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
)

calculation_input = Table(
    "calculation_input",
    metadata,
    Column("calculation_id", Id, ForeignKey("calculation.id"), primary_key=True),
    Column("submission_id", Id, ForeignKey("submission.id"), primary_key=True),
    sqlite_with_rowid=False,
)

indicator_value = Table(
    "indicator_value",
    metadata,
    Column("calculation_id", Id, ForeignKey("calculation.id"), primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("indicator", String(10), primary_key=True),
    Column("numerator", Exact),
    Column("denominator", Exact),
    Column("value", Exact),
    Column("reported_units", Integer, nullable=False),
    Column("expected_units", Integer, nullable=False),
    Column("state", String(30), nullable=False),
    sqlite_with_rowid=False,
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("calculation_id", Id, ForeignKey("calculation.id"), primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("indicator", String(10), primary_key=True),
    Column("target", Exact),
    Column("target_year", Integer),
    Column("target_status", String(20)),
    Column("status", String(40), nullable=False),
    Column("definition_from", Date),
    Column("base", Exact),
    Column("base_date", Date),
    Column("p", Exact),
    Column("q", Exact),
    Column("r", Exact),
    Column("cagr_ratio", Exact),
    Column("needed_pace", Exact),
    Column("methods_disagree", Boolean),
    sqlite_with_rowid=False,
)

stretch = Table(
    "stretch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), nullable=False, index=True),  # whose window ends the stretch: H1 the second quarter
    Column("digest", String(64), nullable=False),  # of the submissions and declarations it was made from
    Column("calculated_at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
)

increment = Table(
    "increment",
    metadata,
    Column("stretch_id", Id, ForeignKey("stretch.id"), primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("element", String(10), primary_key=True),
    Column("value", Exact),
    Column("status", String(20), nullable=False),
    Column("reported_units", Integer, nullable=False),
    Column("expected_units", Integer, nullable=False),
    sqlite_with_rowid=False,
)

approval = Table(
    "approval",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), nullable=False, index=True),
    Column("release", String(20), nullable=False),  # the provisional one that was looked at
    Column("figures", String(64), nullable=False),  # the digest of its figures
    Column("post", String(40), nullable=False),
    Column("title", Text, nullable=False),  # of the post, as declared on that day
    Column("approved_at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
)

reopening = Table(
    "reopening",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("period", String(10), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
)

scoring = Table(
    "scoring",
    metadata,
    Column("calculation_id", Id, ForeignKey("calculation.id"), primary_key=True),
    Column("frames", Text, nullable=False),  # JSON: made and read as a whole, from what the calculation was made from
)

release = Table(
    "release",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), nullable=False),
    Column("name", String(20), nullable=False),
    Column("calculation_id", Id, ForeignKey("calculation.id"), nullable=False),
    Column("approval_id", Id, ForeignKey("approval.id")),  # of a final release
    Column("manifest_sha256", String(64), nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
    UniqueConstraint("period", "name"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("unit", Text, nullable=False),
    Column("channel", String(10), nullable=False),  # mail, or a short notice by another way
    Column("recipient", Text, nullable=False),  # of a notice: the channel as declared, without its secrets
    Column("copies", Text, nullable=False),  # further addresses, parted by commas
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text),
    Column("attachment", Text),  # path under CCHC_HOME
    Column("written_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("run_id", String(40), nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("period", String(10), nullable=False, index=True),
    Column("event", String(10), nullable=False),  # opened or closed, by the letter with this key
    Column("letter_key", String(200), nullable=False),
    Column("received_at", Moment, nullable=False),  # when that came of which the letter tells
    Column("at", Moment, nullable=False),
    Column("run_id", String(40), nullable=False),
    UniqueConstraint("letter_key", "event"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("audit_action", "action", "at"),
    Index("audit_at", "at"),
)
