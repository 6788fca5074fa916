"""Illustrative figures: plausible, drawn from a seed, and in every identity consistent. Never anybody's real ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from config.element import Level

Entry = int | Decimal | str
NOTHING_AROSE = "không phát sinh"


@dataclass
class Sheet:
    """The figures of one unit as they come about: later ones are drawn within what earlier ones allow."""

    rng: random.Random
    share_of_year: float  # 0–1: how much of a year's work the window has seen
    scale: float  # 1 for a commune; a district's own office handles more
    figures: dict[str, int] = field(default_factory=dict)

    def draw(self, code: str, low: int, high: int) -> int:
        """Draw `code` between the bounds, both possible."""
        self.figures[code] = self.rng.randint(low, max(low, high))
        return self.figures[code]

    def flow(self, code: str, per_year: int, spread: float = 0.25) -> int:
        """Draw the part of a yearly amount that has come by now."""
        middle = per_year * self.scale * self.share_of_year
        return self.draw(code, round(middle * (1 - spread)), round(middle * (1 + spread)))

    def part(self, code: str, whole: int, low: float, high: float) -> int:
        """Draw a part of `whole` between two shares of it."""
        return self.draw(code, int(whole * low), int(whole * high))

    def split(self, whole: int, weights: Mapping[str, float]) -> None:
        """Share `whole` out over the codes of `weights`, exactly."""
        codes, left = list(weights), whole
        for code in codes[:-1]:
            amount = min(left, round(whole * weights[code] * self.rng.uniform(0.9, 1.1)))
            self.figures[code] = amount
            left -= amount
        self.figures[codes[-1]] = left


def illustrate(level: Level, seed: str, share_of_year: float = 0.5) -> dict[str, Entry]:
    """Return an entry for every element that a unit of `level` may be asked for, the same for the same `seed`."""
    sheet = Sheet(random.Random(seed), share_of_year, 1.0 if level is Level.COMMUNE else 12.0)  # noqa: S311
    for fill in (_steering, _institutions, _procedures, _dossiers, _services, _staff_and_money, _digital):
        fill(sheet, level)
    entries: dict[str, Entry] = dict(sheet.figures)
    entries["C80"] = Decimal(sheet.rng.randint(60, 240)) / 10
    return entries | _money(sheet, level)


def _steering(s: Sheet, level: Level) -> None:
    tasks = s.draw("A01", 18, 30) if level is Level.COMMUNE else s.draw("A01", 55, 70)
    s.figures["A02"] = round(tasks * s.share_of_year * s.rng.uniform(0.7, 1.0))
    s.figures["A04"] = min(tasks - s.figures["A02"], s.rng.randint(0, 1))
    s.figures["A03"] = tasks - s.figures["A02"] - s.figures["A04"]
    s.flow("A05", 24)
    inspected = s.draw("A06", 6, 9)
    s.part("A07", inspected, 0.3, min(1.0, s.share_of_year + 0.2))
    issues = s.draw("A08", 4, 20)
    s.part("A09", issues, 0.6, 1.0)
    s.flow("A10", 60)
    assigned = s.flow("A11", 90)
    s.split(assigned, {"A13": 0.02, "A14": 0.12, "A15": 0.01, "A12": 0.85})
    s.draw("A16", 0, 2)
    answered = s.flow("A17", 300)
    s.part("A18", answered, 0.88, 0.99)


def _institutions(s: Sheet, level: Level) -> None:
    issued = s.draw("B01", 0, 3)
    s.figures["B02"] = issued
    due = s.draw("B03", 4, 20)
    s.part("B04", due, 0.6, 1.0)
    handled = s.draw("B05", 0, 2)
    s.figures["B06"] = handled


def _procedures(s: Sheet, level: Level) -> None:
    procedures = 121 if level is Level.COMMUNE else 288
    s.figures["C01"] = procedures
    s.figures["C02"] = procedures
    s.part("C03", procedures, 0.95, 1.0)
    s.part("C04", procedures, 0.04, 0.12)
    s.part("C05", procedures, 0.1, 0.2)
    s.figures["C06"] = s.figures["C07"] = 1
    third = s.part("C45", procedures, 0.2, 0.35)
    fourth = s.part("C46", procedures, 0.3, 0.45)
    s.figures["C47"], s.figures["C48"] = fourth, third
    s.part("C49", fourth + third, 0.3, 0.7)
    s.part("C60", procedures, 0.3, 0.5)
    s.part("C61", s.figures["C60"], 0.5, 0.95)


def _dossiers(s: Sheet, level: Level) -> None:
    carried = s.flow("C10", 60)
    online, counter = s.flow("C11", 1100, 0.4), s.flow("C12", 1700, 0.4)
    post = s.flow("C13", 24)
    total = s.figures["C14"] = carried + online + counter + post
    returned = s.part("C33", total, 0.0, 0.01)
    pending = s.part("C32", total, 0.01, 0.04)
    s.figures["C31"] = min(pending, s.rng.randint(0, 2))
    s.figures["C30"] = pending - s.figures["C31"]
    resolved = s.figures["C23"] = total - returned - pending
    late = s.figures["C22"] = min(resolved, round(resolved * s.rng.uniform(0.0, 0.015)))
    early = s.part("C20", resolved - late, 0.55, 0.8)
    s.figures["C21"] = resolved - late - early
    s.flow("C40", 320)
    s.split(online, {"C41": 0.35, "C42": 0.65})
    s.figures["C43"], s.figures["C44"] = s.figures["C42"], s.figures["C41"]
    s.part("C50", late + s.figures["C31"], 0.5, 1.0)
    fees = s.part("C62", total, 0.25, 0.45)
    s.part("C63", fees, 0.1, 0.5)
    received = online + counter + post
    s.part("C70", received, 0.4, 0.9)
    s.part("C71", resolved, 0.2, 0.7)
    s.part("C72", received, 0.05, 0.3)


def _services(s: Sheet, level: Level) -> None:
    feedback = s.draw("C51", 1, 9)
    s.part("C52", feedback, 0.8, 1.0)
    s.draw("C53", 0, feedback - s.figures["C52"])
    valid = s.flow("C73", 5200)
    s.part("C74", valid, 0.2, 0.6)


def _staff_and_money(s: Sheet, level: Level) -> None:
    s.draw("D01", 12, 13)
    public = s.draw("D02", 72, 76)
    s.figures["D03"] = public + s.rng.randint(2, 6)
    payroll = s.draw("D04", 105, 115)
    s.draw("D05", payroll - 6, payroll)
    teachers = s.draw("D06", 3050, 3150)
    s.draw("D07", teachers - 120, teachers)
    s.figures["D08"] = teachers + s.rng.randint(60, 180)
    s.draw("D09", 0, 5)
    s.draw("D10", 4, 9)
    officials = s.draw("E01", 21, 23)
    present = s.draw("E02", officials - 2, officials)
    s.part("E03", present, 0.92, 1.0)
    agencies = s.draw("E04", 84, 90)
    s.part("E05", agencies, 0.9, 1.0)
    trained = s.draw("E06", 8, 25)
    s.part("E07", trained, 0.2, min(1.0, s.share_of_year + 0.3))
    s.figures["E08"] = 0
    first, second = s.draw("F01", 0, 1), s.draw("F02", 2, 5)
    third = s.draw("F03", 8, 14)
    s.figures["F04"] = public - first - second - third


def _digital(s: Sheet, level: Level) -> None:
    sent = s.flow("G01", 1300)
    s.part("G02", sent, 0.85, 1.0)
    files = s.flow("G03", 420)
    s.part("G04", files, 0.4, 0.95)
    people = s.draw("G05", 10, 23)
    s.part("G06", people, 0.5, 1.0)
    due = s.draw("G08", 12, 26)
    on_time = s.part("G09", due, 0.85, 1.0)
    s.part("G10", on_time, 0.3, 1.0)
    for code, chance in (("G07", 0.97), ("G11", 0.8), ("G12", 0.9)):
        s.figures[code] = int(s.rng.random() < chance)


def _money(s: Sheet, level: Level) -> dict[str, Entry]:
    thousand: Callable[[int, int], Decimal] = lambda low, high: Decimal(s.rng.randint(low, high)) / 10  # noqa: E731
    plan = thousand(9_000, 60_000) * (1 if level is Level.COMMUNE else 20)
    spent = (plan * Decimal(str(round(s.share_of_year * s.rng.uniform(0.5, 1.0), 2)))).quantize(Decimal("0.1"))
    if s.rng.random() < 0.6:
        return {"F05": plan, "F06": spent, "F07": NOTHING_AROSE, "F08": NOTHING_AROSE}
    due = thousand(50, 2_000)
    return {"F05": plan, "F06": spent, "F07": due, "F08": (due * Decimal("0.8")).quantize(Decimal("0.1"))}
