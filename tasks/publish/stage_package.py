"""The open data of a stage: which files it has, what their columns hold, what refers to what."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.publish import stage_wording as words
from tasks.publish.columns import columns_of
from tasks.publish.data_package import About, Reference, Table, indicators_table, packaged
from tasks.publish.stage_content import StageContent
from tasks.publish.stage_data import FILES, stage_tables

_KEYS = {
    "stage.csv": ("indicator",),
    "stage_units.csv": ("boundaries", "unit", "indicator"),
    "contents.csv": ("content",),
}
_WITH_INDICATOR = ("stage.csv", "stage_units.csv", "trajectory.csv")
_STATUS = {"status": tuple(words.STAGE_STATUSES)}
_WORDS = dict.fromkeys(("stage.csv", "stage_units.csv"), _STATUS)
_INDICATOR = (Reference("indicator", "indicators"),)


def stage_package(content: StageContent, data: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what goes out beside the CSV files `data` of a stage: a code list, Parquet, `datapackage.json`."""
    declarations = content.declarations
    about = About(
        f"cchc-{declarations.office.district}-{content.code}",
        f"Đánh giá cải cách hành chính {content.name[:1].lower()}{content.name[1:]}",
        ("Biểu số liệu của các đơn vị trong những kỳ ghi ở manifest.json", *declarations.framework.documents),
    )
    tables = [
        Table(
            name.removesuffix(".csv"),
            FILES[name],
            frame,
            columns_of(list(headings), headings, words=_WORDS.get(name)),
            _KEYS.get(name, ()),
            _INDICATOR if name in _WITH_INDICATOR else (),
        )
        for name, (frame, headings) in stage_tables(content).items()
    ]
    return packaged([*tables, indicators_table(declarations, None)], data, content, about)
