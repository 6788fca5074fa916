"""Formulas: pandas expressions over element codes, and nothing else of Python."""

from __future__ import annotations

import ast
from functools import cache

UNITS = "units"  # by itself the denominator of a share of units: how many units reported

_ALLOWED = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Name, ast.Load,
    ast.Constant, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


@cache
def elements_of(expression: str) -> frozenset[str]:
    """Return the element codes that `expression` reads; `ValueError` if it holds more than sums and comparisons.

    >>> sorted(elements_of("C20 + C21"))
    ['C20', 'C21']
    """
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as fault:
        raise ValueError(f"công thức «{expression}» không đúng cú pháp") from fault
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED) or _is_odd_constant(node):
            raise ValueError(f"công thức «{expression}» chỉ được gồm mã chỉ tiêu, số, + - * và so sánh")
    if any(isinstance(node, ast.Compare) for node in ast.walk(tree) if node is not tree.body):
        raise ValueError(f"công thức «{expression}»: một so sánh không được nằm trong phép tính khác")
    if expression == UNITS:
        return frozenset()
    return frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))


def is_comparison(expression: str) -> bool:
    """Return whether `expression`, which `elements_of` has read, says yes or no."""
    return isinstance(ast.parse(expression, mode="eval").body, ast.Compare)


def _is_odd_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is not int
