"""The words of letters: Jinja2 templates in `config/letters/` that the data team edits, refused when they cannot be."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.meta import find_undeclared_variables

from config.safe_text import safe_text
from config.strict import DeclarationError

Facts = Mapping[str, Any]
WITHOUT_HTML = ("notice",)  # a few lines that a chat shows as they are


@dataclass(frozen=True)
class Words:
    """What a letter says: its subject on one line, its text, and the same for programs that show HTML."""

    subject: str
    text: str
    html: str | None


def render(folder: Path, kind: str, facts: Facts) -> Words:
    """Return the words of a letter of `kind`, made of the templates `⟨kind⟩.txt.j2` and `⟨kind⟩.html.j2`."""
    plain = _template(folder, f"{kind}.txt.j2")
    subject = " ".join(_block(plain, "subject", facts).split())
    text = _block(plain, "body", facts).strip() + "\n"
    if kind in WITHOUT_HTML:
        return Words(subject, text, None)
    page = _template(folder, f"{kind}.html.j2")
    return Words(subject, text, page.render({**facts, "subject": subject}).strip() + "\n")


def refuse_bad_templates(folder: Path, known: Facts, write_all: Callable[[], Iterable[object]]) -> None:
    """Raise `DeclarationError`, naming file and line, for a template that cannot be read or rendered.

    `known` holds a value for every name that letters use; `write_all` renders letters of every kind and sort.
    """
    for path in sorted(folder.glob("*.j2")):
        _refuse_strange_names(path, known)
    try:
        for _ in write_all():
            pass
    except TemplateNotFound as fault:
        raise DeclarationError(folder / str(fault.name), 1, "thiếu mẫu thư") from fault
    except (TemplateError, KeyError, TypeError) as fault:
        # A block that is not there, an order that the value cannot follow.
        file, line = _place_of(fault, folder)
        raise DeclarationError(file, line, f"mẫu thư không viết ra được: {fault}") from fault


@lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    # A misspelt name is refused instead of printed as nothing. What is said in HTML is escaped, a text has no markup.
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        finalize=_one_line,
        auto_reload=False,  # declarations are read once as well
        cache_size=-1,
    )


def _one_line(value: object) -> object:
    # The name of a file may hold line ends: whoever named it would write in our letter.
    return _safe(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _safe(text: str) -> str:
    return safe_text(text)  # the same office, days and names stand in a thousand letters


def _template(folder: Path, name: str) -> Template:
    return _environment(folder).get_template(name)


def _block(template: Template, name: str, facts: Facts) -> str:
    try:
        return "".join(template.blocks[name](template.new_context(dict(facts))))
    except (TemplateError, TypeError):
        template.environment.handle_exception()  # the same fault, its lines those of the template


def _refuse_strange_names(path: Path, known: Facts) -> None:
    source = path.read_text(encoding="utf-8")
    try:
        tree = _environment(path.parent).parse(source)
        strange = find_undeclared_variables(tree) - known.keys()
    except TemplateSyntaxError as fault:
        raise DeclarationError(path, fault.lineno, f"mẫu thư không đọc được: {fault.message}") from fault
    for name in tree.find_all(nodes.Name):
        if name.name in strange:
            raise DeclarationError(path, name.lineno, f"mẫu thư dùng tên «{name.name}» mà thư không có")
    for part in tree.find_all(nodes.Getattr):
        value = known.get(part.node.name) if isinstance(part.node, nodes.Name) else None
        if is_dataclass(value) and not hasattr(value, part.attr):
            offered = ", ".join(field.name for field in fields(value))
            sentence = f"«{part.node.name}» không có «{part.attr}»; có: {offered}"  # type: ignore[attr-defined]
            raise DeclarationError(path, part.lineno, f"mẫu thư: {sentence}")


def _place_of(fault: Exception, folder: Path) -> tuple[Path, int]:
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if f.filename.endswith(".j2")]
    return (Path(frames[-1].filename), frames[-1].lineno or 1) if frames else (folder, 1)
