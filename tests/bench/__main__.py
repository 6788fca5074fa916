"""`make bench`: milliseconds per unit of every stage at 19, 171 and 1,000 units, beside the plain loop's."""

from __future__ import annotations

import argparse
import gc
import logging
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.period import Period
from flows.collector import collect_rarely
from tests.bench.district import District, build
from tests.bench.loop import plain_loop
from tests.bench.post import Post
from tests.bench.watching import seconds_to_answer
from tests.bench.years import known_years

SIZES = (19, 171, 1000)
OWN_WORK = ("thu nhận (đọc, ánh xạ, lưu)", "tổng hợp", "đánh giá", "công bố")
UNZIP, GUARD, READ = (
    "sàn: chỉ giải nén",
    "kiểm tra an toàn (tiến trình đọc)",
    "kiểm tra an toàn và đọc (tiến trình đọc)",
)
FURTHER = (  # what the loop has no match for
    "trong công bố: báo cáo Word",
    "trong công bố: gói dữ liệu, Parquet",
    "trong công bố: trang từng chỉ tiêu, từng đơn vị",
)
LOOP = "vòng lặp read_excel"
REMIND = "nhắc nộp (tính, viết thư; mong đợi ≤ 1 giây cho 1.000 đơn vị)"
SEND = "gửi thư nhắc qua SMTP trên máy này"
EXPECTED_SHARE = 0.25
COMES = gc.get_threshold()


@dataclass
class Times:
    """Seconds by stage for one number of units."""

    units: int
    seconds: dict[str, float] = field(default_factory=dict)
    letters: int = 0

    def measure(self, stage: str, work: Callable[[], object]) -> None:
        """Time `work` as `stage`."""
        gc.collect()
        start = time.perf_counter()
        work()
        self.seconds[stage] = time.perf_counter() - start

    @property
    def with_guard(self) -> float:
        """Seconds of guarding, reading, mapping, storing, aggregating, evaluating and publishing."""
        return sum(self.seconds[stage] for stage in OWN_WORK)

    @property
    def own(self) -> float:
        """The same without the guard and the further outputs, which the loop does not have."""
        return self.with_guard - self.seconds[GUARD] - self.further

    @property
    def further(self) -> float:
        """Seconds of what publishing makes beside the workbook, `index.html`, the CSV files and the manifest."""
        return sum(self.seconds[stage] for stage in FURTHER)


def bench(units: int) -> Times:
    """Issue, fill, take in, judge, aggregate, evaluate and publish `units` workbooks, then the plain loop."""
    times = Times(units)
    with tempfile.TemporaryDirectory() as folder:
        district: District = build(Path(folder), units)
        measure_post(times, district, Path(folder) / "thu")
        times.measure("phát biểu", district.issue)
        times.measure("điền mẫu (chỉ để đo)", district.fill)
        times.measure(LOOP, lambda: as_python_comes(lambda: plain_loop(district.inbox)))
        times.measure(UNZIP, district.unzip)
        district.warm()
        times.measure(GUARD, district.guard)
        times.measure(READ, district.read)
        times.measure("thu nhận (đọc, ánh xạ, lưu)", district.take_in)
        times.measure("kiểm tra", district.judge)
        times.seconds["trong kiểm tra: Great Expectations (mong đợi ≤ 3 giây)"] = district.seconds_of_rules
        times.measure("tổng hợp", district.aggregate)
        times.measure("đánh giá", district.evaluate)
        times.measure("công bố", district.publish)
        district.gather()
        for stage, work in zip(FURTHER, (district.write_report, district.package_data, district.pages), strict=True):
            times.measure(stage, work)
    return times


def as_python_comes(work: Callable[[], object]) -> None:
    """Do `work` with the search for dead objects that Python has by default, as anybody's script does."""
    ours = gc.get_threshold()
    gc.set_threshold(*COMES)
    work()
    gc.set_threshold(*ours)


def five_years(units: int) -> float:
    """Return the seconds of publishing the last period of a stage that has five years of figures behind it."""
    times = Times(units)
    with tempfile.TemporaryDirectory() as folder:
        district = build(Path(folder), units, Period.parse("2025-YEAR"))
        for prepare in (district.issue, district.fill, district.take_in, district.judge, district.aggregate):
            prepare()
        district.evaluate()
        district.lived()
        times.measure("công bố", district.publish)
    return times.seconds["công bố"]


def measure_post(times: Times, district: District, home: Path) -> None:
    """Time the reminders to all units of `district`, none of which has reported."""
    post = Post.of(district, home)
    times.measure(REMIND, post.remind)
    times.measure(SEND, post.send)
    times.letters = post.written
    post.close()


def table_of(measured: Sequence[Times]) -> Table:
    """Return the times as a table: a row for each stage, milliseconds per unit and seconds for each size."""
    table = Table(title="Mili giây một đơn vị (giây tổng)", title_justify="left")
    table.add_column("Bước")
    for times in measured:
        table.add_column(f"{times.units} đơn vị", justify="right")
    for stage in measured[0].seconds:
        table.add_row(stage, *(_cell(t.seconds[stage], t.units) for t in measured))
    table.add_section()
    for what, named in (
        ("việc của mình, không kể GX, kiểm tra an toàn, phần công bố thêm", "own"),
        ("phần công bố thêm: trang chi tiết, Word, Parquet, gói dữ liệu", "further"),
        ("việc của mình và phần công bố thêm, không kể GX", "with_guard"),
    ):
        seconds = [getattr(t, named) for t in measured]
        table.add_row(what, *(_cell(s, t.units) for s, t in zip(seconds, measured, strict=True)))
        shares = (s / t.seconds[LOOP] for s, t in zip(seconds, measured, strict=True))
        expected = f" (mong đợi ≤ {EXPECTED_SHARE:.2f})" if named == "own" else ""
        table.add_row(f"so với vòng lặp{expected}", *(f"{share:.2f}" for share in shares))
    return table


def post_lines(measured: Sequence[Times]) -> list[str]:
    """Return how many letters a second go out to a mail server on loopback, for each size."""
    return [f"{t.units} đơn vị: {t.letters} thư, {t.letters / t.seconds[SEND]:.0f} thư/giây" for t in measured]


def _cell(seconds: float, units: int) -> str:
    return f"{1000 * seconds / units:.2f} ({seconds:.2f})"


def ten_years() -> list[tuple[str, int, float]]:
    """Return what is rebuilt of ten stored years, the seconds that it may take, and those that it took."""
    with tempfile.TemporaryDirectory() as folder:
        years, times = known_years(Path(folder)), Times(19)
        times.measure("dựng lại", years.rebuild)
        years.resubmit()
        times.measure("nộp lại", years.refresh)
        times.measure("ngày cũ", years.look_back)
    return [
        ("Dựng lại mọi kỳ 2021–2030 và hai giai đoạn từ số liệu đã lưu", 20, times.seconds["dựng lại"]),
        ("Làm mới một kỳ sau khi một đơn vị nộp lại", 1, times.seconds["nộp lại"]),
        ("Hỏi một kỳ như đã biết vào một ngày trước", 1, times.seconds["ngày cũ"]),
    ]


def main() -> None:
    """Print the table for the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    sizes = parser.parse_args().sizes
    logging.getLogger("cchc").setLevel(logging.WARNING)
    collect_rarely()  # as `cchc` does
    console = Console(width=140)
    console.print(f"Python {platform.python_version()}, {platform.machine()}; một lần chạy, cùng máy, cùng lúc.")
    measured = [bench(size) for size in sizes]
    console.print(table_of(measured))
    for line in post_lines(measured):
        console.print(line)
    console.print(f"Công bố 19 đơn vị có năm năm số liệu (mong đợi ≤ 10 s): {five_years(19):.1f} s")
    for what, expected, seconds in ten_years():
        console.print(f"{what} (mong đợi ≤ {expected} s): {seconds:.1f} s")
    first, *later = seconds_to_answer()
    console.print(
        f"cchc collect --watch, từ lúc bỏ tệp đến lúc có thư trả lời (mong đợi ≤ 5 s): "
        f"tệp đầu {first:.1f} s, sau đó {', '.join(f'{s:.1f} s' for s in later)}"
    )


if __name__ == "__main__":
    main()
