"""The pages of the dictionary as Markdown: elements by section, indicators by content, rules by file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from config.element import Element, ElementFile, Kind, ReportedBy
from config.indicator import AGGREGATION_NAMES, Definition, Direction, Indicator, Pace, Target, TargetStatus
from config.load import Declarations
from config.number import NumberType, format_number
from config.refusal import RefusalText
from config.strict import parse, read_document
from expectations.finding import SEVERITY_NAMES, Severity
from expectations.rule import Rule
from flows.refusal_page import TITLE, refusal_lines
from tasks.check.task_rules import TaskRule
from tasks.publish.wording import formula, target_text

COMMAND = "make docs"

REPORTERS = {ReportedBy.BOTH: "huyện và xã", ReportedBy.DISTRICT: "huyện", ReportedBy.COMMUNE: "xã"}
TYPES = {NumberType.COUNT: "số nguyên", NumberType.DECIMAL: "số thập phân", NumberType.FLAG: "1 (có) hoặc 0 (không)"}
KINDS = {
    Kind.STOCK: ("số hiện có", "số có đến hết ngày chốt số liệu"),
    Kind.FLOW_CUM_YEAR: (
        "cộng dồn",
        "số phát sinh trong khoảng số liệu của kỳ: quý I, 6 tháng, năm từ đầu năm báo cáo, quý III tính riêng",
    ),
    Kind.FLOW_PERIOD: ("trong kỳ", "số phát sinh trong khoảng số liệu của kỳ, không cộng được qua các kỳ"),
    Kind.OPENING_BALANCE: ("tồn đầu", "số còn lại của kỳ trước, tính đến đầu ngày đầu tiên của khoảng số liệu"),
    Kind.CLOSING_BALANCE: ("tồn cuối", "số còn lại, tính đến hết ngày chốt số liệu"),
    Kind.DERIVED_SUM: ("dòng tổng", "đơn vị tự cộng và ghi; chương trình cộng lại để đối chiếu"),
    Kind.RATE_WEIGHTED: ("bình quân", "số bình quân; các đơn vị gộp lại phải có trọng số"),
    Kind.BASELINE: ("số gốc", "số của năm gốc, không đổi qua các kỳ"),
}
STATUSES = {"reconstruction": "dựng lại, chưa đối chiếu được với biểu chính thức", "sourced": "theo văn bản"}
TARGET_STATUSES = {
    TargetStatus.SOURCED: "theo văn bản",
    TargetStatus.PROVISIONAL: "tạm tính, chưa kiểm chứng",
    TargetStatus.STAND_IN: "mượn của tỉnh khác hoặc bộ, ngành",
}
DIRECTIONS = {
    Direction.UP: "càng cao càng tốt",
    Direction.DOWN: "càng thấp càng tốt",
    Direction.RANGE: "phải nằm trong khoảng",
}
PACES = {
    Pace.FROM_ZERO: "từ số 0 đầu mỗi năm",
    Pace.FROM_LEVEL: "từ mức đã đạt trước đó",
}
SEVERITY_MEANINGS = {
    Severity.CRITICAL: "biểu được trả lại để sửa",
    Severity.WARNING: "biểu vẫn được nhận, đề nghị đơn vị xem lại",
    Severity.INFO: "chỉ để đơn vị biết",
}

# A new file of rules needs no word here: it then goes by its name.
RULE_FILES = {
    "aggregates.yaml": "Cả biểu, trước khi cộng các đơn vị",
    "completeness.yaml": "Ô trống và ô chưa có số liệu",
    "history.yaml": "So với kỳ trước",
    "identities.yaml": "Các con số khớp với nhau",
    "ranges.yaml": "Khoảng giá trị",
    "reading.yaml": "Ô không đọc được thành số",
    "versions.yaml": "Biểu theo phiên bản nào",
}


def elements_page(declarations: Declarations, config: Path) -> str:
    """Return the page of the data elements, a table for each section of the form."""
    titles = {s.code: s.title for f in declarations.forms for s in f.sections}
    files = [parse(read_document(path), ElementFile) for path in sorted((config / "elements").glob("*.yaml"))]
    return _page(
        "Từ điển chỉ tiêu trong biểu",
        "config/elements/",
        f"{len(declarations.elements)} chỉ tiêu mà các đơn vị ghi vào biểu. Cách viết số: [so-lieu.md](../so-lieu.md).",
        "",
        "**Loại số liệu** cho biết con số tính đến khi nào:",
        "",
        *(f"- *{name}*: {meaning}." for name, meaning in KINDS.values()),
        *(line for file in files for line in _section(file, titles.get(file.section, file.section))),
    )


def indicators_page(declarations: Declarations) -> str:
    """Return the page of the indicators, by content of the programme."""
    indicators = declarations.indicators.values()
    lines: list[str] = []
    for content, group in groupby(indicators, key=lambda i: i.content):
        lines += ["", f"## {content}. {declarations.framework.contents[content]}"]
        lines += [line for i in group for line in _indicator(i, declarations)]
    return _page(
        "Từ điển chỉ tiêu đánh giá",
        "config/indicators/",
        f"{len(indicators)} chỉ tiêu của bảng đánh giá. Cách tính và cách xếp loại: [danh-gia.md](../danh-gia.md).",
        "Trong công thức, dấu : là phép chia; mã như A02 tra ở [chỉ tiêu trong biểu](chi-tieu-trong-bieu.md).",
        "Mục tiêu không có văn bản thì để trống, không tự đặt.",
        *lines,
    )


def rules_page(
    rules: Sequence[Rule], trials: Mapping[str, Mapping[str, str]], of_tasks: Sequence[TaskRule] = ()
) -> str:
    """Return the page of the rules, by file, then those about the list of plan tasks.

    `trials` are the rows of `false_alarms.csv` by rule.
    """
    severities = [*(rule.severity for rule in rules), *(rule.severity for rule in of_tasks)]
    counts = {s: severities.count(s) for s in Severity}
    lines: list[str] = []
    for file, group in groupby(rules, key=lambda rule: rule.file.name):
        lines += ["", f"## {RULE_FILES.get(file, file)}", "", *_rules(file, tuple(group), trials)]
    if of_tasks:
        lines += ["", "## Danh mục nhiệm vụ kế hoạch năm", "", *_task_rules(of_tasks)]
    return _page(
        "Từ điển quy tắc kiểm tra",
        "expectations/",
        f"{len(severities)} quy tắc mà các biểu đi qua. "
        "Trong câu báo lỗi, dấu … là chỗ chương trình điền số của đơn vị.",
        "",
        *(f"- **{SEVERITY_NAMES[s]}** ({n} quy tắc): {SEVERITY_MEANINGS[s]}." for s, n in counts.items()),
        *lines,
    )


def refusals_page(refusals: Mapping[str, RefusalText]) -> str:
    """Return the page of the codes by which files are refused, in the order of their declaration."""
    return _page(TITLE, "config/refusals.yaml", *refusal_lines(refusals))


def _page(title: str, source: str, *lines: str) -> str:
    head = (f"# {title}", "", f"> Sinh từ `{source}` bằng lệnh `{COMMAND}`; sửa ở khai báo, đừng sửa trang này.", "")
    return "\n".join((*head, *lines)) + "\n"


def _section(file: ElementFile, title: str) -> Iterator[str]:
    yield from ("", f"## {file.section}. {title}", "")
    status = STATUSES.get(file.status, file.status)
    yield f"{len(file.elements)} chỉ tiêu. Độ tin cậy: {status}. Nguồn: {file.document}."
    yield ""
    heads = ("Mã", "Chỉ tiêu", "Đơn vị tính", "Cấp báo cáo", "Cách ghi", "Loại số liệu", "Hiệu lực", "Bắt buộc")
    yield from _table(heads, (_element(e) for e in file.elements))


def _element(element: Element) -> tuple[str, ...]:
    return (
        element.code,
        element.name,
        element.unit_of_measure,
        REPORTERS[element.reported_by],
        TYPES[element.type],
        KINDS[element.kind][0],
        _validity(element.valid_from, element.valid_to),
        "có" if element.required else "không",
    )


def _indicator(indicator: Indicator, declarations: Declarations) -> Iterator[str]:
    yield from ("", f"### {indicator.code}. {indicator.name}", "")
    for definition in indicator.definitions:
        yield from _definition(indicator, definition, declarations)
    yield f"- Tổng hợp: {_aggregation(indicator, declarations)}. Cấp báo cáo: {REPORTERS[indicator.reported_by]}."
    yield f"- Chiều đánh giá: {DIRECTIONS[indicator.direction]}{_pace(indicator)}."
    yield f"- Đơn vị chủ trì: {indicator.lead}."
    if indicator.minimum_coverage is not None:
        yield f"- Độ bao phủ tối thiểu riêng: {format_number(indicator.minimum_coverage * 100)}%."
    if indicator.baseline:
        base = indicator.baseline
        yield f"- Số gốc: {format_number(base.value)} ngày {base.day:%d/%m/%Y} ({base.document})."
    if indicator.superseded_by:
        yield f"- Thay bằng {indicator.superseded_by}; hai chuỗi số liệu không nối với nhau."
    yield ""
    yield from _targets(indicator)


def _definition(indicator: Indicator, definition: Definition, declarations: Declarations) -> Iterator[str]:
    codes = formula(indicator, definition)
    factor = f" × {indicator.factor}" if indicator.factor != 1 else ""
    yield f"- Cách tính ({indicator.unit_of_measure}): {_in_words(codes, declarations)}{factor}."
    yield f"- Công thức: `({codes}){factor}`" if factor else f"- Công thức: `{codes}`"
    yield f"- Hiệu lực: {_validity(definition.valid_from, definition.valid_to)}."


def _in_words(codes: str, declarations: Declarations) -> str:
    known = declarations.elements
    return re.sub(r"\b[A-Z]\d{2}\b", lambda m: f"«{known[m[0]].name}»", codes)


def _aggregation(indicator: Indicator, declarations: Declarations) -> str:
    name = AGGREGATION_NAMES[indicator.rule]
    return f"{name} {indicator.weight} ({declarations.elements[indicator.weight].name})" if indicator.weight else name


def _pace(indicator: Indicator) -> str:
    return "" if indicator.direction is Direction.RANGE else f"; nhịp độ tính {PACES[indicator.pace]}"


def _targets(indicator: Indicator) -> Iterator[str]:
    if not indicator.targets:
        yield "Chưa tìm thấy văn bản nào đặt mục tiêu."
        return
    rows = (_target(year, target, indicator) for year, target in sorted(indicator.targets.items()))
    yield from _table(("Cuối năm", "Mục tiêu", "Độ tin cậy", "Văn bản"), rows)


def _target(year: int, target: Target, indicator: Indicator) -> tuple[str, ...]:
    return str(year), target_text(indicator, target), TARGET_STATUSES[target.status], target.document


def _rules(file: str, rules: Sequence[Rule], trials: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    common = Counter(rule.document for rule in rules).most_common(1)[0][0]
    yield f"{len(rules)} quy tắc trong `expectations/{file}`. Căn cứ: {common}."
    for rule in rules:
        yield from ("", f"### {rule.rule}", "", rule.text, "")
        if rule.label != rule.rule:
            yield f"- Đơn vị đọc mã: {rule.label}."
        yield f"- Mức độ: {SEVERITY_NAMES[rule.severity].lower()}."
        if "ignore_row_if" in rule.kwargs:
            yield f"- Khi thiếu số: {rule.missing}."
        yield f"- Câu báo lỗi và cách sửa: {re.sub(r'{[^{}]*}', '…', rule.message)}"
        if rule.document != common:
            yield f"- Căn cứ: {rule.document}."
        if rule.rule in trials:
            yield _trial(trials[rule.rule])


def _task_rules(rules: Sequence[TaskRule]) -> Iterator[str]:
    yield f"{len(rules)} quy tắc trong `tasks/check/task_rules.py`, xét từng dòng của danh mục và A01–A04 bên cạnh nó."
    for rule in rules:
        yield from ("", f"### {rule.rule}", "", rule.text, "")
        yield f"- Mức độ: {SEVERITY_NAMES[rule.severity].lower()}."
        yield f"- Câu báo lỗi và cách sửa: {re.sub(r'{[^{}]*}', '…', rule.told)}"


def _trial(row: Mapping[str, str]) -> str:
    """Return how often a rule spoke on the sample years where nothing was wrong."""
    alarms = row["false_alarms"]
    where = f", ở {row['false_reports']} biểu" if row["false_alarms"] != "0" else ""
    return (
        f"- Báo nhầm khi thử trên các năm mẫu {row['first_year']}–{row['last_year']} (hạt giống «{row['seed']}»): "
        f"{alarms} lần{where}, trên {row['reports']} biểu không có lỗi và có số kỳ trước để so."
    )


def _validity(start: date, end: date | None) -> str:
    return f"từ {start:%d/%m/%Y}" + (f" đến hết {end:%d/%m/%Y}" if end else "")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(heads)
    yield _line(["---"] * len(heads))
    for row in rows:
        yield _line([cell.replace("|", "\\|") for cell in row])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
