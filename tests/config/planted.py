"""Faults planted in a copy of declarations: what stands where, and how the refusal must name it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.strict import DeclarationError

MARK = "▶"  # stands in a planted text before the place that the refusal must name


def refusal_of(source: Path, copy: Path, fault: dict[str, str], load: Callable[[Path], object]) -> DeclarationError:
    """Copy `source`, plant `fault` in it, and return the refusal, which names the file and line of the mark."""
    shutil.copytree(source, copy)
    path = copy / fault["file"]
    text = path.read_text(encoding="utf-8")
    assert fault["old"] in text, f"{fault['file']} no longer says {fault['old']!r}"
    planted = text.replace(fault["old"], fault["new"], 1)
    path.write_text(planted.replace(MARK, ""), encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        load(copy)
    refused = raised.value
    assert (refused.file, refused.line) == (path, planted[: planted.index(MARK)].count("\n") + 1)
    assert fault["says"] in refused.sentence
    return refused
