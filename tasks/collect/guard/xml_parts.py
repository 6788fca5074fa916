"""One XML part: bytes to a tree, once nothing in the bytes can cost more than reading them.

Without a DTD an XML file declares no entity, so nothing in it grows; in UTF-8, to which the parser is pinned whatever
the file declares, a DTD begins with these nine bytes: `<!DOCTYPE`. Looking for them proves as much as a parser's hook
and leaves the parser to C.
"""

from __future__ import annotations

import re
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, XMLParser

from tasks.collect.guard import limits
from tasks.collect.guard.refusal import Code, Refused, quoted

BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}

_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")
_QUOTE = rb"\s*=\s*[\"']"
_DECLARATION = re.compile(
    rb"<\?xml\s+version" + _QUOTE + rb"1\.0[\"']"
    rb"(?:\s+encoding" + _QUOTE + rb"(?P<encoding>[A-Za-z][A-Za-z0-9._-]*)[\"'])?"
    rb"(?:\s+standalone" + _QUOTE + rb"(?:yes|no)[\"'])?\s*\?>"
)  # fmt: skip
_LONG_NAMESPACE = re.compile(rb"xmlns[^=<>\"']*=\s*(?:\"[^\"]{%d}|'[^']{%d})" % (limits.NAMESPACE, limits.NAMESPACE))


def parse(name: str, data: bytes, sheet: str | None = None, *, plain: bool = True) -> Element:
    """Return the root of the part `name`, with its bounds kept; a refusal names `sheet` if the part is one.

    A `plain` part, one that a reader takes figures or structure from, holds no comment, CDATA section or
    processing instruction: readers differ on what a text broken by one says.
    """
    text = data.removeprefix(BOM)
    body = text[_declaration_end(name, text, sheet) :]
    if _DTD.search(body):
        raise Refused(Code.DTD, f"{quoted(name)} has a document type or entity declaration", sheet)
    if plain and (b"<!" in body or b"<?" in body):
        raise Refused(Code.BAD_XML, f"{quoted(name)} has a comment, CDATA or processing instruction", sheet)
    _refuse_bloat(name, body, sheet)
    parser = XMLParser(encoding="utf-8")
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ParseError, ValueError) as fault:
        raise Refused(Code.BAD_XML, f"{quoted(name)}: {quoted(fault)}", sheet) from fault
    _refuse_depth(name, root, sheet)
    return root


def refuse_tags(name: str, parts: list[bytes]) -> None:
    """Refuse `parts` that hold more tags together than a tree may have elements."""
    tags = sum(part.count(b"<") for part in parts)
    if tags > limits.TAGS:
        raise Refused(Code.BOMB_SIZE, f"{name}: {tags} tags")


def local(element: Element) -> str:
    """Return the name of `element` without its namespace, as a reader that ignores namespaces sees it."""
    return element.tag.rpartition("}")[2]


def _declaration_end(name: str, text: bytes, sheet: str | None) -> int:
    """Return where the body begins, behind an XML declaration that says UTF-8 or nothing."""
    if text.startswith(WIDE):
        raise Refused(Code.WRONG_ENCODING, f"{quoted(name)} is in UTF-16 or UTF-32", sheet)
    if not text.startswith(b"<?xml"):
        return 0
    declaration = _DECLARATION.match(text)
    if not declaration:
        raise Refused(Code.BAD_XML, f"{quoted(name)}: XML declaration {quoted(text[:60])}", sheet)
    encoding = (declaration["encoding"] or b"utf-8").lower()
    if encoding not in ENCODINGS:
        raise Refused(Code.WRONG_ENCODING, f"{quoted(name)} declares {quoted(encoding)}", sheet)
    return declaration.end()


def _refuse_bloat(name: str, body: bytes, sheet: str | None) -> None:
    """Refuse texts and tags longer than a cell can hold, and namespace names that every element would carry."""
    longest = max(map(len, body.split(b"<")))
    if longest > limits.RUN:
        raise Refused(Code.BOMB_SIZE, f"{quoted(name)}: {longest} bytes between two tags", sheet)
    if _LONG_NAMESPACE.search(body):
        raise Refused(Code.BAD_XML, f"{quoted(name)}: namespace name over {limits.NAMESPACE} bytes", sheet)


def _refuse_depth(name: str, root: Element, sheet: str | None) -> None:
    level = [root]
    for _ in range(limits.DEPTH):
        level = list(chain.from_iterable(level))
        if not level:
            return
    raise Refused(Code.BAD_XML, f"{quoted(name)}: elements nested over {limits.DEPTH} deep", sheet)
