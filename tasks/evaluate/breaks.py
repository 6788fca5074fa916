"""What breaks a series, in sentences: a definition that ends or changes, an area or a circle of reporters that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from config.indicator import Aggregation, Indicator
from config.load import Declarations
from tasks.evaluate.base import UNIT, Key
from tasks.evaluate.road import Road
from tasks.evaluate.series import area_since


@dataclass(frozen=True)
class Breaks:
    """The breaks of series between the first day of a stage and the day of its latest figures."""

    declarations: Declarations
    first_day: date
    day: date
    restated: bool = False  # earlier figures are those of today's areas

    def stopped(self, indicator: Indicator) -> date | None:
        """Return the last day of a series that another one has replaced by now, or None."""
        return self._ended(indicator) if indicator.superseded_by else None

    def sentences(self, key: Key, road: Road) -> Iterator[str]:
        """Yield what breaks the series of `key`, along which `road` was measured."""
        yield from self._of_definitions(road.goal.indicator)
        if key[0] == UNIT:
            yield from self._of_area(key[1])
        else:
            yield from self._of_reporters(road)
        if self.stopped(road.goal.indicator) and road.current is not None:
            yield f"khi dừng: {road.judgement.status.value}"

    def owed(self, indicator: Indicator, day: date) -> frozenset[str]:
        """Return the units that owe `indicator` for figures cut off on `day`."""
        reporting = self.declarations.units.reporting(day)
        owing = {code for code, unit in reporting.items() if unit.reports(indicator.reported_by)}
        office = owing & {self.declarations.office.district}
        return frozenset(office if office and indicator.rule is Aggregation.DISTRICT_ONLY else owing)

    def _ended(self, indicator: Indicator) -> date | None:
        last = max((d.valid_to or date.max for d in indicator.definitions), default=date.max)
        return last if last < self.day else None

    def _of_definitions(self, indicator: Indicator) -> Iterator[str]:
        for before in self._predecessors.get(indicator.code, ()):
            start = min(d.valid_from for d in indicator.definitions)
            if self.first_day < start <= self.day:
                yield f"tiếp sau {before} từ ngày {start:%d/%m/%Y}, không nối chuỗi"
        for definition in sorted(indicator.definitions, key=lambda d: d.valid_from)[1:]:
            if self.first_day < definition.valid_from <= self.day:
                yield f"định nghĩa đổi từ ngày {definition.valid_from:%d/%m/%Y}, số trước đó không dùng"
        if end := self._ended(indicator):
            if indicator.superseded_by:
                yield f"chuỗi dừng ngày {end:%d/%m/%Y}, thay bằng {indicator.superseded_by}, không nối chuỗi"
            else:
                yield f"định nghĩa hết hiệu lực ngày {end:%d/%m/%Y}"

    def _of_area(self, unit: str) -> Iterator[str]:
        since = area_since(self.declarations.units, unit, self.day)
        if since >= self.first_day and not self.restated:
            yield f"sau ngày {since:%d/%m/%Y} mã này là một địa bàn khác"

    def _of_reporters(self, road: Road) -> Iterator[str]:
        if road.base is None or road.current is None:
            return
        then, now = (self.owed(road.goal.indicator, day) for day in (road.base.day, road.current.day))
        if then != now:
            before = f"trước {len(then)} đơn vị ({road.base.day:%d/%m/%Y})"
            yield f"phải báo cáo: {before}, nay {len(now)} đơn vị ({road.current.day:%d/%m/%Y})"

    @cached_property
    def _predecessors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for indicator in self.declarations.indicators.values():
            if indicator.superseded_by:
                found.setdefault(indicator.superseded_by, []).append(indicator.code)
        return found
