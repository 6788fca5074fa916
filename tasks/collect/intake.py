"""Taking in what arrived: kept first, then read, then written down in one transaction, and only then removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from config.load import Declarations
from config.period import Period
from config.settings import Settings
from tasks.collect import folder, mailbox
from tasks.collect.channel import Incoming, Litter
from tasks.collect.grid import CellValue, Grid, UncachedFormula, read_grid
from tasks.collect.guard import Code, Inspection, Refusal, inspect
from tasks.collect.guard.refusal import quoted
from tasks.collect.identify import Identity, identify
from tasks.collect.mapping import read_cover, read_values
from tasks.store.closing import closing_of
from tasks.store.database import reading, writing
from tasks.store.raw import keep
from tasks.store.receipts import Arrival, Receipt, add_receipts, known_arrivals, last_look
from tasks.store.submissions import NewSubmission, add_submissions, latest_versions
from tasks.store.values import Outcome, Run

DUPLICATE: Mapping[str, Any] = {"outcome": Outcome.DUPLICATE}
CLOSED: Mapping[str, Any] = {
    "outcome": Outcome.CLOSED,
    "code": Code.PERIOD_CLOSED,
    "detail": "the period takes no figures of this unit any more",
}
CHUNK = 50  # workbooks in one transaction
UNSTORABLE = (DataError, UnicodeError, OverflowError)  # what a database says of one file's content, not of itself


@dataclass(frozen=True)
class Taken:
    """One arrival after reading: a draft of a submission, or why there is none; only what is `kept` may be removed."""

    incoming: Incoming
    arrival: Arrival
    outcome: Outcome
    kept: bool = False
    draft: NewSubmission | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Intake:
    """What taking in needs to know: where things lie, what is declared, which period is collected, in which run."""

    settings: Settings
    declarations: Declarations
    period: Period
    run: Run

    @property
    def raw(self) -> Path:
        """Where received bytes are kept."""
        return self.settings.home / "raw"


def take_in(intake: Intake, incoming: Iterable[Incoming], progress: Callable[[int], None]) -> list[Receipt]:
    """Take in what comes and return what became of each, in order; a file that is of no use never stops the others."""
    receipts: list[Receipt] = []
    with reading(intake.settings.database) as connection:
        looks = {name: last_look(connection, name) for name in (folder.CHANNEL, mailbox.CHANNEL)}
    for chunk in _chunks(incoming):
        taken = [t for t in (_take(intake, one, looks) for one in chunk) if t]
        receipts += write_down(intake, taken)
        for one in taken:
            one.incoming.done(one.kept)
        progress(len(chunk))
    return receipts


def parse(data: bytes, arrival: Arrival, period: Period, declarations: Declarations) -> NewSubmission | Refusal:
    """Return the submission that the bytes of `arrival` hold, or the refusal that says why they hold none."""
    grid = guarded_grid(data)
    if isinstance(grid, Refusal):
        return grid
    identity = identify(grid, arrival.unit, period, declarations)
    if isinstance(identity, Refusal):
        return identity
    return submission_of(grid, arrival, identity, period, declarations)


def submission_of(
    grid: Grid, arrival: Arrival, identity: Identity, period: Period, declarations: Declarations
) -> NewSubmission:
    """Return the submission that `grid` holds, for the unit and form that `identity` names."""
    form, calendar = identity.form, declarations.calendar
    cover = read_cover(grid, form.columns)
    return NewSubmission(
        unit=arrival.unit,
        period=str(period),
        form_version=form.id,
        scope=cover.scope,
        window_from=cover.window_from,
        window_to=cover.window_to,
        received_at=arrival.received_at,
        days_late=calendar.days_late(period, form.level, arrival.received_at),
        premature=calendar.is_premature(period, arrival.received_at),
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        values=read_values(grid, form, declarations.rows(form, period), declarations.outlived(form, period)),
    )


def guarded_grid(data: bytes) -> Grid | Refusal:
    """Return the cells of the workbook `data`, or why no reader may open it: the one way from bytes to a grid."""
    inspection = inspect(data)
    if isinstance(inspection, Refusal):
        return inspection
    try:
        grid = read_grid(data, inspection.needs_care)
    except Exception as fault:  # noqa: BLE001  a reader raises whatever its XML layer raises; others must not suffer
        return Refusal(Code.READER_FAILED, f"{type(fault).__name__}: {fault}")
    return _disagreement(grid, inspection) or grid


def _disagreement(grid: Grid, inspection: Inspection) -> Refusal | None:
    """Return the refusal of a workbook of which the reader saw other sheets or more or fewer cells than the guard."""
    read = [(name, sum(map(_says_something, chain.from_iterable(rows)))) for name, rows in grid.items()]
    counted = [(sheet.name, sheet.cells) for sheet in inspection.sheets]
    if read == counted:
        return None
    return Refusal(Code.READER_DISAGREES, f"read {read!a}, counted {counted!a}")


def _says_something(value: CellValue) -> bool:
    blank = value is None or isinstance(value, UncachedFormula) or (isinstance(value, str) and not value.strip())
    return not blank


def _take(intake: Intake, incoming: Incoming, looks: Mapping[str, datetime | None]) -> Taken | None:
    content = incoming.content()
    if content is None:
        return None
    sha256 = keep(intake.raw, content) if isinstance(content, bytes) else incoming.sha256
    arrival = _arrival(intake, incoming, looks[incoming.channel], sha256)
    if isinstance(content, Litter):
        why = Refusal(content.code, content.detail or "") if content.code else None
        return Taken(incoming, arrival, Outcome.IGNORED, incoming.is_kept, refusal=why)
    if isinstance(content, Refusal):
        return Taken(incoming, arrival, Outcome.QUARANTINED, incoming.is_kept, refusal=content)
    parsed = parse(content, arrival, intake.period, intake.declarations)
    if isinstance(parsed, Refusal):
        return Taken(incoming, arrival, Outcome.QUARANTINED, kept=True, refusal=parsed)
    return Taken(incoming, arrival, Outcome.SUBMITTED, kept=True, draft=parsed)


def _arrival(intake: Intake, incoming: Incoming, look_before: datetime | None, sha256: str) -> Arrival:
    return Arrival(
        channel=incoming.channel,
        message=incoming.message,
        unit=incoming.unit,
        period=str(intake.period),
        file_name=incoming.name,
        sha256=sha256,
        size=incoming.size,
        received_at=incoming.received_at(look_before, intake.run.now),
    )


def write_down(intake: Intake, taken: Sequence[Taken]) -> list[Receipt]:
    """Write down `taken` in one transaction; when the store cannot hold something in it, each arrival in its own."""
    try:
        return _transaction(intake, taken)
    except UNSTORABLE as fault:
        if len(taken) > 1:
            return [receipt for one in taken for receipt in write_down(intake, [one])]
        return _transaction(intake, [_not_storable(taken[0], fault)])


def _transaction(intake: Intake, taken: Sequence[Taken]) -> list[Receipt]:
    with writing(intake.settings.database) as connection:
        return _write(connection, taken, intake)


def _not_storable(taken: Taken, fault: Exception) -> Taken:
    refusal = Refusal(Code.NOT_STORABLE, f"{type(fault).__name__}: {quoted(fault, 300)}")
    return replace(taken, outcome=Outcome.QUARANTINED, draft=None, refusal=refusal)


def _write(connection: Connection, taken: Sequence[Taken], intake: Intake) -> list[Receipt]:
    new = _not_known(connection, taken)
    receipts = [_receipt(one) for one in new]
    drafts = {place: one.draft for place, one in enumerate(new) if one.draft}
    wanted = _without_duplicates(connection, drafts)
    kept = _in_time(connection, wanted, intake)
    ids = dict(zip(kept, add_submissions(connection, list(kept.values()), intake.run), strict=True))
    for place in drafts:
        became = {"submission_id": ids[place]} if place in ids else CLOSED if place in wanted else DUPLICATE
        receipts[place] = replace(receipts[place], **became)
    add_receipts(connection, receipts, intake.run)
    return receipts


def _in_time(connection: Connection, drafts: Mapping[int, NewSubmission], intake: Intake) -> dict[int, NewSubmission]:
    """Return those of `drafts` that came while the period took figures of their unit."""
    owing, now = intake.declarations.reporting(intake.period), intake.run.now
    closing = closing_of(connection, intake.declarations, intake.period, now)
    return {
        place: draft
        for place, draft in drafts.items()
        if not closing.is_closed(draft.unit, owing[draft.unit].level, draft.received_at, now)
    }


def _not_known(connection: Connection, taken: Sequence[Taken]) -> list[Taken]:
    """Return those of `taken` that no run wrote down before it died, before it could remove the file."""
    seen = known_arrivals(connection, [one.arrival for one in taken])
    new: list[Taken] = []
    for one in taken:
        if one.arrival.key not in seen:
            seen.add(one.arrival.key)
            new.append(one)
    return new


def _receipt(taken: Taken) -> Receipt:
    receipt = Receipt(taken.arrival, taken.outcome, kept=taken.kept)
    if why := taken.refusal:
        return replace(receipt, code=why.code, detail=why.detail, found=why.found, place=why.place)
    return receipt


def _without_duplicates(connection: Connection, drafts: Mapping[int, NewSubmission]) -> dict[int, NewSubmission]:
    """Return those of `drafts` that are not, byte for byte, what their unit sent last before them."""
    kept: dict[int, NewSubmission] = {}
    last: dict[tuple[str, str], str] = {}
    for period in {draft.period for draft in drafts.values()}:
        units = {draft.unit for draft in drafts.values() if draft.period == period}
        last |= {(unit, period): sha for unit, (_, sha) in latest_versions(connection, period, units).items()}
    for place, draft in drafts.items():
        if last.get((draft.unit, draft.period)) != draft.sha256:
            last[draft.unit, draft.period] = draft.sha256
            kept[place] = draft
    return kept


def _chunks(incoming: Iterable[Incoming]) -> Iterator[Sequence[Incoming]]:
    waiting = iter(incoming)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
