"""The templates of the reports as they come with the programme, before the office edits them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
BLOCK = WD_ALIGN_PARAGRAPH.JUSTIFY
MADE = datetime(2022, 1, 1, tzinfo=UTC).replace(tzinfo=None)

# name of the column, its width in millimetres, what stands in it, and whether it is centred
Columns = Sequence[tuple[str, int, str, bool]]
CONTENTS: Columns = (
    ("Nội dung", 75, "{{ row.name }}", False),
    ("Số chỉ tiêu", 20, "{{ row.total }}", True),
    ("Đạt hoặc đúng tiến độ", 23, "{{ row.good }}", True),
    ("Chậm, xấu đi, ngoài ngưỡng", 25, "{{ row.slow }}", True),
    ("Không đánh giá được", 22, "{{ row.none }}", True),
)
LAGGING: Columns = (
    ("TT", 10, "{{ row.place }}", True),
    ("Chỉ tiêu", 48, "{{ row.name }}", False),
    ("Kết quả", 17, "{{ row.result }}", True),
    ("Mục tiêu", 26, "{{ row.target }}", True),
    ("Đánh giá", 24, "{{ row.status }}", False),
    ("Đơn vị chủ trì (đề xuất)", 40, "{{ row.lead }}", False),
)
LINES: Columns = (
    ("TT", 11, "{{ row.place }}", True),
    ("Nội dung", 60, "{{ row.name }}", False),
    ("Đơn vị tính", 16, "{{ row.measure }}", True),
    ("Chỉ tiêu", 26, "{{ row.target }}", True),
    ("Kết quả", 18, "{{ row.result }}", True),
    ("Tỷ lệ (phần đường đã đi)", 18, "{{ row.share }}", True),
    ("Đánh giá", 26, "{{ row.status }}", False),
    ("Đơn vị chủ trì (đề xuất)", 33, "{{ row.lead }}", False),
    ("Ghi chú", 44, "{{ row.notes }}", False),
)
OFFICES: Columns = (
    ("TT", 10, "{{ row.place }}", True),
    ("Đơn vị chủ trì", 70, "{{ row.responsible }}", False),
    ("Hoàn thành", 28, "{{ row.done }}/{{ row.total }}", True),
    ("Tỷ lệ (%)", 28, "{{ row.share }}", True),
    ("Quá hạn", 28, "{{ row.overdue }}", True),
)
TASKS: Columns = (
    ("TT", 10, "{{ row.place }}", True),
    ("Đơn vị chủ trì", 33, "{{ row.responsible }}", False),
    ("Nhiệm vụ", 53, "{{ row.code }} {{ row.content }}", False),
    ("Người phụ trách", 25, "{{ row.post }}", False),
    ("Hạn", 27, "{{ row.due }}", True),
    ("Quá hạn (ngày)", 17, "{{ row.days }}", True),
)
SCORES: Columns = (
    ("Hạng", 16, "{{ row.place }}", True),
    ("Đơn vị", 92, "{{ row.name }}", False),
    ("Điểm", 30, "{{ row.score }}", True),
    ("Xếp loại", 64, "{{ row.grade }}", False),
    ("Điểm so với năm trước", 42, "{{ row.change }}", True),
)
UNITS: Columns = (
    ("TT", 12, "{{ row.place }}", True),
    ("Đơn vị", 62, "{{ row.name }}", False),
    ("Tình trạng", 68, "{{ row.state }}", False),
    ("Lần nộp", 20, "{{ row.version }}", True),
    ("Ngày nhận", 30, "{{ row.received }}", True),
    ("Muộn (ngày)", 20, "{{ row.late }}", True),
    ("Lỗi nghiêm trọng", 20, "{{ row.critical }}", True),
    ("Cảnh báo", 20, "{{ row.warnings }}", True),
)


def period_report() -> Any:
    """Return the template of a period's report."""
    document = _blank("Mẫu báo cáo kỳ")
    _opening(document)
    _heading(document, "I. TÌNH HÌNH NỘP BIỂU SỐ LIỆU")
    _each(document, "coverage")
    _heading(document, "II. KẾT QUẢ CHUNG")
    _each(document, "overview")
    _tally(document)
    _heading(document, "III. KẾT QUẢ THEO NỘI DUNG")
    _paragraph(document, "{%p for group in groups %}")
    _heading(document, "{{ loop.index }}. {{ group.name }}")
    _paragraph(document, "{%p for line in group.lines %}")
    _paragraph(document, "- {{ line.told }} {{ line.leaders }} {{ line.without }}", BLOCK, indent=True)
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "{%p endfor %}")
    _lagging(document)
    _tasks(document)
    _heading(document, "VI. SỐ LIỆU THAY ĐỔI SO VỚI BẢN TRƯỚC")
    _each(document, "changes")
    _signature(document)
    _lines(document)
    _annex_title(document, "Phụ lục II", "Tình hình nộp biểu số liệu", new_page=True)
    _table(document, UNITS, "units", size=12)
    return document


def stage_report() -> Any:
    """Return the template of a stage's report."""
    document = _blank("Mẫu báo cáo giai đoạn")
    _opening(document)
    _heading(document, "I. SỐ LIỆU DÙNG ĐỂ ĐÁNH GIÁ")
    _each(document, "coverage")
    _heading(document, "II. KẾT QUẢ CHUNG")
    _each(document, "overview")
    _tally(document)
    _heading(document, "III. KẾT QUẢ THEO NỘI DUNG")
    _paragraph(document, "{%p for group in groups %}")
    _heading(document, "{{ loop.index }}. {{ group.name }}")
    _paragraph(document, "{%p for line in group.lines %}")
    _paragraph(document, "- {{ line.told }} {{ line.leaders }} {{ line.without }}", BLOCK, indent=True)
    _paragraph(document, "{%p endfor %}")
    _paragraph(document, "{%p endfor %}")
    _lagging(document)
    _heading(document, "V. CHẤM ĐIỂM, ĐỐI CHIẾU KẾ HOẠCH")
    _each(document, "scores")
    _each(document, "alignment")
    _heading(document, "VI. KHÔNG ĐÁNH GIÁ ĐƯỢC, VÌ SAO")
    _each(document, "not_assessed")
    _heading(document, "VII. SỐ LIỆU THAY ĐỔI SO VỚI BẢN TRƯỚC")
    _each(document, "changes")
    _signature(document)
    _lines(document)
    _paragraph(document, "{%p if score_sets %}")
    _annex_title(document, "Phụ lục II", "Điểm, hạng, xếp loại các đơn vị", new_page=True)
    _table(document, SCORES, "score_sets", size=12, inner="lines")
    _paragraph(document, "{%p endif %}")
    return document


def _opening(document: Any) -> None:
    _head(document)
    _paragraph(document, "BÁO CÁO", CENTRE, bold=True, size=14, before=12)
    _paragraph(document, "{{ title }}", CENTRE, bold=True, size=14)
    _paragraph(document, "{{ scope }}", CENTRE, italic=True)
    _paragraph(document, "{{ marks }}", CENTRE, italic=True, after=8)


def _tally(document: Any) -> None:
    _table(document, CONTENTS, "contents", size=12)
    _chart(document, "status_chart", "Biểu đồ 1. Số chỉ tiêu theo nội dung và đánh giá")


def _chart(document: Any, name: str, caption: str) -> None:
    """Add a chart with its caption below: above it, the caption stays behind where the chart goes to the next page."""
    _paragraph(document, f"{{{{ {name} }}}}", CENTRE, before=8, keep=True)
    _paragraph(document, caption, CENTRE, italic=True, after=6)


def _lagging(document: Any) -> None:
    _heading(document, "IV. CHỈ TIÊU CHẬM, XẤU ĐI HOẶC NGOÀI NGƯỠNG")
    _paragraph(document, "{%p if lagging %}")
    _table(document, LAGGING, "lagging", size=12)
    caption = "Biểu đồ 2. Phần đường đã đi và phần thời gian đã qua của các chỉ tiêu chậm"
    _chart(document, "road_chart", caption)
    _paragraph(document, "{%p else %}")
    _paragraph(document, "Không có chỉ tiêu nào chậm, xấu đi hoặc ngoài ngưỡng.", BLOCK, indent=True)
    _paragraph(document, "{%p endif %}")


def _tasks(document: Any) -> None:
    _heading(document, "V. NHIỆM VỤ TRONG KẾ HOẠCH CỦA NĂM")
    _each(document, "plan")
    _paragraph(document, "{%p if offices %}")
    _table(document, OFFICES, "offices", size=12)
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p if overdue %}")
    _paragraph(document, "Nhiệm vụ quá hạn, theo đơn vị chủ trì", CENTRE, italic=True, before=8, keep=True)
    _table(document, TASKS, "overdue", size=12)
    _paragraph(document, "{%p endif %}")


def _lines(document: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.different_first_page_header_footer = False
    _annex_title(document, "Phụ lục I", "{{ title }}", new_page=False)
    _table(document, LINES, "groups", size=11, inner="lines")
    _paragraph(document, "{%p for text in legend %}")
    _paragraph(document, "{{ text }}", LEFT, italic=True, size=11)
    _paragraph(document, "{%p endfor %}")


def _annex_title(document: Any, number: str, title: str, new_page: bool) -> None:
    first = _paragraph(document, number, CENTRE, bold=True, size=14, keep=True)
    first.paragraph_format.page_break_before = new_page
    _paragraph(document, title, CENTRE, bold=True, size=14, keep=True, capitals=True)
    _paragraph(document, "{{ attached }}", CENTRE, italic=True, keep=True)
    _paragraph(document, "{{ scope }} – {{ marks }}", CENTRE, italic=True, keep=True, after=6)


def _blank(subject: str) -> Any:
    document = Document()
    _set_font(document.styles["Normal"])
    for level in (1, 2):
        _set_font(document.styles[f"Heading {level}"])
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Ủy ban nhân dân"
    properties.title, properties.comments, properties.subject = subject, "", ""
    properties.created = properties.modified = MADE
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = CENTRE
        _run(paragraph, "{{ foot }}", size=10, italic=True)
    return document


def _set_font(style: Any) -> None:
    style.font.name, style.font.size = FONT, Pt(13)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = CENTRE
    run = _run(paragraph, "", size=13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _head(document: Any) -> None:
    table = _grid(document, (78, 92), rows=3, bordered=False)
    _no_margins(table)
    _cell(table.cell(0, 0), "{{ superior }}", CENTRE, size=12)
    _cell(table.cell(0, 1), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", CENTRE, size=12, bold=True)
    _cell(table.cell(1, 0), "{{ issuer }}", CENTRE, size=12, bold=True)
    _cell(table.cell(1, 1), "Độc lập - Tự do - Hạnh phúc", CENTRE, size=13, bold=True)
    for column, margin in ((0, 28), (1, 20)):
        _ruled(table.cell(1, column), margin)
    _cell(table.cell(2, 0), "Số: ……/BC-UBND", CENTRE)
    _cell(table.cell(2, 1), "{{ place_and_day }}", CENTRE, italic=True)


def _no_margins(table: Any) -> None:
    """Let the texts of the head, which are long, have the whole width of their cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _ruled(cell: Any, margin: int) -> None:
    """Draw a line below the text of `cell`, shorter by `margin` millimetres on both sides."""
    rule = cell.add_paragraph()
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Mm(margin)
    rule.paragraph_format.space_before, rule.paragraph_format.space_after = Pt(3), Pt(5)
    rule.paragraph_format.line_spacing = Pt(2)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    rule._p.get_or_add_pPr().append(borders)


def _heading(document: Any, text: str) -> None:
    _paragraph(document, text, LEFT, bold=True, before=8, after=3, keep=True).style = "Heading 1"


def _each(document: Any, name: str) -> None:
    _paragraph(document, f"{{%p for text in {name} %}}")
    _paragraph(document, "{{ text }}", BLOCK, indent=True)
    _paragraph(document, "{%p endfor %}")


def _signature(document: Any) -> None:
    _paragraph(document, "", LEFT)
    table = _grid(document, (80, 85), rows=1, bordered=False)
    _cell(table.cell(0, 0), "Nơi nhận:", LEFT, size=12, bold=True, italic=True)
    for text in ("- Như trên;", "- Các đơn vị báo cáo;", "- Lưu: VT."):
        _run(_tight(table.cell(0, 0).add_paragraph()), text, size=11)
    _cell(table.cell(0, 1), "{{ signs_for }}", CENTRE, bold=True)
    _run(_tight(table.cell(0, 1).add_paragraph(), CENTRE), "{{ signs_as }}", bold=True)


def _table(document: Any, columns: Columns, rows: str, size: int, inner: str = "") -> None:
    """Add a table with a repeated head and a row of column numbers; `inner` names the rows of groups."""
    table = _grid(document, [width for _, width, _, _ in columns], rows=2)
    for place, (name, _, _, _) in enumerate(columns):
        _cell(table.cell(0, place), name, CENTRE, size=size, bold=True)
        _cell(table.cell(1, place), f"({place + 1})", CENTRE, size=size - 1, italic=True)
    for row in table.rows:
        _mark(row, "w:tblHeader")
    if inner:
        _order(table, f"{{%tr for group in {rows} %}}")
        merged = table.add_row().cells
        _cell(merged[0], "{{ group.numeral }}", CENTRE, size=size, bold=True)
        merged[1].merge(merged[-1])
        _cell(merged[1], "{{ group.name }}", LEFT, size=size, bold=True)
        for cell in (merged[0], merged[1]):
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        _order(table, f"{{%tr for row in group.{inner} %}}")
    else:
        _order(table, f"{{%tr for row in {rows} %}}")
    filled = table.add_row()
    _mark(filled, "w:cantSplit")
    for cell, (_, _, text, is_centred) in zip(filled.cells, columns, strict=True):
        _cell(cell, text, CENTRE if is_centred else LEFT, size=size)
    for _ in range(2 if inner else 1):
        _order(table, "{%tr endfor %}")


def _order(table: Any, text: str) -> None:
    _cell(table.add_row().cells[0], text, LEFT, size=8)


def _grid(document: Any, widths: Sequence[int], rows: int, bordered: bool = True) -> Any:
    table = document.add_table(rows=rows, cols=len(widths))
    table.style = "Table Grid" if bordered else "Normal Table"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _cell(cell: Any, text: str, alignment: Any, **look: Any) -> None:
    cell.vertical_alignment = 1  # in the middle
    _run(_tight(cell.paragraphs[0], alignment), text, **look)


def _tight(paragraph: Any, alignment: Any = LEFT) -> Any:
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0
    return paragraph


def _paragraph(document: Any, text: str, alignment: Any = LEFT, **look: Any) -> Any:
    """Add a paragraph: points `before` and `after` it, `indent` its first line, `keep` it with the next; see `_run`."""
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(look.pop("before", 0)), Pt(look.pop("after", 3)), 1.1
    form.keep_with_next = look.pop("keep", False)
    if look.pop("indent", False):
        form.first_line_indent = Mm(10)
    _run(paragraph, text, **look)
    return paragraph


def _run(paragraph: Any, text: str, size: int = 13, **look: bool) -> Any:
    """Add `text` in `size` points: `bold`, `italic`, in `capitals`."""
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), look.get("bold"), look.get("italic")
    run.font.all_caps = look.get("capitals")
    return run


TEMPLATES: dict[str, Callable[[], Any]] = {"bao-cao.docx": period_report, "bao-cao-giai-doan.docx": stage_report}


def write_templates(folder: Path) -> None:
    """Write each template into `folder`, over one of its name."""
    for file_name, make in TEMPLATES.items():
        make().save(folder / file_name)
