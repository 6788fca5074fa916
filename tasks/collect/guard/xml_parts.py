"""One XML part: bytes to a tree, once nothing in the bytes can cost more than reading them.

Without a DTD an XML file declares no entity, so nothing in it grows; in UTF-8, to which the parser is pinned whatever
the file declares, a DTD begins with these nine bytes: `<!DOCTYPE`. Looking for them proves as much as a parser's hook
and leaves the parser to C.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers.expat import ExpatError, ParserCreate

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
_LONG_NAMESPACE = re.compile(rb"[^=<>\"']*=\s*(?:\"[^\"]{%d}|'[^']{%d})" % (limits.NAMESPACE, limits.NAMESPACE))


def parse(name: str, data: bytes, *, plain: bool = True) -> Element:
    """Return the root of the part `name`, once its bytes are within bounds; `plain` as in `body_of`."""
    return tree(name, body_of(name, data, plain=plain))


def body_of(name: str, data: bytes, *, plain: bool = True) -> bytes:
    """Return the part `name` without mark and declaration: in UTF-8, declaring nothing, in bearable pieces.

    A `plain` part, one that a reader takes figures or structure from, holds no comment, CDATA section or
    processing instruction: readers differ on what a text broken by one says.
    """
    text = data.removeprefix(BOM)
    body = text[_declaration_end(name, text) :]
    if not re.match(rb"\s*<", body):
        raise Refused(Code.BAD_XML, f"{quoted(name)} does not begin as XML")
    _refuse_declarations(name, body)
    if plain and (_holds(body, b"<!") or _holds(body, b"<?")):
        raise Refused(Code.BAD_XML, f"{quoted(name)} has a comment, CDATA or processing instruction")
    if len(body) > limits.RUN and max(map(len, body.split(b"<"))) > limits.RUN:
        raise Refused(Code.BOMB_SIZE, f"{quoted(name)}: over {limits.RUN} bytes between two tags")
    if body.count(b"xmlns") > limits.NAMESPACES or any(map(_LONG_NAMESPACE.match, body.split(b"xmlns")[1:])):
        raise Refused(Code.BOMB_SIZE, f"{quoted(name)}: too many or too long namespace names")
    return body


def tree(name: str, body: bytes) -> Element:
    """Return the root of a body, well-formed and not too deep."""
    # Not a parser for untrusted data at large: this body is in UTF-8, declares nothing and has a bounded size.
    parser = XMLParser(encoding="utf-8")  # noqa: S314
    try:
        parser.feed(body)
        root: Element = parser.close()
    except (ParseError, ValueError) as fault:
        raise Refused(Code.BAD_XML, f"{quoted(name)}: {quoted(fault)}") from fault
    _refuse_depth(name, root)
    return root


def refuse_ill_formed(name: str, body: bytes) -> None:
    """Refuse a body that is no well-formed XML, building nothing."""
    try:
        ParserCreate("utf-8", "}").Parse(body, True)
    except (ExpatError, ValueError) as fault:
        raise Refused(Code.BAD_XML, f"{quoted(name)}: {quoted(fault)}") from fault


def scan(name: str, data: bytes) -> None:
    """Refuse a part that is near to XML and read by nobody here (a VML drawing) if it declares anything."""
    if data.startswith(WIDE):
        raise Refused(Code.WRONG_ENCODING, f"{quoted(name)} is in UTF-16 or UTF-32")
    _refuse_declarations(name, data)


def refuse_tags(what: str, parts: Iterable[bytes], most: int) -> None:
    """Refuse `parts` that hold more than `most` tags together: what follows costs by the element."""
    tags = sum(part.count(b"<") for part in parts)
    if tags > most:
        raise Refused(Code.BOMB_SIZE, f"{what}: {tags} tags")


def local(tag: str) -> str:
    """Return a name without its namespace, as a reader that ignores namespaces sees it."""
    return tag.rpartition("}")[2]


def _declaration_end(name: str, text: bytes) -> int:
    """Return where the body begins, behind an XML declaration that says UTF-8 or nothing."""
    if text.startswith(WIDE):
        raise Refused(Code.WRONG_ENCODING, f"{quoted(name)} is in UTF-16 or UTF-32")
    if not re.match(rb"<\?xml\s", text):
        return 0
    declaration = _DECLARATION.match(text)
    if not declaration:
        raise Refused(Code.BAD_XML, f"{quoted(name)}: XML declaration {quoted(text[:60])}")
    encoding = (declaration["encoding"] or b"utf-8").lower()
    if encoding not in ENCODINGS:
        raise Refused(Code.WRONG_ENCODING, f"{quoted(name)} declares {quoted(encoding)}")
    return declaration.end()


def _refuse_declarations(name: str, body: bytes) -> None:
    if _holds(body, b"<!") and _DTD.search(body):
        raise Refused(Code.DTD, f"{quoted(name)} has a document type or entity declaration")


def _holds(body: bytes, mark: bytes) -> bool:
    """Return whether `body` holds `mark`; its second byte is rare and found thirty times as fast as both."""
    return mark[1:] in body and mark in body


def _refuse_depth(name: str, root: Element) -> None:
    level = [root]
    for _ in range(limits.DEPTH):
        level = list(chain.from_iterable(level))
        if not level:
            return
    raise Refused(Code.BAD_XML, f"{quoted(name)}: elements nested over {limits.DEPTH} deep")
