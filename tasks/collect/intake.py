"""Taking in what arrived: kept first, then read, then written down in one transaction, and only then removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from tasks.collect import folder, mailbox
from tasks.collect.channel import Content, Incoming, Litter
from tasks.collect.draft import draft_of
from tasks.collect.grid import Grid
from tasks.collect.guard import Refusal
from tasks.collect.identify import period_meant
from tasks.collect.job import Intake, Reading
from tasks.collect.suspects import read_suspect
from tasks.collect.writing_down import Taken, write_down
from tasks.store.database import reading, writing
from tasks.store.raw import keep
from tasks.store.readings import note_begun, note_ended, unfinished
from tasks.store.receipts import Arrival, Receipt, last_look
from tasks.store.submissions import NewSubmission
from tasks.store.values import Outcome

Looks = Mapping[str, datetime | None]  # when each channel was last looked into


@dataclass(frozen=True)
class _Received:
    """One arrival as the channel gave it; its bytes, if it gave any, are kept."""

    incoming: Incoming
    arrival: Arrival
    content: Content


@dataclass(frozen=True)
class _Chunk:
    """Arrivals to be written down together, with the reading of their workbooks under way; `looked` were looked at."""

    received: Sequence[_Received]
    suspects: Set[str]  # hashes of what is not among them
    pending: Reading
    reading: str
    looked: int


def take_in(intake: Intake, incoming: Iterable[Incoming], progress: Callable[[int], None]) -> list[Receipt]:
    """Take in what comes and return what became of each, in order; a file that is of no use never stops the others."""
    receipts: list[Receipt] = []
    with reading(intake.settings.database) as connection:
        looks = {name: last_look(connection, name) for name in (folder.CHANNEL, mailbox.CHANNEL)}
        suspects = unfinished(connection).suspects
    for chunk in _one_ahead(_begun(intake, ones, looks, suspects) for ones in _chunks(incoming, intake.settings.chunk)):
        taken = _taken(intake, chunk)
        receipts += write_down(intake, taken)
        for one in taken:
            one.incoming.done(one.kept_as)
        progress(chunk.looked)
    return receipts


def _begun(intake: Intake, incoming: Sequence[Incoming], looks: Looks, suspects: Set[str]) -> _Chunk:
    """Keep the bytes of what comes, write down that they will be read, and begin to read them."""
    received = [one for one in (_received(intake, i, looks) for i in incoming) if one]
    to_read = {
        one.arrival.sha256: one.content
        for one in received
        if isinstance(one.content, bytes) and one.arrival.sha256 not in suspects
    }
    key = f"{intake.run.id} {'-'.join(sorted(sha[:8] for sha in to_read))}"
    if to_read:
        with writing(intake.settings.database) as connection:
            note_begun(connection, intake.run, key, list(to_read))
    return _Chunk(received, suspects, intake.begin(list(to_read.values())), key, len(incoming))


def _one_ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """Give each of `chunks` when the next one is begun: workers read it while this one is written down."""
    before = next(chunks, None)
    for chunk in chunks:
        if before:
            yield before
        before = chunk
    if before:
        yield before


def _received(intake: Intake, incoming: Incoming, looks: Looks) -> _Received | None:
    content = incoming.content()
    if content is None or (isinstance(content, bytes) and incoming.is_unfinished(content, intake.run.now)):
        return None
    sha256 = keep(intake.raw, content) if isinstance(content, bytes) else incoming.sha256
    return _Received(incoming, _arrival(intake, incoming, looks[incoming.channel], sha256), content)


def _taken(intake: Intake, chunk: _Chunk) -> list[Taken]:
    """Wait for the reading of `chunk` and return what became of its arrivals, in order."""
    grids = _grids(intake, chunk)
    return [
        _read(intake, one, grids[one.arrival.sha256]) if isinstance(one.content, bytes) else _unread(one, one.content)
        for one in chunk.received
    ]


def _grids(intake: Intake, chunk: _Chunk) -> Mapping[str, Grid | Refusal]:
    """Return what each of the different files of `chunk` holds, by hash."""
    files = {one.arrival.sha256: one.content for one in chunk.received if isinstance(one.content, bytes)}
    usual = [sha256 for sha256 in files if sha256 not in chunk.suspects]
    found = dict(zip(usual, chunk.pending.grids(), strict=True))
    if usual:
        with writing(intake.settings.database) as connection:
            note_ended(connection, intake.run, chunk.reading)
    return found | {
        sha256: read_suspect(intake, sha256, data) for sha256, data in files.items() if sha256 in chunk.suspects
    }


def _unread(received: _Received, content: Refusal | Litter) -> Taken:
    incoming, arrival = received.incoming, received.arrival
    if isinstance(content, Refusal):
        return Taken(incoming, arrival, Outcome.QUARANTINED, incoming.is_kept, refusal=content)
    why = Refusal(content.code, content.detail or "") if content.code else None
    return Taken(incoming, arrival, Outcome.IGNORED, incoming.is_kept, refusal=why)


def _read(intake: Intake, received: _Received, grid: Grid | Refusal) -> Taken:
    incoming, arrival, period = received.incoming, received.arrival, intake.period
    if not isinstance(grid, Refusal):
        period = period_meant(
            grid, arrival.unit, period, lambda other: intake.takes(arrival.unit, other, arrival.received_at)
        )
        arrival = replace(arrival, period=str(period))
    draft = draft_of(grid, arrival, period, intake.declarations)
    if isinstance(draft, NewSubmission):
        return Taken(incoming, arrival, Outcome.SUBMITTED, kept=True, draft=draft)
    return Taken(incoming, arrival, Outcome.QUARANTINED, kept=True, refusal=draft)


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


def _chunks(incoming: Iterable[Incoming], size: int) -> Iterator[Sequence[Incoming]]:
    waiting = iter(incoming)
    while chunk := list(islice(waiting, size)):
        yield chunk
