"""Hostile XML: entities, encodings, bloat and everything that two parsers read in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import changed, good_parts, packed, sheet_part, with_parts

LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'">]>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
BARE = b'<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">'
SHEET = sheet_part("TTHC")
OUT = {"bad_xml"}


def markup() -> Iterator[Hostile]:
    """Yield every hostile piece of XML."""
    yield from _declarations()
    yield from _encodings()
    yield from _bloat()
    yield from _values_that_readers_differ_on()
    yield from _ill_formed()


def _with_prolog(part: bytes, prolog: bytes) -> bytes:
    """Return `part` with `prolog` before its root."""
    start = part.index(b"?>") + 2 if part.startswith(b"<?xml") else 0
    return part[:start] + prolog + part[start:]


def _declarations() -> Iterator[Hostile]:
    for name, part in good_parts().items():
        for label, prolog in {"laughs": LAUGHS, "outside": OUTSIDE, "parameter": PARAMETER, "bare": BARE}.items():
            yield Hostile(f"dtd-{label}-{name}", with_parts({name: _with_prolog(part, prolog)}), {"dtd"})
    body = good_parts()[SHEET]
    used = _with_prolog(body, LAUGHS).replace(
        b"</sheetData>", b"<row r='90'><c r='A90'><v>&c;</v></c></row></sheetData>"
    )
    yield Hostile("dtd-used", with_parts({SHEET: used}), {"dtd"})
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"):
        text = _with_prolog(body, LAUGHS).decode().replace("UTF-8", encoding)
        yield Hostile(
            f"dtd-in-{encoding}",
            with_parts({SHEET: text.encode(encoding, "xmlcharrefreplace")}),
            {"wrong_encoding", "bad_xml", "dtd"},
        )
    for name in ("xl/drawings/vmlDrawing1.vml", "xl/media/image1.svg", "customXml/item1.xml", "docProps/custom.xml"):
        yield Hostile(f"dtd-in-{name}", with_parts({name: LAUGHS + b"<r>&c;</r>"}), {"dtd"})
    yield Hostile("entity-undeclared", changed(SHEET, b"<v>", b"<v>&x;"), OUT)


def _encodings() -> Iterator[Hostile]:
    def recoded(encoding: str, declared: str | None) -> Callable[[bytes], bytes]:
        def recode(part: bytes) -> bytes:
            body = part[part.index(b"?>") + 2 :].decode() if part.startswith(b"<?xml") else part.decode()
            declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
            return (declaration + body).encode(encoding, errors="xmlcharrefreplace")

        return recode

    refused = {"wrong_encoding", "bad_xml"}
    for name, part in good_parts().items():
        yield Hostile(f"utf-16-{name}", with_parts({name: recoded("utf-16", "UTF-16")(part)}), refused)
    body = good_parts()[SHEET]
    for encoding in (
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-7",
        "iso-8859-1",
        "windows-1258",
        "cp037",
        "hz",
        "gb18030",
    ):
        yield Hostile(f"sheet-in-{encoding}", with_parts({SHEET: recoded(encoding, encoding)(body)}), refused)
        yield Hostile(
            f"sheet-in-{encoding}-unsaid", with_parts({SHEET: recoded(encoding, None)(body)}), refused | {ACCEPTED}
        )
        yield Hostile(f"sheet-said-{encoding}", with_parts({SHEET: recoded("utf-8", encoding)(body)}), refused)
    marked = b"\xef\xbb\xbf" + body
    yield Hostile("byte-order-mark", with_parts({SHEET: marked}), {ACCEPTED})
    yield Hostile("byte-order-mark-twice", with_parts({SHEET: b"\xef\xbb\xbf" + marked}), OUT)
    yield Hostile(
        "xml-1.1", with_parts({SHEET: recoded("utf-8", None)(body).replace(b"<w", b'<?xml version="1.1"?><w', 1)}), OUT
    )
    for label, bad in {
        "overlong": b"\xc0\xbc",
        "surrogate": b"\xed\xa0\x80",
        "cut": b"\xe1\xba",
        "latin": b"\xe9",
    }.items():
        yield Hostile(f"utf-8-{label}", changed(SHEET, b"<t>", b"<t>" + bad), OUT)


def _bloat() -> Iterator[Hostile]:
    rows = b"</sheetData>"
    yield Hostile("deep-sheet", changed(SHEET, rows, rows + b"<x>" * 5000 + b"</x>" * 5000), OUT)
    yield Hostile("deep-styles", changed("xl/styles.xml", b"<fonts", b"<x>" * 5000 + b"</x>" * 5000 + b"<fonts"), OUT)
    yield Hostile(
        "deep-cell",
        changed(SHEET, rows, b'<row r="90">' + b"<c>" * 90_000 + b"</c>" * 90_000 + b"</row>" + rows),
        {"bad_cell", "bomb_size"},
    )
    yield Hostile("long-text", changed(SHEET, b"<t>", b"<t>" + b"a" * 200_000), {"bomb_size"})
    yield Hostile("long-cell", changed(SHEET, b"<t>", b"<t>" + b"a" * 40_000), {"bad_cell"})
    yield Hostile("long-number", changed(SHEET, b"<v>", b"<v>" + b"9" * 10_000), {"bad_cell"})
    yield Hostile("long-attribute", changed(SHEET, b"<row ", b'<row x="' + b"a" * 200_000 + b'" '), {"bomb_size"})
    many = b" ".join(b'a%d=""' % n for n in range(60_000))
    yield Hostile("many-attributes", changed(SHEET, b"<row ", b"<row " + many + b" "), {"bomb_size"})
    name = b"u" * 100_000
    yield Hostile(
        "long-namespace",
        with_parts({"customXml/item1.xml": b'<a xmlns="%b">%b</a>' % (name, b"<b/>" * 100_000)}),
        {"bomb_size"},
    )
    named = b"<a>" + b"".join(b'<b xmlns:n%d="u"/>' % n for n in range(30_000)) + b"</a>"
    yield Hostile("many-namespaces", with_parts({"customXml/item1.xml": named}), {"bomb_size"})
    yield Hostile("many-strings", changed(SHEET, rows, _rows_of_text(60_000) + rows), {"stray_cell", "bomb_size"})
    links = b"".join(b'<Relationship Id="x%d" Type="t" Target="t"/>' % n for n in range(90_000))
    yield Hostile("many-relations", changed("xl/_rels/workbook.xml.rels", b"</Rel", links + b"</Rel"), {"bomb_size"})
    types = b"".join(b'<Override PartName="/x%d" ContentType="t"/>' % n for n in range(90_000))
    yield Hostile("many-types", changed("[Content_Types].xml", b"</Types", types + b"</Types"), {"bomb_size"})


def _rows_of_text(count: int) -> bytes:
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>&#97;&amp;</t></is></c></row>'
    return b"".join(row % (n, n) for n in range(100, 100 + count))


def _values_that_readers_differ_on() -> Iterator[Hostile]:
    for label, text in {
        "comment": b"1<!-- -->2",
        "cdata": b"<![CDATA[12]]>",
        "cdata-part": b"1<![CDATA[2]]>",
        "instruction": b"1<?x?>2",
        "reference": b"1&#48;0",
        "reference-hex": b"1&#x30;0",
        "element": b"1<x/>2",
        "space": b" 12 ",
        "newline": b"12\n",
        "comma": b"12,5",
        "hex": b"0x12",
        "word": b"twelve",
        "nan": b"NaN",
        "infinite": b"1e999",
        "arabic-digits": "١٢".encode(),
        "full-width": "１２".encode(),
        "underscore": b"1_2",
    }.items():
        yield Hostile(f"value-{label}", _with_value(text), OUT | {"bad_cell"})
    for label, text in {"comment": b"a<!-- -->b", "cdata": b"<![CDATA[ab]]>", "instruction": b"a<?x?>b"}.items():
        yield Hostile(f"text-{label}", changed(SHEET, b"<t>", b"<t>" + text), OUT)
    yield Hostile("text-references", changed(SHEET, b"<t>", b"<t>&#65;&#x42;&amp;&lt;"), {ACCEPTED})
    foreign = b'<row r="90"><c r="A90" xmlns="urn:x"><v>1</v></c></row></sheetData>'
    yield Hostile("cell-of-another-namespace", changed(SHEET, b"</sheetData>", foreign), {"bad_cell"})
    prefixed = b'<row r="90"><x:c xmlns:x="urn:x" r="A90"><x:v>1</x:v></x:c></row></sheetData>'
    yield Hostile("cell-with-a-prefix", changed(SHEET, b"</sheetData>", prefixed), {"bad_cell"})
    rerooted = changed(SHEET, b"<sheetData>", b'<sheetData xmlns="urn:x">')
    yield Hostile("rows-of-another-namespace", rerooted, {"bad_workbook"})
    yield Hostile(
        "sheet-of-another-namespace",
        changed(SHEET, b"spreadsheetml/2006/main", b"spreadsheetml/2007/main"),
        {"bad_workbook"},
    )


def _with_value(text: bytes) -> bytes:
    return changed(SHEET, b"</sheetData>", b'<row r="90"><c r="A90"><v>' + text + b"</v></c></row></sheetData>")


def _ill_formed() -> Iterator[Hostile]:
    for label, (old, new) in {
        "unclosed": (b"</row>", b""),
        "crossed": (b"</c></row>", b"</row></c>"),
        "attribute-twice": (b'<c r="', b'<c s="1" s="1" r="'),
        "control-character": (b"<t>", b"<t>\x01"),
        "control-reference": (b"<t>", b"<t>&#1;"),
        "nul": (b"<t>", b"<t>\x00"),
        "not-a-character": (b"<t>", "<t>\ufffe".encode()),
        "prefix-undeclared": (b"<row ", b'<row q:z="1" '),
        "second-root": (b"</worksheet>", b"</worksheet><worksheet/>"),
        "bare-ampersand": (b"<t>", b"<t>a & b"),
    }.items():
        yield Hostile(f"ill-formed-{label}", changed(SHEET, old, new), OUT | {"bad_cell"})
    for name in good_parts():
        yield Hostile(f"not-xml-{name}", with_parts({name: b"PK\x03\x04 not xml"}), OUT)
        yield Hostile(f"empty-{name}", with_parts({name: b""}), OUT | {"bad_workbook"})
        yield Hostile(
            f"another-root-{name}", with_parts({name: b"<x/>"}), {"bad_workbook", "missing_part", "bad_cell", ACCEPTED}
        )
    yield Hostile("parts-shuffled", packed(dict(reversed(good_parts().items()))), {ACCEPTED})
