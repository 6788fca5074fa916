"""The templates of reports that there are, each with the names that it may use."""

from __future__ import annotations

from config.load import Declarations
from tasks.publish import report, stage_report
from tasks.publish.word_document import Template, refuse_bad_template

VOCABULARIES = {report.TEMPLATE: report.VOCABULARY, stage_report.TEMPLATE: stage_report.VOCABULARY}


def refuse_bad_templates(declarations: Declarations) -> None:
    """Raise `TemplateFaultError` for the first template that is missing, unreadable or names what nobody knows."""
    for name, vocabulary in VOCABULARIES.items():
        refuse_bad_template(Template(name, declarations.documents.get(name)), vocabulary)
