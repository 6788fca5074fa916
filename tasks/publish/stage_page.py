"""`index.html` of a stage: its tables on one page, complete without script or any other file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.trust import TRUST_NAMES, Trust
from tasks.publish.change_lines import by_causes_together, stage_change_lines
from tasks.publish.decisions import lagging_by_lead, thinnest
from tasks.publish.judged_line import tally
from tasks.publish.moves import on_pace
from tasks.publish.page import FILE_NAME, counts_by_tone, environment, policy, target_meanings
from tasks.publish.report import FILE_NAME as REPORT
from tasks.publish.score_lists import plain_rows
from tasks.publish.stage_chart import stage_charts
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import FILES
from tasks.publish.stage_sheaf import StageSheaf
from tasks.publish.stage_site import shared_of
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.workbook import FILE_NAME as WORKBOOK

__all__ = ["FILE_NAME", "stage_page"]

DOWNLOADS = {
    WORKBOOK: "Bảng đánh giá giai đoạn: các phụ lục để in và trình ký",
    REPORT: "Báo cáo giai đoạn bằng lời, theo thể thức văn bản hành chính, sửa được bằng Word",
    **FILES,
    "datapackage.json": "Mô tả mọi tệp số liệu: nghĩa, đơn vị tính từng cột, giấy phép, nguồn; mỗi CSV có bản Parquet",
    "manifest.json": "Danh sách tệp với mã băm, các kỳ và biểu đầu vào, phiên bản phần mềm và khai báo",
}


def stage_page(content: StageContent) -> bytes:
    """Return the page of a stage: UTF-8, complete without any other file."""
    shared = shared_of(content)
    template = environment().get_template("stage.html.j2")
    return template.render({**shared, "policy": policy(shared["style"]), **_context(content)}).encode()


def _context(content: StageContent) -> Mapping[str, Any]:
    frames, sheaf = content.frames, StageSheaf(content)
    lines, changes = sheaf.lines, stage_change_lines(content)
    return {
        "compared_with": content.compared_with,
        "change_count": len(changes),
        "district_change_count": sum(change.of_district for change in changes),
        "causes_together": by_causes_together(changes),
        "stage": content.stage,
        "figures_to": sheaf.figures_to,
        "framework": content.declarations.framework,
        "charts": stage_charts(frames.trajectory),
        "lines": lines,
        "links": sheaf.links,
        "on_pace": on_pace(lines),
        "on_pace_of": lambda group: on_pace(group.lines),
        "counts_by_tone": counts_by_tone,
        "tally": tally(lines, STAGE_STATUSES),
        "tally_of": lambda group: tally(group.lines, STAGE_STATUSES),
        "thinnest": lambda group: thinnest(group.lines),
        "lagging": lagging_by_lead(lines),
        "groups": sheaf.groups,
        "units": [(u, list(sheaf.figures[sheaf.today].get(u.code, {}).values())) for u in sheaf.units],
        "view": sheaf.today,
        "not_assessed": plain_rows(frames.not_assessed),
        "score_sets": sheaf.score_sets,
        "unit_pages": {u.code for u in sheaf.units},
        "scored": frames.scored,
        "alignment": plain_rows(frames.alignment),
        "plan_trust": sorted({TRUST_NAMES[Trust(s)] for s in frames.alignment["plan_status"]}),
        "used": [p.name_within for p in frames.periods],
        "skipped": [p.name_within for p in frames.skipped],
        "words": STAGE_STATUSES,
        "target_meanings": target_meanings(lines),
        "downloads": DOWNLOADS,
    }
