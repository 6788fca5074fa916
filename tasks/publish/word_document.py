"""A Word document from a template that the office can edit; the same template and figures give the same bytes.

Placeholders are Jinja's, `{{ title }}`; what a template may name is in `docs/van-ban.md`. Every text that comes in is
cleaned and escaped: nothing of it becomes markup, and a template can call nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from config.safe_text import safe_text
from config.strict import UnusableError
from tasks.publish.word_chart import BarChart, Placed

FOLDER = "documents"  # under the declarations
REMEDY = "sửa chỗ ấy trong mẫu, hoặc lấy lại mẫu gốc"
_NAMED = re.compile(r"attribute '(\w+)'|'(\w+)' is undefined")
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip can hold


class TemplateFaultError(UnusableError):
    """A template that cannot be used; `str()` is one Vietnamese sentence that names it, the place and the remedy."""

    def __init__(self, template: Template, what: str) -> None:
        super().__init__(f"mẫu văn bản {FOLDER}/{template.name}: {what}; {REMEDY}")


@dataclass(frozen=True)
class Template:
    """A template: the name of its file under `config/documents/`, and what it holds, None where there is no such."""

    name: str
    held: bytes | None


def filled(template: Template, values: Mapping[str, Any], moment: datetime) -> bytes:
    """Return `template` filled with `values`, made at `moment`; `TemplateFaultError` when it cannot be.

    `values` has texts, rows (mappings), lists of them and charts.
    """
    document = _opened(template)
    try:
        document.render(_clean(values, document, iter(range(1, 1000))), _environment(), autoescape=True)
    except TemplateError as fault:
        raise TemplateFaultError(template, _told(fault)) from fault
    _date(document, moment)
    out = io.BytesIO()
    document.save(out)
    return _sealed(out.getvalue())


def refuse_bad_template(template: Template, vocabulary: frozenset[str]) -> None:
    """Raise `TemplateFaultError` when `template` cannot be read or names what is not in `vocabulary`."""
    document = _opened(template)
    document.init_docx()
    try:
        tree = _environment().parse(document.patch_xml(document.get_xml()))
    except TemplateError as fault:
        raise TemplateFaultError(template, _told(fault)) from fault
    if unknown := [name for name in _names(tree) if name not in vocabulary]:
        raise TemplateFaultError(template, f"không có gì tên «{unknown[0]}» để điền")


def _names(tree: nodes.Template) -> Iterator[str]:
    """Give every name that the template reads: its variables but those of its own loops, and what it asks of rows."""
    own = {n.name for n in tree.find_all(nodes.Name) if n.ctx == "store"} | {"loop"}
    yield from (n.name for n in tree.find_all(nodes.Name) if n.name not in own)
    for asked in tree.find_all(nodes.Getattr):
        if not (isinstance(asked.node, nodes.Name) and asked.node.name == "loop"):
            yield asked.attr


def _opened(template: Template) -> DocxTemplate:
    if template.held is None:
        raise TemplateFaultError(template, "không có tệp này")
    try:
        with zipfile.ZipFile(io.BytesIO(template.held)) as package:
            package.getinfo("word/document.xml")
    except (zipfile.BadZipFile, KeyError) as fault:
        raise TemplateFaultError(template, "không phải văn bản Word (.docx)") from fault
    return DocxTemplate(io.BytesIO(template.held))


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _told(fault: TemplateError) -> str:
    match fault:
        case UndefinedError():
            named = _NAMED.search(str(fault))
            return f"không có gì tên «{(named[1] or named[2]) if named else fault}» để điền"
        case TemplateSyntaxError():
            around = [line.strip() for line in getattr(fault, "docx_context", ()) if "{" in line]
            return f"viết sai chỗ điền{f' gần «{around[0]}»' if around else ''} ({fault.message})"
        case SecurityError():
            return "chỗ điền gọi điều không được phép"
        case _:
            return str(fault)


def _clean(value: Any, document: DocxTemplate, numbers: Iterator[int]) -> Any:
    """Return `value` with every text safe, every chart ready to be placed."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, BarChart):
        return Placed(document, next(numbers), value)
    if isinstance(value, Mapping):
        return {key: _clean(inner, document, numbers) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner, document, numbers) for inner in value]
    return value


def _date(document: DocxTemplate, moment: datetime) -> None:
    stamp = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = document.docx.core_properties
    properties.created = properties.modified = stamp
    properties.last_modified_by = properties.author
    properties.revision = 1


def _sealed(package: bytes) -> bytes:
    """Return `package` with the same parts in the same order, without the times at which they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as written, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as sealed:
        for name in written.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            sealed.writestr(entry, written.read(name))
    return out.getvalue()
