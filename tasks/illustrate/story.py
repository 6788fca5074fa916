"""The years of one unit: quarter after quarter, so that its reports agree within themselves and with each other.

What a unit reports is added up from quarters: cumulative windows never fall, opening balances are what was pending, the
baseline stays. Drawn from a seed, illustrative, never anybody's real figures.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from config.element import Level
from config.period import Window
from tasks.illustrate.figures import NOTHING_AROSE, Entry

QUARTERS = (Window.Q1, Window.H1, Window.Q3, Window.YEAR)  # the report that falls due when each quarter ends
DUE = (0.20, 0.45, 0.70, 0.96)  # the share of a year's plan that is usually done when each quarter ends
DISTRICT_SCALE = 12  # how many communes' work a district's own office does


@dataclass
class Story:
    """Where a unit stands: counts since the year began and of the last quarter, levels, pending dossiers.

    `years` have gone by since 2021 began; `skill` is the unit's own bent, about 0. `wide` says that it also answers for
    what is a district's.
    """

    rng: random.Random
    scale: float
    wide: bool
    skill: float
    years: float = 0.0
    so_far: Counter[str] = field(default_factory=Counter)
    quarter: Counter[str] = field(default_factory=Counter)
    levels: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    overdue: int = 0
    since_new_year: int = 0  # dossiers pending when the year began
    before_quarter: int = 0  # and when the quarter did
    waiting: Decimal = Decimal(25)  # minutes
    money: dict[str, Decimal] = field(default_factory=dict)

    def share(self, start: float, a_year: float, most: float = 0.99) -> float:
        """Return a share that grows with the years, by the unit's own bent and a little chance."""
        drawn = start + a_year * self.years + self.skill + self.rng.uniform(-0.03, 0.03)
        return min(most, max(0.02, drawn))

    def about(self, a_year: float) -> int:
        """Return how much of a yearly amount comes in a quarter."""
        return round(a_year * self.scale / 4 * self.rng.uniform(0.8, 1.2))

    def add(self, code: str, amount: int) -> int:
        """Count `amount` more of `code` in this quarter."""
        self.quarter[code] += amount
        return amount

    def part(self, code: str, whole: int, share: float) -> int:
        """Count a part of `whole`."""
        return self.add(code, min(whole, max(0, round(whole * share))))


def begin(level: Level, seed: str) -> Story:
    """Return the story of a unit of `level` before its first year, the same for the same `seed`."""
    rng = random.Random(seed)  # noqa: S311
    wide = level is Level.DISTRICT
    story = Story(rng, DISTRICT_SCALE if wide else rng.uniform(0.7, 1.4), wide, rng.uniform(-0.07, 0.07))
    story.pending = story.about(60)
    _first_levels(story, level)
    return story


def merge(stories: Sequence[Story], seed: str) -> Story:
    """Return the story of the unit that takes over those of `stories`: their sums, and a share of the district's."""
    rng = random.Random(seed)  # noqa: S311
    merged = Story(rng, sum(s.scale for s in stories) + DISTRICT_SCALE / 6, True, rng.uniform(-0.05, 0.05))
    merged.years = stories[0].years
    for story in stories:
        merged.so_far.update(story.so_far)
        merged.pending += story.pending
        merged.overdue += story.overdue
        merged.since_new_year += story.since_new_year
    for code in sorted({code for story in stories for code in story.levels}):
        merged.levels[code] = sum(story.levels.get(code, 0) for story in stories)
    for code in ("C01", "C02", "C03"):  # the district's beside the communes'; what is linked (C04, C05) adds up
        merged.levels[code] = 380
    merged.levels |= {"C06": 1, "C07": 1, "G07": 1, "G11": 1, "G12": 1, "A06": 5}
    merged.levels |= _levels_of_offices(merged, 12, 75)
    merged.waiting = stories[0].waiting
    for code in ("F05", "F06"):
        merged.money[code] = sum((s.money[code] for s in stories), Decimal(0))
    for code in ("F07", "F08"):
        merged.money[code] = sum((s.money.get(code, Decimal(0)) for s in stories), Decimal(0))
    return merged


def go_on(story: Story, quarter: int) -> None:
    """Let one quarter (0–3) of a year pass."""
    story.quarter = Counter()
    if quarter == 0:
        _new_year(story)
    story.before_quarter = story.pending
    for happen in (_steering, _institutions, _dossiers, _offices, _digital):
        happen(story, quarter)
    story.years += 0.25
    story.so_far.update(story.quarter)


def told(story: Story, window: Window) -> dict[str, Entry]:
    """Return what the unit says of `window`, which ends with the quarter that has just passed; by element code."""
    cumulative = window is not Window.Q3
    flows = story.so_far if cumulative else story.quarter
    opening = story.since_new_year if cumulative else story.before_quarter
    said: dict[str, Entry] = {code: flows[code] for code in FLOWS}
    said |= story.levels
    said["C10"] = opening
    said["C14"] = opening + sum(flows[code] for code in ("C11", "C12", "C13"))
    said["C23"] = sum(flows[code] for code in ("C20", "C21", "C22"))
    said["C30"], said["C31"], said["C32"] = story.pending - story.overdue, story.overdue, story.pending
    said["A03"] = story.levels["A01"] - flows["A02"] - story.levels["A04"]
    said["A15"] = min(story.levels["A15"], flows["A11"] - flows["A12"] - flows["A13"])
    said["A14"] = flows["A11"] - flows["A12"] - flows["A13"] - int(said["A15"])
    said["C80"] = story.waiting
    return said | _money_told(story, cumulative)


FLOWS = (
    "A02", "A05", "A07", "A08", "A09", "A10", "A11", "A12", "A13", "A16", "A17", "A18", "B01", "B02", "B03", "B04",
    "B05", "B06", "C11", "C12", "C13", "C20", "C21", "C22", "C33", "C40", "C41", "C42", "C43", "C44", "C50", "C51",
    "C52", "C53", "C62", "C63", "C70", "C71", "C72", "E07", "E08", "G01", "G02", "G03", "G04", "G08", "G09", "G10",
)  # fmt: skip


def _first_levels(story: Story, level: Level) -> None:
    draw = story.rng.randint
    procedures = 288 if level is Level.DISTRICT else 121
    story.levels |= {"C01": procedures, "C06": 1, "C07": 1, "C05": draw(14, 24), "C04": draw(6, 14)}
    story.levels |= {"E01": draw(21, 23), "D09": draw(0, 5), "D10": draw(4, 9), "G05": draw(14, 23)}
    story.levels |= {"C73": round(5200 * story.scale), "G07": 1, "G11": int(draw(0, 9) > 3), "G12": int(draw(0, 9) > 2)}
    if level is Level.DISTRICT:
        story.levels |= _levels_of_offices(story, 76, 3100) | {"D01": 12}
    _grow(story)


def _levels_of_offices(story: Story, units: int, people: int) -> dict[str, int]:
    """Return the levels that only a district, or who took it over, has."""
    draw = story.rng.randint
    payroll = draw(105, 115) if units > 20 else draw(40, 60)
    found = {"D02": units, "D03": units + 4, "D04": payroll, "D05": payroll - draw(0, 4)}
    found |= {"D06": people, "D07": people - draw(0, people // 40), "D08": people + people // 25}
    found |= {"F01": 0, "F02": max(1, units // 25), "F03": units // 6, "E04": units + 10, "E05": units + 6}
    found["F04"] = units - found["F01"] - found["F02"] - found["F03"]
    found |= {"C47": 180, "C48": 90, "C45": 90, "C46": 110, "C60": 130, "C61": 80}
    return found


def _new_year(story: Story) -> None:
    story.so_far = Counter()
    story.since_new_year = story.pending
    draw = story.rng.randint
    story.levels["A01"] = draw(55, 70) if story.scale >= DISTRICT_SCALE else draw(18, 30)
    story.levels["A06"] = draw(6, 9)
    story.levels["E06"] = draw(8, 25)
    usual = story.money.get("F05") or Decimal(draw(9_000, 60_000)) / 10 * (20 if story.scale >= DISTRICT_SCALE else 1)
    plan = (usual * Decimal(draw(80, 125)) / 100).quantize(Decimal("0.1"))
    story.money = {"F05": plan, "F06": Decimal(0)}
    if story.rng.random() < 0.4:
        story.money |= {"F07": Decimal(draw(50, 2_000)) / 10, "F08": Decimal(0)}


def _steering(s: Story, quarter: int) -> None:
    due = min(1.0, max(0.0, DUE[quarter] + s.skill / 2 + s.rng.uniform(-0.04, 0.04)))
    s.add("A02", max(0, min(s.levels["A01"] - 1, round(s.levels["A01"] * due)) - s.so_far["A02"]))
    left = s.levels["A01"] - s.so_far["A02"] - s.quarter["A02"]
    s.levels["A04"] = min(left, s.rng.choice((0, 0, 1)))
    s.levels["A15"] = s.rng.choice((0, 0, 0, 1))
    s.add("A05", s.about(24))
    if s.wide:
        s.add("A07", max(0, round(s.levels["A06"] * due) - s.so_far["A07"]))
        found = s.add("A08", s.rng.randint(1, 6))
        s.part("A09", found, s.share(0.75, 0.05, 1.0))
    s.add("A10", s.about(60))
    assigned = s.add("A11", s.about(90))
    late = s.part("A13", assigned, s.rng.choice((0.0, 0.01, 0.03)))
    s.part("A12", assigned - late, s.share(0.88, 0.01, 1.0))
    if quarter == 1 or s.rng.random() < 0.1:
        s.add("A16", s.rng.randint(0, 1))
    answered = s.add("A17", s.about(300))
    s.part("A18", answered, s.share(0.88, 0.015))


def _institutions(s: Story, quarter: int) -> None:
    issued = s.add("B01", s.rng.randint(0, 1))
    s.add("B02", issued)
    due = s.add("B03", s.rng.randint(1, 5))
    s.part("B04", due, s.share(0.8, 0.03, 1.0))
    s.add("B06", s.add("B05", s.rng.choice((0, 0, 0, 1))))


def _dossiers(s: Story, quarter: int) -> None:
    whole = s.about(2800)
    online = s.part("C11", whole, s.share(0.36, 0.10, 0.93))
    post = s.part("C13", whole - online, 0.02)
    s.add("C12", whole - online - post)
    to_do = s.pending + whole
    returned = s.part("C33", whole, s.rng.uniform(0.0, 0.01))
    s.pending = round(to_do * s.rng.uniform(0.02, 0.035))
    resolved = to_do - returned - s.pending
    late = s.part("C22", resolved, max(0.0, 0.02 - 0.003 * s.years - s.skill / 10))
    early = s.part("C20", resolved - late, s.share(0.6, 0.03, 0.95))
    s.add("C21", resolved - late - early)
    s.overdue = min(s.pending, s.rng.choice((0, 0, 1, 2)))
    s.part("C50", late, s.rng.uniform(0.6, 1.0))
    s.add("C40", s.about(320))
    s.add("C42", online - s.part("C41", online, 0.35))
    full = s.part("C43", online, s.share(0.45, 0.06, 0.95))
    s.add("C44", online - full)
    fees = s.part("C62", whole, 0.34)
    s.part("C63", fees, s.share(0.12, 0.11, 0.9))
    s.part("C70", whole, s.share(0.3, 0.13, 0.97))
    s.part("C71", resolved, s.share(0.2, 0.15, 0.97))
    s.part("C72", whole, s.share(0.02, 0.11, 0.85))
    feedback = s.add("C51", s.rng.randint(1, 4))
    s.part("C52", feedback, s.rng.choice((1.0, 1.0, 1.0, 0.75)))
    s.add("C53", feedback - s.quarter["C52"])
    s.waiting = Decimal(round((26 - 2.4 * s.years - 20 * s.skill + s.rng.uniform(-1.5, 1.5)) * 10)) / 10
    if s.wide:
        s.levels["C49"] = round((s.levels["C47"] + s.levels["C48"]) * s.share(0.35, 0.09, 0.95))


def _offices(s: Story, quarter: int) -> None:
    done = min(1.0, DUE[quarter] + s.rng.uniform(-0.05, 0.04))
    s.add("E07", max(0, round(s.levels["E06"] * done) - s.so_far["E07"]))
    s.add("E08", int(s.rng.random() < 0.02))
    spent = (s.money["F05"] * Decimal(str(round(DUE[quarter] * s.rng.uniform(0.85, 1.0), 3)))).quantize(Decimal("0.1"))
    s.money["F06 quarter"] = max(Decimal(0), spent - s.money["F06"])
    s.money["F06"] = max(spent, s.money["F06"])
    if "F07" in s.money:
        paid = (s.money["F07"] * Decimal(str(round(0.24 * (quarter + 1), 2)))).quantize(Decimal("0.1"))
        s.money["F08 quarter"], s.money["F08"] = max(Decimal(0), paid - s.money["F08"]), max(paid, s.money["F08"])
    if quarter == 3 and s.wide and s.levels["D02"] > 8:  # a school merged here and there, as the programme wants
        merged = s.rng.choice((1, 1, 2))
        s.levels["D02"] -= merged
        s.levels["F04"] -= merged
        s.levels["D06"] -= s.levels["D06"] // 45
        s.levels["D07"] = min(s.levels["D07"], s.levels["D06"])
        s.levels["E04"] -= merged
        s.levels["E05"] = min(s.levels["E05"], s.levels["E04"])


def _digital(s: Story, quarter: int) -> None:
    sent = s.add("G01", s.about(1300))
    s.part("G02", sent, s.share(0.86, 0.025))
    files = s.add("G03", s.about(420))
    s.part("G04", files, s.share(0.5, 0.08))
    due = s.add("G08", s.rng.randint(4, 6))
    s.part("G09", due, s.rng.choice((1.0, 1.0, 0.8)))
    s.part("G10", due, s.share(0.4, 0.11, 1.0))
    _grow(s)


def _grow(s: Story) -> None:
    """Let the levels grow as they do: results to digitise, people with a signature, procedures published."""
    levels, procedures = s.levels, s.levels["C01"]
    levels["C02"] = procedures if s.rng.random() < 0.8 else procedures - s.rng.randint(1, 4)
    levels["C03"] = procedures - s.rng.randint(0, 3)
    levels["C73"] = round(levels["C73"] * s.rng.uniform(1.01, 1.03))
    levels["C74"] = max(levels.get("C74", 0), round(levels["C73"] * s.share(0.24, 0.14, 0.97)))
    levels["C74"] = min(levels["C74"], levels["C73"])
    levels["E02"] = min(levels["E01"], max(levels["E01"] - 2, levels.get("E02", 0)))
    levels["E03"] = min(levels["E02"], max(levels.get("E03", 0), round(levels["E02"] * s.share(0.92, 0.02, 1.0))))
    levels["G06"] = min(levels["G05"], max(levels.get("G06", 0), round(levels["G05"] * s.share(0.55, 0.1, 1.0))))
    for code, chance in (("G11", 0.05), ("G12", 0.1)):
        levels[code] = max(levels[code], int(s.rng.random() < chance))
    if "D02" in levels:
        moved = min(levels["C48"], s.rng.randint(1, 5))  # from part of the way online to all of it
        levels["C47"], levels["C48"] = levels["C47"] + moved, levels["C48"] - moved
        levels["C61"] = min(levels["C60"], max(levels["C61"], round(levels["C60"] * s.share(0.6, 0.08, 1.0))))


def _money_told(s: Story, cumulative: bool) -> dict[str, Entry]:
    suffix = "" if cumulative else " quarter"
    said: dict[str, Entry] = {"F05": s.money["F05"], "F06": s.money["F06" + suffix]}
    if s.money.get("F07"):
        return said | {"F07": s.money["F07"], "F08": s.money.get("F08" + suffix, Decimal(0))}
    return said | {"F07": NOTHING_AROSE, "F08": NOTHING_AROSE}
