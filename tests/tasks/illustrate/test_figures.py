"""Facts about illustrative figures: whatever the seed, no rule of the form finds anything wrong with them."""

from __future__ import annotations

import ast
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.element import Level
from config.load import Declarations, load
from config.number import NumberType
from config.period import Period
from config.settings import PROJECT
from tasks.illustrate.figures import NOTHING_AROSE, Entry, illustrate

# The identities of one period, as the domain states them; a rule that reads elements a level is not asked is skipped.
IDENTITIES = """\
A01 == A02 + A03 + A04
A11 == A12 + A13 + A14 + A15
A09 <= A08
A07 <= A06
A18 <= A17
B02 <= B01
B04 <= B03
B06 <= B05
C02 <= C01
C03 <= C01
C14 == C10 + C11 + C12 + C13
C23 == C20 + C21 + C22
C32 == C30 + C31
C14 == C23 + C32 + C33
C41 + C42 == C11
C43 + C44 == C11
C52 <= C51
C53 <= C51
C61 <= C60
C63 <= C62
C70 <= C11 + C12 + C13
C71 <= C23
C72 <= C11 + C12 + C13
C74 <= C73
C50 <= C22 + C31
D05 <= D04
D07 <= D06
D02 == F01 + F02 + F03 + F04
E02 <= E01
E03 <= E02
E05 <= E04
F06 <= F05
F08 <= F07
G02 <= G01
G04 <= G03
G06 <= G05
G09 <= G08
G10 <= G08
C06 <= C07
""".splitlines()
LEVELS = st.sampled_from([Level.COMMUNE, Level.DISTRICT])
SHARES = st.sampled_from([0.25, 0.5, 1.0])
DECLARATIONS = load(PROJECT / "config")


def figures(entries: dict[str, Entry]) -> dict[str, Decimal]:
    """Return the entries that are figures; where nothing arose there is none."""
    return {code: Decimal(entry) for code, entry in entries.items() if not isinstance(entry, str)}


def holds(identity: str, numbers: dict[str, Decimal]) -> bool:
    """Return whether an identity holds, or reads something of which there is no figure."""
    tree = ast.parse(identity, mode="eval")
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return not read <= set(numbers) or bool(eval(compile(tree, "identity", "eval"), {}, dict(numbers)))


@given(seed=st.text(max_size=20), level=LEVELS, share=SHARES)
def test_every_identity_holds_for_every_seed(seed: str, level: Level, share: float) -> None:
    numbers = figures(illustrate(level, seed, share))
    assert [identity for identity in IDENTITIES if not holds(identity, numbers)] == []


def test_the_identities_are_able_to_fail() -> None:
    numbers = figures(illustrate(Level.COMMUNE, "x"))
    for identity in IDENTITIES:
        left = identity.split()[0]
        if left in numbers:
            assert not holds(identity, {**numbers, left: Decimal(10**9)}), identity


@given(seed=st.text(max_size=20), level=LEVELS, share=SHARES)
def test_no_figure_is_negative(seed: str, level: Level, share: float) -> None:
    assert {c: n for c, n in figures(illustrate(level, seed, share)).items() if n < 0} == {}


@given(seed=st.text(max_size=20), level=LEVELS)
def test_every_entry_fits_the_type_of_its_element(seed: str, level: Level) -> None:
    for code, entry in illustrate(level, seed).items():
        element = DECLARATIONS.elements[code]
        if entry == NOTHING_AROSE:
            continue
        assert isinstance(entry, (int, Decimal)), code
        if element.type is NumberType.FLAG:
            assert entry in (0, 1), code
        elif element.type is NumberType.COUNT:
            assert Decimal(entry) == int(entry), code


@pytest.mark.parametrize("level", [Level.COMMUNE, Level.DISTRICT])
def test_every_element_that_a_level_is_asked_has_an_entry(
    declarations: Declarations, period: Period, level: Level
) -> None:
    form = declarations.form(level, period)
    assert form is not None
    assert {e.code for e in declarations.rows(form, period)} <= set(illustrate(level, "x"))


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    assert illustrate(Level.COMMUNE, "Kiến An") == illustrate(Level.COMMUNE, "Kiến An")
    assert illustrate(Level.COMMUNE, "Kiến An") != illustrate(Level.COMMUNE, "Mỹ Luông")


def test_more_of_the_year_is_more_work_done() -> None:
    quarter, year = (figures(illustrate(Level.COMMUNE, "Kiến An", share)) for share in (0.25, 1.0))
    assert all(year[code] > quarter[code] for code in ("A02", "C14", "C23", "G01"))
