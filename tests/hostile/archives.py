"""Hostile archives: bombs, lies, overlaps, twins and traps in the container itself."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from random import Random

from tests.hostile.hostile import ACCEPTED, Hostile
from tests.hostile.package import LOCAL, Entry, archive, deflated, good_parts, good_workbook, packed, with_parts

MEDIA = "xl/media/image1.png"
BOMBS = {"bomb_size", "bomb_ratio"}
BROKEN = {"damaged_archive"}
UNSAFE = {"unsafe_archive"}


def entries() -> list[Entry]:
    """Return the members of the good workbook, honest so far."""
    return [Entry(name, content) for name, content in good_parts().items()]


def archives() -> Iterator[Hostile]:
    """Yield every hostile archive."""
    yield from _bombs()
    yield from _lies()
    yield from _broken_ends()
    yield from _overlaps()
    yield from _names()
    yield from _attributes()


def _bombs() -> Iterator[Hostile]:
    zeros = bytes(40 * 1024**2)
    yield Hostile("bomb-ratio", archive([*entries(), Entry(MEDIA, zeros)]), BOMBS)
    yield Hostile("bomb-total", archive([*entries(), *(Entry(f"xl/media/i{n}.png", zeros) for n in range(4))]), BOMBS)
    yield Hostile("bomb-one-member", archive([*entries(), Entry(MEDIA, bytes(70 * 1024**2))]), BOMBS)
    spaces = b"<a>" + b" " * (30 * 1024**2) + b"</a>"
    yield Hostile("bomb-xml-of-spaces", with_parts({"customXml/item1.xml": spaces}), BOMBS)
    yield Hostile("bomb-many-members", archive([*entries(), *(Entry(f"xl/m{n}.xml", b"") for n in range(600))]), BOMBS)
    inner = archive([Entry("0.zip", deflated(bytes(10 * 1024**2)))])
    yield Hostile("bomb-nested", archive([*entries(), Entry("xl/embeddings/inner.zip", inner)]), {"active_content"})
    yield Hostile("bomb-nested-as-picture", archive([*entries(), Entry(MEDIA, inner)]), {ACCEPTED})
    stuffing = with_parts({f"customXml/item{n}.xml": b"<a>" + b"<b/>" * 90_000 + b"</a>" for n in range(5)})
    yield Hostile("bomb-tags", stuffing, BOMBS)


def _lies() -> Iterator[Hostile]:
    victim = next(e for e in entries() if e.name.endswith("sheet3.xml"))
    others = [e for e in entries() if e.name != victim.name]
    content = victim.content

    def lying(**lies: object) -> bytes:
        return archive([*others, Entry(victim.name, content, **lies)])  # type: ignore[arg-type]

    yield Hostile("lie-size-smaller", lying(size=len(content) - 10), BROKEN)
    yield Hostile("lie-size-larger", lying(size=len(content) + 10), BROKEN)
    yield Hostile(
        "lie-size-tiny", archive([*others, Entry(MEDIA, bytes(50 * 1024**2), size=100)]), BROKEN | {"missing_part"}
    )
    yield Hostile("lie-size-4-gib", lying(size=0xFFFFFFFE), BOMBS)
    yield Hostile("lie-size-zip64", lying(size=0xFFFFFFFF), BOMBS | BROKEN)
    yield Hostile("lie-local-size", lying(local_size=5), BROKEN)
    yield Hostile("lie-local-name", lying(local_name=b"xl/worksheets/sheet9.xml"), BROKEN)
    yield Hostile("lie-local-flags", lying(local_flags=1), BROKEN)
    yield Hostile("lie-crc", lying(crc=0x12345678), BROKEN)
    yield Hostile("lie-stored-as-deflated", lying(stream=content), BROKEN)
    yield Hostile("lie-deflated-as-stored", lying(method=0, stream=deflated(content)), BROKEN)
    yield Hostile("lie-stream-cut", lying(stream=deflated(content)[:-20]), BROKEN)
    yield Hostile("lie-stream-followed", lying(stream=deflated(content) + b"more"), BROKEN)
    yield Hostile("lie-count", archive(entries(), count=3), BROKEN)
    yield Hostile(
        "honest-descriptors", archive([Entry(e.name, e.content, descriptor=True) for e in entries()]), {ACCEPTED}
    )
    yield Hostile("honest-stored", archive([Entry(e.name, e.content, method=0) for e in entries()]), {ACCEPTED})
    yield Hostile("honest-folders", archive([*entries(), Entry("xl/media/", b"", method=0)]), {ACCEPTED})


def _broken_ends() -> Iterator[Hostile]:
    good = good_workbook()
    for place in (5, 30, 1000, len(good) // 2, len(good) - 60, len(good) - 22, len(good) - 1):
        yield Hostile(f"cut-at-{place}", good[:place], BROKEN)
    yield Hostile("bytes-behind", good + b"\r\n", BROKEN)
    yield Hostile("bytes-before", b"#!/bin/sh\n" + good, {"not_a_workbook"})
    yield Hostile("archive-before", archive([Entry("a.txt", b"a")]) + good, BROKEN | UNSAFE)
    yield Hostile("gap-before", archive(entries(), before=LOCAL + bytes(60)), UNSAFE | BROKEN)
    yield Hostile("two-archives", good + good, BROKEN | UNSAFE)
    yield Hostile("comment", archive(entries(), comment=b"hello"), BROKEN)
    yield Hostile("end-record-in-comment", archive(entries(), comment=good[-22:]), BROKEN)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    last = entries()[-1]
    hidden = archive([*entries()[:-1], Entry(last.name, last.content, extra=struct.pack("<2H", 0xCAFE, 20) + locator)])
    yield Hostile("zip64-locator-in-extra", hidden, BROKEN)
    yield Hostile("directory-of-noise", good[:-22] + good[-22:].replace(b"PK\x05\x06", b"PK\x05\x07"), BROKEN)


def _overlaps() -> Iterator[Hostile]:
    sheets = [e.name for e in entries() if "worksheets" in e.name]
    shared = dict.fromkeys(sheets, sheets[0])
    yield Hostile("overlap-one-kernel", archive(entries(), shared=shared), UNSAFE | BROKEN)
    yield Hostile("overlap-quoted-header", _quoted_header(), UNSAFE | BROKEN)


def _quoted_header() -> bytes:
    """Return an archive whose first added member holds the whole of the next, header and all, as quoted bytes."""
    inner = deflated(bytes(1000))
    facts = (zlib.crc32(bytes(1000)), len(inner), 1000)
    header = struct.pack("<4s5H3L2H", LOCAL, 20, 0, 8, 0, 33, *facts, 10, 0) + b"xl/b.2.png"
    quoting = b"\x00" + struct.pack("<2H", len(header), len(header) ^ 0xFFFF) + header + inner
    outer = Entry("xl/b.1.png", header + bytes(1000), stream=quoting)
    data = archive([*entries(), outer])
    place = data.index(header)
    name, size = b"xl/b.2.png", struct.unpack_from("<L", data, len(data) - 10)[0]
    central = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *facts, len(name), 0, 0, 0, 0, 0, place)
    start, count = struct.unpack_from("<L", data, len(data) - 6)[0], len(entries()) + 2
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size + len(central) + len(name), start, 0)
    return data[:-22] + central + name + end


def _names() -> Iterator[Hostile]:
    sheet = good_parts()["xl/worksheets/sheet3.xml"].replace(b"<v>", b"<v>9")

    def beside(name: str, **lies: object) -> bytes:
        return archive([*entries(), Entry(name, sheet, **lies)])  # type: ignore[arg-type]

    for label, name in {
        "twin-same": "xl/worksheets/sheet3.xml",
        "twin-case": "xl/worksheets/SHEET3.xml",
        "twin-backslash": "xl\\worksheets\\sheet3.xml",
        "twin-leading-slash": "/xl/worksheets/sheet3.xml",
        "twin-folder": "xl/worksheets/sheet3.xml/",
        "path-up": "../../etc/cron.d/x.xml",
        "path-up-inside": "xl/../../x.xml",
        "path-absolute": "/etc/passwd.xml",
        "path-drive": "C:/x.xml",
        "path-double-slash": "xl//x.xml",
        "path-dot": "xl/./x.xml",
        "path-newline": "xl/a\nb.xml",
        "path-escape-code": "xl/\x1b[31m.xml",
        "path-nul": "xl/worksheets/sheet3.xml\x00.png",
        "path-percent": "xl/%2e%2e/x.xml",
        "path-markup": "xl/<script>alert(1)</script>.xml",
        "path-command": "xl/$(reboot).xml",
        "path-long": "xl/" + "a" * 60_000 + ".xml",
        "path-vietnamese": "xl/biểu số liệu.xml",
        "path-right-to-left": "xl/\u202elmx.gnp.xml",
    }.items():
        yield Hostile(label, beside(name), UNSAFE)
    unicode_path = struct.pack("<2HBL", 0x7075, 5 + 24, 1, zlib.crc32(b"xl/x.xml")) + b"xl/worksheets/sheet3.xml"
    yield Hostile("twin-unicode-path", beside("xl/x.xml", extra=unicode_path), UNSAFE)
    yield Hostile(
        "name-not-utf8", beside("xl/x.xml", local_name=b"xl/\xff.xml", central_name=b"xl/\xff.xml", flags=0x800), BROKEN
    )


def _attributes() -> Iterator[Hostile]:
    link = archive([*entries(), Entry("xl/link.xml", b"/dev/zero", method=0, attributes=0o120777 << 16)])
    yield Hostile("symbolic-link", link, UNSAFE)
    yield Hostile(
        "encrypted-member", archive([*entries(), Entry("xl/x.xml", b"<a/>", flags=1)]), {"encrypted_workbook"}
    )
    for label, flags in {"patched": 0x20, "reserved": 0x4000}.items():
        odd = archive([*entries(), Entry("xl/x.xml", b"<a/>", flags=flags)])
        yield Hostile(f"member-{label}", odd, UNSAFE)
    aes = struct.pack("<2H", 0x9901, 0)
    yield Hostile("encrypted-aes", archive([*entries(), Entry("xl/x.xml", b"<a/>", extra=aes)]), {"encrypted_workbook"})
    for method in (9, 12, 14, 93, 95, 99):
        odd = archive([*entries(), Entry("xl/x.xml", b"<a/>", method=method)])
        yield Hostile(f"method-{method}", odd, UNSAFE)
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as writer:
            for name, content in good_parts().items():
                writer.writestr(name, content)
        yield Hostile("method-bzip2-throughout", buffer.getvalue(), UNSAFE)
    yield Hostile("member-comment", archive([*entries(), Entry("xl/x.xml", b"<a/>", comment=b"PK\x05\x06")]), UNSAFE)
    yield Hostile("empty-archive", packed({}), {"not_a_workbook"})
    yield Hostile("noise", LOCAL + Random(1).randbytes(3000), BROKEN)
