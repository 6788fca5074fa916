"""The flow that issues the forms of a period."""

from __future__ import annotations

from prefect import flow

from tasks.events import finished
from tasks.forms.door import issue_task


@flow(name="issue-forms", flow_run_name="phát biểu {period}")
def issue_forms(period: str, folder: str, units: str) -> list[str]:
    """Write the workbooks of the units whose codes `units` lists (with commas) into `folder`; return their paths."""
    paths = issue_task(period, folder, units.split(","))
    finished("Phát biểu", f"{len(paths)} biểu")
    return paths
