"""The newest releases, of periods and of stages, and which of them nobody has approved or declined yet."""

from __future__ import annotations

from dataclasses import dataclass

from config.load import Declarations
from config.settings import Settings
from tasks.publish.manifest import final_figures_in
from tasks.publish.release import current_release
from tasks.store.approvals import answered_releases
from tasks.store.calculations import all_releases
from tasks.store.database import reading


@dataclass(frozen=True)
class Newest:
    """The newest release of a period or of a stage, and what has become of it."""

    subject: str  # a period, or the code of a stage
    release: str
    is_final: bool
    is_answered: bool  # approved, or declined


def newest_releases(settings: Settings, declarations: Declarations) -> dict[str, Newest]:
    """Return the newest release of each period and each stage that was ever published, by period or code of stage."""
    with reading(settings.database) as connection:
        published, answered = all_releases(connection), answered_releases(connection)
    found = {r.period: (r.name, r.approval_id is not None) for r in published}
    found |= _of_stages(settings, declarations)
    return {
        subject: Newest(subject, name, is_final, is_final or (subject, name) in answered)
        for subject, (name, is_final) in found.items()
    }


def _of_stages(settings: Settings, declarations: Declarations) -> dict[str, tuple[str, bool]]:
    """Return the release of each stage and whether it is final: of these the folder knows, not the store."""
    folders = {stage: current_release(settings.home / "published" / stage) for stage in declarations.framework.stages}
    return {
        stage: (folder.name, final_figures_in(folder) is not None)
        for stage, folder in folders.items()
        if folder is not None
    }
