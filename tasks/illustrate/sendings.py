"""What units send for the periods of some years, and when: late, wrong, corrected, on old forms, as it happens.

Everything is drawn from a seed. `Sending.planted` says what was made wrong on purpose, so that what the rules say of
everything else can be counted as false alarms.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from config.element import Level
from config.form import FormVersion
from config.load import Declarations
from config.period import FIRST_YEAR, Period, Window
from config.unit import Unit
from tasks.illustrate.figures import NOTHING_AROSE, Entry
from tasks.illustrate.story import QUARTERS, Story, begin, go_on, merge, told

SEED = "Chợ Mới"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
LATE, SILENT, PLANTED = 0.12, 0.01, 0.12  # of all reports
WEIGHTS = {"SUM": 4, "DIGIT": 3, "COPIED": 1, "FALLEN": 2, "GAP": 3, "SCAN": 1, "OPENING": 2}
EMPTY = ""  # in place of an entry: the cell stays empty
COPIED = ("A05", "A10", "A11", "A12", "A13", "A14", "A15", "G01", "G02", "G03", "G04", "C80")


class Planted(StrEnum):
    """What is wrong with a workbook on purpose; the values are what a reader of the sample is told."""

    NOTHING = "không có lỗi"
    SUM = "tổng C14 không bằng các phần cộng lại"
    DIGIT = "gõ thừa một chữ số"
    COPIED = "gửi nhầm số của kỳ trước"
    FALLEN = "ghi số của quý thay cho số từ đầu năm"
    GAP = "bỏ trống vài ô"
    SCAN = "bản quét PDF đổi đuôi thành .xlsx"
    OPENING = "số chuyển từ năm trước không khớp"
    OLD_FORM = "nộp trên mẫu cũ"


@dataclass(frozen=True)
class Sending:
    """One file that a unit sends: for what, when, on which form, with which entries by element code."""

    period: Period
    unit: str
    attempt: int
    at: datetime
    form: FormVersion
    entries: Mapping[str, Entry]
    planted: Planted = Planted.NOTHING
    notes: Mapping[str, str] = field(default_factory=dict)
    instead: bytes | None = None  # these bytes in place of a workbook

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.unit}-{self.period}-lan-{self.attempt}.xlsx"


@dataclass
class _District:
    """The stories of all units that report, by code, as they stand on `day`."""

    declarations: Declarations
    seed: str
    day: date | None = None
    stories: dict[str, Story] = field(default_factory=dict)

    def arrive_at(self, period: Period) -> None:
        """Let new units begin, those that take others over as their sum."""
        day = self.declarations.calendar.cut_off(period)
        heirs = self.declarations.units.heirs(self.day, day) if self.day else {}
        forerunners: dict[str, list[Story]] = {}
        for code, story in self.stories.items():
            if heir := heirs[code]:
                forerunners.setdefault(heir, []).append(story)
        units = self.declarations.reporting(period)
        self.stories = {code: self._story(unit, forerunners.get(code, [])) for code, unit in units.items()}
        self.day = day

    def _story(self, unit: Unit, before: Sequence[Story]) -> Story:
        seed = f"{self.seed}:{unit.code}:{unit.valid_from}"
        if not before:
            return begin(unit.level, seed)
        if unit.takes_over is not None and not (len(before) == 1 and before[0].wide):
            return merge(before, seed)
        return before[0]


def sendings(
    declarations: Declarations, first: int, last: int, seed: str = SEED
) -> Iterator[tuple[Period, list[Sending]]]:
    """Yield each period from year `first` to `last` with what is sent for it, in order of time.

    The stories begin with the programme whatever `first` is, so that a year is the same in every selection.
    """
    district = _District(declarations, seed)
    before: dict[str, dict[str, Entry]] = {}
    for year in range(FIRST_YEAR, last + 1):
        for quarter, window in enumerate(QUARTERS):
            period = Period(year, window)
            district.arrive_at(period)
            said: dict[str, dict[str, Entry]] = {}
            for code, story in district.stories.items():
                go_on(story, quarter)
                said[code] = told(story, window)
            if year >= first:
                yield period, _sent(declarations, period, said, before, seed)
            before = said


def looks(declarations: Declarations, period: Period) -> tuple[datetime, datetime]:
    """Return when the data team works on `period`: the morning after the last deadline, and two weeks later."""
    calendar = declarations.calendar
    last = max(calendar.deadline(period, unit.level) for unit in declarations.reporting(period).values())
    first = datetime.combine(last + timedelta(days=1), time(8), calendar.zone)
    return first, first + timedelta(days=14)


def _sent(
    declarations: Declarations,
    period: Period,
    said: Mapping[str, Mapping[str, Entry]],
    before: Mapping[str, Mapping[str, Entry]],
    seed: str,
) -> list[Sending]:
    found = [
        sending
        for code, unit in declarations.reporting(period).items()
        for sending in _of_unit(declarations, period, unit, said[code], before.get(code), f"{seed}:{period}:{code}")
    ]
    return sorted(found, key=lambda s: (s.at, s.unit))


def _of_unit(  # noqa: PLR0913, PLR0917  one unit's report, what came before it, and chance
    declarations: Declarations,
    period: Period,
    unit: Unit,
    said: Mapping[str, Entry],
    before: Mapping[str, Entry] | None,
    seed: str,
) -> Iterator[Sending]:
    rng = random.Random(seed)  # noqa: S311
    if rng.random() < SILENT and unit.level is Level.COMMUNE:
        return
    form = declarations.form(unit.level, period)
    if form is None:
        return
    at = _arrival(declarations, period, unit, rng)
    clean = Sending(period, unit.code, 1, at, form, _asked(said, form, declarations, period))
    planted = _planted(rng, period, unit, before)
    if planted is Planted.NOTHING:
        yield clean
        return
    yield _spoilt(clean, planted, declarations, before or {}, rng)
    if planted is not Planted.OLD_FORM and rng.random() < 0.9:
        answered = looks(declarations, period)[0]
        later = max(at, answered) + timedelta(
            days=rng.randint(1, 6), hours=rng.randint(0, 8), minutes=rng.randint(0, 59)
        )
        yield Sending(period, unit.code, 2, later, form, clean.entries)


def _arrival(declarations: Declarations, period: Period, unit: Unit, rng: random.Random) -> datetime:
    """Return when a report comes: in the days from cut-off to deadline, or late."""
    calendar = declarations.calendar
    opens, due = calendar.cut_off(period) + timedelta(days=1), calendar.deadline(period, unit.level)
    late = rng.random() < LATE
    day = due + timedelta(days=rng.choice((1, 1, 2, 3, 5, 8))) if late else opens
    if not late:
        day += timedelta(days=rng.randint(0, max(0, (due - opens).days)))
    clock = time(rng.randint(7, 16), rng.randint(0, 59), rng.randint(0, 59))
    return datetime.combine(day, clock, calendar.zone)


def _asked(
    said: Mapping[str, Entry], form: FormVersion, declarations: Declarations, period: Period
) -> dict[str, Entry]:
    # A row that the office has added to its form is in no story: the sample years go on without it.
    return {e.code: said.get(e.code, NOTHING_AROSE) for e in declarations.rows(form, period)}


def _planted(rng: random.Random, period: Period, unit: Unit, before: Mapping[str, Entry] | None) -> Planted:
    drawn = rng.random()
    kind = Planted[rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]]
    if (period, unit.code) in ((Period(2022, Window.Q3), "30643"), (Period(2022, Window.Q3), "30670")):
        return Planted.OLD_FORM
    if drawn >= PLANTED or (before is None and kind in {Planted.COPIED, Planted.OPENING}):
        return Planted.NOTHING
    if kind is Planted.FALLEN and period.window not in {Window.H1, Window.YEAR}:
        return Planted.SUM
    return kind


def _spoilt(
    clean: Sending, planted: Planted, declarations: Declarations, before: Mapping[str, Entry], rng: random.Random
) -> Sending:
    """Return `clean` as it comes when something is wrong with it."""
    form, entries, instead, said = clean.form, dict(clean.entries), None, clean.entries
    match planted:
        case Planted.SUM:
            entries["C14"] = _whole(said["C14"]) + rng.choice((9, 27, 90))
        case Planted.DIGIT:
            code = rng.choice(("G01", "A10", "C73"))
            entries[code] = _whole(said[code]) * 10
        case Planted.COPIED:
            entries |= {code: before[code] for code in COPIED if code in entries and code in before}
        case Planted.FALLEN:
            entries |= {"G01": _whole(said["G01"]) // 4, "G02": _whole(said["G02"]) // 4}
        case Planted.GAP:
            entries |= dict.fromkeys(("C51", "C52", "C53"), EMPTY)
        case Planted.SCAN:
            instead = PDF
        case Planted.OPENING:
            entries |= {"C10": _whole(said["C10"]) + 12, "C14": _whole(said["C14"]) + 12}
            entries |= {"C33": _whole(said["C33"]) + 12}
        case Planted.OLD_FORM:
            old = declarations.form_by_id(f"{form.form}/2021") or form
            # What it asks by the old names has ended; it is filled in as if it had not.
            online = _whole(said["C11"])
            spoken = dict(said) | {"C40": 60, "C41": online // 3, "C42": online - online // 3}
            form, entries = old, _asked(spoken, old, declarations, clean.period)
        case _:
            pass
    return Sending(clean.period, clean.unit, clean.attempt, clean.at, form, entries, planted, {}, instead)


def _whole(entry: Entry) -> int:
    if isinstance(entry, int | Decimal):
        return int(entry)
    raise TypeError(f"{entry!r} is no count")
