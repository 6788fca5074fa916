"""`index.html` of a stage: its tables on one page, in one file: no script, no other host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from config.trust import TRUST_NAMES, Trust
from tasks.publish.page import FILE_NAME, TEMPLATES, environment, policy
from tasks.publish.score_lists import plain_rows, score_sets
from tasks.publish.stage_chart import stage_charts
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import FILES
from tasks.publish.stage_lines import stage_groups, stage_lines, stage_tally
from tasks.publish.stage_wording import STAGE_STATUSES
from tasks.publish.wording import TARGET_MEANINGS
from tasks.publish.workbook import FILE_NAME as WORKBOOK
from tasks.publish.workbook import issuer

__all__ = ["FILE_NAME", "stage_page"]


def stage_page(content: StageContent) -> bytes:
    """Return the page of a stage: UTF-8, complete without any other file."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    template = environment().get_template("stage.html.j2")
    return template.render(style=Markup(style), policy=policy(style), **_context(content)).encode()  # noqa: S704


def _context(content: StageContent) -> Mapping[str, Any]:
    facts, frames, zone = content.facts, content.frames, content.zone
    return {
        "period": content.code,  # the foot of the layout names it
        "stage": content.stage,
        "name": content.name,
        "figures_to": max(frames.table["figures_to"]),
        "office": content.declarations.office,
        "framework": content.declarations.framework,
        "issuer": issuer(content),
        "facts": facts,
        "created_at": facts.created_at.astimezone(zone),
        "charts": stage_charts(frames.trajectory),
        "lines": stage_lines(content),
        "tally": stage_tally(stage_lines(content)),
        "groups": stage_groups(content),
        "contents": plain_rows(frames.contents),
        "not_assessed": plain_rows(frames.not_assessed),
        "score_sets": score_sets(frames.scores),
        "scored": frames.scored,
        "alignment": plain_rows(frames.alignment),
        "plan_trust": sorted({TRUST_NAMES[Trust(s)] for s in frames.alignment["plan_status"]}),
        "periods": frames.periods,
        "skipped": frames.skipped,
        "words": STAGE_STATUSES,
        "statuses": STAGE_STATUSES.values(),
        "target_meanings": TARGET_MEANINGS.values(),
        "downloads": {WORKBOOK: "Bảng đánh giá giai đoạn: các phụ lục để in và trình ký", **FILES},
    }
