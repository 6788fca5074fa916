"""What a check gives back: violations by position, rules that broke, findings by submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.finding import Finding
from expectations.rule import Rule


@dataclass(frozen=True)
class Violation:
    """One row of the check frame that a rule does not hold for, and the elements at fault (none: the whole form)."""

    rule: str
    position: int
    elements: tuple[str, ...]


@dataclass(frozen=True)
class BrokenRule:
    """A rule that could not be tried: our fault, never the unit's."""

    rule: str
    reason: str


@dataclass(frozen=True)
class RunResult:
    """What one run found; `judged` counts, by rule, the rows that had enough figures to be judged."""

    violations: tuple[Violation, ...]
    broken: tuple[BrokenRule, ...]
    judged: Mapping[str, int]


@dataclass(frozen=True)
class CheckResult:
    """Findings of every submission by its id (none: an empty tuple), critical first and then in the form's order."""

    findings: Mapping[int, tuple[Finding, ...]]
    broken: tuple[BrokenRule, ...]
    rules: tuple[Rule, ...]
    judged: Mapping[str, int]
