"""Whether a test that a page or a planted fault names is one that pytest runs, given the programs that it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from config.settings import PROJECT

LACKING = (
    "không có trên máy này",
    "is not installed",
)  # in the reason of every test that is left out for want of a program
LEFT_OUT = ("skip", "skipif", "xfail")


def amiss_with(node: str) -> str:
    """Return why pytest does not run the test `node` (`tests/a/test_b.py::test_c`) every day; «» when it does."""
    path, _, name = node.partition("::")
    file = PROJECT / path
    if not (file.is_file() and file.name.startswith("test_") and file.is_relative_to(PROJECT / "tests")):
        return f"{path}: no file of tests"
    return amiss_in(file.read_text(encoding="utf-8"), name)


def amiss_in(source: str, name: str) -> str:
    """Return why pytest would not run the test `name` of a file with this `source`; «» when it would."""
    module = ast.parse(source)
    defined = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name]
    if len(defined) != 1 or not name.startswith("test_"):
        return f"{name}: {len(defined)} tests of that name"
    marks = [*defined[0].decorator_list, *_marks_of_all(module)]
    if any("fixture" in _called(mark) for mark in marks):
        return f"{name}: a fixture"
    left_out = [ast.unparse(mark) for mark in marks if _leaves_out(mark)]
    return f"{name}: {', '.join(left_out)}" if left_out else ""


def _marks_of_all(module: ast.Module) -> Iterator[ast.expr]:
    """Give what is said of every test of `module`: its marks, and calls on its first level that leave it out."""
    for one in module.body:
        if isinstance(one, ast.Assign) and any(ast.unparse(target) == "pytestmark" for target in one.targets):
            yield from one.value.elts if isinstance(one.value, ast.List | ast.Tuple) else [one.value]
        if isinstance(one, ast.Assign) and any(ast.unparse(target) == "__test__" for target in one.targets):
            yield ast.parse("pytest.mark.skip", mode="eval").body
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
            yield one.value


def _leaves_out(mark: ast.expr) -> bool:
    """Return whether `mark` leaves a test out although the machine has what it needs."""
    said = ast.unparse(mark)
    return _called(mark).rpartition(".")[2] in LEFT_OUT and not any(reason in said for reason in LACKING)


def _called(mark: ast.expr) -> str:
    return ast.unparse(mark.func if isinstance(mark, ast.Call) else mark)
