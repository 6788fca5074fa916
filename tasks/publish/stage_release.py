"""The release of a stage: `published/GD1/r001` and its `current`, by the same machinery as a period's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from config.load import Declarations
from config.settings import Settings
from tasks.publish import manifest, stage_page, stage_report, stage_site, stage_workbook
from tasks.publish.content import Facts, Input
from tasks.publish.manifest import final_figures_in
from tasks.publish.release import (
    Edition,
    Release,
    alone_in,
    current_release,
    publish_edition,
    releases_in,
    write_edition,
)
from tasks.publish.releases_index import write_index
from tasks.publish.software import software
from tasks.publish.stage_changes import stage_changes
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import stage_csv_files, stage_digest, stage_figures_digest, stage_manifest
from tasks.publish.stage_package import stage_package
from tasks.publish.verify import rows_of, same
from tasks.store.approvals import Approval, newest_approval
from tasks.store.audit import note
from tasks.store.database import reading, writing
from tasks.store.frames import submission_name
from tasks.store.stage_frames import StageFrames
from tasks.store.stage_trace import cells_of
from tasks.store.values import Run


def publish_stage(settings: Settings, declarations: Declarations, frames: StageFrames, run: Run) -> Release:
    """Publish `frames` under `settings.home`/published/⟨stage⟩; nothing new when nothing changed."""
    with alone_in(settings.home, frames.stage) as folder:
        return publish_stage_in(folder, settings, declarations, frames, run)


def publish_stage_in(
    folder: Path, settings: Settings, declarations: Declarations, frames: StageFrames, run: Run
) -> Release:
    """Do so in `folder`, which `alone_in` gave; final as long as its figures are the approved ones."""
    content = content_in(folder, settings, declarations, frames, run)
    figures = stage_figures_digest(content, stage_csv_files(content))
    current = current_release(folder)
    if current is not None and final_figures_in(current) == figures:
        release = Release(current, current.name, is_new=False)  # what was approved stands until its figures change
    else:
        content = content.approved(_standing(settings, frames.stage, (figures, current), run.now))
        release = publish_edition(stage_edition(content), folder)
    write_index(folder.parent)
    if release.is_new:
        digest = manifest.sha256((release.path / manifest.FILE_NAME).read_bytes())
        with writing(settings.database) as connection:
            note(connection, run, "release.published", f"{frames.stage}/{release.name}", digest)
    return release


def content_in(
    folder: Path, settings: Settings, declarations: Declarations, frames: StageFrames, run: Run
) -> StageContent:
    """Return what a provisional release of `frames` in `folder` shows, with what earlier ones said otherwise."""
    content = stage_content(settings, declarations, frames, run)
    return replace(content, changes=stage_changes(releases_in(folder), content))


def _standing(settings: Settings, stage: str, said: tuple[str, Path | None], as_of: datetime) -> Approval | None:
    """Return the approval that makes the figures final, or None: none, of others, or overtaken by another release.

    `said` are the digest of the figures and the newest release by `as_of`.
    """
    figures, newest = said
    with reading(settings.database) as connection:
        approval = newest_approval(connection, stage, as_of)
    if approval is None or newest is None or approval.figures != figures:
        return None
    return approval if approval.release == newest.name or final_figures_in(newest) == figures else None


def write_stage_aside(
    settings: Settings, declarations: Declarations, frames: StageFrames, run: Run, folder: Path
) -> Path:
    """Write the files that a release of `frames` would have into `folder` and return it; no pointer knows of them.

    It tells what changed since the releases that were published before; what is judged by an earlier month tells none.
    """
    content = stage_content(settings, declarations, frames, run)
    published = settings.home / "published" / frames.stage
    if frames.by is None and published.is_dir():
        earlier = [path for path in releases_in(published) if _made_at(path) < run.now]
        content = replace(content, changes=stage_changes(earlier, content))
        figures = stage_figures_digest(content, stage_csv_files(content))
        newest = earlier[-1] if earlier else None
        content = content.approved(_standing(settings, frames.stage, (figures, newest), run.now))
    return write_edition(stage_edition(content), folder)


def _made_at(release: Path) -> datetime:
    made_at: str = json.loads((release / manifest.FILE_NAME).read_bytes())["created_at"]
    return datetime.fromisoformat(made_at)


def stage_content(settings: Settings, declarations: Declarations, frames: StageFrames, run: Run) -> StageContent:
    """Return what the release of `frames` shows, made by `run` at its moment."""
    facts = Facts(
        created_at=run.now,
        as_of=run.now,
        run_id=run.id,
        provisional=True,
        illustrative=settings.illustrative,
        software=software(),
        inputs=tuple(
            Input(submission_name(s.unit, s.period, s.version), s.unit, s.version, s.sha256) for s in frames.inputs
        ),
    )
    with reading(settings.database) as connection:
        cells = cells_of(connection, declarations, frames)
    return StageContent(frames, declarations, facts, cells=cells)


def stage_edition(content: StageContent) -> Edition:
    """Return `content` as what the release machinery publishes."""
    data = stage_csv_files(content)
    digest = stage_digest(content, data)
    return Edition(
        digest,
        lambda number: _files(content.numbered(number), data, digest),
        lambda folder, _: check_stage(folder, content),
    )


def check_stage(folder: Path, content: StageContent) -> None:
    """Raise `MismatchError` unless what was written holds the rows and figures of `content`."""
    frames = content.frames
    for name, frame in (("stage.csv", frames.table), ("stage_units.csv", frames.units)):
        rows = rows_of(folder / name)
        same(f"{name}: status", Counter(r["status"] for r in rows), Counter(frame["status"].tolist()))
        same(f"{name}: r", sum(bool(r["r"]) for r in rows), int(frame["r"].notna().sum()))
    same("trajectory.csv: số dòng", len(rows_of(folder / "trajectory.csv")), len(frames.trajectory))
    same("changes.csv: số dòng", len(rows_of(folder / "changes.csv")), len(content.changes))
    same("alignment.csv: số dòng", len(rows_of(folder / "alignment.csv")), len(frames.alignment))
    written = sum((Decimal(r["score"]) for r in rows_of(folder / "scores.csv") if r["score"]), Decimal(0))
    handed_in = sum((s for s in frames.scores.units["score"] if s is not None), Decimal(0))
    same("scores.csv: tổng điểm", written, handed_in, Decimal(len(frames.scores.units)).scaleb(-10))
    stage_workbook.check_stage_workbook(folder / stage_workbook.FILE_NAME, content)


def _files(content: StageContent, data: Mapping[str, bytes], digest: str) -> Mapping[str, bytes]:
    files = {
        **data,
        **stage_package(content, data),
        stage_workbook.FILE_NAME: stage_workbook.stage_workbook(content),
        stage_page.FILE_NAME: stage_page.stage_page(content),
        stage_report.FILE_NAME: stage_report.stage_report(content),
        **stage_site.stage_site(content),
    }
    return {**files, manifest.FILE_NAME: stage_manifest(content, digest, files)}
