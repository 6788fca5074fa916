"""Writing down what arrived: a chunk of arrivals in one transaction and a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from config.period import Period
from tasks.collect.channel import Incoming
from tasks.collect.guard import Code, Refusal
from tasks.collect.guard.refusal import quoted
from tasks.collect.job import Intake
from tasks.store.closing import closing_of
from tasks.store.database import writing
from tasks.store.receipts import Arrival, Receipt, add_receipts, known_arrivals
from tasks.store.submissions import NewSubmission, add_submissions, latest_versions
from tasks.store.values import Outcome

DUPLICATE: Mapping[str, Any] = {"outcome": Outcome.DUPLICATE}
CLOSED: Mapping[str, Any] = {
    "outcome": Outcome.CLOSED,
    "code": Code.PERIOD_CLOSED,
    "detail": "the period takes no figures of this unit any more",
}

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

    @property
    def kept_as(self) -> str | None:
        """The hash under which its bytes lie in the raw store, None when they do not."""
        return self.arrival.sha256 if self.kept else None


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
    refusal = Refusal(Code.NOT_STORABLE, quoted(fault, 300))
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
    now, in_time = intake.run.now, set[int]()
    for period in {draft.period for draft in drafts.values()}:
        asked = Period.parse(period)
        owing, closing = intake.declarations.reporting(asked), closing_of(connection, intake.declarations, asked, now)
        in_time |= {
            place
            for place, draft in drafts.items()
            if draft.period == period
            and not closing.is_closed(draft.unit, owing[draft.unit].level, draft.received_at, now)
        }
    return {place: draft for place, draft in drafts.items() if place in in_time}


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
