"""Which software a release was made with."""

from __future__ import annotations

import platform
from importlib.metadata import version

PACKAGES = (
    "cchc",
    "docxtpl",
    "great-expectations",
    "openpyxl",
    "pandas",
    "prefect",
    "pyarrow",
    "python-calamine",
    "python-docx",
    "sqlalchemy",
    "xlsxwriter",
)


def software() -> dict[str, str]:
    """Return the versions that the figures and files of a release depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
