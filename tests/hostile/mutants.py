"""Mutants of a good workbook: small accidents and small malice in any part, by a seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from tests.hostile.friendly import as_excel_saves
from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import Parts, good_parts, good_workbook, packed, unpacked

# Pieces that mean something to one reader or another, put where nobody expects them.
PIECES = (
    b"<!-- x -->", b"<![CDATA[5]]>", b"<?x?>", b"&#49;", b"&amp;", b"<v>7</v>", b"<v/>", b"<f>1</f>", b"<t>x</t>",
    b"<is><t>x</t></is>", b'<c r="A1"><v>1</v></c>', b'<row r="3"/>', b"</row>", b"</c>", b' t="s"', b' t="str"',
    b' t="inlineStr"', b' t="e"', b' r="A1"', b' s="99"', b"<sheetData/>", b"<mergeCell ref='A1:XFD9'/>",
    b' xmlns="urn:x"', b"xml:space='preserve'", b"\x00", b"\xff", b" ", b"0", b"9", b'"', b"<", b">",
)  # fmt: skip
VALUES = (
    b"A1",
    b"D14",
    b"XFD1048576",
    b"5",
    b"-1",
    b"",
    b"s",
    b"str",
    b"b",
    b"e",
    b"inlineStr",
    b"a b",
    b"&#65;",
    b"0",
    b"rId2",
    b"1e3",
)
_ELEMENT = re.compile(rb"<(c|row|v|is|t|f|mergeCell|sheet|Relationship|xf)\b[^<>]*(?:/>|>.*?</\1>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'(?<=")[^"<>]*(?=")')

Mutation = Callable[[bytes, Random], bytes]


def mutants(count: int, seed: int = 20220614) -> Iterator[Hostile]:
    """Yield `count` mutants: of a part of a workbook packed again, or of the archive itself."""
    chance = Random(seed)
    excel = unpacked(as_excel_saves())
    for number in range(count):
        if chance.random() < 0.15:
            data = _mutated(good_workbook(), chance)
        else:
            data = packed(_one_part_mutated(chance.choice((good_parts(), excel)), chance))
        yield Hostile(f"mutant-{seed}-{number}", data, {ACCEPTED})


def _one_part_mutated(parts: Parts, chance: Random) -> Parts:
    sheets = [name for name in parts if "worksheets/sheet" in name]
    name = chance.choice(sheets if chance.random() < 0.7 else list(parts))
    return {**parts, name: _mutated(parts[name], chance)}


def _mutated(data: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        if not data:
            break
        data = chance.choice(MUTATIONS)(data, chance)
    return data


def _flip(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def _cut(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place + chance.choice((1, 2, 5, 40)) :]


def _repeat(data: bytes, chance: Random) -> bytes:
    place, length = chance.randrange(len(data)), chance.choice((1, 10, 60, 300))
    return data[:place] + data[place : place + length] * 2 + data[place + length :]


def _insert(data: bytes, chance: Random) -> bytes:
    places = [n for n, byte in enumerate(data) if byte in b"<>"] if chance.random() < 0.7 else []
    place = chance.choice(places) + chance.randrange(2) if places else chance.randrange(len(data))
    return data[:place] + chance.choice(PIECES) + data[place:]


def _swap_tokens(data: bytes, chance: Random) -> bytes:
    """Exchange, drop or repeat whole tags, so that the result is often well-formed."""
    tokens = data.split(b"<")
    first, second = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    choice = chance.randrange(3)
    if choice == 0:
        tokens[first], tokens[second] = tokens[second], tokens[first]
    elif choice == 1:
        start = min(first, len(tokens) - 2)
        tokens[second:second] = tokens[start : start + chance.choice((2, 4, 6))]
    else:
        del tokens[first : first + chance.choice((1, 2, 4))]
    return b"<".join(tokens)


def _move_element(data: bytes, chance: Random) -> bytes:
    """Repeat, drop or exchange whole elements: what comes out is well-formed more often than not."""
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    one, other = chance.choice(found), chance.choice(found)
    start, end = other.span()
    return data[:start] + chance.choice((b"", one[0], one[0] + other[0], other[0] * 2)) + data[end:]


def _change_value(data: bytes, chance: Random) -> bytes:
    """Give one attribute the value of another, or one of those that mean something."""
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return data
    start, end = chance.choice(found).span()
    return data[:start] + chance.choice((*VALUES, chance.choice(found)[0])) + data[end:]


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _repeat, _insert, _insert, _swap_tokens,
    _move_element, _move_element, _move_element, _change_value, _change_value, _change_value,
)  # fmt: skip
