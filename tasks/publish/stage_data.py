"""The CSV files and the manifest of a stage's release: see `open_data.py` for how they are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from tasks.publish import stage_wording as words
from tasks.publish.manifest import FINAL, PROVISIONAL, documents_of, sha256
from tasks.publish.open_data import as_csv
from tasks.publish.stage_content import StageContent

FILES = {
    "stage.csv": "Mỗi chỉ tiêu của toàn huyện một dòng: gốc, hiện nay, mục tiêu, p, q, r, CAGR, đánh giá, chỗ gãy",
    "stage_units.csv": "Cùng các cột ấy cho từng đơn vị, theo địa giới khi báo cáo và địa giới hiện nay",
    "contents.csv": "Theo nội dung: bao nhiêu chỉ tiêu ở mỗi mức, chỉ tiêu nào không đánh giá được và vì sao",
    "trajectory.csv": "Từng năm: mức trên đường thẳng từ gốc tới mục tiêu và kết quả năm",
    "scores.csv": "Điểm, hạng, xếp loại của từng đơn vị theo từng bộ tiêu chí, thay đổi so với năm trước",
    "score_criteria.csv": "Từng tiêu chí cho từng đơn vị bao nhiêu điểm, trên số liệu nào",
    "standings.csv": "Đơn vị làm tốt, tiến bộ, cần hỗ trợ, do những tiêu chí nào",
    "alignment.csv": "Kế hoạch của huyện đối chiếu với chỉ tiêu của tỉnh",
    "changes.csv": "Mọi con số khác bản công bố trước: số cũ, số mới, nguyên nhân",
}


def stage_tables(content: StageContent) -> dict[str, tuple[pd.DataFrame, words.Headings]]:
    """Return the rows and the headings by column of each CSV file of a stage, in the order of `FILES`."""
    frames, scores = content.frames, content.frames.scores
    tables = (
        (frames.table, words.STAGE),
        (frames.units, words.STAGE_UNITS),
        (frames.contents, words.BY_CONTENT),
        (frames.trajectory, words.TRAJECTORY),
        (scores.units, words.SCORES_WITH_CHANGES),
        (scores.criteria, words.CRITERIA),
        (scores.standings, words.STANDINGS),
        (frames.alignment, words.ALIGNMENT),
        (content.changes, words.STAGE_CHANGES),
    )
    return dict(zip(FILES, tables, strict=True))


def stage_csv_files(content: StageContent) -> dict[str, bytes]:
    """Return the CSV files of a stage by name, in the order of `FILES`."""
    tables = stage_tables(content)
    return {name: as_csv(frame, list(headings), content.zone) for name, (frame, headings) in tables.items()}


def stage_digest(content: StageContent, data: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of everything that a release shows, save when and by which run it was made."""
    made_from = _made_from(content) | {
        "documents": documents_of(content),
        "data": {name: sha256(written) for name, written in data.items()},
    }
    return sha256(json.dumps(made_from, sort_keys=True).encode())


def stage_figures_digest(content: StageContent, data: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the figures alone: what is approved, and what a final release of a stage stands for."""
    parts = {name: sha256(written) for name, written in data.items() if name != "changes.csv"}
    inputs = [asdict(i) for i in content.facts.inputs]
    return sha256(json.dumps({"data": parts, "inputs": inputs}, sort_keys=True).encode())


def stage_manifest(content: StageContent, digest: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a release with `files`; the same content and files give the same bytes."""
    facts = content.facts
    approval = facts.approval
    entries = {
        "release": facts.name,
        "created_at": facts.created_at.astimezone(content.zone).isoformat(timespec="seconds"),
        "as_of": facts.as_of.astimezone(content.zone).isoformat(timespec="seconds"),
        "run_id": facts.run_id,
        "digest": digest,
        "state": PROVISIONAL if facts.provisional else FINAL,
        "approved_by": approval.title if approval else None,
        "approved_at": approval.approved_at.astimezone(content.zone).isoformat(timespec="seconds")
        if approval
        else None,
        "figures": stage_figures_digest(content, {name: files[name] for name in FILES}),
        **_made_from(content),
        "files": [{"name": n, "sha256": sha256(d), "size": len(d)} for n, d in sorted(files.items())],
    }
    return (json.dumps(entries, ensure_ascii=False, indent=2) + "\n").encode()


def _made_from(content: StageContent) -> dict[str, Any]:
    facts = content.facts
    return {
        "stage": content.code,
        "by": content.frames.by,
        "periods": list(map(str, content.frames.periods)),
        "skipped": list(map(str, content.frames.skipped)),
        "provisional": facts.provisional,
        "illustrative": facts.illustrative,
        "declarations": content.declarations.digest,
        "software": dict(facts.software),
        "inputs": [asdict(i) for i in facts.inputs],
    }
