"""Making `sample/`: the inbox of the half-year 2022, drawn from a seed around the figures really published.

Run `python -m flows.make_sample` after a change of the form; what it writes is committed.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.element import Element, Level
from config.load import Declarations, load
from config.number import format_number
from config.period import Period
from config.settings import PROJECT, Settings
from config.unit import Unit
from expectations.suite import load_rules, rules_for
from tasks.forms.fill import ErrorCell, Formula, fill, fill_tasks
from tasks.forms.issue import issue, template
from tasks.illustrate.figures import illustrate
from tasks.illustrate.plan_tasks import illustrate_tasks

PERIOD = Period.parse("2022-H1")
SEED = "Chợ Mới 2022-H1"
SAMPLE = PROJECT / "sample"
SILENT = "30679"

# What was published on 30/06/2022, and how: a form takes whole numbers where the report says "over" and "nearly".
PUBLISHED: Mapping[str, tuple[int, str]] = {
    "A01": (65, "65 nhiệm vụ"),
    "A02": (13, "13 nhiệm vụ đã hoàn thành"),
    "C06": (1, "1 Bộ phận Một cửa cấp huyện được kiện toàn"),
    "C07": (1, "1 Bộ phận Một cửa cấp huyện"),
    "C11": (34600, "«trên 34.600» hồ sơ trực tuyến"),
    "C40": (14000, "«hơn 14.000» hồ sơ mức độ 2"),
    "C41": (4700, "«gần 4.700» hồ sơ mức độ 3"),
    "C42": (13000, "«hơn 13.000» hồ sơ mức độ 4"),
}
# Illustrative figures that fit around the published ones, so that nothing is wrong but what was published wrong.
AROUND: Mapping[str, int] = {
    "A03": 47, "A04": 5, "C10": 612, "C12": 9480, "C13": 133, "C14": 44825, "C20": 30104, "C21": 12618, "C22": 597,
    "C23": 43319, "C30": 1297, "C31": 61, "C32": 1358, "C33": 148, "C50": 655, "C62": 15310, "C63": 3907,
    "C70": 28940, "C71": 19475,
}  # fmt: skip

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@dataclass(frozen=True)
class Sending:
    """One file that a unit sends: when, and how it differs from a clean workbook of its own."""

    at: str
    story: str = "Biểu không có lỗi."
    entries: Mapping[str, object] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    form_of: str | None = None
    instead: bytes | None = None


# What really happens, unit by unit. Whoever is not named here sends one clean workbook in time.
HAPPENINGS: Mapping[str, tuple[Sending, ...]] = {
    "893": (
        Sending(
            "2022-06-17T16:42",
            "Số đã công bố 30/06/2022 (xem bảng dưới), phần còn lại minh hoạ; 34.600 không bằng tổng các mức độ.",
            entries={**{code: figure for code, (figure, _) in PUBLISHED.items()}, **AROUND},
        ),
    ),
    "30631": (
        Sending(
            "2022-06-15T10:05",
            "Số gõ dạng chữ, có dấu chấm và dấu cách: vẫn đọc đúng.",
            entries={"G01": "1.204", "G02": " 1.108 ", "C73": "2 650", "C74": "1.031", "C80": "12,5"},
        ),
    ),
    "30634": (
        Sending(
            "2022-06-15T14:20",
            "Tổng C14 gõ đảo chữ số, không bằng các phần cộng lại: trả lại.",
            entries={"C14": 1872},  # the parts make 1782
        ),
    ),
    "30637": (
        Sending(
            "2022-06-16T08:12",
            "Bốn cách nói «không có»: 0, không phát sinh, KPS, chưa có số liệu.",
            entries={
                "E08": 0,
                "B05": "không phát sinh",
                "B06": "KPS",
                "A17": "chưa có số liệu",
                "A18": "Chưa có số liệu",
            },
        ),
    ),
    "30640": (
        Sending(
            "2022-06-14T16:30",
            "Lần 1: gõ chữ «trên 500», số mơ hồ «1,204», tỷ lệ vào ô đếm: trả lại.",
            entries={"C11": "trên 500", "G01": "1,204", "A18": "98,60%"},
        ),
        Sending("2022-06-16T09:48", "Lần 2: đã sửa."),
    ),
    "30643": (
        Sending(
            "2022-06-16T10:31",
            "Một ô hiện #REF!, một ô công thức lưu không kèm kết quả: trả lại.",
            entries={"C23": ErrorCell("#REF!"), "C32": Formula("=D25+D26")},
        ),
    ),
    "30646": (
        Sending("2022-06-15T15:02", "Gửi nhầm biểu của xã Kiến Thành: từ chối.", form_of="30649"),
        Sending("2022-06-16T11:20", "Gửi lại đúng biểu của mình."),
    ),
    "30652": (
        Sending(
            "2022-06-15T08:40",
            "Nhiều thư xin lỗi hơn hồ sơ trễ: nhận, có cảnh báo; xã đã ghi lý do.",
            entries={"C50": 14},
            notes={"C50": "Có 2 thư xin lỗi cho hồ sơ trễ của năm trước."},
        ),
    ),
    "30655": (
        Sending("2022-06-16T16:55", "Bỏ trống ba ô: nhận, có cảnh báo.", entries={"C51": "", "C52": "", "C53": ""}),
    ),
    "30658": (
        Sending("2022-06-15T09:15", "Biểu không có lỗi."),
        Sending("2022-06-15T09:17", "Cùng một tệp gửi hai lần: bản trùng."),
    ),
    "30664": (
        Sending("2022-06-14T17:05", "Bản quét PDF đổi đuôi thành .xlsx: từ chối.", instead=PDF),
        Sending("2022-06-15T07:50", "Gửi lại đúng biểu."),
    ),
    "30670": (Sending("2022-06-13T10:00", "Gửi trước ngày chốt số liệu 14/06: nhận, ghi là gửi sớm."),),
    "30673": (Sending("2022-06-20T09:30", "Muộn 4 ngày so với hạn 16/06."),),
    SILENT: (),
}


def main() -> None:
    """Write `sample/inbox/`, `sample/arrivals.csv` and `sample/README.md` anew."""
    declarations = load(Settings().config_dir)
    shutil.rmtree(SAMPLE / "inbox", ignore_errors=True)
    units = declarations.reporting(PERIOD)
    sent = [(unit, *one) for unit in units.values() for one in _sendings(unit, declarations)]
    for unit, name, sending in sent:
        path = SAMPLE / "inbox" / unit.code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes_of(unit, sending, declarations))
    with (SAMPLE / "arrivals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "arrived_at"])
        writer.writerows([f"{unit.code}/{name}", f"{sending.at}:00+07:00"] for unit, name, sending in sent)
    (SAMPLE / "README.md").write_text("\n".join(_readme(declarations, sent)) + "\n", encoding="utf-8")


def _sendings(unit: Unit, declarations: Declarations) -> Iterator[tuple[str, Sending]]:
    minute = list(declarations.reporting(PERIOD)).index(unit.code)
    sendings = HAPPENINGS.get(unit.code, (Sending(f"2022-06-15T09:{minute:02}"),))
    for attempt, sending in enumerate(sendings, start=1):
        yield f"{unit.code}-{PERIOD}-lan-{attempt}.xlsx", sending


def _bytes_of(unit: Unit, sending: Sending, declarations: Declarations) -> bytes:
    if sending.instead is not None:
        return sending.instead
    owner = declarations.reporting(PERIOD)[sending.form_of] if sending.form_of else unit
    form = declarations.form(owner.level, PERIOD)
    if form is None:
        raise LookupError(f"no form for {owner.code} in {PERIOD}")
    rows = declarations.rows(form, PERIOD)
    rules = rules_for(load_rules(Settings().expectations_dir, declarations), rows, form.level)
    entries = _entries(owner, rows, sending)
    filled = fill(issue(template(declarations, form, PERIOD, rules), owner), entries, sending.notes)
    return filled if form.tasks is None else fill_tasks(filled, form, _tasks(declarations))


def _tasks(declarations: Declarations) -> list[dict[str, object]]:
    """Return the plan of the district: as many tasks, done ones and overdue ones as its form says."""
    counts = {**{code: figure for code, (figure, _) in PUBLISHED.items()}, **AROUND}
    return illustrate_tasks(f"{SEED}:plan", declarations.calendar.cut_off(PERIOD), counts)


def _entries(unit: Unit, rows: tuple[Element, ...], sending: Sending) -> dict[str, object]:
    drawn: dict[str, object] = {**illustrate(unit.level, f"{SEED}:{unit.code}"), **sending.entries}
    return {e.code: drawn[e.code] for e in rows if drawn[e.code] != ""}


def _readme(declarations: Declarations, sent: list[tuple[Unit, str, Sending]]) -> Iterator[str]:
    yield "# Hộp thư mẫu: 6 tháng đầu năm 2022"
    yield ""
    yield (
        "Tệp này do `python -m flows.make_sample` sinh ra. **Chỉ tám số của huyện (893) ghi «đã công bố» dưới đây "
        "và «1 Bộ phận Một cửa» của mỗi xã, thị trấn (C06, C07) là số thật; mọi số khác là số liệu minh hoạ** sinh từ "
        "một hạt giống cố định."
    )
    yield ""
    yield "## Từng tệp"
    yield ""
    yield "| Đơn vị | Tệp | Đến lúc | Chuyện gì |"
    yield "|---|---|---|---|"
    for unit, name, sending in sent:
        at = datetime.fromisoformat(sending.at)
        yield f"| {unit.name} ({unit.code}) | `{name}` | {at:%d/%m/%Y %H:%M} | {sending.story} |"
    silent = declarations.reporting(PERIOD)[SILENT]
    yield f"| {silent.name} ({SILENT}) | – | – | Không nộp. |"
    yield ""
    yield "## Biểu của huyện, từng ô"
    yield ""
    yield (
        "Nguồn của số đã công bố: tin kiểm tra cải cách hành chính tại huyện Chợ Mới, Cổng thông tin điện tử tỉnh "
        "An Giang, 30/06/2022. Tin ghi «trên», «hơn», «gần»; biểu chỉ nhận số nguyên nên ghi số tròn. 98,60 % trong "
        "tin không rõ mẫu số, vì vậy không có ô nào mang số đó. 4.700 + 13.000 = 17.700, thêm mức độ 2 là 31.700: "
        "đều không phải 34.600."
    )
    yield ""
    yield "| Ô | Chỉ tiêu | Số | Nguồn |"
    yield "|---|---|---|---|"
    yield from _cells_of_district(declarations)
    yield ""
    yield "## Danh mục nhiệm vụ của huyện"
    yield ""
    yield (
        "Trang «Nhiệm vụ» liệt kê đúng 65 nhiệm vụ, 13 đã hoàn thành như đã công bố. **Nội dung, đơn vị chủ trì, chức "
        "vụ, ngày tháng, tình trạng của từng nhiệm vụ (mọi ô A6:H70) đều là minh hoạ**, không lấy từ kế hoạch thật "
        "nào; 5 nhiệm vụ quá hạn và 47 đang thực hiện khớp với số minh hoạ ở A03, A04. L01 của huyện được đếm từ danh "
        "mục này, 13/65, khớp với A01, A02 đã gõ."
    )


def _cells_of_district(declarations: Declarations) -> Iterator[str]:
    unit = declarations.reporting(PERIOD)[declarations.office.district]
    form = declarations.form(Level.DISTRICT, PERIOD)
    if form is None:
        raise LookupError(f"no form for {unit.code} in {PERIOD}")
    rows = {e.code: e for e in declarations.rows(form, PERIOD)}
    entries = _entries(unit, tuple(rows.values()), HAPPENINGS[unit.code][0])
    for section in form.sections:
        on_sheet = [rows[code] for code in section.elements if code in rows]
        for place, element in enumerate(on_sheet):
            entry = entries[element.code]
            shown = entry if isinstance(entry, str) else format_number(entry)  # type: ignore[arg-type]
            source = f"đã công bố: {PUBLISHED[element.code][1]}" if element.code in PUBLISHED else "minh hoạ"
            cell = f"{section.sheet}!{form.columns.value}{form.first_row + place}"
            yield f"| {cell} | {element.code} {element.name} | {shown} | {source} |"


if __name__ == "__main__":
    main()
