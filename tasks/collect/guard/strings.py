"""Shared and inline strings: their text as every reader joins it, in the one shape that all read alike."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tasks.collect.guard import limits
from tasks.collect.guard.names import MAIN
from tasks.collect.guard.refusal import Code, Refused, quoted

TEXT, RUN, RUN_STYLE = f"{MAIN}t", f"{MAIN}r", f"{MAIN}rPr"
READING = {f"{MAIN}rPh", f"{MAIN}phoneticPr"}  # how East Asian text is spoken; no reader takes it


def text_of(string: Element) -> str | None:
    """Return the text of a string item or of an inline string, or None if it is not one text or a row of runs."""
    if len(string) == 1 and string[0].tag == TEXT:
        return _leaf(string[0])
    parts = [part for part in string if part.tag not in READING]
    if len(parts) == 1 and parts[0].tag == TEXT:
        return _leaf(parts[0])
    texts = [_text_of_run(part) for part in parts]
    known = [text for text in texts if text is not None]
    return "".join(known) if parts and len(known) == len(parts) else None


def filled_strings(root: Element) -> tuple[bool, ...]:
    """Return for each shared string in order whether it says anything."""
    if root.tag != f"{MAIN}sst":
        raise Refused(Code.BAD_WORKBOOK, f"shared strings: root {quoted(root.tag)}")
    return tuple(_is_filled(item, place) for place, item in enumerate(root))


def _is_filled(item: Element, place: int) -> bool:
    text = text_of(item) if item.tag == f"{MAIN}si" else None
    if text is None or len(text) > limits.TEXT:
        raise Refused(Code.BAD_WORKBOOK, f"shared string {place}: odd shape, or over {limits.TEXT} characters")
    return bool(text.strip())


def _text_of_run(run: Element) -> str | None:
    children = list(run)
    if run.tag != RUN or [child.tag for child in children] not in ([TEXT], [RUN_STYLE, TEXT]):
        return None
    return _leaf(children[-1])


def _leaf(element: Element) -> str | None:
    return None if len(element) else element.text or ""
