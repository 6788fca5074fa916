"""The arrows: flows → tasks → expectations → config, stages that know only the store, and two doors for the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("config", "expectations", "tasks", "flows")  # each knows those before it
STORE = "store"  # the ground floor of tasks
STAGES = frozenset(folder.parent.name for folder in (ROOT / "tasks").glob("*/__init__.py"))

ORCHESTRATOR = frozenset({"prefect", "prefect_dask"})
RULES_ENGINE = frozenset({"great_expectations"})
BELOW_FLOWS = frozenset({"openpyxl", "xlsxwriter", "python_calamine", "docx", "docxtpl", "sqlalchemy", "alembic"})
# What imports by a string.
IMPORTERS = frozenset(
    {
        "__import__",
        "builtins.__import__",
        "importlib.__import__",
        "importlib.import_module",
        "pkgutil.resolve_name",
        "runpy.run_module",
    }
)
NOT_FOLLOWED = "an import that cannot be followed"

CLOCK_DOORS = frozenset({"flows/commands/asked.py", "flows/clock.py"})  # what was asked for; what a clock shows
CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
CLOCK_OWNERS = frozenset({"datetime", "date", "Timestamp"})
CLOCK_NAMES = frozenset(
    {
        "time.time",
        "time.time_ns",
        "time.gmtime",
        "time.localtime",
        "email.utils.formatdate",
        "email.utils.localtime",
        "email.utils.make_msgid",
    }
)


def faults(path: str, source: str) -> list[str]:
    """Return each breach of the layers in `source`, as it would stand at `path` under the root."""
    place, tree = PurePosixPath(path), ast.parse(source)
    found = [(line, sentence) for line, name in imports(place, tree) for sentence in forbidden(place, name)]
    if path not in CLOCK_DOORS:
        found += [(line, f"reads the clock: {text}") for line, text in clock_reads(place, tree)]
    return [f"{path}:{line}: {sentence}" for line, sentence in sorted(set(found))]


def imports(place: PurePosixPath, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything imported, also inside functions, relatively or by a string."""
    names = {local: name for _, name, local in statements(place, tree)}
    yield from ((line, name) for line, name, _ in statements(place, tree))
    called = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and spelled(node, names) in IMPORTERS:
            given = called[node].args[:1] if node in called else []
            yield node.lineno, written_out(given[0]) if given else NOT_FOLLOWED


def statements(place: PurePosixPath, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, dotted name and local name of everything that import statements bring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, alias.asname or alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(place.parent.parts[: len(place.parent.parts) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (package, node.module) if part)
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}", alias.asname or alias.name


def spelled(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return a dotted expression with its first part under the name that it was imported from."""
    first, dot, rest = ast.unparse(node).partition(".")
    # After `import email.utils` the name `email` stands for the package alone.
    origin = names.get(first, first)
    return f"{first if origin.startswith(f'{first}.') else origin}{dot}{rest}"


def written_out(node: ast.expr) -> str:
    """Return the dotted name that a text gives to an importer: `tasks.publish:release` is `tasks.publish.release`."""
    if isinstance(node, ast.JoinedStr) and "." in ast.unparse(node.values[0]):
        node = node.values[0]  # what stands before the first gap names the room
    is_name = isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith(".")
    return str(ast.literal_eval(node)).replace(":", ".") if is_name else NOT_FOLLOWED


def forbidden(place: PurePosixPath, name: str) -> Iterator[str]:
    """Yield what is wrong with importing the dotted `name` at `place`."""
    room, target = place.parts[0], name.partition(".")[0]
    if target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
        yield f"{room} knows nobody above it, but imports {name}"
    if target == "tasks" and room == "tasks":
        yield from strange_stage(place, name)
    if target in ORCHESTRATOR and room != "flows" and not (room == "tasks" and place.name == "door.py"):
        yield f"only flows and the stages' doors import {target}"
    if target in RULES_ENGINE and room != "expectations" and place.parts[:2] != ("tasks", "check"):
        yield f"only expectations and tasks/check import {target}"
    if target in BELOW_FLOWS and room == "flows":
        yield f"flows set the order and import no {target}"
    if target not in ROOMS and " " in name:
        yield name


def strange_stage(place: PurePosixPath, name: str) -> Iterator[str]:
    """Yield the breach when a module of tasks imports a stage that is neither its own nor the store."""
    own, other = place.parts[1], (*name.split("."), "")[1]
    if other in STAGES - {own, STORE}:
        yield f"tasks/{own} knows only the store, but imports {name}"


def clock_reads(place: PurePosixPath, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of everything that asks what time it is, called or handed on to be called."""
    names = {local: name for _, name, local in statements(place, tree)}
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            asks = node.attr in CLOCK_CALLS and (node in called or tail(spelled(node.value, names)) in CLOCK_OWNERS)
            if asks or spelled(node, names) in CLOCK_NAMES:
                yield node.lineno, ast.unparse(node)
    yield from ((line, name) for line, name in imports(place, tree) if name in CLOCK_NAMES)


def tail(dotted: str) -> str:
    """Return the last name of a dotted one."""
    return dotted.rpartition(".")[2]


MODULES = [path.relative_to(ROOT).as_posix() for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize("path", MODULES)
def test_a_module_keeps_to_its_layer(path: str) -> None:
    assert faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_the_tree_that_is_looked_through_is_the_house() -> None:
    assert {PurePosixPath(path).parts[0] for path in MODULES} == set(ROOMS)
    assert {STORE, "forms", "collect", "check", "aggregate", "evaluate", "publish", "notify"} <= STAGES


@pytest.mark.parametrize(
    ("path", "source"),
    [
        # the arrows
        ("config/unit.py", "from expectations.finding import Finding"),
        ("config/unit.py", "import tasks.store.values"),
        ("expectations/suite.py", "from tasks.store import values"),
        ("expectations/suite.py", "def f():\n    from flows import report"),
        ("tasks/check/run.py", "import flows.cli"),
        ("tasks/check/run.py", "from flows import cli"),
        ("config/unit.py", "import importlib\nimportlib.import_module('tasks.publish')"),
        ("config/unit.py", "__import__('flows')"),
        ("tasks/check/run.py", "from importlib import import_module\nimport_module(name)"),
        ("tasks/check/run.py", "from importlib import import_module\nimport_module('.run', 'tasks.publish')"),
        ("tasks/check/run.py", "import importlib as brings\nbrings.import_module('flows.cli')"),
        ("tasks/check/run.py", "from importlib import import_module as bring\nbring('tasks.publish')"),
        ("tasks/check/run.py", "import importlib\nbring = importlib.import_module"),
        ("tasks/check/run.py", "import pkgutil\npkgutil.resolve_name('tasks.publish.release:publish')"),
        ("tasks/check/run.py", "from pkgutil import resolve_name as found\nfound('flows.cli:main')"),
        ("tasks/check/run.py", "import runpy\nrunpy.run_module('flows.cli')"),
        ("tasks/check/run.py", "import pkgutil\npkgutil.resolve_name(f'flows.{name}')"),
        ("tasks/check/run.py", "import pkgutil\npkgutil.resolve_name(f'{name}.cli')"),
        ("tasks/check/run.py", "import flows.cli as line"),
        # stages
        ("tasks/check/run.py", "from tasks.collect.grid import Grid"),
        ("tasks/check/run.py", "from tasks import collect"),
        ("tasks/check/run.py", "from ..collect.grid import Grid"),
        ("tasks/check/run.py", "from .. import publish"),
        ("tasks/collect/guard/cells.py", "from ...publish.release import publish"),
        ("tasks/store/tables.py", "from tasks.publish.release import publish"),
        ("tasks/retrying.py", "from tasks.notify import send"),
        # libraries
        ("tasks/check/run.py", "from prefect import task"),
        ("tasks/check/run.py", "import prefect_dask"),
        ("expectations/suite.py", "import prefect"),
        ("config/settings.py", "import prefect.settings"),
        ("config/door.py", "from prefect import task"),
        ("tasks/publish/page.py", "def f():\n    import great_expectations as gx"),
        ("flows/report.py", "from great_expectations import ExpectationSuite"),
        ("flows/report.py", "from openpyxl import load_workbook"),
        ("flows/report.py", "import xlsxwriter"),
        ("flows/report.py", "from python_calamine import CalamineWorkbook"),
        ("flows/report.py", "from sqlalchemy import select"),
        ("flows/report.py", "import sqlalchemy"),
        ("flows/report.py", "import sqlalchemy as sa"),
        ("flows/report.py", "from docx import Document"),
        ("flows/report.py", "from docxtpl import DocxTemplate as Template"),
        ("flows/report.py", "def f():\n    import alembic.command"),
        # the clock
        ("tasks/notify/letters.py", "from datetime import datetime\ndatetime.now()"),
        ("tasks/notify/letters.py", "import datetime\ndatetime.datetime.now(tz)"),
        ("tasks/notify/letters.py", "from datetime import date\ndate.today()"),
        ("tasks/notify/letters.py", "field(default_factory=datetime.now)"),
        ("tasks/notify/letters.py", "import time\ntime.time()"),
        ("tasks/notify/letters.py", "import time as clock\nclock.time()"),
        ("tasks/notify/letters.py", "from datetime import datetime as moment\nfield(default_factory=moment.now)"),
        ("tasks/notify/letters.py", "from email import utils as post\npost.formatdate()"),
        ("tasks/notify/letters.py", "import email.utils\nemail.utils.formatdate()"),
        ("tasks/notify/letters.py", "from time import time_ns"),
        ("tasks/notify/letters.py", "from email.utils import make_msgid"),
        ("tasks/store/tables.py", "Column('at', default=func.now())"),
        ("flows/report.py", "import pandas as pd\npd.Timestamp.now()"),
    ],
)
def test_a_planted_breach_is_found_with_its_line(path: str, source: str) -> None:
    found = faults(path, source)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{source.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("flows/report.py", "from tasks.check.door import check\nfrom expectations import finding\nimport config.load"),
        ("flows/report.py", "from prefect import flow"),
        ("flows/report.py", "from pkgutil import resolve_name\nresolve_name(f'flows.{name}')"),
        ("flows/commands/asked.py", "from datetime import datetime\ndatetime.now(zone)"),
        ("tasks/check/door.py", "from prefect import task"),
        ("tasks/check/run.py", "import great_expectations as gx\nfrom expectations.suite import load_rules"),
        ("tasks/check/run.py", "from tasks.store.values import Value\nfrom tasks.check.frame import check_frame"),
        (
            "tasks/check/run.py",
            "from tasks.retrying import RETRY_IO\nfrom .frame import check_frame\nfrom ..store import values",
        ),
        ("tasks/collect/guard/cells.py", "from ..grid import Grid\nfrom . import limits"),
        ("tasks/store/tables.py", "import sqlalchemy"),
        ("tasks/notify/letters.py", "import time\ntime.sleep(1)\nwhen = run.now\ntime.monotonic()"),
        ("config/unit.py", "from config.validity import in_force"),
    ],
)
def test_what_the_layers_allow_is_no_breach(path: str, source: str) -> None:
    assert faults(path, source) == []
