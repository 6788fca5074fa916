"""The templates that come with the programme name only what a report knows, and are made the same each time."""

from __future__ import annotations

from pathlib import Path

from tasks.publish.new_templates import TEMPLATES, write_templates
from tasks.publish.templates_known import VOCABULARIES
from tasks.publish.word_document import Template, refuse_bad_template


def test_every_template_can_be_made_anew_and_names_only_what_reports_know(tmp_path: Path) -> None:
    write_templates(tmp_path)
    assert set(TEMPLATES) == set(VOCABULARIES) == {path.name for path in tmp_path.iterdir()}
    for name, vocabulary in VOCABULARIES.items():
        refuse_bad_template(Template(name, (tmp_path / name).read_bytes()), vocabulary)
